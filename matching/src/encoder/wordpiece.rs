//! The WordPiece tokenizer of BERT models: words are cut into the longest known pieces, Chinese character by character.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What stands before a piece that continues a word.
const CONTINUES: &str = "##";

/// A longer word is unknown as a whole.
const WORD_CHARS_MAX: usize = 100;

/// Pieces by their text.
pub(super) struct WordPiece {
    pieces: HashMap<String, u32>,
    lowercase: bool,
    unknown: u32,
    /// Tokens before and after every text.
    pub ends: [u32; 2],
}

impl WordPiece {
    /// Takes the pieces, and whether letters are made small and lose their accents.
    pub fn new(pieces: HashMap<String, u32>, lowercase: bool, ends: [u32; 2], unknown: u32) -> Self {
        Self { pieces, lowercase, unknown, ends }
    }

    /// Ids of the pieces of a text, without the tokens around it.
    pub fn pieces(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        for word in words(&self.normalised(text)) {
            self.cut(&word, &mut ids);
        }
        ids
    }

    fn normalised(&self, text: &str) -> String {
        let plain = text.chars().filter(|&c| c != '\0' && c != '\u{fffd}' && (c.is_whitespace() || !c.is_control()));
        if self.lowercase {
            plain.collect::<String>().nfd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase).collect()
        } else {
            plain.collect()
        }
    }

    fn cut(&self, word: &[char], ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut start = 0;
        while start < word.len() {
            let prefix = if start == 0 { "" } else { CONTINUES };
            let longest = (start + 1..=word.len()).rev().find_map(|end| {
                let piece: String = prefix.chars().chain(word[start..end].iter().copied()).collect();
                Some((end, *self.pieces.get(&piece)?))
            });
            let Some((end, id)) = longest.filter(|_| word.len() <= WORD_CHARS_MAX) else {
                ids.truncate(before);
                ids.push(self.unknown);
                return;
            };
            ids.push(id);
            start = end;
        }
    }
}

/// Cuts at spaces; a mark of punctuation and a Chinese character are words by themselves.
fn words(text: &str) -> Vec<Vec<char>> {
    let mut words: Vec<Vec<char>> = vec![Vec::new()];
    for character in text.chars() {
        if character.is_whitespace() {
            words.push(Vec::new());
        } else if is_alone(character) {
            words.extend([vec![character], Vec::new()]);
        } else if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_alone(character: char) -> bool {
    let is_chinese = matches!(u32::from(character),
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x2_0000..=0x2_a6df | 0x2_a700..=0x2_ceaf | 0xf900..=0xfaff | 0x2_f800..=0x2_fa1f);
    is_chinese || is_punctuation(character)
}

fn is_punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
        || matches!(u32::from(character), 0x2010..=0x2027 | 0x2030..=0x205e | 0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301f
            | 0xfe30..=0xfe4f | 0xff01..=0xff0f | 0xff1a..=0xff20 | 0xff3b..=0xff40 | 0xff5b..=0xff65 | 0xb7 | 0xab | 0xbb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> WordPiece {
        let pieces = ["[UNK]", "石", "墨", "cafe", "play", "##ing", "##ed", ",", "，", "a"];
        let pieces = pieces.iter().zip(0..).map(|(piece, id)| ((*piece).to_owned(), id)).collect();
        WordPiece::new(pieces, true, [10, 11], 0)
    }

    #[test]
    fn words_are_cut_into_the_longest_known_pieces() {
        assert_eq!(tokenizer().pieces("Playing, played"), [4, 5, 7, 4, 6]);
        assert_eq!(tokenizer().pieces("playful a"), [0, 9]);
    }

    #[test]
    fn chinese_characters_and_punctuation_stand_alone_and_accents_fall_away() {
        assert_eq!(tokenizer().pieces("石墨，Café烯"), [1, 2, 8, 3, 0]);
        assert_eq!(tokenizer().pieces(" \t\u{0} "), [0; 0]);
    }

    #[test]
    fn a_word_is_read_at_below_and_above_its_bound() {
        for (length, known) in [(WORD_CHARS_MAX - 1, true), (WORD_CHARS_MAX, true), (WORD_CHARS_MAX + 1, false)] {
            let pieces = HashMap::from([("a".to_owned(), 1), ("##a".to_owned(), 2)]);
            let ids = WordPiece::new(pieces, false, [3, 4], 0).pieces(&"a".repeat(length));
            assert_eq!(ids.len() == length, known, "{length}");
        }
    }
}
