//! Sentence vectors from a text encoder, offline: bytes of a model in, unit vectors out.
//!
//! Three kinds are read: the `E5S1` container, the files of a published BERT or XLM-R model ([`Parts`]), and a static table
//! made from either ([`distil`]). The model that `zongshi model install` fetches is multilingual-e5-small with 4-bit weights in the `E5S1` container.
//! Weights of the layers are widened to `f32` once, when the model is read (85 MB), because products over whole batches
//! are faster than unpacking four bits in every product; the word table stays packed (54 MB), since only the rows of words
//! that occur are ever read.
//!
//! A text's vector depends on the model and the text alone: not on the other texts, the number of threads or the
//! processor. So vectors can be kept and are never computed twice.

mod blocks;
pub mod distil;
mod e5s1;
mod eigen;
mod parts;
mod product;
mod stored;
mod table;
mod transformer;
mod unigram;
mod weights;
mod wordpiece;

use rayon::prelude::*;

pub use parts::Parts;
pub use stored::StoredVector;
use table::StaticTable;
use unigram::Unigram;
use weights::Model;
use wordpiece::WordPiece;

/// Which side of a search a text stands on; the model was trained with a prefix for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// A need.
    Query,
    /// A work.
    Passage,
}

/// What the model wants before a text of either side.
struct Prefixes {
    query: String,
    passage: String,
}

impl Prefixes {
    fn before(&self, side: Side, text: &str) -> String {
        let prefix = if side == Side::Query { &self.query } else { &self.passage };
        format!("{prefix}{text}")
    }
}

/// Cuts texts into the pieces that a model knows.
enum Tokenizer {
    Unigram(Unigram),
    WordPiece(WordPiece),
}

impl Tokenizer {
    fn pieces(&self, text: &str) -> Vec<u32> {
        match self {
            Self::Unigram(unigram) => unigram.pieces(text),
            Self::WordPiece(word_piece) => word_piece.pieces(text),
        }
    }

    fn ends(&self) -> [u32; 2] {
        match self {
            Self::Unigram(unigram) => unigram.ends,
            Self::WordPiece(word_piece) => word_piece.ends,
        }
    }
}

/// Why bytes are not a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    /// The first bytes are neither `E5S1` nor `ZST1`.
    #[error("neither an E5S1 model file nor a static table")]
    Magic,
    /// A file of the model's folder cannot be read.
    #[error("{file}: {told}")]
    File {
        /// Its name.
        file: &'static str,
        /// What is wrong.
        told: String,
    },
    /// The model is of a family, or its numbers of a kind, that is not read here.
    #[error("models of this kind are not supported: {0}")]
    Kind(String),
    /// The bytes end inside something.
    #[error("the model file ends early, at byte {at}, where {wanted} more bytes were expected")]
    Short {
        /// Where reading stood.
        at: usize,
        /// How many more bytes were needed.
        wanted: usize,
    },
    /// A number in the header makes no sense.
    #[error("the model file says {what} = {found}, which no model of this kind has")]
    Header {
        /// Which number.
        what: &'static str,
        /// What stands there.
        found: usize,
    },
    /// A tensor is missing or has another size than the header says.
    #[error("tensor {name} is missing or does not have {wanted} weights")]
    Tensor {
        /// The tensor's name.
        name: String,
        /// How many weights it should have.
        wanted: usize,
    },
}

/// Tokens that one matrix product covers: enough to read each weight seldom, few enough to stay in a core's cache.
const BATCH_TOKENS: usize = 512;

/// Tokens around every text.
const TOKENS_AROUND: usize = 2;

/// A model, read.
pub struct Encoder(Kind);

enum Kind {
    Transformer(Box<Transformer>),
    Static(StaticTable),
}

struct Transformer {
    model: Model,
    tokenizer: Tokenizer,
    prefixes: Prefixes,
}

/// A stretch of one text's tokens that fits the model's window, with the special tokens around it.
struct Window {
    text: usize,
    ids: Vec<u32>,
}

/// Unit vectors, one a text, in the order of the texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    dimensions: usize,
    numbers: Vec<f32>,
}

impl Vectors {
    /// The vectors one by one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.dimensions)
    }

    /// All numbers, vector after vector.
    pub fn into_numbers(self) -> Vec<f32> {
        self.numbers
    }
}

