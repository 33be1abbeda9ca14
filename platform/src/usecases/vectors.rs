//! Vectors of all needs and works, filled in by a background job: a text is encoded once, when it is new or was changed.
//!
//! Each portion is kept as soon as it is ready, so a job that was ended, or whose process died, goes on where it stood.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Context as _;
use matching::encoder::{Side, StoredVector};
use programme::access::Scope;
use store::vector::{self, Vector};
use store::{By, Tx, audit, job};

use super::Desk;
use crate::embedding::texts::{self, Vectors};
use crate::embedding::{Model, Text, TextKey};
use crate::exchange;

/// The kind of job that encodes what is not yet encoded.
pub const JOB_KIND: &str = "vectors";

/// Texts that are encoded and kept together.
pub const TEXTS_AT_ONCE: usize = 64;

/// A text that waits to be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    key: String,
    words: String,
    side: Side,
}

/// What is there and what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lack {
    /// Texts in all.
    pub all: usize,
    /// Those without a vector, by key.
    pub missing: Vec<Waiting>,
    /// Keys of vectors whose text is no more.
    pub gone: Vec<String>,
}

/// Compares all texts with the vectors that a model gave.
pub async fn lack(desk: &Desk, model: &Model) -> anyhow::Result<Lack> {
    let collection = desk.collections.current(desk).await?;
    let mut tx = desk.database.read().await?;
    let needs = store::need::all(&mut tx, &Scope::Province).await?;
    let keys: BTreeSet<String> = vector::keys(&mut tx, model.identity()).await?.into_iter().collect();
    drop(tx);
    let needs = needs.iter().flat_map(|kept| texts::of_need(&exchange::need_text(&kept.need)));
    let people =
        collection.people().flat_map(|person| texts::of_person(&exchange::profile(person)).collect::<Vec<_>>());
    let texts = needs.map(|words| (words, Side::Query)).chain(people.map(|words| (words, Side::Passage)));
    let keyed = |(words, side): (String, Side)| {
        let key = TextKey::of(&Text { words: &words, side }).to_string();
        (key.clone(), Waiting { key, words, side })
    };
    let texts: BTreeMap<String, Waiting> = texts.map(keyed).collect();
    Ok(Lack {
        all: texts.len(),
        gone: keys.iter().filter(|key| !texts.contains_key(*key)).cloned().collect(),
        missing: texts.into_values().filter(|text| !keys.contains(&text.key)).collect(),
    })
}

/// Encodes some texts, away from the threads that answer requests.
pub async fn encode(model: &Arc<Model>, texts: Vec<Waiting>) -> anyhow::Result<Vec<Vector>> {
    let model = Arc::clone(model);
    let work = move || {
        let wanted: Vec<Text> = texts.iter().map(|text| Text { words: &text.words, side: text.side }).collect();
        let vectors = model.encode(&wanted)?;
        let kept = |(text, vector): (&Waiting, StoredVector)| Vector {
            text_key: text.key.clone(),
            numbers: vector.to_bytes(),
        };
        Ok(texts.iter().zip(vectors).map(kept).collect())
    };
    tokio::task::spawn_blocking(work).await.context("encode in the background")?
}

/// All vectors that a model gave, by the text's key.
pub async fn all(tx: &mut Tx, model: &Model) -> anyhow::Result<Vectors> {
    Ok(unpacked(vector::all(tx, model.identity()).await?))
}

/// Those of the texts with these keys that a model gave a vector.
pub async fn some(tx: &mut Tx, model: &Model, keys: &[String]) -> anyhow::Result<Vectors> {
    Ok(unpacked(vector::some(tx, model.identity(), keys).await?))
}

fn unpacked(kept: Vec<Vector>) -> Vectors {
    let unpacked = |kept: Vector| Some((kept.text_key, StoredVector::from_bytes(&kept.numbers)?));
    kept.into_iter().filter_map(unpacked).collect()
}

/// State of the texts when they were last compared with their vectors.
pub type Seen = Option<(i64, i64)>;

/// Queues a job when there is a model, texts have changed since they were `seen`, and some have no vector.
pub async fn queue(desk: &Desk, by: &By<'_>, seen: &mut Seen) -> anyhow::Result<Option<i64>> {
    let Some(model) = &desk.model else { return Ok(None) };
    let mut tx = desk.database.read().await?;
    let now = Some((audit::last_bulk_act(&mut tx, "person").await?, audit::last_bulk_act(&mut tx, "need").await?));
    drop(tx);
    if *seen == now {
        return Ok(None);
    }
    let is_complete = lack(desk, model).await?.missing.is_empty();
    *seen = now;
    if is_complete {
        return Ok(None);
    }
    let mut tx = desk.database.write().await?;
    let id = job::create(&mut tx, by, JOB_KIND, &serde_json::json!({"model": model.identity()})).await?;
    tx.commit().await?;
    Ok(Some(id))
}
