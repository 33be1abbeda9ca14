//! Who is indexed: people and entries of the index by number, and whose each entry is.
//!
//! Numbers stand: people who come later, and their entries, are numbered behind all others, as their segments of the index
//! are. So an addition costs what its people cost, and those who were there before are shared and not copied. Whoever is
//! replaced or taken out keeps number and entries: they cost their postings until everything is indexed anew, and add to no
//! score. Only among those read together does the order of numbers follow the order of ids.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::encoder::StoredVector;
use crate::evidence::Field;
use crate::index::Counter;
use crate::indicator::Indicator;
use crate::input::{Profile, WorkText};
use crate::text::{each_term, glyphs};
use crate::weights::Weights;

/// The most characters of a work's text that are read.
pub const WORK_CHARS_MAX: usize = 20_000;

/// Reads the texts of an entry into a counter.
pub(crate) type Read<'a> = dyn Fn(usize, &mut Counter) + Sync + 'a;

/// People and entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    /// In the order in which they came; numbers go on from one to the next.
    blocks: Vec<Arc<Block>>,
    /// Numbers of people who were replaced or taken out.
    gone: BTreeSet<usize>,
}

/// People read together.
#[derive(Debug, Default)]
pub(crate) struct Block {
    first_person: usize,
    first_entry: usize,
    /// By id.
    people: Vec<Person>,
    entries: Vec<Entry>,
    /// Places of people who have a team, by team and id.
    in_teams: Vec<u32>,
}

/// Somebody indexed.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) profile: Arc<Profile>,
    pub(crate) entries: Range<usize>,
    /// Telling terms in all works.
    pub(crate) terms: usize,
}

/// What is indexed: a work, or the directions of a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Number of the person.
    person: u32,
    /// Number of the work among the person's, or [`DIRECTIONS`].
    work: u32,
    /// What the entry keeps of its score.
    pub(crate) permille: u32,
}

const DIRECTIONS: u32 = u32::MAX;

impl Entry {
    /// Number of the work; `None` for the directions.
    pub(crate) fn work(self) -> Option<usize> {
        (self.work != DIRECTIONS).then_some(self.work as usize)
    }
}

impl Block {
    /// Numbers people, whose ids ascend, and lets `index` read their texts: it is told how many entries there are.
    pub(crate) fn read<I>(
        profiles: Vec<Arc<Profile>>,
        weights: &Weights,
        index: impl FnOnce(usize, &Read<'_>) -> I,
    ) -> (Self, I) {
        let mut block = Self::default();
        for profile in profiles {
            let first = block.entries.len();
            block.entries.extend(entries_of(block.people.len(), &profile, weights));
            block.people.push(Person { profile, entries: first..block.entries.len(), terms: 0 });
        }
        let telling: Vec<AtomicUsize> = block.people.iter().map(|_| AtomicUsize::new(0)).collect();
        let read = |at: usize, counter: &mut Counter| {
            let entry = block.entries[at];
            let person = entry.person as usize;
            let found = count(&block.people[person].profile, entry, weights, counter);
            telling[person].fetch_add(found, Ordering::Relaxed);
        };
        let index = index(block.entries.len(), &read);
        block.people.iter_mut().zip(telling).for_each(|(person, terms)| person.terms = terms.into_inner());
        let people = &block.people;
        block.in_teams = (0..).zip(people).filter(|(_, person)| person.has_team()).map(|(place, _)| place).collect();
        block.in_teams.sort_by_key(|&place| (people[place as usize].profile.team.as_str(), place));
        (block, index)
    }

    /// The same behind so many people and entries.
    fn behind(mut self, people: usize, entries: usize) -> Self {
        self.first_person = people;
        self.first_entry = entries;
        self.entries.iter_mut().for_each(|entry| entry.person += people as u32);
        for person in &mut self.people {
            person.entries = person.entries.start + entries..person.entries.end + entries;
        }
        self
    }

    /// Numbers of the members of a team.
    fn team(&self, team: &str) -> impl Iterator<Item = usize> {
        let name = |&place: &u32| self.people[place as usize].profile.team.as_str();
        let first = self.in_teams.partition_point(|place| name(place) < team);
        let members = self.in_teams[first..].iter().take_while(move |place| name(place) == team);
        members.map(|&place| self.first_person + place as usize)
    }

    fn numbers(&self) -> Range<usize> {
        self.first_person..self.first_person + self.people.len()
    }

    fn vector(&self, entry: Entry) -> Option<&StoredVector> {
        let profile = &self.people[entry.person as usize - self.first_person].profile;
        entry.work().map_or(profile.directions_vector.as_ref(), |work| profile.works[work].vector.as_ref())
    }
}

impl People {
    /// The people of one block.
    pub(crate) fn of(block: Block) -> Self {
        Self { blocks: vec![Arc::new(block)], gone: BTreeSet::new() }
    }

