//! Sentence vectors from a text encoder, offline: bytes of a model in, unit vectors out.
//!
//! The model that `zongshi model install` fetches is multilingual-e5-small with 4-bit weights in the `E5S1` container.
//! Weights of the layers are widened to `f32` once, when the model is read (85 MB), because products over whole batches
//! are faster than unpacking four bits in every product; the word table stays packed (54 MB), since only the rows of words
//! that occur are ever read.
//!
//! A text's vector depends on the model and the text alone: not on the other texts, the number of threads or the
//! processor. So vectors can be kept and are never computed twice.

mod blocks;
mod e5s1;
mod product;
mod transformer;
mod unigram;
mod weights;

use rayon::prelude::*;

use unigram::Unigram;
use weights::Model;

/// Which side of a search a text stands on; the model was trained with a prefix for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// A need.
    Query,
    /// A work.
    Passage,
}

impl Side {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Query => "query: ",
            Self::Passage => "passage: ",
        }
    }
}

/// Why bytes are not a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    /// The first bytes are not `E5S1`.
    #[error("not an E5S1 model file")]
    Magic,
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
pub struct Encoder {
    model: Model,
    tokenizer: Unigram,
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
    /// Reads a model from the bytes of an `E5S1` file. Takes some tenths of a second and about 190 MB.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncoderError> {
        let (model, tokenizer) = e5s1::read(bytes)?;
        Ok(Self { model, tokenizer })
    }

    /// Numbers in a vector.
    pub fn dimensions(&self) -> usize {
        self.model.hidden
    }

    /// Vectors of length 1, one a text. Works on all threads of the current pool.
    ///
    /// A text longer than the model's window is cut into windows whose means are averaged by their tokens. Time grows with
    /// the sum of tokens (and, within a window, with its square), memory with the tokens that one product covers a thread.
    pub fn encode(&self, texts: &[&str], side: Side) -> Vectors {
        let cut = |(text, words): (usize, &&str)| self.windows(text, &format!("{}{words}", side.prefix()));
        let mut windows: Vec<Window> = texts.par_iter().enumerate().flat_map_iter(cut).collect();
        // Long windows first: the last batch, which other threads wait for, is then the quickest.
        windows.sort_by_key(|window| std::cmp::Reverse(window.ids.len()));
        let means: Vec<Vec<f32>> = batches(&windows).into_par_iter().map(|batch| self.means(batch)).collect();
        self.unit_vectors(texts.len(), &windows, &means.concat())
    }

    /// The tokens of a text as the model counts them, without those around it.
    pub fn tokens(&self, text: &str, side: Side) -> Vec<u32> {
        self.tokenizer.pieces(&format!("{}{text}", side.prefix()))
    }

    fn windows(&self, text: usize, words: &str) -> Vec<Window> {
        let [begin, end] = self.tokenizer.ends;
        let window = |ids: &[u32]| Window { text, ids: [&[begin], ids, &[end]].concat() };
        self.tokenizer.pieces(words).chunks(self.model.positions - TOKENS_AROUND).map(window).collect()
    }

    fn means(&self, batch: &[Window]) -> Vec<f32> {
        let sequences: Vec<&[u32]> = batch.iter().map(|window| window.ids.as_slice()).collect();
        transformer::means(&self.model, &sequences)
    }

    /// Averages each text's window means by their tokens and scales to length 1.
    fn unit_vectors(&self, texts: usize, windows: &[Window], means: &[f32]) -> Vectors {
        let dimensions = self.model.hidden;
        let mut numbers = vec![0.0f32; texts * dimensions];
        for (window, mean) in windows.iter().zip(means.chunks_exact(dimensions)) {
            let weight = (window.ids.len() - TOKENS_AROUND) as f32;
            let sums = &mut numbers[window.text * dimensions..(window.text + 1) * dimensions];
            sums.iter_mut().zip(mean).for_each(|(sum, value)| *sum += weight * value);
        }
        numbers.chunks_exact_mut(dimensions).for_each(scale_to_one);
        Vectors { dimensions, numbers }
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
