//! Holdings and the register of misconduct, with the conflicts that the rules have to find.
//!
//! The conflicts stand between an enterprise and people who would otherwise be its best match: elsewhere nobody would see them.

use chrono::{Datelike as _, Months, NaiveDate};
use programme::record::{Enterprise, Misconduct, Need, Person, Shareholder, Unit};

use super::chance::{Chance, Start, Stream};
use super::codes::credit_code;
use super::enterprises::Place;
use super::truth::Truth;

/// Enterprises in the register, by their place in the list.
const ENTERPRISE_IN_REGISTER: usize = 51;

/// A related person and the enterprise that asks, one pair for each of the first needs with an expert.
fn strong_pairs<'a>(people: &'a [Person], needs: &'a [Need], truth: &[Truth]) -> Vec<(&'a Person, &'a Enterprise)> {
    let pair = |need: &'a Need| {
        let best = truth.iter().find(|truth| truth.level == 4 && truth.need == need.id)?;
        Some((people.iter().find(|person| person.id == best.person)?, need.enterprise.as_ref()?))
    };
    needs.iter().filter_map(pair).collect()
}

/// Ordinary holders for every enterprise, and four kinds of conflict.
pub(super) fn shareholders(
    start: Start,
    enterprises: &[Enterprise],
    units: &[Unit],
    people: &[Person],
    needs: &[Need],
    truth: &[Truth],
) -> Vec<Shareholder> {
    let mut chance = Chance::new(start, Stream::Holdings);
    let mut holders: Vec<Shareholder> =
        enterprises.iter().filter_map(|enterprise| ordinary(&mut chance, enterprise)).collect();
    let pairs = strong_pairs(people, needs, truth);
    let unit_of = |person: &Person| units.iter().find(|unit| Some(&unit.name) == person.unit.as_ref());
    for (nth, (person, enterprise)) in pairs.iter().step_by(11).take(8).enumerate() {
        match (nth % 4, unit_of(person)) {
            (0, _) => holders.push(held_by_person(person, enterprise, 3_500, true)),
            (1, _) => holders.push(held_by_person(person, enterprise, 80, false)),
            (2, Some(unit)) => holders.push(held(enterprise, &unit.name, &unit.credit_code, 1_000)),
            (_, Some(unit)) => holders.extend(held_through_company(unit, enterprise, 700 + nth)),
            (_, None) => {}
        }
    }
    holders
}

/// Enterprises that another one of the province holds, their founders keeping a quarter.
pub(super) fn with_majorities(holders: &mut Vec<Shareholder>, places: &[Place], enterprises: &[Enterprise]) {
    let named = |name: &String| enterprises.get(places.iter().position(|place| place.name == *name)?);
    for (place, enterprise) in places.iter().zip(enterprises) {
        let Some(above) = place.majority.as_ref().and_then(named) else { continue };
        for holder in holders.iter_mut().filter(|of| Some(&of.enterprise) == enterprise.credit_code.as_ref()) {
            holder.share_basis_points = 2_500;
        }
        let (name, code) =
            (above.name.as_deref().unwrap_or_default(), above.credit_code.as_deref().unwrap_or_default());
        holders.push(held(enterprise, name, code, 6_700));
    }
}

/// A founder who is nobody in the programme.
fn ordinary(chance: &mut Chance, enterprise: &Enterprise) -> Option<Shareholder> {
    let share_basis_points = u32::try_from(chance.between(40, 85)).unwrap_or(51) * 100;
    Some(Shareholder {
        enterprise: enterprise.credit_code.clone()?,
        holder: format!("{}创始股东（演示）", enterprise.name.as_ref()?.trim_end_matches("（演示）")),
        holder_id: None,
        share_basis_points,
        founder: true,
    })
}

fn held_by_person(person: &Person, enterprise: &Enterprise, share_basis_points: u32, founder: bool) -> Shareholder {
    let name = person.name.clone().unwrap_or_default();
    Shareholder { founder, ..held(enterprise, &name, &person.id, share_basis_points) }
}

fn held(enterprise: &Enterprise, holder: &str, holder_id: &str, share_basis_points: u32) -> Shareholder {
    Shareholder {
        enterprise: enterprise.credit_code.clone().unwrap_or_default(),
        holder: holder.to_owned(),
        holder_id: Some(holder_id.to_owned()),
        share_basis_points,
        founder: false,
    }
}

/// The unit owns a company for its assets, which holds a part of the enterprise.
fn held_through_company(unit: &Unit, enterprise: &Enterprise, number: usize) -> [Shareholder; 2] {
    let code = credit_code("91", unit.region.as_deref().unwrap_or("230100"), number);
    let name = format!("{}资产经营有限公司（演示）", unit.name.trim_end_matches("（演示）"));
    let company = Enterprise { credit_code: Some(code.clone()), ..Enterprise::default() };
    [held(&company, &unit.name, &unit.credit_code, 10_000), held(enterprise, &name, &code, 1_800)]
}

/// One person in force, one whose entry has run out, one enterprise.
pub(super) fn misconduct(
    start: Start,
    enterprises: &[Enterprise],
    people: &[Person],
    needs: &[Need],
    truth: &[Truth],
) -> Vec<Misconduct> {
    let mut chance = Chance::new(start, Stream::Holdings);
    let ago = |months: i32| month_before(start.notice_day, months);
    let basis = |day: NaiveDate, number| format!("演示诚信〔{}〕DEMO{number}号", day.year());
    let pairs = strong_pairs(people, needs, truth);
    let (listed, cleared) = (pairs[5 + chance.below(5)].0, pairs[12 + chance.below(5)].0);
    let enterprise = &enterprises[ENTERPRISE_IN_REGISTER];
    let entry = |subject: &Option<String>, name: &Option<String>, from, until, number| Misconduct {
        subject: subject.clone().unwrap_or_default(),
        name: name.clone().unwrap_or_default(),
        from,
        until,
        basis: basis(from, number),
    };
    vec![
        entry(&Some(listed.id.clone()), &listed.name, ago(20), Some(ago(-40)), 7),
        entry(&Some(cleared.id.clone()), &cleared.name, ago(82), Some(ago(46)), 3),
        entry(&enterprise.credit_code, &enterprise.name, ago(11), None, 11),
    ]
}

/// The day so many months before another; negative months lie after it.
fn month_before(day: NaiveDate, months: i32) -> NaiveDate {
    let by = Months::new(months.unsigned_abs());
    if months < 0 { day + by } else { day - by }
}