    /// These people with the `changed` beside or in the place of those with their ids, and without those whose ids are
    /// `gone`.
    pub(crate) fn with(&self, changed: Block, gone: &BTreeSet<&str>) -> Self {
        let mut people = self.clone();
        let leaving = changed.people.iter().map(Person::id).chain(gone.iter().copied());
        people.gone.extend(leaving.filter_map(|id| self.number(id)));
        let behind = self.blocks.last().map_or(0, |block| block.numbers().end);
        people.blocks.push(Arc::new(changed.behind(behind, self.entries())));
        people
    }

    /// Numbers of everybody who is here.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.blocks.iter().flat_map(|block| block.numbers()).filter(|number| !self.gone.contains(number))
    }

    /// Everybody who is here.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Person> {
        self.numbers().map(|number| self.get(number))
    }

    /// How many people are here.
    pub(crate) fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.people.len()).sum::<usize>() - self.gone.len()
    }

    /// Somebody by number.
    pub(crate) fn get(&self, number: usize) -> &Person {
        let block = &self.blocks[self.blocks.partition_point(|block| block.first_person <= number) - 1];
        &block.people[number - block.first_person]
    }

    /// Somebody's id by number.
    pub(crate) fn id(&self, number: usize) -> &str {
        self.get(number).id()
    }

    /// How many entries the index has, those of people who are gone too.
    pub(crate) fn entries(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.first_entry + block.entries.len())
    }

    /// How many entries belong to people who are gone.
    pub(crate) fn entries_gone(&self) -> usize {
        self.gone.iter().map(|&number| self.get(number).entries.len()).sum()
    }

    /// An entry by its number in the index.
    pub(crate) fn entry(&self, number: usize) -> Entry {
        // Blocks without entries begin where the next one does.
        let block = &self.blocks[self.blocks.partition_point(|block| block.first_entry <= number) - 1];
        block.entries[number - block.first_entry]
    }

    /// Whose an entry is, by number, unless the person is gone.
    pub(crate) fn owner(&self, entry: usize) -> Option<usize> {
        let person = self.entry(entry).person as usize;
        (!self.gone.contains(&person)).then_some(person)
    }

    /// Somebody's number by id.
    pub(crate) fn number(&self, id: &str) -> Option<usize> {
        let find = |block: &Arc<Block>| {
            let place = block.people.binary_search_by(|person| person.id().cmp(id)).ok()?;
            Some(block.first_person + place)
        };
        self.blocks.iter().filter_map(find).find(|number| !self.gone.contains(number))
    }

    /// Numbers of the members of a team; nobody is of the team without a name.
    pub(crate) fn team(&self, team: &str) -> impl Iterator<Item = usize> {
        self.blocks.iter().flat_map(move |block| block.team(team)).filter(|number| !self.gone.contains(number))
    }

    /// The vectors of the entries that were added after so many, in their order; those of people who are gone are none.
    pub(crate) fn vectors(&self, first: usize) -> impl Iterator<Item = Option<&StoredVector>> + Clone {
        let added = self.blocks.iter().filter(move |block| block.first_entry >= first);
        added.flat_map(|block| {
            let is_here = |entry: &Entry| !self.gone.contains(&(entry.person as usize));
            block.entries.iter().map(move |entry| if is_here(entry) { block.vector(*entry) } else { None })
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
    let places = |field| places(field, work, weights);
    let title = add(&work.title, places(Field::Title));
    let summary = add(&work.summary, places(Field::Body));
    for (number, keyword) in work.keywords.iter().enumerate() {
        add(keyword, places(Field::Keyword(number)));
    }
    for key in work.indicators.iter().filter_map(Indicator::key) {
        counter.add(key, places(Field::Body));
    }
    title + summary
}

/// How often a term in a part of a work counts.
pub(crate) fn places(field: Field, work: &WorkText, weights: &Weights) -> f64 {
    match field {
        // A work without an abstract is its title: counting that twice would change nothing but its length.
        Field::Title if work.summary.is_empty() => 1.0,
        Field::Title => weights.work_title,
        Field::Body => 1.0,
        Field::Keyword(_) => weights.work_keyword,
    }
}
