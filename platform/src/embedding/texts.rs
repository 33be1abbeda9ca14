//! Which texts of a need or a person are encoded, and how their vectors come to what the engine is given.

use std::collections::HashMap;
use std::ops::ControlFlow;

use matching::encoder::{Side, StoredVector};
use matching::input::{NeedText, Profile};
use matching::meaning::{directions_text, need_texts, need_vector, work_text};

use super::{Encoding, Text, TextKey, VectorsError};

/// Vectors by the key of their text, as [`TextKey`] is written.
pub type Vectors = HashMap<String, StoredVector>;

/// The texts of a need.
pub fn of_need(need: &NeedText) -> Vec<String> {
    need_texts(&need.title, &need.content).into_iter().filter(|words| !words.is_empty()).collect()
}

/// The texts of a person's works and directions; empty ones are left out.
pub fn of_person(person: &Profile) -> impl Iterator<Item = String> {
    let works = person.works.iter().map(|work| work_text(&work.title, &work.summary));
    works.chain([directions_text(&person.directions)]).filter(|words| !words.is_empty())
}

/// The vectors of a need's texts, if all are there.
pub fn found_of_need(need: &NeedText, vectors: &Vectors) -> Option<Vec<StoredVector>> {
    of_need(need).iter().map(|words| find(words, Side::Query, vectors)).collect()
}

/// Gives a person's works and directions their vectors; whether every text has one.
pub fn complete_person(person: &mut Profile, vectors: &Vectors) -> bool {
    let mut is_complete = true;
    let mut find = |words: String| {
        let found = find(&words, Side::Passage, vectors);
        is_complete &= words.is_empty() || found.is_some();
        found
    };
    person.directions_vector = find(directions_text(&person.directions));
    for work in &mut person.works {
        work.vector = find(work_text(&work.title, &work.summary));
    }
    is_complete
}

/// What a text of a person is known by among [`Vectors`].
pub fn key_of_person(words: &str) -> String {
    key(words, Side::Passage)
}

/// What a text of a need is known by among [`Vectors`].
pub fn key_of_need(words: &str) -> String {
    key(words, Side::Query)
}

fn find(words: &str, side: Side, vectors: &Vectors) -> Option<StoredVector> {
    vectors.get(&key(words, side)).cloned()
}

fn key(words: &str, side: Side) -> String {
    TextKey::of(&Text { words, side }).to_string()
}

/// Gives needs and people the vectors of their texts; those that were made before are not made again.
pub fn give_vectors(
    encoding: &mut Encoding,
    needs: &mut [NeedText],
    people: &mut [Profile],
    on_done: &dyn Fn(usize, usize) -> ControlFlow<()>,
) -> Result<(), VectorsError> {
    let asked: Vec<String> = needs.iter().flat_map(of_need).collect();
    let told: Vec<String> = people.iter().flat_map(of_person).collect();
    let asked = asked.iter().map(|words| Text { words, side: Side::Query });
    let told = told.iter().map(|words| Text { words, side: Side::Passage });
    let texts: Vec<Text> = asked.chain(told).collect();
    let found = encoding.vectors(&texts, &|done| on_done(done, texts.len()))?;
    let vectors: Vectors = texts.iter().map(|text| TextKey::of(text).to_string()).zip(found).collect();
    for need in needs {
        need.vector = found_of_need(need, &vectors).and_then(|found| need_vector(&found));
    }
    for person in people {
        complete_person(person, &vectors);
    }
    Ok(())
}
