//! How many people a need would reach as it stands, told while it is being written.
//!
//! Only numbers leave this file: who they are is told by a run of an open round (3.2a, P1), never to the enterprise that writes.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::NaiveDate;
use matching::engine::Candidate;
use matching::level::Level;
use programme::finding::Verdict;
use programme::record::{Need, Person};

use super::Desk;
use super::collection::Collection;
use super::matching::judge;
use super::policy;
use super::register::Register;

/// Most people that are counted; a need that reaches so many is not short of candidates.
pub const REACH_MAX: usize = 200;

/// How many people a need reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// People whose works are strongly related.
    pub strong: usize,
    /// People whose works are fairly related, not counting the strong ones.
    pub fairly: usize,
    /// Of both, those whom no rule refuses for this need.
    pub eligible: usize,
    /// Whether counting stopped at [`REACH_MAX`].
    pub more: bool,
}

impl Reach {
    /// Everybody who is at least fairly related.
    pub const fn people(&self) -> usize {
        self.strong + self.fairly
    }
}

/// Counts with the data as they are on a day.
pub async fn reach(desk: &Desk, need: &Need, on: NaiveDate) -> anyhow::Result<Reach> {
    let collection = desk.collections.current(desk).await?;
    let (asked, everybody) = (need.clone(), Arc::clone(&collection));
    let reached = tokio::task::spawn_blocking(move || related(&everybody, &asked))
        .await
        .context("rank a need against everybody in the background")?;
    let people: Vec<&Person> = reached.iter().filter_map(|one| collection.person(&one.person)).collect();
    let mut tx = desk.database.read().await?;
    let round = policy::current_round(&mut tx).await?;
    let register = Register::around(&mut tx, on, round.as_ref(), &people, need.enterprise.as_ref()).await?;
    Ok(count(&collection, &register, need, reached))
}

/// Those who are at least fairly related, the most related first.
fn related(collection: &Collection, need: &Need) -> Vec<Candidate> {
    let ranking = collection.engine.rank(&collection.need_text(need), REACH_MAX);
    ranking.candidates.into_iter().filter(|candidate| candidate.level >= Level::Fair).collect()
}

fn count(collection: &Collection, register: &Register, need: &Need, reached: Vec<Candidate>) -> Reach {
    let mut reach = Reach::default();
    for candidate in reached {
        match candidate.level {
            Level::Strong => reach.strong += 1,
            _ => reach.fairly += 1,
        }
        let refused = judge(collection, register, need, candidate).verdict() == Verdict::Refused;
        reach.eligible += usize::from(!refused);
    }
    reach.more = reach.people() == REACH_MAX;
    reach
}

#[cfg(test)]
mod tests {
    use programme::parameters::Parameters;
    use programme::record::{Degree, Work};

    use super::*;

    const TITLE: &str = "模锻吊钩无氧化感应加热工艺与氧化皮控制";

    fn person(number: usize, title: &str, degree: Degree) -> Person {
        let work = Work { id: "w1".into(), title: title.into(), ..Work::default() };
        Person { id: format!("p{number:04}"), degree: Some(degree), works: vec![work], ..Person::default() }
    }

    fn counted(people: Vec<Person>, title: &str) -> Reach {
        let collection = Collection::of(people).expect("people with different ids");
        let register = Register::none(NaiveDate::from_ymd_opt(2025, 2, 10), Parameters::embedded().clone());
        let need = Need { id: "n1".into(), title: title.into(), ..Need::default() };
        count(&collection, &register, &need, related(&collection, &need))
    }

    /// People of another field, so that the words of the need are rare.
    fn others() -> impl Iterator<Item = Person> {
        (1_000..1_300).map(|number| person(number, &format!("水稻第{number}号品系抗倒伏栽培"), Degree::Doctor))
    }

    #[test]
    fn people_of_the_field_are_counted_and_others_are_not() {
        let people = (0..3).map(|number| person(number, TITLE, Degree::Doctor)).chain(others()).collect();
        let reach = counted(people, TITLE);
        assert_eq!((reach.people(), reach.more), (3, false));
        assert_eq!(counted(others().collect(), TITLE), Reach::default());
    }

    #[test]
    fn counting_stops_at_its_bound() {
        for (people, more) in [(REACH_MAX - 1, false), (REACH_MAX, true), (REACH_MAX + 1, true)] {
            let crowd = (0..people).map(|number| person(number, TITLE, Degree::Doctor)).chain(others()).collect();
            let reach = counted(crowd, TITLE);
            assert_eq!((reach.people(), reach.more), (people.min(REACH_MAX), more), "{people}");
        }
    }
}
