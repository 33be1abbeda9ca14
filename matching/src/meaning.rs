//! Nearness in meaning: what the vectors of an embedding model add to the words that two texts share.
//!
//! Vectors of one language model all point much the same way (cosines of unrelated texts lie around .8), so they are compared
//! after the mean of the works has been taken off: then unrelated texts lie around 0. Only nearness counts, distance takes
//! nothing off. The mean is a statistic of the collection like the rarity of a term: it stands until the index is built anew.

#![expect(clippy::inline_always, reason = "vector code must be compiled inside what was compiled for the processor")]

use std::hint;
use std::sync::Arc;

use rayon::prelude::*;

use crate::encoder::StoredVector;
use crate::score::RAW_ONE;

/// Characters of a need's body that are read beside its title: what it is about is said first.
const NEED_BODY_CHARS: usize = 200;

/// Characters of an abstract, or of directions, that are read when they stand alone.
const SUMMARY_CHARS: usize = 200;

/// The texts of a need whose vectors make up [`need_vector`]: the title, and the title with the beginning of the body.
pub fn need_texts(title: &str, content: &str) -> Vec<String> {
    let body = beginning(content, NEED_BODY_CHARS);
    let title = title.to_owned();
    if body.is_empty() { vec![title] } else { vec![title.clone(), format!("{title}。{body}")] }
}

/// The vector of a need from those of its texts: their sum in length 1. `None` without any.
pub fn need_vector(vectors: &[StoredVector]) -> Option<StoredVector> {
    let mut sum = vectors.first()?.widened();
    for vector in &vectors[1..] {
        sum.iter_mut().zip(vector.widened()).for_each(|(sum, number)| *sum += number);
    }
    let length = length(&sum);
    let unit: Vec<f32> = sum.into_iter().map(|number| number / length).collect();
    Some(StoredVector::of(&unit))
}

/// The text of a work that is encoded: its title, or the beginning of its abstract when it has none.
///
/// Spaces between Chinese characters, which lists of words have, are left out: the model was trained on running text.
pub fn work_text(title: &str, summary: &str) -> String {
    let title = without_spaces(title);
    if title.is_empty() { beginning(summary, SUMMARY_CHARS) } else { title }
}

/// The text of a person's directions that is encoded.
pub fn directions_text(directions: &str) -> String {
    beginning(directions, SUMMARY_CHARS)
}

fn beginning(text: &str, chars: usize) -> String {
    text.trim().chars().take(chars).collect()
}

fn without_spaces(text: &str) -> String {
    let chars: Vec<char> = text.trim().chars().collect();
    let is_between =
        |at: usize| at > 0 && at + 1 < chars.len() && !chars[at - 1].is_ascii() && !chars[at + 1].is_ascii();
    chars.iter().enumerate().filter(|&(at, ch)| *ch != ' ' || !is_between(at)).map(|(_, ch)| ch).collect()
}

/// The mean of the works' vectors, and the vectors with their distance from it.
///
/// The vectors stand here in the order of the entries, and share their numbers with the texts': a need is compared with all
/// of them, and the way to each through its person and work takes longer than the comparison.
#[derive(Clone, Debug)]
pub(crate) struct Meaning {
    mean: Vec<f32>,
    /// The entries, addition after addition.
    additions: Vec<Arc<[Apart]>>,
}

/// An entry's vector, if it has one of the right size, and its length without the mean.
#[derive(Debug)]
struct Apart {
    vector: Option<StoredVector>,
    length: f32,
}

