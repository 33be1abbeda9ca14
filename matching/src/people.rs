//! Who is indexed: people in the order of their ids, and whose each entry of the index is.
//!
//! People who come later take their place among the others, while their entries stand behind all others, as their segments
//! of the index do. Entries of people who were replaced or taken out stay and are nobody's: they cost their postings until
//! everything is indexed anew, and add to no score.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::encoder::StoredVector;
use crate::index::Counter;
use crate::indicator::Indicator;
use crate::input::Profile;
use crate::text::{each_term, glyphs};
use crate::weights::Weights;

/// The most characters of a work's text that are read.
pub const WORK_CHARS_MAX: usize = 20_000;

/// Reads the texts of an entry into a counter.
pub(crate) type Read<'a> = dyn Fn(usize, &mut Counter) + Sync + 'a;

/// People and entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    all: Vec<Person>,
    entries: Vec<Entry>,
    /// Numbers of people who have a team, by team and number.
    in_teams: Vec<u32>,
}

/// Somebody indexed.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) profile: Arc<Profile>,
    pub(crate) entries: Range<usize>,
    /// Telling terms in all works.
    pub(crate) terms: usize,
}

/// What is indexed: a work, or the directions of a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Number of the person, or [`NOBODY`].
    person: u32,
    /// Number of the work among the person's, or [`DIRECTIONS`].
    work: u32,
    /// What the entry keeps of its score.
    pub(crate) permille: u32,
}

const NOBODY: u32 = u32::MAX;
const DIRECTIONS: u32 = u32::MAX;

impl Entry {
    /// The person, if it is still somebody's.
    pub(crate) fn person(self) -> Option<usize> {
        (self.person != NOBODY).then_some(self.person as usize)
    }

    /// Number of the work; `None` for the directions.
    pub(crate) fn work(self) -> Option<usize> {
        (self.work != DIRECTIONS).then_some(self.work as usize)
    }
}