impl Encoder {
    /// Reads a model from the bytes of an `E5S1` file or of a static table. The former takes some tenths of a second and about
    /// 190 MB.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncoderError> {
        if bytes.starts_with(table::MAGIC) {
            return Ok(Self(Kind::Static(StaticTable::read(bytes)?)));
        }
        let (model, tokenizer) = e5s1::read(bytes)?;
        let prefixes = Prefixes { query: "query: ".to_owned(), passage: "passage: ".to_owned() };
        Ok(Self(Kind::Transformer(Box::new(Transformer { model, tokenizer: Tokenizer::Unigram(tokenizer), prefixes }))))
    }

    /// Reads a model from the files of its folder; takes four bytes of memory a weight.
    pub fn from_parts(parts: &Parts) -> Result<Self, EncoderError> {
        let (model, tokenizer, prefixes) = parts::read(parts)?;
        Ok(Self(Kind::Transformer(Box::new(Transformer { model, tokenizer, prefixes }))))
    }

    /// Numbers in a vector.
    pub fn dimensions(&self) -> usize {
        match &self.0 {
            Kind::Transformer(transformer) => transformer.model.hidden,
            Kind::Static(table) => table.dimensions,
        }
    }

    /// Vectors of length 1, one a text; zeros where a static table knows no term. Works on all threads of the current pool.
    ///
    /// A text longer than the model's window is cut into windows whose means are averaged by their tokens. Time grows with
    /// the sum of tokens (and, within a window, with its square), memory with the tokens that one product covers a thread.
    pub fn encode(&self, texts: &[&str], side: Side) -> Vectors {
        let mut numbers = match &self.0 {
            Kind::Transformer(transformer) => transformer.sums(texts, side),
            Kind::Static(table) => texts.par_iter().flat_map_iter(|text| table.sum(text)).collect(),
        };
        let dimensions = self.dimensions();
        numbers.chunks_exact_mut(dimensions).for_each(scale_to_one);
        Vectors { dimensions, numbers }
    }

    /// The tokens of a text as the model counts them, without those around it; none of a static table.
    pub fn tokens(&self, text: &str, side: Side) -> Vec<u32> {
        match &self.0 {
            Kind::Transformer(transformer) => transformer.tokenizer.pieces(&transformer.prefixes.before(side, text)),
            Kind::Static(_) => Vec::new(),
        }
    }
}

impl Transformer {
    /// The sum of each text's window means, weighted by their tokens.
    fn sums(&self, texts: &[&str], side: Side) -> Vec<f32> {
        let cut = |(text, words): (usize, &&str)| self.windows(text, &self.prefixes.before(side, words));
        let mut windows: Vec<Window> = texts.par_iter().enumerate().flat_map_iter(cut).collect();
        // Long windows first: the last batch, which other threads wait for, is then the quickest.
        windows.sort_by_key(|window| std::cmp::Reverse(window.ids.len()));
        let batches = batches(&windows);
        // Few texts, such as a need that somebody typed, are shared out inside the batch.
        let stretches = (rayon::current_num_threads() / batches.len().max(1)).max(1);
        let means: Vec<Vec<f32>> = batches.into_par_iter().map(|batch| self.means(batch, stretches)).collect();
        let hidden = self.model.hidden;
        let mut numbers = vec![0.0f32; texts.len() * hidden];
        for (window, mean) in windows.iter().zip(means.concat().chunks_exact(hidden)) {
            let weight = (window.ids.len() - TOKENS_AROUND).max(1) as f32;
            let sums = &mut numbers[window.text * hidden..(window.text + 1) * hidden];
            sums.iter_mut().zip(mean).for_each(|(sum, value)| *sum += weight * value);
        }
        numbers
    }

    fn windows(&self, text: usize, words: &str) -> Vec<Window> {
        let [begin, end] = self.tokenizer.ends();
        let window = |ids: &[u32]| Window { text, ids: [&[begin], ids, &[end]].concat() };
        let pieces = self.tokenizer.pieces(words);
        // A text without a single piece still has the tokens around it.
        let first = pieces.is_empty().then_some(&pieces[..]);
        first.into_iter().chain(pieces.chunks(self.model.positions - TOKENS_AROUND)).map(window).collect()
    }

    fn means(&self, batch: &[Window], stretches: usize) -> Vec<f32> {
        let sequences: Vec<&[u32]> = batch.iter().map(|window| window.ids.as_slice()).collect();
        transformer::means(&self.model, &sequences, stretches)
    }
}

fn scale_to_one(vector: &mut [f32]) {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    for value in vector {
        *value /= length;
    }
}

/// Cuts the sorted windows into runs of at most [`BATCH_TOKENS`] tokens (a longer window stands alone).
fn batches(windows: &[Window]) -> Vec<&[Window]> {
    let mut batches = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (at, window) in windows.iter().enumerate() {
        if at > start && tokens + window.ids.len() > BATCH_TOKENS {
            batches.push(&windows[start..at]);
            (start, tokens) = (at, 0);
        }
        tokens += window.ids.len();
    }
    if start < windows.len() {
        batches.push(&windows[start..]);
    }
    batches
}
