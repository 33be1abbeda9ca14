//! Everybody in the store, indexed once and kept in memory until people change.
//!
//! One need is then answered in milliseconds. Whether people have changed is read off the audit trail: every import
//! leaves its event in the same transaction, so its number is the version of the data.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use matching::encoder::{Side, StoredVector};
use matching::engine::Engine;
use matching::input::{NeedText, Profile};
use matching::meaning::need_vector;
use matching::weights::Weights;
use programme::access::Scope;
use programme::record::{Need, Person, Work};
use sm3::{Digest, Sm3};
use store::namesake;
use tokio::sync::Mutex;

use super::{Desk, vectors};
use crate::embedding::texts::{self, Vectors};
use crate::embedding::{Model, ModelRefusal, Text, TextKey};
use crate::exchange;

/// Everybody with works at one state of the data.
#[derive(Debug)]
pub struct Collection {
    /// Ranks and explains.
    pub engine: Engine,
    people: HashMap<String, Person>,
    hash: String,
    version: Version,
    meaning: Option<Meaning>,
}

/// State of the data: the last act on people, and how often vectors were renewed.
type Version = (i64, u64);

/// A model, and the vectors that it gave before.
#[derive(Debug)]
pub struct Meaning {
    /// The model.
    pub model: Arc<Model>,
    /// What it gave, by text.
    pub vectors: Vectors,
}

impl Collection {
    /// Indexes these people, without vectors.
    pub fn of(people: Vec<Person>) -> anyhow::Result<Self> {
        Self::with(people, (0, 0), None)
    }

    /// Indexes these people. Vectors are used when every text has one: those without would stand behind the others.
    fn with(people: Vec<Person>, version: Version, meaning: Option<Meaning>) -> anyhow::Result<Self> {
        let hash = hash(&people)?;
        let mut profiles: Vec<Profile> = people.iter().map(exchange::profile).collect();
        let meaning = meaning.filter(|meaning| {
            let has = |words: String| meaning.vectors.contains_key(&TextKey::of(&passage(&words)).to_string());
            profiles.iter().all(|person| texts::of_person(person).all(has))
        });
        if let Some(meaning) = &meaning {
            for person in &mut profiles {
                texts::complete_person(person, &meaning.vectors);
            }
        }
        let engine = Engine::build(profiles, Weights::published()).context("index the people")?;
        let people = people.into_iter().map(|person| (person.id.clone(), person)).collect();
        Ok(Self { engine, people, hash, version, meaning })
    }

    /// A need as the engine reads it, with its vector when people have theirs; what was not encoded before is now. A need
    /// that the model's address gives no vector for is answered by words, and the log says so.
    pub fn need_text(&self, need: &Need) -> NeedText {
        let mut text = exchange::need_text(need);
        if let Some(meaning) = &self.meaning {
            let found =
                texts::found_of_need(&text, &meaning.vectors).map_or_else(|| encoded(&meaning.model, &text), Ok);
            match found {
                Ok(found) => text.vector = need_vector(&found),
                Err(refusal) => tracing::warn!("need {} is ranked by words: {refusal}", need.id),
            }
        }
        text
    }

    /// How people are ranked: the version of the weights, and the model whose vectors are used.
    pub fn ranking(&self) -> String {
        let model = self.meaning.as_ref().map(|meaning| format!("+{}", meaning.model.identity()));
        format!("{}{}", Weights::VERSION, model.unwrap_or_default())
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id)
    }

    /// Everybody, by id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        let mut people: Vec<&Person> = self.people.values().collect();
        people.sort_by(|one, other| one.id.cmp(&other.id));
        people.into_iter()
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// SM3 over all people and works, for the record of a run.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// Keeps the latest collection; asked many times at once, it is built once.
#[derive(Clone, Debug, Default)]
pub struct Collections {
    kept: Arc<Mutex<Option<Arc<Collection>>>>,
    /// How often vectors were renewed by this process.
    renewed: Arc<AtomicU64>,
}

impl Collections {
    /// The collection of the data as it is now.
    pub async fn current(&self, desk: &Desk) -> anyhow::Result<Arc<Collection>> {
        let mut kept = self.kept.lock().await;
        let mut tx = desk.database.read().await?;
        let acts = store::audit::last_bulk_act(&mut tx, "person").await?;
        let version = (acts, self.renewed.load(Ordering::SeqCst));
        if let Some(collection) = kept.as_ref().filter(|collection| collection.version == version) {
            return Ok(Arc::clone(collection));
        }
        let people = store::person::all(&mut tx, &Scope::Province).await?;
        let joined = namesake::joined(&namesake::all(&mut tx).await?);
        let meaning = match &desk.model {
            Some(model) => Some(Meaning { model: Arc::clone(model), vectors: vectors::all(&mut tx, model).await? }),
            None => None,
        };
        drop(tx);
        let index = move || Collection::with(one_each(people, &joined), version, meaning);
        let built = tokio::task::spawn_blocking(index).await.context("index the people in the background")??;
        let collection = Arc::new(built);
        *kept = Some(Arc::clone(&collection));
        Ok(collection)
    }

    /// Says that there are new vectors: the next question builds the collection anew.
    pub fn renew(&self) {
        self.renewed.fetch_add(1, Ordering::SeqCst);
    }
}

/// People whom their unit holds to be one, as the record that remains with the works of all: `joined` leads from each other
/// record to it. Those works bear the id of their record before their own, which may be taken.
fn one_each(people: Vec<Person>, joined: &HashMap<String, String>) -> Vec<Person> {
    let (others, mut people): (Vec<Person>, Vec<Person>) =
        people.into_iter().partition(|person| joined.contains_key(&person.id));
    let mut works: HashMap<&str, Vec<Work>> = HashMap::new();
    for other in others {
        let named = |work: Work| Work { id: format!("{}/{}", other.id, work.id), ..work };
        works.entry(joined[&other.id].as_str()).or_default().extend(other.works.into_iter().map(named));
    }
    for person in &mut people {
        person.works.extend(works.remove(person.id.as_str()).unwrap_or_default());
    }
    people
}

fn passage(words: &str) -> Text<'_> {
    Text { words, side: Side::Passage }
}

fn encoded(model: &Model, need: &NeedText) -> Result<Vec<StoredVector>, ModelRefusal> {
    let words = texts::of_need(need);
    let texts: Vec<Text> = words.iter().map(|words| Text { words, side: Side::Query }).collect();
    model.encode(&texts)
}

fn hash(people: &[Person]) -> anyhow::Result<String> {
    let mut hasher = Sm3::new();
    for person in people {
        hasher.update(serde_json::to_vec(person)?);
        hasher.update(b"\n");
    }
    Ok(super::token::hex(&hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_are_one_are_matched_once_with_the_works_of_both() {
        let work = |id: &str| Work { id: id.to_owned(), ..Work::default() };
        let person = |id: &str, works: &[&str]| Person {
            id: id.to_owned(),
            works: works.iter().map(|id| work(id)).collect(),
            ..Person::default()
        };
        let people = || vec![person("p1", &["w1"]), person("p2", &["w1", "w2"]), person("p3", &[])];
        let joined = HashMap::from([("p2".to_owned(), "p1".to_owned())]);
        let found = one_each(people(), &joined);
        assert_eq!(found, [person("p1", &["w1", "p2/w1", "p2/w2"]), person("p3", &[])]);
        assert_eq!(one_each(people(), &HashMap::new()), people());
        assert_eq!(Collection::of(found).unwrap().len(), 2);
    }
}
