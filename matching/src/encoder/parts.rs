//! A model as it is published for others: `config.json`, `tokenizer.json` and weights in safetensors, of the BERT and XLM-R
//! families.
//!
//! The tokenizer file is read here rather than by the crate `tokenizers`, which brings a C library; the two kinds that these
//! families use take fewer lines than its configuration. An XLM-R tokenizer carries SentencePiece's own form of NFKC; plain
//! NFKC stands for it, which differs in rare signs alone.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;

use super::EncoderError;
use super::blocks::half;
use super::unigram::{Normaliser, Unigram};
use super::weights::{Layer, Linear, Model, Norm, Pooling, Table};
use super::wordpiece::WordPiece;
use super::{Prefixes, Tokenizer};

/// The files of a model folder.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// `config.json`: the sizes.
    pub config: &'a [u8],
    /// `tokenizer.json`: the vocabulary.
    pub tokenizer: &'a [u8],
    /// `model.safetensors`: the weights, in 32 or 16 bits.
    pub weights: &'a [u8],
    /// `1_Pooling/config.json`, if there is one: mean over the tokens, or the first token.
    pub pooling: Option<&'a [u8]>,
    /// `config_sentence_transformers.json`, if there is one: what stands before a query and a passage.
    pub prompts: Option<&'a [u8]>,
}

#[derive(Deserialize)]
struct Config {
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "default_epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "default_act")]
    hidden_act: String,
    #[serde(default)]
    pad_token_id: usize,
    vocab_size: usize,
}

fn default_epsilon() -> f32 {
    1e-12
}

fn default_act() -> String {
    "gelu".to_owned()
}

impl Config {
    /// Positions before the first that a token can have: XLM-R counts from behind its padding.
    fn positions_unused(&self) -> usize {
        if self.model_type == "bert" { 0 } else { self.pad_token_id + 1 }
    }

    fn check(self) -> Result<Self, EncoderError> {
        let kind = self.model_type.as_str();
        if !["bert", "roberta", "xlm-roberta"].contains(&kind) || self.hidden_act != "gelu" {
            return Err(EncoderError::Kind(format!("{kind}, {}", self.hidden_act)));
        }
        let checks = [
            ("hidden_size", self.hidden_size, (1..=8192).contains(&self.hidden_size)),
            ("intermediate_size", self.intermediate_size, (1..=65536).contains(&self.intermediate_size)),
            ("num_hidden_layers", self.num_hidden_layers, self.num_hidden_layers <= 256),
            (
                "num_attention_heads",
                self.num_attention_heads,
                self.num_attention_heads > 0 && self.hidden_size.is_multiple_of(self.num_attention_heads),
            ),
            (
                "max_position_embeddings",
                self.max_position_embeddings,
                (self.positions_unused() + 3..=65536).contains(&self.max_position_embeddings),
            ),
            ("vocab_size", self.vocab_size, (1..=1 << 24).contains(&self.vocab_size)),
        ];
        match checks.into_iter().find(|(.., fits)| !fits) {
            Some((what, found, _)) => Err(EncoderError::Header { what, found }),
            None => Ok(self),
        }
    }
}

/// Reads the model, its tokenizer and its prefixes.
pub(super) fn read(parts: &Parts) -> Result<(Model, Tokenizer, Prefixes), EncoderError> {
    let config = json::<Config>("config.json", parts.config)?.check()?;
    let tokenizer = read_tokenizer(parts.tokenizer, config.vocab_size)?;
    let pooling = parts.pooling.map(|bytes| json::<PoolingFile>("1_Pooling/config.json", bytes)).transpose()?;
    let is_first = pooling.is_some_and(|file| file.pooling_mode_cls_token);
    let prompts =
        parts.prompts.map(|bytes| json::<PromptsFile>("config_sentence_transformers.json", bytes)).transpose()?;
    let prompts = prompts.unwrap_or_default().prompts;
    let prompt = |names: &[&str]| names.iter().find_map(|name| prompts.get(*name)).cloned().unwrap_or_default();
    let prefixes = Prefixes { query: prompt(&["query"]), passage: prompt(&["passage", "document"]) };
    let pooling = if is_first { Pooling::First } else { Pooling::Mean };
    let model = read_model(&config, pooling, &Tensors::read(parts.weights)?)?;
    Ok((model, tokenizer, prefixes))
}