impl People {
    /// Numbers people, whose ids ascend, and lets `index` read their texts: it is told how many entries there are.
    pub(crate) fn read<I>(
        profiles: Vec<Arc<Profile>>,
        weights: &Weights,
        index: impl FnOnce(usize, &Read<'_>) -> I,
    ) -> (Self, I) {
        let mut people = Self::default();
        for profile in profiles {
            let first = people.entries.len();
            people.entries.extend(entries_of(people.all.len(), &profile, weights));
            people.all.push(Person { profile, entries: first..people.entries.len(), terms: 0 });
        }
        let telling: Vec<AtomicUsize> = people.all.iter().map(|_| AtomicUsize::new(0)).collect();
        let read = |at: usize, counter: &mut Counter| {
            let entry = people.entries[at];
            let person = entry.person as usize;
            let found = count(&people.all[person].profile, entry, weights, counter);
            telling[person].fetch_add(found, Ordering::Relaxed);
        };
        let index = index(people.entries.len(), &read);
        people.all.iter_mut().zip(telling).for_each(|(person, terms)| person.terms = terms.into_inner());
        people.in_teams =
            (0..).zip(&people.all).filter(|(_, person)| person.has_team()).map(|(number, _)| number).collect();
        people.sort_teams();
        (people, index)
    }

    /// These people with the `changed` beside or in the place of those with their ids, and without those whose ids are
    /// `gone`. Costs a copy of the numbers of people and entries; no text is read, and ids are compared only where somebody
    /// comes or goes.
    pub(crate) fn with(&self, changed: Self, gone: &BTreeSet<&str>) -> Self {
        let behind = self.entries.len();
        let places: Vec<_> = changed.all.iter().map(|person| self.find(person.id())).collect();
        let mut leaves = vec![false; self.all.len()];
        let replaced = places.iter().filter_map(|place| place.ok());
        replaced.chain(gone.iter().filter_map(|id| self.number(id))).for_each(|number| leaves[number] = true);
        let mut merged = Self {
            all: Vec::with_capacity(self.all.len() + changed.all.len()),
            entries: [self.entries.as_slice(), &changed.entries].concat(),
            in_teams: Vec::new(),
        };
        let mut moved = vec![NOBODY; self.all.len()];
        let mut fresh = Vec::new();
        let places = places.into_iter().map(|place| place.unwrap_or_else(|before| before));
        let mut coming = places.zip(changed.all.into_iter().map(|person| person.behind(behind))).peekable();
        for (old, person) in self.all.iter().enumerate() {
            while let Some((_, new)) = coming.next_if(|(place, _)| *place == old) {
                fresh.push(merged.push(new));
            }
            if leaves[old] {
                merged.entries[person.entries.clone()].iter_mut().for_each(|entry| entry.person = NOBODY);
            } else {
                moved[old] = merged.push(person.clone());
            }
        }
        coming.for_each(|(_, new)| fresh.push(merged.push(new)));
        let kept = self.in_teams.iter().map(|&old| moved[old as usize]).filter(|&number| number != NOBODY);
        let fresh = fresh.into_iter().filter(|&number| merged.all[number as usize].has_team());
        merged.in_teams = kept.chain(fresh).collect();
        merged.sort_teams();
        merged
    }

    /// Adds somebody whose entries are there, behind all others by id; the result is the number.
    fn push(&mut self, person: Person) -> u32 {
        let number = self.all.len() as u32;
        self.entries[person.entries.clone()].iter_mut().for_each(|entry| entry.person = number);
        self.all.push(person);
        number
    }

    fn sort_teams(&mut self) {
        let all = &self.all;
        self.in_teams.sort_by_key(|&number| (all[number as usize].profile.team.as_str(), number));
    }

    /// Everybody, by id.
    pub(crate) fn all(&self) -> &[Person] {
        &self.all
    }

    /// Somebody by number.
    pub(crate) fn get(&self, number: usize) -> &Person {
        &self.all[number]
    }

    /// Entries by their number in the index, those that are nobody's too.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Somebody's number by id.
    pub(crate) fn number(&self, id: &str) -> Option<usize> {
        self.find(id).ok()
    }

    /// Somebody's number by id, or the number that he or she would have.
    fn find(&self, id: &str) -> Result<usize, usize> {
        self.all.binary_search_by(|person| person.id().cmp(id))
    }

    /// Numbers of the members of a team, ascending; nobody is of the team without a name.
    pub(crate) fn team(&self, team: &str) -> impl Iterator<Item = usize> {
        let name = |&number: &u32| self.all[number as usize].profile.team.as_str();
        let first = self.in_teams.partition_point(|number| name(number) < team);
        self.in_teams[first..].iter().take_while(move |number| name(number) == team).map(|&number| number as usize)
    }

    /// The vectors of the entries from this one on, in their order; those that are nobody's have none.
    pub(crate) fn vectors(&self, first: usize) -> impl Iterator<Item = Option<&StoredVector>> + Clone {
        self.entries[first..].iter().map(|entry| {
            let profile = &self.all[entry.person()?].profile;
            entry.work().map_or(profile.directions_vector.as_ref(), |work| profile.works[work].vector.as_ref())
        })
    }
}

impl Person {
    fn id(&self) -> &str {
        &self.profile.id
    }

    fn has_team(&self) -> bool {
        !self.profile.team.is_empty()
    }

    /// The same with entries so much further behind.
    fn behind(self, by: usize) -> Self {
        Self { entries: self.entries.start + by..self.entries.end + by, ..self }
    }
}

fn entries_of(person: usize, profile: &Profile, weights: &Weights) -> impl Iterator<Item = Entry> {
    let person = person as u32;
    let works = (0..).zip(&profile.works).map(move |(work, text)| Entry {
        person,
        work,
        permille: weights.work_permille(text.kind, text.year),
    });
    let directions = Entry { person, work: DIRECTIONS, permille: weights.directions_permille };
    works.chain((!profile.directions.is_empty()).then_some(directions))
}

/// Counts the terms of an entry; the result is how many telling ones a work's title and abstract hold.
fn count(profile: &Profile, entry: Entry, weights: &Weights, counter: &mut Counter) -> usize {
    let mut add = |text: &str, places: f64| {
        let mut glyphs = glyphs(text);
        glyphs.truncate(WORK_CHARS_MAX);
        let mut telling = 0;
        each_term(&glyphs, |term| {
            counter.add(term.key, places);
            telling += usize::from(term.class.is_telling());
        });
        telling
    };
    let Some(work) = entry.work().map(|work| &profile.works[work]) else {
        add(&profile.directions, 1.0);
        return 0;
    };
    // A work without an abstract is its title: counting that twice would change nothing but its length.
    let title = add(&work.title, if work.summary.is_empty() { 1.0 } else { weights.work_title });
    let summary = add(&work.summary, 1.0);
    for keyword in &work.keywords {
        add(keyword, weights.work_keyword);
    }
    for key in work.indicators.iter().filter_map(Indicator::key) {
        counter.add(key, 1.0);
    }
    title + summary
}
