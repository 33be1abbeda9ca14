//! Session tokens: 32 random bytes in a cookie, their SM3 hash in the database, a form token derived from them.
//!
//! A copy of the database therefore signs nobody in. The form token (against cross-site requests) is a hash of the same
//! secret under another name: it needs no storage, changes with every sign-in, and shows nothing of the cookie.

use hmac::{Hmac, KeyInit, Mac};
use programme::seal::hex;
use sm3::{Digest, Sm3};
use subtle::ConstantTimeEq;

const BYTES: usize = 32;

/// The secret of one browser's visit; never logged, never stored.
#[derive(Clone)]
pub struct Token([u8; BYTES]);

impl Token {
    /// Draws a fresh one from the system's randomness.
    pub fn draw() -> anyhow::Result<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("draw a session token: {error}"))?;
        Ok(Self(bytes))
    }

    /// Reads a cookie's value; anything but 64 small hexadecimal digits is no token.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 2 * BYTES {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// The cookie's value.
    pub fn cookie(&self) -> String {
        hex(&self.0)
    }

    /// What the database keeps: the SM3 hash, in hexadecimal.
    pub fn fingerprint(&self) -> String {
        hex(&Sm3::digest(self.0))
    }

    /// What forms of this visit carry.
    pub fn form_token(&self) -> String {
        hex(&Sm3::new().chain_update(b"form").chain_update(self.0).finalize())
    }

    /// Whether a posted form token belongs to this visit, in constant time.
    pub fn accepts(&self, posted: &str) -> bool {
        self.form_token().as_bytes().ct_eq(posted.as_bytes()).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(…)")
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

/// HMAC-SM3 under a key, before anything is hashed.
pub fn keyed(key: &[u8]) -> Hmac<Sm3> {
    let mac = <Hmac<Sm3> as KeyInit>::new_from_slice(key);
    mac.unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

/// The signature of a file that goes to another system: HMAC-SM3 of its bytes, in hexadecimal.
pub fn signature(key: &[u8], bytes: &[u8]) -> String {
    hex(&keyed(key).chain_update(bytes).finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_cookie() {
        let token = Token::draw().unwrap();
        assert_eq!(Token::parse(&token.cookie()).unwrap().fingerprint(), token.fingerprint());
    }

    #[test]
    fn anything_but_64_small_hexadecimal_digits_is_no_token() {
        for text in ["", "abc", &"a".repeat(63), &"a".repeat(65), &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_cookie_the_fingerprint_and_the_form_token_are_three_different_texts() {
        let token = Token::draw().unwrap();
        assert_ne!(token.cookie(), token.fingerprint());
        assert_ne!(token.fingerprint(), token.form_token());
        assert_ne!(token.form_token(), token.cookie());
    }

    #[test]
    fn a_form_token_of_another_visit_is_not_accepted() {
        let (mine, theirs) = (Token::draw().unwrap(), Token::draw().unwrap());
        assert!(mine.accepts(&mine.form_token()));
        assert!(!mine.accepts(&theirs.form_token()));
        assert!(!mine.accepts(""));
    }

    #[test]
    fn the_fingerprint_is_sm3() {
        let zeros = Token::parse(&"0".repeat(64)).unwrap();
        assert_eq!(zeros.fingerprint(), hex(&Sm3::digest([0; 32])));
        assert_eq!(hex(&Sm3::digest(b"abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    #[test]
    fn a_token_does_not_show_itself_in_logs() {
        assert_eq!(format!("{:?}", Token::draw().unwrap()), "Token(…)");
    }
}