fn json<'a, T: Deserialize<'a>>(file: &'static str, bytes: &'a [u8]) -> Result<T, EncoderError> {
    serde_json::from_slice(bytes).map_err(|fault| EncoderError::File { file, told: fault.to_string() })
}

#[derive(Deserialize)]
struct PoolingFile {
    #[serde(default)]
    pooling_mode_cls_token: bool,
}

#[derive(Default, Deserialize)]
struct PromptsFile {
    #[serde(default)]
    prompts: HashMap<String, String>,
}

#[derive(Deserialize)]
struct TokenizerFile {
    model: TokenizerModel,
    #[serde(default)]
    normalizer: Option<NormalizerFile>,
}

#[derive(Deserialize)]
struct NormalizerFile {
    #[serde(default)]
    lowercase: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum TokenizerModel {
    Unigram { vocab: Vec<(String, f32)>, unk_id: u32 },
    WordPiece { vocab: HashMap<String, u32>, unk_token: String },
}

fn read_tokenizer(bytes: &[u8], vocabulary: usize) -> Result<Tokenizer, EncoderError> {
    const FILE: &str = "tokenizer.json";
    let file: TokenizerFile = json(FILE, bytes)?;
    let told = |told: String| EncoderError::File { file: FILE, told };
    let known = |name: &str, id: Option<u32>| {
        id.filter(|&id| (id as usize) < vocabulary).ok_or_else(|| told(format!("the piece {name} is missing")))
    };
    match file.model {
        TokenizerModel::Unigram { vocab, unk_id } => {
            let place = |name: &str| (0u32..).zip(&vocab).find(|(_, (piece, _))| piece == name).map(|(id, _)| id);
            let ends = [known("<s>", place("<s>"))?, known("</s>", place("</s>"))?];
            if vocab.len() > vocabulary {
                return Err(told(format!("{} pieces, the model knows {vocabulary}", vocab.len())));
            }
            let unknown = known("<unk>", Some(unk_id))?;
            let pieces: Vec<(&[u8], f32)> = vocab.iter().map(|(piece, score)| (piece.as_bytes(), *score)).collect();
            Ok(Tokenizer::Unigram(Unigram::new(&pieces, Normaliser::Nfkc, ends, unknown)))
        }
        TokenizerModel::WordPiece { vocab, unk_token } => {
            if let Some(id) = vocab.values().find(|&&id| id as usize >= vocabulary) {
                return Err(told(format!("piece {id}, the model knows {vocabulary}")));
            }
            let ends = ["[CLS]", "[SEP]"].map(|name| known(name, vocab.get(name).copied()));
            let [begin, end] = ends;
            let unknown = known(&unk_token, vocab.get(&unk_token).copied())?;
            let lowercase = file.normalizer.is_some_and(|normalizer| normalizer.lowercase);
            Ok(Tokenizer::WordPiece(WordPiece::new(vocab, lowercase, [begin?, end?], unknown)))
        }
    }
}

/// The tensors of a safetensors file: a length, a directory in JSON, the numbers.
struct Tensors<'a> {
    directory: HashMap<String, Entry>,
    numbers: &'a [u8],
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl<'a> Tensors<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, EncoderError> {
        const FILE: &str = "model.safetensors";
        let (length, rest) = bytes.split_first_chunk().ok_or(EncoderError::Short { at: 0, wanted: 8 })?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let short = EncoderError::Short { at: 8, wanted: length.saturating_sub(rest.len()) };
        let (directory, numbers) = rest.split_at_checked(length).ok_or(short)?;
        let mut directory: HashMap<String, serde_json::Value> = json(FILE, directory)?;
        directory.remove("__metadata__");
        let entry = |(name, entry): (String, serde_json::Value)| {
            let entry = serde_json::from_value(entry);
            Ok((name, entry.map_err(|fault| EncoderError::File { file: FILE, told: fault.to_string() })?))
        };
        Ok(Self { directory: directory.into_iter().map(entry).collect::<Result<_, _>>()?, numbers })
    }

    /// A tensor under its bare name or behind the name of its family.
    fn wide(&self, name: &str, wanted: usize) -> Result<Vec<f32>, EncoderError> {
        let missing = || EncoderError::Tensor { name: name.to_owned(), wanted };
        let named = |family: &&str| self.directory.get(&format!("{family}{name}"));
        let entry = ["", "bert.", "roberta."].iter().find_map(named).ok_or_else(missing)?;
        let range: Range<usize> = entry.data_offsets.0..entry.data_offsets.1;
        let bytes = self.numbers.get(range).ok_or_else(missing)?;
        let numbers: Vec<f32> = match entry.dtype.as_str() {
            "F32" => bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
            "F16" => bytes.as_chunks().0.iter().map(|two| half(u16::from_le_bytes(*two))).collect(),
            // The upper half of an f32.
            "BF16" => {
                let wide = |two: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*two)) << 16);
                bytes.as_chunks().0.iter().map(wide).collect()
            }
            other => return Err(EncoderError::Kind(format!("{name}: {other}"))),
        };
        if numbers.len() == wanted && entry.shape.iter().product::<usize>() == wanted {
            Ok(numbers)
        } else {
            Err(missing())
        }
    }

    fn linear(&self, names: &[String], out: usize, input: usize) -> Result<Linear, EncoderError> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.extend(self.wide(&format!("{name}.weight"), out * input)?);
            bias.extend(self.wide(&format!("{name}.bias"), out)?);
        }
        Ok(Linear::new(&weights, &bias))
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm, EncoderError> {
        let part = |part: &str| self.wide(&format!("{name}.{part}"), width);
        Ok(Norm { scale: part("weight")?, shift: part("bias")? })
    }

    /// The first row of a table that has several.
    fn first_row(&self, name: &str, width: usize) -> Result<Vec<f32>, EncoderError> {
        let rows = [1, 2].into_iter().find_map(|rows| self.wide(name, rows * width).ok());
        let mut row = rows.ok_or_else(|| EncoderError::Tensor { name: name.to_owned(), wanted: width })?;
        row.truncate(width);
        Ok(row)
    }
}

