//! SM3 (GB/T 32905) of a text: what a signature or a countersignature refers to.

use sm3::{Digest as _, Sm3};

/// The hash of a text's UTF-8 bytes, 64 hexadecimal digits.
pub fn seal(text: &str) -> String {
    hex(&Sm3::digest(text))
}

/// Bytes as hexadecimal digits in lower case.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard_s_own_example() {
        assert_eq!(seal("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }
}
