//! Identifiers encrypted at rest: SM4-GCM (RFC 8998) under keys that lie in a file beside the database, never in it.
//!
//! A value is sealed for its place (kind of record, id, field), so that cipher text moved to another row does not open.
//! The id of the key stands beside each value: a new key is added to the file, old values open with their own until they
//! are sealed anew. The file also holds the key of [`Keys::holder_mark`], which is never exchanged.
//!
//! Turned down: encrypting the whole database file, which protects a stolen disk but not a copy made by whoever may read
//! it; and a crate of SM4-GCM alone, since RustCrypto's GCM takes any cipher of 16-byte blocks and is better kept.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use aes_gcm::AesGcm;
use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use anyhow::{Context as _, bail};
use hmac::{Hmac, Mac};
use programme::identifiers::ResidentId;
use programme::seal::hex;
use serde::Deserialize;
use sm3::{Digest, Sm3};
use sm4::Sm4;
use store::sealed::{self, Sealed};
use store::{Database, Timestamp, Tx};

const KEY_BYTES: usize = 16;
const HOLDER_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Bytes of a key's id: enough to tell the few keys of an office apart.
const ID_BYTES: usize = 4;
/// Only its owner reads the file.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

type Sm4Gcm = AesGcm<Sm4, U12>;

/// The keys of an office; clones share them.
#[derive(Clone)]
pub struct Keys(Arc<Ring>);

struct Ring {
    holder: [u8; HOLDER_BYTES],
    /// The newest last.
    field: Vec<Key>,
}

struct Key {
    id: String,
    secret: [u8; KEY_BYTES],
}

/// Where an act gets its keys from.
#[derive(Clone, Copy, Debug)]
pub enum KeySource<'a> {
    /// A running system holds them.
    Held(&'a Keys),
    /// A command reads them, or makes them, when it has something to seal.
    File(&'a Path),
}

impl KeySource<'_> {
    /// The keys.
    pub async fn keys(&self, database: &Database) -> anyhow::Result<Keys> {
        match self {
            Self::Held(keys) => Ok((*keys).clone()),
            Self::File(file) => Keys::of_office(file, database).await,
        }
    }
}

/// Where a value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Kind of record: `person`, `enterprise`, `account`.
    pub record: &'a str,
    /// The record's id.
    pub id: &'a str,
    /// Which of its fields: `mobile`.
    pub field: &'a str,
}

/// Why a sealed value does not open: each is a fault of the installation or of somebody's hand, none of the visitor's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// The file has no such key.
    #[error("密钥文件中没有编号为 {0} 的密钥：请从备份恢复密钥文件，或核对配置 key_file")]
    UnknownKey(String),
    /// The cipher text is not what was written here with this key.
    #[error("{0}：密文与密钥不符，或已被改动、移位；请与备份核对")]
    Changed(String),
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Keys").field(&self.ids().collect::<Vec<_>>()).finish()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    holder: String,
    field: Vec<String>,
}

