//! What each city adds of its own (4.3), side by side: declared by the cities, added up here, by year.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use paperwork::{Cell, Column, Table};
use programme::access::Actor;
use programme::process::service::{AMOUNT_YUAN, FUND, RATIO_PERCENT, SUPPORT_YEAR};
use programme::process::sight::concerns_account;
use programme::process::{Kind, Matter, Stage};
use store::Tx;
use store::matter::{self, Link};

use super::Desk;
use super::acts::workbook::column;

/// The code of a city's own support among the funds.
const CITY_FUND: &str = "city";

/// The support of a city in a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Year of the support.
    pub year: i64,
    /// The city, by its GB/T 2260 code.
    pub city: String,
    /// People supported.
    pub people: usize,
    /// All amounts together, in yuan.
    pub amount_yuan: i64,
    /// Smallest and largest ratio that was declared, in percent.
    pub ratio_percent: Option<(i64, i64)>,
}

impl Line {
    /// Yuan for each person, rounded down.
    pub fn yuan_per_person(&self) -> i64 {
        self.amount_yuan / i64::try_from(self.people).unwrap_or(i64::MAX).max(1)
    }

    /// `50%` or `50%–70%`; empty when nobody declared a ratio.
    pub fn ratio(&self) -> String {
        match self.ratio_percent {
            Some((least, most)) if least == most => format!("{least}%"),
            Some((least, most)) => format!("{least}%–{most}%"),
            None => String::new(),
        }
    }
}

/// The cities that an actor sees, the newest year first, the largest amount for each person first.
pub async fn lines(tx: &mut Tx, actor: &Actor) -> anyhow::Result<Vec<Line>> {
    let kept = matter::linked(tx, Link::OfKind(Kind::Support)).await?;
    let seen: Vec<&Matter> = kept.iter().filter(|one| concerns_account(actor, one)).collect();
    Ok(added_up(&seen))
}

fn added_up(kept: &[&Matter]) -> Vec<Line> {
    let mut lines: BTreeMap<(i64, &str), (Line, BTreeSet<&str>)> = BTreeMap::new();
    let of_city = |one: &&&Matter| one.stage == Stage::SupportRecorded && one.body.text(&FUND) == CITY_FUND;
    for one in kept.iter().filter(of_city) {
        let (year, city) = (one.body.whole(&SUPPORT_YEAR).unwrap_or_default(), one.parties.organiser.as_str());
        let (line, people) = lines.entry((year, city)).or_default();
        (line.year, line.city) = (year, city.to_owned());
        line.amount_yuan += one.body.whole(&AMOUNT_YUAN).unwrap_or_default();
        people.extend(one.parties.person.as_deref());
        if let Some(ratio) = one.body.whole(&RATIO_PERCENT) {
            let (least, most) = line.ratio_percent.unwrap_or((ratio, ratio));
            line.ratio_percent = Some((least.min(ratio), most.max(ratio)));
        }
    }
    let mut lines: Vec<Line> =
        lines.into_values().map(|(line, people)| Line { people: people.len(), ..line }).collect();
    let order = |line: &Line| (std::cmp::Reverse((line.year, line.yuan_per_person())), line.city.clone());
    lines.sort_by_key(order);
    lines
}

/// The same as a workbook.
pub async fn workbook(desk: &Desk, actor: &Actor) -> anyhow::Result<Vec<u8>> {
    let lines = lines(&mut desk.database.read().await?, actor).await?;
    let headings = [
        ("年度", 10.0),
        ("市（地）", 18.0),
        ("支持人数", 12.0),
        ("金额（元）", 16.0),
        ("人均（元）", 16.0),
        ("配套比例", 16.0),
    ];
    let columns: Vec<Column> = headings.into_iter().map(|(heading, width)| column(heading, width)).collect();
    let rows = lines.iter().map(|line| {
        let cells = [
            line.year.to_string(),
            programme::regions::by_code(&line.city).map_or(line.city.clone(), |city| city.name.to_owned()),
            line.people.to_string(),
            line.amount_yuan.to_string(),
            line.yuan_per_person().to_string(),
            line.ratio(),
        ];
        cells.map(|text| Some(Cell::Text(text))).into()
    });
    let table = Table { name: "市（地）配套支持".to_owned(), columns, rows: rows.collect() };
    let write = move || paperwork::write(&[table]);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}

#[cfg(test)]
mod tests {
    use super::*;
    use programme::process::{Body, Parties};

    fn support(city: &str, person: &str, fund: &str, year: i64, yuan: i64, ratio: Option<i64>) -> Matter {
        let body = Body::default().with(&FUND, fund).with(&SUPPORT_YEAR, year).with(&AMOUNT_YUAN, yuan);
        let body = ratio.into_iter().fold(body, |body, ratio| body.with(&RATIO_PERCENT, ratio));
        let parties = Parties { organiser: city.to_owned(), person: Some(person.to_owned()), ..Parties::default() };
        let (id, title) = (format!("support-{person}"), String::new());
        Matter { id, stage: Stage::SupportRecorded, version: 1, title, parties, body, due: None }
    }

    #[test]
    fn cities_are_added_up_by_year_and_by_person_and_other_funds_stay_out() {
        let withdrawn = Matter { stage: Stage::SupportCancelled, ..support("230100", "c", "city", 2026, 9, Some(90)) };
        let kept = [
            support("230100", "a", "city", 2026, 60_000, Some(50)),
            support("230100", "a", "city", 2026, 20_000, Some(70)),
            support("230100", "b", "city", 2026, 20_001, None),
            support("230200", "d", "city", 2026, 60_000, Some(50)),
            support("230200", "d", "city", 2025, 90_000, None),
            support("230200", "e", "provincial", 2026, 1_000_000, None),
            withdrawn,
        ];
        let lines = added_up(&kept.iter().collect::<Vec<_>>());
        let told: Vec<_> = lines
            .iter()
            .map(|one| (one.year, one.city.as_str(), one.people, one.amount_yuan, one.yuan_per_person(), one.ratio()))
            .collect();
        assert_eq!(
            told,
            [
                (2026, "230200", 1, 60_000, 60_000, "50%".to_owned()),
                (2026, "230100", 2, 100_001, 50_000, "50%–70%".to_owned()),
                (2025, "230200", 1, 90_000, 90_000, String::new()),
            ]
        );
    }
}
