//! Everybody in the store, indexed once and kept in memory until people change.
//!
//! One need is then answered in milliseconds. Whether people have changed is read off the audit trail: every import
//! leaves its event in the same transaction, so its number is the version of the data.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context as _;
use matching::engine::Engine;
use matching::weights::Weights;
use programme::access::Scope;
use programme::record::{Person, Work};
use sm3::{Digest, Sm3};
use store::{Database, namesake};
use tokio::sync::Mutex;

use crate::exchange;

/// Everybody with works at one state of the data.
#[derive(Debug)]
pub struct Collection {
    /// Ranks and explains.
    pub engine: Engine,
    people: HashMap<String, Person>,
    hash: String,
    version: i64,
}

impl Collection {
    /// Indexes these people.
    pub fn of(people: Vec<Person>, version: i64) -> anyhow::Result<Self> {
        let hash = hash(&people)?;
        let profiles = people.iter().map(exchange::profile).collect();
        let engine = Engine::build(profiles, Weights::published()).context("index the people")?;
        let people = people.into_iter().map(|person| (person.id.clone(), person)).collect();
        Ok(Self { engine, people, hash, version })
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
pub struct Collections(Arc<Mutex<Option<Arc<Collection>>>>);

impl Collections {
    /// The collection of the data as it is now.
    pub async fn current(&self, database: &Database) -> anyhow::Result<Arc<Collection>> {
        let mut kept = self.0.lock().await;
        let mut tx = database.read().await?;
        let version = store::audit::last_bulk_act(&mut tx, "person").await?;
        if let Some(collection) = kept.as_ref().filter(|collection| collection.version == version) {
            return Ok(Arc::clone(collection));
        }
        let people = store::person::all(&mut tx, &Scope::Province).await?;
        let joined = namesake::joined(&namesake::all(&mut tx).await?);
        drop(tx);
        let built = tokio::task::spawn_blocking(move || Collection::of(one_each(people, &joined), version))
            .await
            .context("index the people in the background")??;
        let collection = Arc::new(built);
        *kept = Some(Arc::clone(&collection));
        Ok(collection)
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
        assert_eq!(Collection::of(found, 1).unwrap().len(), 2);
    }
}
