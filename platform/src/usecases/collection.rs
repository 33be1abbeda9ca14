//! Everybody in the store, indexed once and kept in memory; people who change are taken over without indexing the others again.
//!
//! One need is then answered in milliseconds. Every change of a person has a number (migration 0009), so only those who
//! changed since the last reading are read. How rare terms are, and the mean of the vectors, stand meanwhile: what is shown and
//! forgotten is answered by [`Collections::current`]. What is kept, a run, is ranked by [`Collections::settled`], where they are
//! counted among the people of now: it depends on its inputs alone, not on the order in which they came.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use matching::encoder::{Side, StoredVector};
use matching::engine::{CHANGED_PERCENT_MAX, Engine};
use matching::input::{NeedText, Profile};
use matching::meaning::need_vector;
use programme::access::Scope;
use programme::record::{Need, Person, Work};
use rayon::prelude::*;
use sm3::{Digest, Sm3};
use store::{Tx, audit, namesake};
use tokio::sync::Mutex;

use super::{Desk, vectors};
use crate::embedding::texts::{self, Vectors};
use crate::embedding::{Model, ModelRefusal, Text, Weighting};
use crate::exchange;

/// Everybody with works at one state of the data.
#[derive(Debug)]
pub struct Collection {
    /// Ranks and explains.
    pub engine: Engine,
    /// By id; whoever their unit holds to be one, once.
    people: BTreeMap<String, Arc<Known>>,
    /// Records that stand for another, each with the one that remains.
    joined: HashMap<String, String>,
    hash: OnceLock<String>,
    state: State,
    meaning: Option<Meaning>,
    /// Ids of people with a text that has no vector yet.
    waiting: BTreeSet<String>,
    /// Name of the weights.
    weights: String,
}

/// A person with the SM3 of everything that is known of him or her.
#[derive(Debug)]
struct Known {
    person: Person,
    hash: Vec<u8>,
}

/// State of the data: the last change of a person, the last act on people, and how often vectors were renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    change: i64,
    acts: i64,
    renewed: u64,
}

/// Before every change.
const NOTHING_READ: State = State { change: -1, acts: -1, renewed: 0 };

/// A model, and the vectors that it gave before.
#[derive(Clone, Debug)]
struct Meaning {
    model: Arc<Model>,
    vectors: Arc<Vectors>,
}

/// What is new since a collection was made.
#[derive(Debug)]
struct News {
    state: State,
    joined: HashMap<String, String>,
    /// Records that changed or of which their unit said something new, with all that stand for the same people.
    records: Vec<Person>,
    /// Their ids, and those of the records that they stood for.
    touched: BTreeSet<String>,
    meaning: Option<Meaning>,
}

impl Collection {
    /// Indexes these people, without vectors.
    pub fn of(people: Vec<Person>) -> anyhow::Result<Self> {
        let touched = people.iter().map(|person| person.id.clone()).collect();
        let (joined, state) = (HashMap::new(), NOTHING_READ);
        Self::empty(Weighting::published())?.with(News { state, joined, records: people, touched, meaning: None }, true)
    }

    fn empty(weighting: Weighting) -> anyhow::Result<Self> {
        Ok(Self {
            weights: weighting.version,
            engine: Engine::build(Vec::new(), weighting.trained.weights).context("index nobody")?,
            people: BTreeMap::new(),
            joined: HashMap::new(),
            hash: OnceLock::new(),
            state: NOTHING_READ,
            meaning: None,
            waiting: BTreeSet::new(),
        })
    }

    /// This collection with what is new; settled when that is asked for, or when so much is new that it is due.
    fn with(&self, news: News, is_settled: bool) -> anyhow::Result<Self> {
        let News { state, joined, records, mut touched, meaning } = news;
        let mut people = self.people.clone();
        people.retain(|id, _| !touched.contains(id));
        for known in known(one_each(records, &joined))? {
            people.insert(known.person.id.clone(), Arc::new(known));
        }
        let mut waiting = self.waiting.clone();
        let vectors = meaning.as_ref().map(|meaning| &*meaning.vectors);
        // Who waited for vectors is indexed with them as soon as nobody waits any more.
        if vectors.is_some_and(|vectors| self.waiting.iter().all(|id| self.has_vectors(id, vectors))) {
            touched.extend(std::mem::take(&mut waiting));
        }
        waiting.retain(|id| !touched.contains(id));
        let mut changed = Vec::new();
        for known in touched.iter().filter_map(|id| people.get(id)) {
            let mut profile = exchange::profile(&known.person);
            if vectors.is_some_and(|vectors| !texts::complete_person(&mut profile, vectors)) {
                waiting.insert(profile.id.clone());
            }
            changed.push(profile);
        }
        let gone = touched.iter().map(String::as_str).collect();
        let engine = grown(&self.engine, changed, &gone, is_settled).context("index the people")?;
        let weights = self.weights.clone();
        Ok(Self { engine, people, joined, hash: OnceLock::new(), state, meaning, waiting, weights })
    }