impl Keys {
    /// Draws fresh keys.
    pub fn draw() -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Ring { holder: random()?, field: vec![Key::new(random()?)] })))
    }

    /// The same keys and a fresh one, which seals from now on.
    pub fn with_fresh_key(&self) -> anyhow::Result<Self> {
        let known = self.0.field.iter().map(|key| key.secret);
        let field = known.chain([random()?]).map(Key::new).collect();
        Ok(Self(Arc::new(Ring { holder: self.0.holder, field })))
    }

    /// Reads the file, or makes it for a database in which nothing is sealed yet.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is missing although the database holds sealed values.
    pub async fn of_office(file: &Path, database: &Database) -> anyhow::Result<Self> {
        if file.exists() {
            return Self::read(file);
        }
        let used = sealed::key_ids(&mut database.read().await?).await?;
        if !used.is_empty() {
            bail!(
                "密钥文件 {} 不存在，而数据库中有用密钥 {} 加密的内容：请从备份恢复密钥文件，或在配置 key_file 中写明位置",
                file.display(),
                used.join("、")
            );
        }
        let keys = Self::draw()?;
        keys.write(file)?;
        Ok(keys)
    }

    /// Reads a key file.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("读取密钥文件 {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("密钥文件 {} 已损坏，请从备份恢复", file.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let read: KeyFile = toml::from_str(text).map_err(|_| anyhow::anyhow!("格式不对"))?;
        let field: Option<Vec<Key>> = read.field.iter().map(|secret| Some(Key::new(bytes(secret)?))).collect();
        match (bytes(&read.holder), field) {
            (Some(holder), Some(field)) if !field.is_empty() => Ok(Self(Arc::new(Ring { holder, field }))),
            _ => bail!("密钥应为十六进制数字，且至少一个"),
        }
    }

    /// Writes the file for its owner alone; what was there is replaced in one step.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let folder = file.parent().context("the key file has no folder")?;
        fs::DirBuilder::new()
            .recursive(true)
            .mode(FOLDER_MODE)
            .create(folder)
            .with_context(|| format!("建立目录 {}", folder.display()))?;
        let fresh = file.with_extension("new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(FILE_MODE);
        let mut writer = options.open(&fresh).with_context(|| format!("写密钥文件 {}", fresh.display()))?;
        writer.write_all(self.text().as_bytes()).and_then(|()| writer.sync_all()).context("写密钥文件")?;
        fs::rename(&fresh, file).context("写密钥文件")
    }

    fn text(&self) -> String {
        let secrets: Vec<String> = self.0.field.iter().map(|key| format!("    \"{}\",\n", hex(&key.secret))).collect();
        format!(
            "# 总师通密钥：加密身份证号、手机号等。请另行备份，不要与数据库备份放在一起；丢失后加密内容无法恢复。\n\
             # field 最后一个用于加密，其余只用于解密旧内容。\n\
             holder = \"{}\"\nfield = [\n{}]\n",
            hex(&self.0.holder),
            secrets.concat()
        )
    }

    /// Ids of the keys, the newest last.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.field.iter().map(|key| key.id.as_str())
    }

    /// Id of the key that seals.
    pub fn current(&self) -> &str {
        &self.newest().id
    }

    fn newest(&self) -> &Key {
        self.0.field.last().unwrap_or_else(|| unreachable!("a ring holds at least one key"))
    }

    /// Seals a value for its place, under the newest key and a nonce of its own.
    pub fn seal(&self, place: Place<'_>, plain: &str) -> anyhow::Result<Sealed> {
        let key = self.newest();
        let nonce: [u8; NONCE_BYTES] = random()?;
        let payload = Payload { msg: plain.as_bytes(), aad: &place.bytes() };
        let cipher = key
            .cipher()
            .encrypt(&Array(nonce), payload)
            .map_err(|_| anyhow::anyhow!("seal {} of a {}", place.field, place.record))?;
        Ok(Sealed {
            record: place.record.to_owned(),
            id: place.id.to_owned(),
            field: place.field.to_owned(),
            key_id: key.id.clone(),
            cipher: hex(&[nonce.as_slice(), &cipher].concat()),
        })
    }

    /// Opens a value at the place where it lies.
    pub fn open(&self, sealed: &Sealed) -> Result<String, OpenFault> {
        let key = self.0.field.iter().find(|key| key.id == sealed.key_id);
        let key = key.ok_or_else(|| OpenFault::UnknownKey(sealed.key_id.clone()))?;
        let changed = || OpenFault::Changed(format!("{} {} {}", sealed.record, sealed.id, sealed.field));
        let all = unhex(&sealed.cipher).ok_or_else(changed)?;
        let (nonce, cipher) = all.split_first_chunk::<NONCE_BYTES>().ok_or_else(changed)?;
        let place = Place { record: &sealed.record, id: &sealed.id, field: &sealed.field };
        let payload = Payload { msg: cipher, aad: &place.bytes() };
        let plain = key.cipher().decrypt(&Array(*nonce), payload).map_err(|_| changed())?;
        String::from_utf8(plain).map_err(|_| changed())
    }

    /// What tells two accounts of one person, and shows nothing of the number to whoever lacks the key.
    pub fn holder_mark(&self, id: &ResidentId) -> String {
        let mac = <Hmac<Sm3> as KeyInit>::new_from_slice(&self.0.holder);
        let mut mac = mac.unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        mac.update(id.full().as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

impl Key {
    /// The id follows from the secret, so that a key cannot be taken for another.
    fn new(secret: [u8; KEY_BYTES]) -> Self {
        let hash = Sm3::new().chain_update(b"key id").chain_update(secret).finalize();
        Self { id: hex(&hash[..ID_BYTES]), secret }
    }

    fn cipher(&self) -> Sm4Gcm {
        Sm4Gcm::new(&Array(self.secret))
    }
}

impl Place<'_> {
    /// Each part with its length before it, so that no two places read alike.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [self.record, self.id, self.field] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes
    }
}

