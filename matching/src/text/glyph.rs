//! Text as comparable characters that remember where they stood.
//!
//! Each character is brought to one form on its own (NFKC: full and half width, `㎡` to `m2`; lower case; traditional to
//! simplified), so that a match found in the normalised text can be cited verbatim from the original. Composing several
//! characters into one (`e` + accent) is turned down: it would lose the place and Chinese text does not need it.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Bits of a character of the first plane, where nearly all of a Chinese text stands.
pub const PLANE_BITS: u32 = 16;

/// One normalised character and the bytes of the original text it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The normalised character.
    pub ch: char,
    /// First byte in the original text.
    pub start: u32,
    /// First byte after it in the original text.
    pub end: u32,
}

impl Glyph {
    /// What the character can be part of.
    pub fn class(self) -> CharClass {
        CharClass::of(self.ch)
    }
}

/// What a character can be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharClass {
    /// Chinese characters, the material of bigrams.
    Han,
    /// Letters and digits, the material of Latin tokens and numbers.
    Alphanumeric,
    /// Everything else: it separates.
    Separator,
}

impl CharClass {
    /// Of a normalised character.
    pub fn of(ch: char) -> Self {
        match ch {
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' => {
                CharClass::Han
            }
            _ if ch.is_alphanumeric() => CharClass::Alphanumeric,
            _ => CharClass::Separator,
        }
    }
}

/// The text as normalised characters, in order.
pub fn glyphs(text: &str) -> Vec<Glyph> {
    let mut glyphs = Vec::with_capacity(text.len() / 2);
    add_glyphs(text, &mut glyphs);
    glyphs
}

/// Adds the text's normalised characters, in order.
pub fn add_glyphs(text: &str, glyphs: &mut Vec<Glyph>) {
    for (start, original) in text.char_indices() {
        let (start, end) = (start as u32, (start + original.len_utf8()) as u32);
        if original.is_ascii() {
            glyphs.push(Glyph { ch: original.to_ascii_lowercase(), start, end });
            continue;
        }
        // Most characters of a Chinese text: neither NFKC nor lower case changes them.
        if COMMON_HAN.contains(&original) {
            glyphs.push(Glyph { ch: simplified(original), start, end });
            continue;
        }
        for ch in std::iter::once(original).nfkc().flat_map(char::to_lowercase) {
            glyphs.push(Glyph { ch: simplified(ch), start, end });
        }
    }
}

/// Chinese characters of everyday texts: the main block and extension A.
const COMMON_HAN: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9FFF}';

/// The simplified form of a traditional character; any other character as it is.
fn simplified(ch: char) -> char {
    static FORMS: LazyLock<Forms> = LazyLock::new(Forms::read);
    if COMMON_HAN.contains(&ch) {
        FORMS.common[ch as usize - *COMMON_HAN.start() as usize]
    } else {
        FORMS.rare.get(&ch).copied().unwrap_or(ch)
    }
}

/// The simplified forms: of common characters by place, since every character of every text is looked up.
struct Forms {
    common: Vec<char>,
    rare: HashMap<char, char>,
}

impl Forms {
    fn read() -> Self {
        let mut forms = Self { common: COMMON_HAN.collect(), rare: HashMap::new() };
        let lines = include_str!("../../data/simplified.txt").lines().filter(|line| !line.starts_with('#'));
        for pair in lines.flat_map(str::split_whitespace) {
            let mut chars = pair.chars();
            let (Some(old), Some(new)) = (chars.next(), chars.next()) else { continue };
            if COMMON_HAN.contains(&old) {
                forms.common[old as usize - *COMMON_HAN.start() as usize] = new;
            } else {
                forms.rare.insert(old, new);
            }
        }
        forms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        glyphs(text).iter().map(|g| g.ch).collect()
    }

    #[test]
    fn width_case_and_traditional_forms_become_one() {
        assert_eq!(plain("ＣＢＮ單晶　６７％"), "cbn单晶 67%");
        assert_eq!(plain("Al₂O₃"), "al2o3");
    }

    #[test]
    fn a_glyph_remembers_the_bytes_it_came_from() {
        let text = "用㎡计";
        let places: Vec<&str> = glyphs(text).iter().map(|g| &text[g.start as usize..g.end as usize]).collect();
        assert_eq!(places, ["用", "㎡", "㎡", "计"]);
    }
}