    /// Whether there is a vector for every text of a person.
    fn has_vectors(&self, id: &str, vectors: &Vectors) -> bool {
        let profile = self.people.get(id).map(|known| exchange::profile(&known.person));
        profile.is_none_or(|profile| {
            texts::of_person(&profile).all(|words| vectors.contains_key(&texts::key_of_person(&words)))
        })
    }

    /// The model, when people are ranked with its vectors: every text has one, as those without would stand behind the others.
    fn model(&self) -> Option<&Meaning> {
        self.meaning.as_ref().filter(|_| self.waiting.is_empty())
    }

    /// A need as the engine reads it, with its vector when people have theirs; what was not encoded before is now. A need
    /// that the model's address gives no vector for is answered by words, and the log says so.
    pub fn need_text(&self, need: &Need) -> NeedText {
        let mut text = exchange::need_text(need);
        if let Some(meaning) = self.model() {
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
        let model = self.model().map(|meaning| format!("+{}", meaning.model.identity()));
        format!("{}{}", self.weights, model.unwrap_or_default())
    }

    /// Whether nearness in meaning counts: every text of every person has a vector.
    pub fn has_meaning(&self) -> bool {
        self.model().is_some()
    }

    /// The name of the weights.
    pub fn weights(&self) -> &str {
        &self.weights
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id).map(|known| &known.person)
    }

    /// Everybody, by id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values().map(|known| &known.person)
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// SM3 over the hashes of all people with their works, for the record of a run.
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| {
            let mut hasher = Sm3::new();
            self.people.values().for_each(|known| hasher.update(&known.hash));
            programme::seal::hex(&hasher.finalize())
        })
    }
}

/// An engine with changed people, built anew when it is to be settled or when it is due.
fn grown(
    engine: &Engine,
    changed: Vec<Profile>,
    gone: &BTreeSet<&str>,
    is_settled: bool,
) -> Result<Engine, matching::engine::BuildError> {
    if changed.is_empty() && gone.is_empty() {
        return Ok(if is_settled { engine.settled() } else { engine.clone() });
    }
    let works: usize = changed.iter().map(|profile| profile.works.len()).sum();
    if is_settled || works * 100 > engine.works() * CHANGED_PERCENT_MAX {
        return engine.settled_with(changed, gone);
    }
    let grown = engine.with(changed, gone)?;
    Ok(if grown.is_due() { grown.settled() } else { grown })
}

/// Keeps the latest collection; asked many times at once, it is built once.
#[derive(Clone, Debug, Default)]
pub struct Collections {
    kept: Arc<Mutex<Option<Arc<Collection>>>>,
    /// How often vectors were renewed by this process.
    renewed: Arc<AtomicU64>,
}

impl Collections {
    /// The collection of the data as it is now, at the cost of what changed.
    pub async fn current(&self, desk: &Desk) -> anyhow::Result<Arc<Collection>> {
        self.up_to_date(desk, false).await
    }

    /// The same with its statistics counted among the people of now.
    pub async fn settled(&self, desk: &Desk) -> anyhow::Result<Arc<Collection>> {
        self.up_to_date(desk, true).await
    }

    async fn up_to_date(&self, desk: &Desk, is_settled: bool) -> anyhow::Result<Arc<Collection>> {
        let mut kept = self.kept.lock().await;
        let before = match &*kept {
            Some(before) => Arc::clone(before),
            None => Arc::new(Collection::empty(desk.weighting.clone())?),
        };
        let mut tx = desk.database.read().await?;
        let (change, acts) =
            (store::person::last_change(&mut tx).await?, audit::last_bulk_act(&mut tx, "person").await?);
        let state = State { change, acts, renewed: self.renewed.load(Ordering::SeqCst) };
        if kept.is_some() && before.state == state && (!is_settled || before.engine.is_settled()) {
            return Ok(before);
        }
        let news = news(&mut tx, desk, &before, state).await?;
        drop(tx);
        let grow = move || before.with(news, is_settled);
        let grown = tokio::task::spawn_blocking(grow).await.context("index the people in the background")??;
        let collection = Arc::new(grown);
        *kept = Some(Arc::clone(&collection));
        Ok(collection)
    }

    /// Says that there are new vectors: the next question takes them over.
    pub fn renew(&self) {
        self.renewed.fetch_add(1, Ordering::SeqCst);
    }
}

