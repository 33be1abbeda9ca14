//! The vocabulary of the demonstration: topics with research lines in the words of researchers, and beside each line the
//! needs that it can answer in the words of enterprises.
//!
//! Written by hand, one file per industry under `data/topics`. Researchers and enterprises deliberately use different words for
//! the same thing, since that is what matching has to bridge.

use serde::Deserialize;

/// Texts separated by `；` in the data files.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "String")]
pub(super) struct Phrases(pub(super) Vec<String>);

impl From<String> for Phrases {
    fn from(text: String) -> Self {
        Self(text.split('；').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }
}

impl std::ops::Deref for Phrases {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// A subject of research and industry; two lines of one topic are close to each other.
#[derive(Debug, Deserialize)]
pub(super) struct Topic {
    pub(super) key: String,
    pub(super) name: String,
    /// Name in the degree catalogue.
    #[serde(default)]
    pub(super) discipline: String,
    /// Keys of topics that a weak relation leads to.
    #[serde(default)]
    pub(super) near: Phrases,
    /// Means of research: observation, computation, statistics.
    #[serde(default)]
    pub(super) tools: Phrases,
    #[serde(rename = "line")]
    pub(super) lines: Vec<Line>,
}

/// A research line: what one team does.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) name: String,
    /// Teams at work on it in the province; none for lines that only enterprises ask for.
    #[serde(default = "two")]
    pub(super) teams: usize,
    /// What is studied.
    #[serde(default)]
    pub(super) objects: Phrases,
    /// What is done to it.
    #[serde(default)]
    pub(super) methods: Phrases,
    /// What changes or is measured.
    #[serde(default)]
    pub(super) effects: Phrases,
    /// For each object the numbers of the methods and effects that make sense with it, `13/24` for methods 1 and 3,
    /// effects 2 and 4.
    #[serde(default)]
    pub(super) fits: String,
    /// Things that can be patented, as they follow 一种.
    #[serde(default)]
    pub(super) devices: Phrases,
    /// Indicators, `name≥[low~high]unit`.
    #[serde(default)]
    pub(super) metrics: Phrases,
    /// Where it is used.
    #[serde(default)]
    pub(super) uses: Phrases,
    /// Needs of enterprises that this line answers.
    #[serde(default, rename = "need")]
    pub(super) needs: Vec<NeedText>,
}

impl Line {
    /// Methods that make sense with an object.
    pub(super) fn methods_for(&self, object: usize) -> Vec<&str> {
        numbered(&self.methods, self.fit(object).0)
    }

    /// Effects that make sense with an object.
    pub(super) fn effects_for(&self, object: usize) -> Vec<&str> {
        numbered(&self.effects, self.fit(object).1)
    }

    fn fit(&self, object: usize) -> (&str, &str) {
        self.fits.split(' ').nth(object).and_then(|fit| fit.split_once('/')).unwrap_or_default()
    }
}

fn numbered<'a>(phrases: &'a [String], numbers: &str) -> Vec<&'a str> {
    let place = |number: char| number.to_digit(10).and_then(|number| phrases.get(number as usize - 1));
    numbers.chars().filter_map(place).map(String::as_str).collect()
}

/// A need as an enterprise would put it, with ranges instead of figures.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct NeedText {
    pub(super) title: String,
    /// How the name of the enterprise that asks begins; any of the topic when empty.
    #[serde(default)]
    pub(super) by: String,
    #[serde(default)]
    pub(super) words: Phrases,
    /// What is wrong; empty for a need of one line.
    #[serde(default)]
    pub(super) problem: String,
    /// How things stand.
    #[serde(default)]
    pub(super) state: String,
    /// What was tried before.
    #[serde(default)]
    pub(super) tried: String,
    #[serde(default)]
    pub(super) targets: Phrases,
}

fn two() -> usize {
    2
}

/// Place of a line in the lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LineAt {
    pub(super) topic: usize,
    pub(super) line: usize,
}

/// All topics.
pub(super) struct Lexicon {
    pub(super) topics: Vec<Topic>,
}

#[derive(Deserialize)]
struct TopicFile {
    topic: Vec<Topic>,
}

const FILES: &[&str] = &[
    include_str!("data/topics/equipment.toml"),
    include_str!("data/topics/petrochemical.toml"),
    include_str!("data/topics/materials.toml"),
    include_str!("data/topics/farming.toml"),
    include_str!("data/topics/food.toml"),
    include_str!("data/topics/biomedicine.toml"),
    include_str!("data/topics/aerospace.toml"),
    include_str!("data/topics/forest.toml"),
    include_str!("data/topics/ice.toml"),
    include_str!("data/topics/digital.toml"),
    include_str!("data/topics/orphans.toml"),
];

impl Lexicon {
    /// The lexicon inside the program.
    pub(super) fn embedded() -> Self {
        Self { topics: FILES.iter().flat_map(|text| embedded::<TopicFile>(text).topic).collect() }
    }

    pub(super) fn topic(&self, at: LineAt) -> &Topic {
        &self.topics[at.topic]
    }

    pub(super) fn line(&self, at: LineAt) -> &Line {
        &self.topics[at.topic].lines[at.line]
    }

    /// Every line, in the order of the files.
    pub(super) fn lines(&self) -> Vec<LineAt> {
        let of = |(topic, text): (usize, &Topic)| (0..text.lines.len()).map(move |line| LineAt { topic, line });
        self.topics.iter().enumerate().flat_map(of).collect()
    }

    /// Lines that teams of the province work on.
    pub(super) fn researched(&self) -> Vec<LineAt> {
        self.lines().into_iter().filter(|at| self.line(*at).teams > 0).collect()
    }

    /// Whether either topic names the other as near.
    pub(super) fn are_near(&self, one: usize, other: usize) -> bool {
        let names = |from: usize, to: usize| self.topics[from].near.contains(&self.topics[to].key);
        one != other && (names(one, other) || names(other, one))
    }
}

/// Reads data that is compiled in; that it is well-formed is held by a test, so a fault here is a bug.
pub(super) fn embedded<T: serde::de::DeserializeOwned>(text: &str) -> T {
    match toml::from_str(text) {
        Ok(data) => data,
        Err(error) => panic!("demonstration data: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_near_topic_exists_and_no_key_is_used_twice() {
        let lexicon = Lexicon::embedded();
        let keys: BTreeSet<&str> = lexicon.topics.iter().map(|topic| topic.key.as_str()).collect();
        assert_eq!(keys.len(), lexicon.topics.len());
        for topic in &lexicon.topics {
            for near in topic.near.iter() {
                assert!(keys.contains(near.as_str()), "{} names {near}", topic.key);
            }
        }
    }

    #[test]
    fn every_researched_line_has_enough_words_to_write_from() {
        let lexicon = Lexicon::embedded();
        for at in lexicon.researched() {
            let line = lexicon.line(at);
            let thin = line.objects.len() < 3 || line.methods.len() < 3 || line.effects.len() < 3;
            let bare = line.devices.len() < 2 || line.metrics.len() < 2 || line.uses.is_empty();
            assert!(!thin && !bare, "{}", line.name);
            for object in 0..line.objects.len() {
                let (methods, effects) = line.fit(object);
                assert!(!methods.is_empty() && line.methods_for(object).len() == methods.len(), "{}", line.name);
                assert!(!effects.is_empty() && line.effects_for(object).len() == effects.len(), "{}", line.name);
            }
            assert!(lexicon.topic(at).tools.len() >= 3, "{}", lexicon.topic(at).key);
        }
    }
}
