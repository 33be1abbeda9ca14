//! Digital signatures of texts: SM2 with SM3 (GB/T 32918.2), by the key of an X.509 certificate or by a bare public key.
//!
//! What is verified is that the holder of the key signed these very bytes and, where the office names the authorities that it
//! trusts, that one of them issued the certificate. Where it names none, that is for the bureau that files the text: it sees
//! holder, number and validity. Whether a certificate was revoked is not asked: the lists lie with its authority.

use base64ct::{Base64, Encoding as _};
use chrono::{DateTime, NaiveDate};
use sm2::PublicKey;
use sm2::dsa::signature::Verifier as _;
use sm2::dsa::{Signature, VerifyingKey};
use sm2::pkcs8::DecodePublicKey as _;
use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::name::Name;

use crate::seal::hex;

/// The identity that signers and verifiers assume when no other was agreed upon (GM/T 0009).
pub const USUAL_IDENTITY: &str = "1234567812345678";

/// Bytes of a signature as two numbers side by side.
const PLAIN_BYTES: usize = 64;
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// SM2 signature with SM3 (GB/T 33560).
const SM2_WITH_SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");

/// Whose key signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    /// Name of the certificate's holder; empty for a bare key.
    pub name: String,
    /// Number of the certificate, hexadecimal; empty for a bare key.
    pub serial: String,
    /// First and last day of its validity; nothing for a bare key.
    pub valid: Option<(NaiveDate, NaiveDate)>,
}

/// Why a signature is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// Neither a certificate nor a public key for SM2.
    #[error("证书不能读取：应为 SM2 数字证书或公钥（PEM 文本，或其 Base64）")]
    Certificate,
    /// Not the form of a signature.
    #[error("签名值不能读取：应为 SM2 签名（64 字节或 DER），用十六进制或 Base64 填写")]
    Value,
    /// Another text, another key, or another identity.
    #[error("签名与协议全文不符：请下载待签文本，用该证书按 SM2（SM3，默认用户标识）重新签名")]
    Text,
}

/// Verifies a signature over a text's UTF-8 bytes. `certificate` is PEM or the Base64 inside it, `value` hexadecimal or Base64.
pub fn verify(text: &str, certificate: &str, value: &str) -> Result<Signer, NotGenuine> {
    let (key, signer) = Base64::decode_vec(&in_one_line(certificate))
        .ok()
        .and_then(|der| key_of(&der))
        .ok_or(NotGenuine::Certificate)?;
    let value = bytes(value).ok_or(NotGenuine::Value)?;
    let read = if value.len() == PLAIN_BYTES { Signature::from_slice(&value) } else { Signature::from_der(&value) };
    let signature = read.map_err(|_| NotGenuine::Value)?;
    key.verify(text.as_bytes(), &signature).map_err(|_| NotGenuine::Text)?;
    Ok(signer)
}

/// A certificate in one line: what stands between the lines that begin and end a PEM text.
pub fn in_one_line(certificate: &str) -> String {
    packed(&certificate.lines().filter(|line| !line.trim_start().starts_with("-----")).collect::<String>())
}

/// Authorities whose certificates the office takes.
#[derive(Clone, Debug)]
pub struct Authorities(Vec<Certificate>);

impl Authorities {
    /// Reads certificates in PEM, one after the other; those that stand between an authority and a signer's certificate belong to
    /// them, as each is asked for those it issued itself.
    ///
    /// # Errors
    /// The number, from 1, of the first that is no certificate of an authority with a key for SM2; 1 when there is none at all.
    pub fn read(pem: &str) -> Result<Self, usize> {
        const END: &str = "-----END CERTIFICATE-----";
        let texts = pem.split(END).filter(|text| !text.trim().is_empty());
        let read = texts.enumerate().map(|(at, text)| authority(text).ok_or(at + 1)).collect::<Result<Vec<_>, _>>()?;
        if read.is_empty() { Err(1) } else { Ok(Self(read)) }
    }

