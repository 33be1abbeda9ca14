//! Texts of the engine with their vectors.

use std::ops::ControlFlow;

use matching::encoder::{Side, StoredVector};
use matching::input::{NeedText, Profile};
use matching::meaning::{directions_text, need_texts, need_vector, work_text};

use super::{Encoding, Text, VectorsError};

/// Gives needs and people the vectors of their texts; those that were made before are not made again.
pub fn give_vectors(
    encoding: &mut Encoding,
    needs: &mut [NeedText],
    people: &mut [Profile],
    on_done: &dyn Fn(usize, usize) -> ControlFlow<()>,
) -> Result<(), VectorsError> {
    let of_needs: Vec<Vec<String>> = needs.iter().map(|need| need_texts(&need.title, &need.content)).collect();
    let of_people: Vec<String> = people.iter().flat_map(texts_of).collect();
    let asked = of_needs.iter().flatten().map(|words| Text { words, side: Side::Query });
    let told = of_people.iter().filter(|words| !words.is_empty()).map(|words| Text { words, side: Side::Passage });
    let texts: Vec<Text> = asked.chain(told).collect();
    let mut vectors = encoding.vectors(&texts, &|done| on_done(done, texts.len()))?.into_iter();
    for (need, texts) in needs.iter_mut().zip(&of_needs) {
        need.vector = need_vector(&vectors.by_ref().take(texts.len()).collect::<Vec<_>>());
    }
    let mut vectors = of_people.iter().map(|words| if words.is_empty() { None } else { vectors.next() });
    people.iter_mut().for_each(|person| take(person, &mut vectors));
    Ok(())
}

/// The texts of a person's works, then of the directions; an empty one has no vector.
fn texts_of(person: &Profile) -> Vec<String> {
    let works = person.works.iter().map(|work| work_text(&work.title, &work.summary));
    works.chain([directions_text(&person.directions)]).collect()
}

fn take(person: &mut Profile, vectors: &mut impl Iterator<Item = Option<StoredVector>>) {
    for work in &mut person.works {
        work.vector = vectors.next().flatten();
    }
    person.directions_vector = vectors.next().flatten();
}
