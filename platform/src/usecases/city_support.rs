//! What each city adds of its own (4.3), side by side: declared by the cities, added up here, by year.

use std::cmp::Reverse;

use anyhow::Context as _;
use paperwork::{Cell, Column, Table};
use programme::access::Scope;
use store::Tx;
use store::statistics::{self, Supported};

use super::Desk;

/// The code of a city's own support among the funds.
const CITY_FUND: &str = "city";

/// The support of a city in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(Supported);

impl Line {
    /// Year of the support.
    pub const fn year(&self) -> i64 {
        self.0.year
    }

    /// The city, by its GB/T 2260 code.
    pub fn city(&self) -> &str {
        &self.0.organiser
    }

    /// People supported.
    pub const fn people(&self) -> i64 {
        self.0.people
    }

    /// All amounts together, in yuan.
    pub const fn amount_yuan(&self) -> i64 {
        self.0.amount_yuan
    }

    /// Yuan for each person, rounded down.
    pub fn yuan_per_person(&self) -> i64 {
        self.0.amount_yuan / self.0.people.max(1)
    }

    /// `50%` or `50%–70%`; empty when nobody declared a ratio.
    pub fn ratio(&self) -> String {
        match self.0.ratio_percent_min.zip(self.0.ratio_percent_max) {
            Some((least, most)) if least == most => format!("{least}%"),
            Some((least, most)) => format!("{least}%–{most}%"),
            None => String::new(),
        }
    }
}

/// The cities within the scope, the newest year first, the largest amount for each person first.
pub async fn lines(tx: &mut Tx, scope: &Scope) -> anyhow::Result<Vec<Line>> {
    let mut lines: Vec<Line> = statistics::supported(tx, scope, CITY_FUND).await?.into_iter().map(Line).collect();
    lines.sort_by_key(|line| (Reverse((line.year(), line.yuan_per_person())), line.city().to_owned()));
    Ok(lines)
}

/// The same as a workbook.
pub async fn workbook(desk: &Desk, scope: &Scope) -> anyhow::Result<Vec<u8>> {
    let lines = lines(&mut desk.database.read().await?, scope).await?;
    let headings = [
        ("年度", 10.0),
        ("市（地）", 18.0),
        ("支持人数", 12.0),
        ("金额（元）", 16.0),
        ("人均（元）", 16.0),
        ("配套比例", 16.0),
    ];
    let columns: Vec<Column> = headings.into_iter().map(|(heading, width)| Column::text(heading, width)).collect();
    let rows = lines.iter().map(|line| {
        let cells = [
            line.year().to_string(),
            programme::regions::by_code(line.city()).map_or(line.city(), |city| city.name).to_owned(),
            line.people().to_string(),
            line.amount_yuan().to_string(),
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
    use programme::process::service::{AMOUNT_YUAN, FUND, RATIO_PERCENT, SUPPORT_YEAR};
    use programme::process::{Body, Matter, Parties, SASAC, Stage};
    use store::By;
    use store::testing::{on_each, put_matters};

    use super::*;

    fn support(city: &str, person: &str, fund: &str, year: i64, (yuan, ratio): (i64, Option<i64>)) -> Matter {
        let body = Body::default().with(&FUND, fund).with(&SUPPORT_YEAR, year).with(&AMOUNT_YUAN, yuan);
        let body = ratio.into_iter().fold(body, |body, ratio| body.with(&RATIO_PERCENT, ratio));
        let parties = Parties { organiser: city.to_owned(), person: Some(person.to_owned()), ..Parties::default() };
        let (id, stage) = (String::new(), Stage::SupportRecorded);
        Matter { id, stage, version: 1, title: String::new(), parties, body, due: None }
    }

    #[tokio::test]
    async fn cities_are_added_up_by_year_and_by_person_and_other_funds_stay_out() {
        on_each(async |database| {
            let withdrawn =
                Matter { stage: Stage::SupportCancelled, ..support("230100", "c", "city", 2026, (9, Some(90))) };
            let kept = [
                support("230100", "a", "city", 2026, (60_000, Some(50))),
                support("230100", "a", "city", 2026, (20_000, Some(70))),
                support("230100", "b", "city", 2026, (20_001, None)),
                support("230200", "d", "city", 2026, (60_000, Some(50))),
                support("230200", "d", "city", 2025, (90_000, None)),
                support("230200", "e", "provincial", 2026, (1_000_000, None)),
                support(SASAC, "f", "city", 2026, (10_000, None)),
                withdrawn,
            ];
            let numbered = kept.into_iter().zip(1..).map(|(one, at)| Matter { id: format!("support-{at:06}"), ..one });
            let by = By { at: "2026-06-01T00:00:00Z".parse().unwrap(), login: "console", origin: "console" };
            put_matters(&database, &by, &numbered.collect::<Vec<_>>()).await;
            let mut tx = database.read().await.unwrap();
            let mut told = async |scope: Scope| {
                let told = |one: &Line| {
                    (
                        one.year(),
                        one.city().to_owned(),
                        one.people(),
                        one.amount_yuan(),
                        one.yuan_per_person(),
                        one.ratio(),
                    )
                };
                lines(&mut tx, &scope).await.unwrap().iter().map(told).collect::<Vec<_>>()
            };
            let (harbin, qiqihar) = ("230100".to_owned(), "230200".to_owned());
            let of_harbin = (2026, harbin.clone(), 2, 100_001, 50_000, "50%–70%".to_owned());
            let of_sasac = (2026, SASAC.to_owned(), 1, 10_000, 10_000, String::new());
            let all = [
                (2026, qiqihar.clone(), 1, 60_000, 60_000, "50%".to_owned()),
                of_harbin.clone(),
                of_sasac.clone(),
                (2025, qiqihar, 1, 90_000, 90_000, String::new()),
            ];
            assert_eq!(told(Scope::Province).await, all);
            assert_eq!(told(Scope::City(harbin)).await, [of_harbin]);
            assert_eq!(told(Scope::Sasac).await, [of_sasac]);
            assert_eq!(told(Scope::Unit("某大学".to_owned())).await, []);
        })
        .await;
    }
}