/// Seals and keeps values, in the transaction of the act that brings them.
pub async fn keep(tx: &mut Tx, keys: &Keys, at: Timestamp, values: &[(Place<'_>, &str)]) -> anyhow::Result<()> {
    let sealed: Vec<Sealed> =
        values.iter().map(|(place, plain)| keys.seal(*place, plain)).collect::<anyhow::Result<_>>()?;
    Ok(sealed::put_all(tx, at, &sealed).await?)
}

/// Seals anew, under the newest key, what is sealed under another; how many values that were.
pub async fn seal_anew(database: &Database, keys: &Keys, at: Timestamp) -> anyhow::Result<usize> {
    let mut count = 0;
    loop {
        let mut tx = database.write().await?;
        let old = sealed::under_other_keys(&mut tx, keys.current()).await?;
        if old.is_empty() {
            return Ok(count);
        }
        let renew = |one: &Sealed| {
            let place = Place { record: &one.record, id: &one.id, field: &one.field };
            keys.seal(place, &keys.open(one)?)
        };
        let fresh: Vec<Sealed> = old.iter().map(renew).collect::<anyhow::Result<_>>()?;
        sealed::put_all(&mut tx, at, &fresh).await?;
        tx.commit().await?;
        count += fresh.len();
    }
}

/// Opens what is kept of one record, by field. Callers check beforehand that the record may be seen, mask what they show,
/// and leave an audit event when they show it in full.
pub async fn opened(tx: &mut Tx, keys: &Keys, (record, id): (&str, &str)) -> anyhow::Result<Vec<(String, String)>> {
    let sealed = sealed::of_record(tx, record, id).await?;
    sealed.into_iter().map(|one| Ok((one.field.clone(), keys.open(&one)?))).collect()
}

/// Whether somebody else than its owner may read the file.
pub fn is_open_to_others(file: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(file)?.permissions().mode() & 0o077 != 0)
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("draw a key: {error}"))?;
    Ok(bytes)
}

fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    unhex(digits)?.try_into().ok()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    digits.as_bytes().chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOBILE: Place<'_> = Place { record: "person", id: "P1", field: "mobile" };

    #[test]
    fn the_cipher_is_the_one_of_rfc_8998() {
        let key = Key::new(bytes("0123456789ABCDEFFEDCBA9876543210").unwrap());
        let nonce: [u8; NONCE_BYTES] = bytes("00001234567800000000ABCD").unwrap();
        let plain: String = "ABCDEFEA".chars().map(|digit| digit.to_string().repeat(16)).collect();
        let plain = unhex(&plain).unwrap();
        let aad = unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2").unwrap();
        let sealed = key.cipher().encrypt(&Array(nonce), Payload { msg: &plain, aad: &aad }).unwrap();
        let expected = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
            d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec";
        assert_eq!(hex(&sealed), expected);
    }

    #[test]
    fn a_value_opens_with_its_key_at_its_place() {
        let keys = Keys::draw().unwrap();
        let sealed = keys.seal(MOBILE, "13800000000").unwrap();
        assert_eq!(keys.open(&sealed).unwrap(), "13800000000");
        assert!(!sealed.cipher.contains(&hex(b"13800000000")));
        assert_ne!(keys.seal(MOBILE, "13800000000").unwrap().cipher, sealed.cipher, "each has a nonce of its own");
    }

    #[test]
    fn another_place_another_key_and_a_changed_bit_are_refused_in_words() {
        let keys = Keys::draw().unwrap();
        let sealed = keys.seal(MOBILE, "13800000000").unwrap();
        for moved in [
            Sealed { id: "P2".to_owned(), ..sealed.clone() },
            Sealed { field: "resident_id".to_owned(), ..sealed.clone() },
            Sealed { record: "account".to_owned(), ..sealed.clone() },
            Sealed { cipher: String::new(), ..sealed.clone() },
            Sealed { cipher: "x".repeat(80), ..sealed.clone() },
        ] {
            assert!(matches!(keys.open(&moved), Err(OpenFault::Changed(_))), "{moved:?}");
        }
        let whole = unhex(&sealed.cipher).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            let changed = Sealed { cipher: hex(&changed), ..sealed.clone() };
            assert!(matches!(keys.open(&changed), Err(OpenFault::Changed(_))), "byte {at}");
        }
        let fault = Keys::draw().unwrap().open(&sealed).unwrap_err();
        assert_eq!(fault, OpenFault::UnknownKey(keys.current().to_owned()));
        assert!(fault.to_string().contains("请从备份恢复密钥文件"), "{fault}");
    }

    #[test]
    fn after_a_fresh_key_old_values_still_open_and_new_ones_use_it() {
        let old = Keys::draw().unwrap();
        let sealed = old.seal(MOBILE, "13800000000").unwrap();
        let new = old.with_fresh_key().unwrap();
        assert_eq!(new.open(&sealed).unwrap(), "13800000000");
        assert_ne!(new.seal(MOBILE, "13800000000").unwrap().key_id, sealed.key_id);
        assert_eq!(new.ids().count(), 2);
    }

    #[test]
    fn a_key_file_comes_back_is_for_its_owner_alone_and_a_damaged_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys/field.key");
        let keys = Keys::draw().unwrap().with_fresh_key().unwrap();
        keys.write(&file).unwrap();
        let sealed = keys.seal(MOBILE, "13800000000").unwrap();
        assert_eq!(Keys::read(&file).unwrap().open(&sealed).unwrap(), "13800000000");
        assert!(!is_open_to_others(&file).unwrap());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(is_open_to_others(&file).unwrap());
        for damaged in ["", "holder = \"00\"\nfield = []", "holder = 1"] {
            fs::write(&file, damaged).unwrap();
            let fault = format!("{:#}", Keys::read(&file).unwrap_err());
            assert!(fault.contains("已损坏，请从备份恢复"), "{fault}");
        }
    }

    #[tokio::test]
    async fn keys_are_made_once_and_never_anew_beside_sealed_values() {
        store::testing::on_each(async |database| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("keys/field.key");
            let keys = Keys::of_office(&file, &database).await.unwrap();
            let mut tx = database.write().await.unwrap();
            let at = "2026-11-22T08:00:00Z".parse().unwrap();
            keep(&mut tx, &keys, at, &[(MOBILE, "13800000000")]).await.unwrap();
            tx.commit().await.unwrap();
            let again = Keys::of_office(&file, &database).await.unwrap();
            let found = opened(&mut database.read().await.unwrap(), &again, ("person", "P1")).await.unwrap();
            assert_eq!(found, [("mobile".to_owned(), "13800000000".to_owned())]);
            fs::remove_file(&file).unwrap();
            let fault = format!("{:#}", Keys::of_office(&file, &database).await.unwrap_err());
            assert!(fault.contains("请从备份恢复密钥文件") && !file.exists(), "{fault}");
        })
        .await;
    }

    #[tokio::test]
    async fn values_are_sealed_anew_under_a_fresh_key_and_the_old_one_is_then_not_needed() {
        store::testing::on_each(async |database| {
            let (old, at) = (Keys::draw().unwrap(), "2026-11-22T08:00:00Z".parse().unwrap());
            let mut tx = database.write().await.unwrap();
            let ids: Vec<String> = (0..501).map(|number| number.to_string()).collect();
            let values: Vec<_> = ids.iter().map(|id| (Place { id, ..MOBILE }, "13800000000")).collect();
            keep(&mut tx, &old, at, &values).await.unwrap();
            tx.commit().await.unwrap();
            let new = old.with_fresh_key().unwrap();
            assert_eq!(seal_anew(&database, &new, at).await.unwrap(), 501);
            assert_eq!(seal_anew(&database, &new, at).await.unwrap(), 0);
            let mut tx = database.read().await.unwrap();
            assert_eq!(sealed::key_ids(&mut tx).await.unwrap(), [new.current()]);
            assert_eq!(opened(&mut tx, &new, ("person", "500")).await.unwrap().len(), 1);
            assert!(opened(&mut tx, &old, ("person", "500")).await.is_err());
        })
        .await;
    }

    #[test]
    fn the_mark_of_a_holder_is_the_same_for_one_key_and_another_for_another() {
        let id = ResidentId::parse("11010519491231002X").unwrap();
        let keys = Keys::draw().unwrap();
        assert_eq!(keys.holder_mark(&id), keys.with_fresh_key().unwrap().holder_mark(&id));
        assert_ne!(keys.holder_mark(&id), Keys::draw().unwrap().holder_mark(&id));
        assert_eq!(keys.holder_mark(&id).len(), 64);
    }

    #[test]
    fn keys_print_no_secret() {
        let keys = Keys::draw().unwrap();
        let printed = format!("{keys:?}");
        assert!(printed.contains(keys.current()) && !printed.contains(&hex(&keys.newest().secret)));
    }
}