    /// The one that issued a certificate and was itself valid on a day, by its name.
    pub fn issuer_of(&self, certificate: &str, on: NaiveDate) -> Option<String> {
        let certificate = read_certificate(certificate)?;
        let issued = |authority: &&Certificate| {
            authority.tbs_certificate().subject() == certificate.tbs_certificate().issuer()
                && validity(authority).is_some_and(|(from, until)| (from..=until).contains(&on))
                && is_signed_by(&certificate, authority).unwrap_or_default()
        };
        self.0.iter().find(issued).map(|authority| common_name(authority.tbs_certificate().subject()))
    }
}

fn authority(pem: &str) -> Option<Certificate> {
    let (_, text) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let certificate = read_certificate(text)?;
    let of = certificate.tbs_certificate();
    verifying(&of.subject_public_key_info().to_der().ok()?)?;
    let (_, constraints) = of.get_extension::<BasicConstraints>().ok()??;
    constraints.ca.then_some(certificate)
}

fn read_certificate(text: &str) -> Option<Certificate> {
    Certificate::from_der(&Base64::decode_vec(&in_one_line(text)).ok()?).ok()
}

fn is_signed_by(certificate: &Certificate, authority: &Certificate) -> Option<bool> {
    let key = verifying(&authority.tbs_certificate().subject_public_key_info().to_der().ok()?)?;
    let signature = Signature::from_der(certificate.signature().as_bytes()?).ok()?;
    let text = certificate.tbs_certificate().to_der().ok()?;
    Some(certificate.signature_algorithm().oid == SM2_WITH_SM3 && key.verify(&text, &signature).is_ok())
}

fn bytes(value: &str) -> Option<Vec<u8>> {
    let value = packed(value);
    let is_hex = value.len().is_multiple_of(2) && value.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_hex {
        return Base64::decode_vec(&value).ok();
    }
    (0..value.len()).step_by(2).map(|at| u8::from_str_radix(value.get(at..at + 2)?, 16).ok()).collect()
}

fn packed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

fn key_of(der: &[u8]) -> Option<(VerifyingKey, Signer)> {
    if let Ok(certificate) = Certificate::from_der(der) {
        let key = certificate.tbs_certificate().subject_public_key_info().to_der().ok()?;
        return Some((verifying(&key)?, holder(&certificate)?));
    }
    Some((verifying(der)?, Signer::default()))
}

fn verifying(key: &[u8]) -> Option<VerifyingKey> {
    VerifyingKey::new(USUAL_IDENTITY, PublicKey::from_public_key_der(key).ok()?).ok()
}

fn holder(certificate: &Certificate) -> Option<Signer> {
    let of = certificate.tbs_certificate();
    Some(Signer {
        name: common_name(of.subject()),
        serial: hex(of.serial_number().as_bytes()).to_uppercase(),
        valid: Some(validity(certificate)?),
    })
}

