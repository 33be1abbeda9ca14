//! Embedding models: installed, in a folder or at an address; and the vectors they gave, kept so that no text is encoded twice.
//!
//! A model's identity is the SHA-256 of its bytes (of an address: of the address and the model's name). Vectors are kept by
//! identity and text, and a run names the identity, so figures can be traced to the very file.

mod address;
mod folder;
pub mod install;
mod kept;
pub mod texts;
mod weighting;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::Path;

use matching::encoder::{Encoder, Side, StoredVector};
use programme::seal::hex;
use sha2::{Digest as _, Sha256};

use address::Address;
pub use folder::{Installed, TABLE, copy_model, default_model, installed, models_folder, place};
pub use kept::Kept;
pub use texts::give_vectors;
pub use weighting::{WEIGHTS, Weighting};

/// Texts that are encoded before their vectors are kept: little is lost when the power fails.
const TEXTS_AT_ONCE: usize = 128;

/// Why a model cannot be used, what was found and the way out, in words for the administrator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelRefusal(pub String);

/// A model, ready.
pub struct Model {
    identity: String,
    source: Source,
}

impl std::fmt::Debug for Model {
    /// The identity stands for the weights.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("identity", &self.identity).finish_non_exhaustive()
    }
}

enum Source {
    Local(Box<Encoder>),
    Address(Address),
}

/// A text and the side of the search that it stands on.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The words.
    pub words: &'a str,
    /// Need or work.
    pub side: Side,
}

/// Why no vectors came.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    /// Somebody asked to stop; what was ready has been kept.
    #[error("the encoding was cancelled")]
    Cancelled,
    /// The model's address did not answer as it should.
    #[error(transparent)]
    Address(#[from] ModelRefusal),
    /// The kept vectors cannot be written.
    #[error("keep the vectors")]
    Keep(#[from] std::io::Error),
}

impl Model {
    /// Opens what `--model` names: `none`, an address with the model's name (`https://host/v1#name`), or a folder; the
    /// installed model of the data folder when nothing is named, if there is one.
    pub fn open(choice: Option<&str>, key_file: Option<&Path>, data: &Path) -> Result<Option<Self>, ModelRefusal> {
        match choice {
            Some("none") => Ok(None),
            Some(url) if folder::is_address(url) => {
                let address = Address::parse(url, key_file)?;
                Ok(Some(Self { identity: address.identity(), source: Source::Address(address) }))
            }
            _ => folder::place(choice, data)
                .filter(|path| !weighting::stands_alone(path))
                .map(|path| Self::local(&path))
                .transpose(),
        }
    }

    fn local(path: &Path) -> Result<Self, ModelRefusal> {
        let (identity, encoder) = folder::read(path)?;
        Ok(Self { identity, source: Source::Local(Box::new(encoder)) })
    }

    /// The encoder, unless the model is at an address.
    pub const fn encoder(&self) -> Option<&Encoder> {
        match &self.source {
            Source::Local(encoder) => Some(encoder),
            Source::Address(_) => None,
        }
    }

    /// SHA-256 of the model, hexadecimal.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Vectors of the texts, all encoded now.
    pub fn encode(&self, texts: &[Text]) -> Result<Vec<StoredVector>, ModelRefusal> {
        let mut vectors: Vec<Option<StoredVector>> = vec![None; texts.len()];
        for side in [Side::Query, Side::Passage] {
            let places: Vec<usize> = (0..texts.len()).filter(|&at| texts[at].side == side).collect();
            let words: Vec<&str> = places.iter().map(|&at| texts[at].words).collect();
            let found = match &self.source {
                Source::Local(encoder) => encoder.encode(&words, side).iter().map(StoredVector::of).collect(),
                Source::Address(address) => address.encode(&words, side)?,
            };
            places.into_iter().zip(found).for_each(|(at, vector)| vectors[at] = Some(vector));
        }
        Ok(vectors.into_iter().flatten().collect())
    }
}

/// A model and the vectors that it gave before.
pub struct Encoding {
    /// The model.
    pub model: Model,
    /// Its vectors.
    pub kept: Kept,
}

impl Encoding {
    /// Vectors of the texts, in their order: the kept ones as they are, the others encoded and kept.
    ///
    /// `on_done` is told how many texts have vectors and may end the work.
    pub fn vectors(
        &mut self,
        texts: &[Text],
        on_done: &dyn Fn(usize) -> ControlFlow<()>,
    ) -> Result<Vec<StoredVector>, VectorsError> {
        let keys: Vec<TextKey> = texts.iter().map(TextKey::of).collect();
        let mut seen = HashSet::new();
        let is_missing = |at: &usize| !self.kept.has(&keys[*at]) && seen.insert(keys[*at]);
        let missing: Vec<usize> = (0..texts.len()).filter(is_missing).collect();
        let ready = texts.len() - missing.len();
        for (chunk_at, chunk) in missing.chunks(TEXTS_AT_ONCE).enumerate() {
            if on_done(ready + chunk_at * TEXTS_AT_ONCE).is_break() {
                return Err(VectorsError::Cancelled);
            }
            let wanted: Vec<Text> = chunk.iter().map(|&at| texts[at]).collect();
            let vectors = self.model.encode(&wanted)?;
            self.kept.add(chunk.iter().map(|&at| keys[at]).zip(vectors))?;
        }
        Ok(keys.iter().filter_map(|key| self.kept.get(key)).collect())
    }
}

/// What a text's vector is kept under: the start of the SHA-256 of its side and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextKey(pub [u8; Self::BYTES]);

impl TextKey {
    /// Bytes of a key: two of 10¹² texts share one with a chance of 10⁻¹⁵.
    pub const BYTES: usize = 16;

    /// The key of a text.
    pub fn of(text: &Text) -> Self {
        let side = if text.side == Side::Query { b"q" } else { b"p" };
        let hash = Sha256::new().chain_update(side).chain_update(text.words).finalize();
        Self(std::array::from_fn(|at| hash[at]))
    }
}

impl std::fmt::Display for TextKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

fn sha256(parts: &[&[u8]]) -> String {
    let hash = parts.iter().fold(Sha256::new(), sha2::Digest::chain_update);
    hex(&hash.finalize())
}
