//! SM3 (GB/T 32905) of a text: what a signature or a countersignature refers to.

use sm3::{Digest as _, Sm3};

/// The hash of a text's UTF-8 bytes, 64 hexadecimal digits.
pub fn seal(text: &str) -> String {
    Sm3::digest(text).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard_s_own_example() {
        assert_eq!(seal("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }
}