/// Reads what is new since a collection was made.
async fn news(tx: &mut Tx, desk: &Desk, before: &Collection, state: State) -> anyhow::Result<News> {
    let mut records = store::person::changed_since(tx, before.state.change).await?;
    let joined = namesake::joined(&namesake::all(tx).await?);
    let mut touched: BTreeSet<String> = records.iter().map(|person| person.id.clone()).collect();
    touched.extend(differing(&before.joined, &joined));
    let remaining = |id: &String| [before.joined.get(id), joined.get(id)].into_iter().flatten().cloned();
    touched.extend(touched.iter().flat_map(remaining).collect::<Vec<_>>());
    // Whoever a touched record stands for is put together anew, from all records.
    let of_touched = joined.iter().filter(|(_, to)| touched.contains(*to)).map(|(from, _)| from);
    let read: BTreeSet<&String> = records.iter().map(|person| &person.id).collect();
    let others: BTreeSet<&String> = touched.iter().chain(of_touched).filter(|id| !read.contains(id)).collect();
    let others: Vec<String> = others.into_iter().cloned().collect();
    records.extend(store::person::some(tx, &others).await?);
    records.sort_by(|one, other| one.id.cmp(&other.id));
    let meaning = match &desk.model {
        Some(model) => Some(meaning(tx, model, before, state, &records).await?),
        None => None,
    };
    Ok(News { state, joined, records, touched, meaning })
}

/// Records that stand for another now or before, but not for the same one.
fn differing(before: &HashMap<String, String>, now: &HashMap<String, String>) -> Vec<String> {
    before.keys().chain(now.keys()).filter(|id| before.get(*id) != now.get(*id)).cloned().collect()
}

/// The model's vectors: those known before, and those of changed records; after a renewal those of all texts without one.
async fn meaning(
    tx: &mut Tx,
    model: &Arc<Model>,
    before: &Collection,
    state: State,
    records: &[Person],
) -> anyhow::Result<Meaning> {
    let model = Arc::clone(model);
    let Some(known) = &before.meaning else {
        let vectors = Arc::new(vectors::all(tx, &model).await?);
        return Ok(Meaning { model, vectors });
    };
    let is_renewed = before.state.renewed != state.renewed;
    let waiting = before.waiting.iter().filter(|_| is_renewed).filter_map(|id| before.person(id));
    let profiles = waiting.chain(records).map(exchange::profile);
    let of_people = profiles.flat_map(|profile| texts::of_person(&profile).collect::<Vec<_>>());
    let mut wanted: BTreeSet<String> = of_people.map(|words| texts::key_of_person(&words)).collect();
    if is_renewed {
        let needs = store::need::all(tx, &Scope::Province).await?;
        let of_needs = needs.iter().flat_map(|kept| texts::of_need(&exchange::need_text(&kept.need)));
        wanted.extend(of_needs.map(|words| texts::key_of_need(&words)));
    }
    wanted.retain(|key| !known.vectors.contains_key(key));
    let fresh = vectors::some(tx, &model, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let mut vectors = Arc::clone(&known.vectors);
    if !fresh.is_empty() {
        Arc::make_mut(&mut vectors).extend(fresh);
    }
    Ok(Meaning { model, vectors })
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

fn encoded(model: &Model, need: &NeedText) -> Result<Vec<StoredVector>, ModelRefusal> {
    let words = texts::of_need(need);
    let texts: Vec<Text> = words.iter().map(|words| Text { words, side: Side::Query }).collect();
    model.encode(&texts)
}

/// People with their hashes, on all threads.
fn known(people: Vec<Person>) -> anyhow::Result<Vec<Known>> {
    let known = |person: Person| {
        let hash = Sm3::digest(serde_json::to_vec(&person).context("write a person for the hash")?).to_vec();
        Ok(Known { person, hash })
    };
    people.into_par_iter().map(known).collect()
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

    #[test]
    fn people_who_are_taken_over_are_as_if_all_had_been_read_at_once() {
        let person = |number: usize, title: &str| {
            let work = Work { id: "w1".to_owned(), title: title.to_owned(), ..Work::default() };
            Person { id: format!("p{number:03}"), works: vec![work], ..Person::default() }
        };
        let first = || (0..100).map(|number| person(number, "锂离子电池隔膜")).collect::<Vec<_>>();
        let joined = || HashMap::from([("p003".to_owned(), "p002".to_owned())]);
        // One changed, one came, and one turned out to be another.
        let news = || News {
            state: NOTHING_READ,
            joined: joined(),
            records: vec![
                person(1, "石墨烯导电剂"),
                person(2, "锂离子电池隔膜"),
                person(3, "锂离子电池隔膜"),
                person(100, "石墨烯"),
            ],
            touched: [1, 2, 3, 100].map(|number| format!("p{number:03}")).into(),
            meaning: None,
        };
        let before = Collection::of(first()).unwrap();
        let mut all = first();
        all[1] = person(1, "石墨烯导电剂");
        all.push(person(100, "石墨烯"));
        let at_once = Collection::of(one_each(all, &joined())).unwrap();
        let [shown, settled] = [false, true].map(|is_settled| before.with(news(), is_settled).unwrap());
        assert_eq!([shown.engine.is_settled(), settled.engine.is_settled()], [false, true]);
        assert!([&shown, &settled].into_iter().all(|one| one.hash() == at_once.hash() && one.len() == 100));
        let need = NeedText { title: "石墨烯".to_owned(), ..NeedText::default() };
        assert_eq!(settled.engine.rank(&need, 200), at_once.engine.rank(&need, 200));
        assert_eq!(shown.engine.rank(&need, 1).candidates[0].person, "p100");
    }
}