impl Meaning {
    /// From the vectors of all entries; `None` when there are none. Vectors of another size than the first are left out.
    pub(crate) fn build<'a>(vectors: impl Iterator<Item = Option<&'a StoredVector>> + Clone) -> Option<Self> {
        let dimensions = vectors.clone().flatten().next()?.numbers().len();
        let mut sums = vec![0.0f64; dimensions];
        let mut count = 0u32;
        for vector in vectors.clone().flatten().filter(|vector| vector.numbers().len() == dimensions) {
            let scale = f64::from(vector.scale());
            sums.iter_mut().zip(vector.numbers()).for_each(|(sum, &number)| *sum += scale * f64::from(number));
            count += 1;
        }
        let mean = sums.into_iter().map(|sum| (sum / f64::from(count)) as f32).collect();
        let mut meaning = Self { mean, additions: Vec::new() };
        meaning.add(vectors);
        Some(meaning)
    }

    /// Takes further entries in; the mean stands.
    pub(crate) fn add<'a>(&mut self, vectors: impl Iterator<Item = Option<&'a StoredVector>>) {
        let mean = &self.mean;
        let apart = |vector: Option<&StoredVector>| {
            let vector = vector.filter(|vector| vector.numbers().len() == mean.len()).cloned();
            let length = vector.as_ref().map_or(0.0, |vector| {
                length(&vector.widened().iter().zip(mean).map(|(number, mean)| number - mean).collect::<Vec<_>>())
            });
            Apart { vector, length }
        };
        self.additions.push(vectors.map(apart).collect());
    }

    /// What nearness to a need adds to each entry, in the index's unit: `weight` for the same direction, 0 for a right angle and
    /// beyond, and for an entry without a vector. One pass over all vectors, on all threads.
    pub(crate) fn scores(&self, need: &StoredVector, weight: f64) -> Vec<u64> {
        let entries = self.additions.iter().map(|addition| addition.len()).sum();
        if need.numbers().len() != self.mean.len() {
            return vec![0; entries];
        }
        let asked = Asked::of(&need.widened(), &self.mean);
        let mut scores = Vec::with_capacity(entries);
        for addition in &self.additions {
            let compared = addition.par_chunks(ENTRIES_AT_ONCE).flat_map_iter(|entries| {
                pulp::Arch::new().dispatch(Compared { asked: &asked, entries, one: weight * RAW_ONE })
            });
            scores.par_extend(compared);
        }
        scores
    }
}

/// Entries that a thread compares at a time: fewer are done sooner than shared out.
const ENTRIES_AT_ONCE: usize = 4_096;

/// Entries on their way to their scores, compared with the widest instructions that the processor has.
struct Compared<'a> {
    asked: &'a Asked,
    entries: &'a [Apart],
    /// What a cosine of 1 adds.
    one: f64,
}

impl pulp::WithSimd for Compared<'_> {
    type Output = Vec<u64>;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> Vec<u64> {
        let mut scores = Vec::with_capacity(self.entries.len());
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(Apart { vector: Some(vector), .. }) = self.entries.get(at + AHEAD) {
                send_for(vector);
            }
            let cosine = match &entry.vector {
                Some(vector) if entry.length > 0.0 => self.asked.along(vector) / f64::from(entry.length),
                _ => 0.0,
            };
            #[expect(clippy::cast_sign_loss, reason = "not below 0")]
            scores.push((cosine.clamp(0.0, 1.0) * self.one) as u64);
        }
        scores
    }
}

/// Entries between the one that is compared and the one that is sent for.
const AHEAD: usize = 4;

/// Reads one number of every line of memory: the vectors lie apart, and the processor would wait for each.
#[inline(always)]
fn send_for(vector: &StoredVector) {
    hint::black_box(vector.numbers().iter().step_by(LINE_BYTES).fold(0, |read, number| read ^ number));
}

/// What memory hands over at a time.
const LINE_BYTES: usize = 64;

/// A need's direction from the mean, in whole numbers, so that no order of adding can change a score.
struct Asked {
    scale: f64,
    numbers: Vec<i16>,
    /// The mean's own part along the direction.
    mean: f64,
}

impl Asked {
    fn of(need: &[f32], mean: &[f32]) -> Self {
        let apart: Vec<f32> = need.iter().zip(mean).map(|(need, mean)| need - mean).collect();
        let length = f64::from(length(&apart)).max(f64::MIN_POSITIVE);
        let largest = apart.iter().fold(0.0f32, |most, number| most.max(number.abs()));
        let step = f64::from(largest) / f64::from(STEPS);
        let inverse = if step > 0.0 { step.recip() } else { 0.0 };
        let numbers: Vec<i16> = apart.iter().map(|&number| (f64::from(number) * inverse).round() as i16).collect();
        let scale = step / length;
        let mean = numbers.iter().zip(mean).map(|(&number, &mean)| f64::from(number) * scale * f64::from(mean)).sum();
        Self { scale, numbers, mean }
    }

