//! What an entry of the service log and a registered support show beside their content: the year's meter, clashes, doubles.

use programme::process::service::meter::{clashes, counted, meters};
use programme::process::service::{FUND, PROJECT, SUPPORT_YEAR};
use programme::process::{Kind, Matter, Stage};
use programme::rules::assessment;
use store::Tx;
use store::matter::{Link, find, linked};

use super::super::meter::{clash_notice, table};
use super::super::words;
use super::Asked;
use crate::clock::today;
use crate::texts;
use crate::usecases::policy;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::notice::Notice;
use crate::web::texts::{Lang, Texts};

texts! {
    support_twice: "同一人同一年度另有支持登记，请核对是否重复", "Another support of the same person and year: look whether it is double";
}

/// The parts, in the order in which they are read.
pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let matter = &asked.kept.matter;
    let Some(person) = matter.parties.person.as_deref() else { return Ok(Vec::new()) };
    match matter.kind() {
        Kind::Service => entry(tx, asked, person).await,
        Kind::Support => {
            let mark = excellent_mark(tx, person, asked.t).await?;
            Ok(mark.into_iter().chain(doubles(tx, asked, person).await?).collect())
        }
        _ => Ok(Vec::new()),
    }
}

async fn entry(tx: &mut Tx, asked: &Asked<'_>, person: &str) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let log = linked(tx, Link::OfPerson(person, Kind::Service)).await?;
    let day = counted(matter).map(|(day, _)| day);
    let clashing: Vec<_> = day.into_iter().filter(|day| clashes(&log).contains(day)).collect();
    let mut parts: Vec<Markup> = clash_notice(&clashing, t).into_iter().collect();
    if let Some(appointment) = find(tx, matter.parties.parent.as_deref().unwrap_or_default()).await? {
        let of_appointment = |entry: &Matter| entry.parties.parent == matter.parties.parent;
        let own: Vec<Matter> = log.into_iter().filter(of_appointment).collect();
        let today = today(asked.state.clock.now());
        let parameters = policy::of_matter(tx, &appointment.matter).await?;
        parts.push(table(&meters(&appointment.matter, &own, today, &parameters), today, t).into());
    }
    Ok(parts)
}

/// 5.5: whoever enters support or reads it sees that the person is to be preferred.
pub(super) async fn excellent_mark(tx: &mut Tx, person: &str, t: Texts) -> Result<Option<Markup>, Failure> {
    let mark = store::outcome::excellent_since(tx, person).await?.map(assessment::excellent_mark);
    Ok(mark.map(|mark| Notice::info(t, mark.explanation().to_owned()).clause(mark.clause, t).into()))
}

/// 4.3: double support is visible on every one of the records, to those who may see the other.
async fn doubles(tx: &mut Tx, asked: &Asked<'_>, person: &str) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let same = |other: &Matter| {
        other.id != matter.id
            && other.stage == Stage::SupportRecorded
            && other.body.whole(&SUPPORT_YEAR) == matter.body.whole(&SUPPORT_YEAR)
            && (other.body.text(&PROJECT) == matter.body.text(&PROJECT)
                || other.body.text(&FUND) == matter.body.text(&FUND))
    };
    let all = linked(tx, Link::OfPerson(person, Kind::Support)).await?;
    let seen = all.iter().filter(|other| programme::process::sight::concerns_account(&asked.visitor.actor, other));
    let links: Vec<Markup> = seen
        .filter(|other| same(other))
        .map(|other| Markup::link(words::href(&other.id), format!("{} {}", other.id, other.title)))
        .collect();
    let notice = || Notice::warning(t, t.support_twice()).body(Markup::joined(links.clone()));
    Ok(if links.is_empty() { Vec::new() } else { vec![notice().clause(programme::clause!("4.3"), t).into()] })
}
