//! The vectors that a model gave, in one file a model: appended to, never rewritten.
//!
//! After a header, records of one length: key, vector, checksum. A record that was cut off when the power failed, or that a
//! disk spoiled, fails its checksum and counts as not there; what follows a cut is written over. Two processes may use
//! one file: the second finds it locked, reads what there is and keeps what it adds in memory alone.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use matching::encoder::StoredVector;
use sha2::{Digest as _, Sha256};

use super::TextKey;

/// Marks the file and its layout.
const MAGIC: [u8; 4] = *b"ZSV1";

/// Bytes before the records: the mark, then the length of a vector in bytes.
const HEADER_BYTES: usize = 8;

/// Bytes of a record's checksum, the start of its SHA-256.
const CHECKSUM_BYTES: usize = 4;

/// Longest vector in bytes that a file may claim.
const VECTOR_BYTES_MAX: usize = 1 << 16;

/// Kept vectors of one model.
#[derive(Debug, Default)]
pub struct Kept {
    vectors: HashMap<TextKey, StoredVector>,
    file: Option<File>,
    /// Bytes of a vector; unknown until the first.
    vector_bytes: Option<usize>,
}

impl Kept {
    /// Vectors that are kept in memory alone.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Opens, or makes, the file of a model in a cache folder.
    pub fn open(folder: &Path, identity: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{identity}.vectors"));
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        let is_ours = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(fault)) => return Err(fault),
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut kept = Self::default();
        let end = kept.take(&bytes);
        if is_ours {
            file.seek(SeekFrom::Start(end as u64))?;
            kept.file = Some(file);
        }
        Ok(kept)
    }

    /// Whether the vector of a text is there.
    pub fn has(&self, key: &TextKey) -> bool {
        self.vectors.contains_key(key)
    }

    /// The vector of a text.
    pub fn get(&self, key: &TextKey) -> Option<StoredVector> {
        self.vectors.get(key).cloned()
    }

    /// Keeps vectors, all of one length; they are on the disk when this returns.
    pub fn add(&mut self, vectors: impl Iterator<Item = (TextKey, StoredVector)>) -> io::Result<()> {
        let mut bytes = Vec::new();
        for (key, vector) in vectors {
            let packed = vector.to_bytes();
            if *self.vector_bytes.get_or_insert_with(|| {
                bytes.extend(header(packed.len()));
                packed.len()
            }) != packed.len()
            {
                return Err(io::Error::other("the model gave vectors of several lengths"));
            }
            bytes.extend(record(&key, &packed));
            self.vectors.insert(key, vector);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&bytes)?;
            file.sync_data()?;
        }
        Ok(())
    }

    /// Takes the whole records; gives where the last one ends.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let Some(vector_bytes) = bytes.get(..HEADER_BYTES).and_then(vector_bytes) else { return 0 };
        self.vector_bytes = Some(vector_bytes);
        let record_bytes = TextKey::BYTES + vector_bytes + CHECKSUM_BYTES;
        let mut end = HEADER_BYTES;
        for (at, record) in bytes[HEADER_BYTES..].chunks_exact(record_bytes).enumerate() {
            let (body, checksum) = record.split_at(record_bytes - CHECKSUM_BYTES);
            let (key, packed) = body.split_at(TextKey::BYTES);
            if checksum_of(body) != checksum {
                continue;
            }
            if let (Ok(key), Some(vector)) = (key.try_into(), StoredVector::from_bytes(packed)) {
                self.vectors.insert(TextKey(key), vector);
                end = HEADER_BYTES + (at + 1) * record_bytes;
            }
        }
        end
    }
}

fn header(vector_bytes: usize) -> [u8; HEADER_BYTES] {
    let length = u32::try_from(vector_bytes).unwrap_or(u32::MAX).to_le_bytes();
    std::array::from_fn(|at| if at < MAGIC.len() { MAGIC[at] } else { length[at - MAGIC.len()] })
}

/// The length of a vector that a header states; nothing when it is no header of ours, and the file begins anew.
fn vector_bytes(bytes: &[u8]) -> Option<usize> {
    let length = bytes.strip_prefix(&MAGIC)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| (5..=VECTOR_BYTES_MAX).contains(length))
}

fn record(key: &TextKey, packed: &[u8]) -> Vec<u8> {
    let mut record = [key.0.as_slice(), packed].concat();
    let checksum = checksum_of(&record);
    record.extend(checksum);
    record
}

fn checksum_of(body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = Sha256::digest(body);
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use matching::encoder::Side;

    use super::super::Text;
    use super::*;

    fn key(words: &str) -> TextKey {
        TextKey::of(&Text { words, side: Side::Passage })
    }

    fn vector(first: f32) -> StoredVector {
        StoredVector::of(&[first, 0.5, -1.0])
    }

    fn with_two(folder: &Path) -> PathBuf {
        let mut kept = Kept::open(folder, "model").unwrap();
        kept.add([(key("石墨烯"), vector(0.25)), (key("水稻"), vector(0.75))].into_iter()).unwrap();
        folder.join("model.vectors")
    }

    #[test]
    fn what_was_kept_is_there_after_opening_again() {
        let folder = tempfile::tempdir().unwrap();
        with_two(folder.path());
        let kept = Kept::open(folder.path(), "model").unwrap();
        assert_eq!(kept.get(&key("石墨烯")), Some(vector(0.25)));
        assert_eq!(kept.get(&key("水稻")), Some(vector(0.75)));
        assert!(!kept.has(&key("镁合金")));
        assert_ne!(key("水稻"), TextKey::of(&Text { words: "水稻", side: Side::Query }));
    }

    #[test]
    fn a_file_cut_anywhere_keeps_its_whole_records_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = with_two(folder.path());
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let mut kept = Kept::open(folder.path(), "model").unwrap();
            assert!(!kept.has(&key("水稻")), "{end}");
            kept.add([(key("镁合金"), vector(0.0))].into_iter()).unwrap();
            drop(kept);
            let kept = Kept::open(folder.path(), "model").unwrap();
            assert_eq!(kept.get(&key("镁合金")), Some(vector(0.0)), "{end}");
        }
    }

    #[test]
    fn a_spoiled_record_is_left_out_and_the_next_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = with_two(folder.path());
        let mut bytes = fs::read(&path).unwrap();
        bytes[HEADER_BYTES + TextKey::BYTES] ^= 1;
        fs::write(&path, bytes).unwrap();
        let kept = Kept::open(folder.path(), "model").unwrap();
        assert!(!kept.has(&key("石墨烯")) && kept.has(&key("水稻")));
    }

    #[test]
    fn a_second_process_reads_and_does_not_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = with_two(folder.path());
        let _first = Kept::open(folder.path(), "model").unwrap();
        let before = fs::metadata(&path).unwrap().len();
        let mut second = Kept::open(folder.path(), "model").unwrap();
        second.add([(key("镁合金"), vector(0.0))].into_iter()).unwrap();
        assert!(second.has(&key("石墨烯")) && second.has(&key("镁合金")));
        assert_eq!(fs::metadata(&path).unwrap().len(), before);
    }

    #[test]
    fn vectors_of_another_length_are_a_fault() {
        let mut kept = Kept::in_memory();
        kept.add([(key("石墨烯"), vector(0.25))].into_iter()).unwrap();
        assert!(kept.add([(key("水稻"), StoredVector::of(&[1.0]))].into_iter()).is_err());
    }
}