fn common_name(name: &Name) -> String {
    let words = name.iter().filter(|part| part.oid == COMMON_NAME).filter_map(|part| {
        let utf8 = part.value.decode_as::<Utf8StringRef<'_>>().map(|word| word.as_str().to_owned());
        utf8.or_else(|_| part.value.decode_as::<PrintableStringRef<'_>>().map(|word| word.as_str().to_owned())).ok()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The first and the last day, in China, where the office keeps its days.
fn validity(certificate: &Certificate) -> Option<(NaiveDate, NaiveDate)> {
    let day = |at: x509_cert::time::Time| {
        let seconds = i64::try_from(at.to_unix_duration().as_secs()).ok()?;
        DateTime::from_timestamp(seconds + 8 * 3_600, 0).map(|moment| moment.date_naive())
    };
    let validity = certificate.tbs_certificate().validity();
    Some((day(validity.not_before)?, day(validity.not_after)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with OpenSSL 3.0: a self-signed certificate of a fictitious person, and `dgst -sm3 -sign` with the usual identity.
    const TEXT: &str = "三方协议（演示）\n";
    const CERTIFICATE: &str = include_str!("../tests/data/sm2_certificate.pem");
    const PUBLIC_KEY: &str = include_str!("../tests/data/sm2_public_key.pem");
    const VALUE: &str = include_str!("../tests/data/sm2_signature.txt");

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_signature_of_another_implementation_is_genuine_and_names_its_holder() {
        let signer = verify(TEXT, CERTIFICATE, VALUE).unwrap();
        assert_eq!((signer.name.as_str(), signer.serial.as_str()), ("张演示", SERIAL));
        assert_eq!(signer.valid, Some((day("2026-11-23"), day("2036-11-20"))));
        assert_eq!(verify(TEXT, PUBLIC_KEY, VALUE), Ok(Signer::default()));
    }

    const SERIAL: &str = "4F576BAD83BE05D0F007895CA81FDFC3FB471478";

    #[test]
    fn every_usual_spelling_is_read() {
        let der = bytes(VALUE).unwrap();
        let plain = Signature::from_der(&der).unwrap().to_vec();
        let bare: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
        let windows = CERTIFICATE.replace('\n', "\r\n");
        for certificate in [CERTIFICATE, &bare, &windows] {
            for signature in [&der, &plain] {
                let hex = hex(signature);
                for value in [&hex, &hex.to_uppercase(), &Base64::encode_string(signature)] {
                    assert!(verify(TEXT, certificate, value).is_ok(), "{value}");
                }
            }
        }
    }

    #[test]
    fn another_text_value_or_key_is_refused_with_its_reason() {
        let other = VALUE.replacen(char::is_numeric, "9", 12);
        assert_eq!(verify("三方协议（演示）", CERTIFICATE, VALUE), Err(NotGenuine::Text));
        assert!(verify(TEXT, CERTIFICATE, &other).is_err());
        assert_eq!(verify(TEXT, CERTIFICATE, ""), Err(NotGenuine::Value));
        assert_eq!(verify(TEXT, CERTIFICATE, "见附件"), Err(NotGenuine::Value));
        for nothing in ["", "证书", "AAAA", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"] {
            assert_eq!(verify(TEXT, nothing, VALUE), Err(NotGenuine::Certificate), "{nothing}");
        }
    }

    // Made with OpenSSL 3.0: a fictitious authority, and a certificate that it issued.
    const AUTHORITY: &str = include_str!("../tests/data/sm2_authority.pem");
    const ISSUED: &str = include_str!("../tests/data/sm2_issued.pem");

    #[test]
    fn a_certificate_is_taken_from_the_authority_that_issued_it_while_that_is_valid() {
        let authorities = Authorities::read(AUTHORITY).unwrap();
        let on = |certificate, date| authorities.issuer_of(certificate, day(date));
        assert_eq!(on(ISSUED, "2026-11-23").as_deref(), Some("演示签发机构（虚构）"));
        assert_eq!((on(ISSUED, "2026-11-22"), on(ISSUED, "2036-11-21")), (None, None));
        for other in [CERTIFICATE, PUBLIC_KEY, "", "证书"] {
            assert_eq!(on(other, "2026-11-23"), None, "{other}");
        }
        let mut forged = Base64::decode_vec(&in_one_line(ISSUED)).unwrap();
        let name = forged.windows(6).rposition(|bytes| bytes == "演示".as_bytes()).unwrap();
        forged[name..name + 6].copy_from_slice("王五".as_bytes());
        assert_eq!(on(&Base64::encode_string(&forged), "2026-11-23"), None);
    }

    #[test]
    fn a_list_of_authorities_names_the_entry_that_is_none() {
        let number = |pem: &str| Authorities::read(pem).err();
        assert_eq!(number(&AUTHORITY.repeat(2)), None);
        assert_eq!((number(""), number("证书"), number(PUBLIC_KEY)), (Some(1), Some(1), Some(1)));
        assert_eq!(number(&format!("{AUTHORITY}{ISSUED}")), Some(2));
    }
}