    /// How far a vector lies from the mean in the need's direction.
    #[inline(always)]
    fn along(&self, vector: &StoredVector) -> f64 {
        let products = self.numbers.iter().zip(vector.numbers());
        let sum: i32 = products.map(|(&asked, &number)| i32::from(asked) * i32::from(number)).sum();
        f64::from(sum) * self.scale * f64::from(vector.scale()) - self.mean
    }
}

/// Steps of a need's largest number: sums of up to 4,000 products with a byte stay within 32 bits.
const STEPS: i16 = 4_000;

fn length(vector: &[f32]) -> f32 {
    vector.iter().map(|&number| f64::from(number) * f64::from(number)).sum::<f64>().sqrt() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[f32]) -> StoredVector {
        StoredVector::of(numbers)
    }

    fn scores(works: &[StoredVector], need: &StoredVector) -> Vec<u64> {
        let vectors = works.iter().map(Some);
        Meaning::build(vectors).expect("there are vectors").scores(need, 1.0)
    }

    #[test]
    fn the_same_direction_gives_one_and_the_other_way_nothing() {
        let works = [of(&[0.8, 0.6, 0.0]), of(&[0.8, -0.6, 0.0])];
        let found = scores(&works, &works[0]);
        assert!((found[0] as f64 / RAW_ONE - 1.0).abs() < 0.01, "{found:?}");
        assert_eq!(found[1], 0);
    }

    #[test]
    fn what_all_works_have_in_common_counts_nothing() {
        let works = [of(&[0.9, 0.1, 0.0]), of(&[0.9, 0.0, 0.1]), of(&[0.9, -0.1, -0.1])];
        let found = scores(&works, &of(&[0.9, 0.12, 0.0]));
        assert!(found[0] > found[1] && found[0] > found[2], "{found:?}");
        assert_eq!(found[2], 0);
    }

    #[test]
    fn entries_without_a_vector_or_of_another_size_get_nothing() {
        let works = [Some(of(&[1.0, 0.0])), None, Some(of(&[0.0, 1.0])), Some(of(&[1.0, 0.0, 0.0]))];
        let vectors = works.iter().map(Option::as_ref);
        let meaning = Meaning::build(vectors).expect("there are vectors");
        let found = meaning.scores(&of(&[1.0, 0.0]), 1.0);
        assert!(found[0] > 0);
        assert_eq!(found[1..], [0, 0, 0]);
        assert_eq!(meaning.scores(&of(&[1.0]), 1.0), [0, 0, 0, 0]);
        assert!(Meaning::build(std::iter::repeat_n(None, 3)).is_none());
    }

    #[test]
    fn added_entries_score_as_if_they_had_been_there() {
        let works = [of(&[0.8, 0.6, 0.0]), of(&[0.8, -0.6, 0.1]), of(&[0.1, 0.2, 0.9])];
        let whole = Meaning::build(works.iter().map(Some)).expect("there are vectors");
        let mut grown = Meaning { additions: Vec::new(), ..whole.clone() };
        grown.add(works[..2].iter().map(Some));
        grown.add(works[2..].iter().map(Some));
        assert_eq!(grown.scores(&works[1], 1.0), whole.scores(&works[1], 1.0));
    }

    #[test]
    fn a_list_of_words_is_read_as_running_text() {
        assert_eq!(work_text("锂离子 电池 负极 材料", "摘要"), "锂离子电池负极材料");
        assert_eq!(work_text("CBN tool 刀具", ""), "CBN tool 刀具");
        assert_eq!(work_text("", "摘要"), "摘要");
    }

    #[test]
    fn a_need_is_its_title_and_its_title_with_the_beginning_of_its_body() {
        let body = "正".repeat(NEED_BODY_CHARS);
        assert_eq!(need_texts("锂电池", &format!("{body}尾")), ["锂电池".to_owned(), format!("锂电池。{body}")]);
        assert_eq!(need_texts("锂电池", " "), ["锂电池"]);
    }

    #[test]
    fn the_vector_of_a_need_lies_between_those_of_its_texts() {
        let between = need_vector(&[of(&[1.0, 0.0]), of(&[0.0, 1.0])]).expect("two texts").widened();
        assert!((between[0] - between[1]).abs() < 0.01 && (length(&between) - 1.0).abs() < 0.01, "{between:?}");
        assert_eq!(need_vector(&[]), None);
    }
}