fn read_model(config: &Config, pooling: Pooling, tensors: &Tensors) -> Result<Model, EncoderError> {
    let hidden = config.hidden_size;
    let type_row = tensors.first_row("embeddings.token_type_embeddings.weight", hidden)?;
    let positions = tensors.wide("embeddings.position_embeddings.weight", config.max_position_embeddings * hidden)?;
    let mut position_rows = positions[config.positions_unused() * hidden..].to_vec();
    for row in position_rows.chunks_exact_mut(hidden) {
        row.iter_mut().zip(&type_row).for_each(|(number, kind)| *number += kind);
    }
    let layers = (0..config.num_hidden_layers).map(|at| read_layer(config, tensors, at)).collect::<Result<_, _>>()?;
    Ok(Model {
        hidden,
        heads: config.num_attention_heads,
        positions: config.max_position_embeddings - config.positions_unused(),
        epsilon: config.layer_norm_eps,
        words: Table::Wide(tensors.wide("embeddings.word_embeddings.weight", config.vocab_size * hidden)?),
        position_rows,
        embedding_norm: tensors.norm("embeddings.LayerNorm", hidden)?,
        layers,
        pooling,
    })
}

fn read_layer(config: &Config, tensors: &Tensors, at: usize) -> Result<Layer, EncoderError> {
    let (hidden, wide) = (config.hidden_size, config.intermediate_size);
    let name = |part: &str| format!("encoder.layer.{at}.{part}");
    let attention = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
    Ok(Layer {
        query_key_value: tensors.linear(&attention, hidden, hidden)?,
        attention_out: tensors.linear(&[name("attention.output.dense")], hidden, hidden)?,
        attention_norm: tensors.norm(&name("attention.output.LayerNorm"), hidden)?,
        widen: tensors.linear(&[name("intermediate.dense")], wide, hidden)?,
        narrow: tensors.linear(&[name("output.dense")], hidden, wide)?,
        out_norm: tensors.norm(&name("output.LayerNorm"), hidden)?,
    })
}
