//! The unigram tokenizer of the model: characters are normalised by the model's own map, spaces become `▁`, and the cut
//! into pieces with the best sum of scores is found by dynamic programming over characters.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

/// What stands for a space inside pieces.
const SPACE: char = '\u{2581}';
/// How much worse than the worst piece an unknown character scores, as in SentencePiece.
const UNKNOWN_PENALTY: f32 = 10.0;

/// How characters are normalised before a text is cut.
pub(super) enum Normaliser {
    /// The model's own map.
    Map(HashMap<char, String>),
    /// Compatibility composition, spaces of all kinds made plain, control characters left out.
    Nfkc,
}

/// Pieces with scores, and how characters are normalised before.
pub(super) struct Unigram {
    pieces: HashMap<Box<[u8]>, (u32, f32)>,
    piece_bytes_max: usize,
    normaliser: Normaliser,
    unknown: u32,
    unknown_score: f32,
    /// Tokens before and after every text.
    pub ends: [u32; 2],
}

impl Unigram {
    /// Takes the pieces in the order of their ids.
    pub fn new(pieces: &[(&[u8], f32)], normaliser: Normaliser, ends: [u32; 2], unknown: u32) -> Self {
        let mut known: HashMap<Box<[u8]>, (u32, f32)> = HashMap::new();
        let mut lowest = 0.0f32;
        for (id, (bytes, score)) in (0u32..).zip(pieces) {
            lowest = lowest.min(*score);
            if id != unknown {
                known.entry((*bytes).into()).or_insert((id, *score));
            }
        }
        let piece_bytes_max = known.keys().map(|bytes| bytes.len()).max().unwrap_or(0);
        let unknown_score = lowest - UNKNOWN_PENALTY;
        Self { pieces: known, piece_bytes_max, normaliser, unknown, unknown_score, ends }
    }

    /// Ids of the pieces of a text, without the tokens around it. O(characters × longest piece).
    pub fn pieces(&self, text: &str) -> Vec<u32> {
        let text = self.normalised(text);
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let characters = ends.len() - 1;
        // For each end: the best score, the piece that ends there, and where that piece starts.
        let mut best = vec![(f32::NEG_INFINITY, self.unknown, 0usize); characters + 1];
        best[0].0 = 0.0;
        for start in 0..characters {
            let score = best[start].0;
            offer(&mut best[start + 1], score + self.unknown_score, self.unknown, start);
            for end in start + 1..=characters {
                let piece = &text.as_bytes()[ends[start]..ends[end]];
                if piece.len() > self.piece_bytes_max {
                    break;
                }
                if let Some((id, more)) = self.pieces.get(piece) {
                    offer(&mut best[end], score + more, *id, start);
                }
            }
        }
        let mut ids = Vec::new();
        let mut end = characters;
        while end > 0 {
            ids.push(best[end].1);
            end = best[end].2;
        }
        ids.reverse();
        ids
    }

    fn normalised(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 3);
        let mut before = '\0';
        let mut put = |character: char| {
            let space = character == ' ';
            if out.is_empty() && !space {
                out.push(SPACE);
            }
            if !(space && before == ' ') {
                out.push(if space { SPACE } else { character });
            }
            before = character;
        };
        match &self.normaliser {
            Normaliser::Map(replacements) => {
                for character in text.chars() {
                    match replacements.get(&character) {
                        Some(replacement) => replacement.chars().for_each(&mut put),
                        None => put(character),
                    }
                }
            }
            Normaliser::Nfkc => {
                text.nfkc().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).for_each(put);
            }
        }
        out
    }
}

fn offer(best: &mut (f32, u32, usize), score: f32, id: u32, start: usize) {
    if score > best.0 {
        *best = (score, id, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Unigram {
        let pieces: [(&[u8], f32); 6] = [
            (b"<unk>", 0.0),
            ("▁".as_bytes(), -3.0),
            ("石墨".as_bytes(), -4.0),
            ("石".as_bytes(), -3.0),
            ("墨".as_bytes(), -3.0),
            ("▁石墨".as_bytes(), -5.0),
        ];
        Unigram::new(
            &pieces,
            Normaliser::Map(HashMap::from([('Ａ', "A".to_owned()), ('\u{3000}', " ".to_owned())])),
            [10, 11],
            0,
        )
    }

    #[test]
    fn the_best_sum_of_scores_wins() {
        assert_eq!(tokenizer().pieces("石墨"), [5]);
        assert_eq!(tokenizer().pieces("墨石墨"), [1, 4, 2]);
    }

    #[test]
    fn what_no_piece_covers_is_unknown_character_by_character() {
        assert_eq!(tokenizer().pieces("石墨烯墨"), [5, 0, 4]);
    }

    #[test]
    fn runs_of_spaces_count_as_one_and_the_map_is_applied_first() {
        assert_eq!(tokenizer().pieces("石墨\u{3000} 石墨"), [5, 5]);
        assert_eq!(tokenizer().pieces(""), Vec::<u32>::new());
    }
}
