//! Terms: what is looked up in the index.
//!
//! Bigrams over runs of Chinese characters find what no dictionary knows (`立方氮化硼`), single characters what is said in
//! other words (`制备` and `制造`); Latin tokens and numbers are kept whole (`CBN`, `100/120`, `67%`). A term is known to the index only by a 64-bit key, so that an index of a million works
//! holds no strings; the words shown to people come from the need, which is at hand when a score is explained.

use super::glyph::{CharClass, Glyph};

/// What kind of text a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermClass {
    /// Two neighbouring Chinese characters.
    Bigram,
    /// One Chinese character.
    Single,
    /// A token with a letter: `cbn`, `sic`, `pm2.5`.
    Latin,
    /// A token of digits alone, with its joints and percent sign: `100/120`, `67%`.
    Number,
}

impl TermClass {
    /// All classes, in order.
    pub const ALL: [Self; 4] = [Self::Bigram, Self::Single, Self::Latin, Self::Number];

    /// Bits of a character in the key of a Chinese term.
    pub(crate) const CHAR_BITS: u32 = 21;

    /// The least key of a term of this class.
    pub(crate) fn first_key(self) -> u64 {
        (self as u64) << (u64::BITS - CLASS_BITS)
    }

    /// The class of a term with this key.
    pub fn of_key(key: u64) -> Self {
        Self::ALL[(key >> (u64::BITS - CLASS_BITS)) as usize]
    }

    /// Whether a term of this kind can tell what a text is about by itself.
    pub fn is_telling(self) -> bool {
        matches!(self, TermClass::Bigram | TermClass::Latin)
    }
}

/// A term where it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The key under which the index knows it.
    pub key: u64,
    /// Its kind.
    pub class: TermClass,
    /// First glyph.
    pub from: usize,
    /// First glyph after it.
    pub to: usize,
}

/// All terms of a text in the order in which they stand.
pub fn terms(glyphs: &[Glyph]) -> Vec<Term> {
    let mut found = Vec::with_capacity(2 * glyphs.len());
    each_term(glyphs, |term| found.push(term));
    found
}

/// Gives the terms one after the other, for those who do not keep them.
pub fn each_term(glyphs: &[Glyph], mut give: impl FnMut(Term)) {
    let mut at = 0;
    while at < glyphs.len() {
        let end = match glyphs[at].class() {
            CharClass::Han => {
                let end = run_end(glyphs, at, |g| g.class() == CharClass::Han);
                give_han(&mut give, glyphs, at, end);
                end
            }
            CharClass::Alphanumeric => {
                let end = token_end(glyphs, at);
                give_token(&mut give, glyphs, at, end);
                end
            }
            CharClass::Separator => at + 1,
        };
        at = end;
    }
}

fn run_end(glyphs: &[Glyph], from: usize, belongs: impl Fn(&Glyph) -> bool) -> usize {
    from + glyphs[from..].iter().take_while(|g| belongs(g)).count()
}

fn give_han(give: &mut impl FnMut(Term), glyphs: &[Glyph], from: usize, to: usize) {
    for at in from..to {
        give(term(glyphs, TermClass::Single, at, at + 1));
        if at + 1 < to {
            give(term(glyphs, TermClass::Bigram, at, at + 2));
        }
    }
}

/// A token goes on over a joint (`.`, `/`, `-`, `+`) that stands between two of its characters, and takes a percent sign along.
fn token_end(glyphs: &[Glyph], from: usize) -> usize {
    let belongs = |g: &Glyph| g.class() == CharClass::Alphanumeric;
    let mut end = run_end(glyphs, from, belongs);
    while end + 1 < glyphs.len() && matches!(glyphs[end].ch, '.' | '/' | '-' | '+') && belongs(&glyphs[end + 1]) {
        end = run_end(glyphs, end + 1, belongs);
    }
    if end < glyphs.len() && glyphs[end].ch == '%' { end + 1 } else { end }
}

/// The whole token, and its parts where it is joined, so that `cBN/TiN` meets `cBN`.
fn give_token(give: &mut impl FnMut(Term), glyphs: &[Glyph], from: usize, to: usize) {
    give(term(glyphs, token_class(&glyphs[from..to]), from, to));
    let is_joint = |g: &Glyph| g.class() != CharClass::Alphanumeric;
    let whole = glyphs[from..to].iter().all(|g| !is_joint(g));
    let decimal = glyphs[from..to].iter().all(|g| g.ch.is_ascii_digit() || matches!(g.ch, '.' | '%'));
    if whole || decimal {
        return;
    }
    let mut start = from;
    for at in from..=to {
        if at == to || is_joint(&glyphs[at]) {
            if start < at {
                give(term(glyphs, token_class(&glyphs[start..at]), start, at));
            }
            start = at + 1;
        }
    }
}

fn token_class(token: &[Glyph]) -> TermClass {
    if token.iter().any(|g| g.ch.is_alphabetic()) { TermClass::Latin } else { TermClass::Number }
}

fn term(glyphs: &[Glyph], class: TermClass, from: usize, to: usize) -> Term {
    Term { key: key(class, glyphs[from..to].iter().map(|g| g.ch)), class, from, to }
}

/// The key of a term: the same on every machine. Chinese terms are their characters, so that two never share a key; tokens
/// are hashed (FNV-1a). The class stands in the uppermost bits.
pub fn key(class: TermClass, mut chars: impl Iterator<Item = char>) -> u64 {
    let rest = match class {
        TermClass::Single | TermClass::Bigram => {
            chars.fold(0, |packed, ch| packed << TermClass::CHAR_BITS | u64::from(u32::from(ch)))
        }
        TermClass::Latin | TermClass::Number => hash(&mut chars) >> CLASS_BITS,
    };
    class.first_key() | rest
}

const CLASS_BITS: u32 = 2;

fn hash(chars: &mut impl Iterator<Item = char>) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = chars.map(u32::from).flat_map(u32::to_le_bytes);
    bytes.fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::super::glyph::glyphs;
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let glyphs = glyphs(text);
        terms(&glyphs).iter().map(|t| glyphs[t.from..t.to].iter().map(|g| g.ch).collect()).collect()
    }

    #[test]
    fn han_runs_become_characters_and_bigrams_and_stop_at_separators() {
        assert_eq!(shown("氮化硼，钢"), ["氮", "氮化", "化", "化硼", "硼", "钢"]);
    }

    #[test]
    fn tokens_keep_joints_and_percent_signs() {
        assert_eq!(
            shown("ＣＢＮ 100/120粒度≥67%、1.80克"),
            ["cbn", "100/120", "100", "120", "粒", "粒度", "度", "67%", "1.80", "克"]
        );
    }

    #[test]
    fn a_joined_name_meets_its_parts() {
        assert_eq!(shown("cBN/TiN"), ["cbn/tin", "cbn", "tin"]);
    }

    #[test]
    fn a_key_tells_its_class() {
        let classes = TermClass::ALL.map(|class| TermClass::of_key(key(class, "钢板".chars())));
        assert_eq!(classes, TermClass::ALL);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(shown("").is_empty());
        assert!(shown(" ，。").is_empty());
    }
}
