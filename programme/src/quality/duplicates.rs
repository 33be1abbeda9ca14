//! Near-duplicates: how much of two needs is the same text, and which passages.
//!
//! A fingerprint keeps the smallest hashes of the text's overlapping triples of characters. The smallest hashes of a set are
//! a fair sample of it, so two fingerprints tell the share of common triples exactly for texts up to [`SAMPLE_MAX`] different
//! triples and closely for longer ones, in a merge of two short sorted lists. A sketch by many hash functions would be no
//! smaller and could not tell a short need that stands whole inside a long one.

use std::collections::HashMap;
use std::ops::Range;

use super::unit::plain;

/// Most hashes of a fingerprint; up to so many triples it is exact.
pub const SAMPLE_MAX: usize = 192;

/// From this share on, in per mille, two needs are shown to the reviewer side by side. Among the 141 published needs and the
/// demonstration's 150 every need asked twice shares at least 430 with its twin; others share at most 300, save for two
/// short ones that are made of the same empty sentence.
pub const SIMILAR_PERMILLE: u32 = 350;

/// Fewer triples are too short to compare.
pub const TRIPLES_MIN: usize = 8;

/// Fewer triples of the shorter text that both samples tell about are too few to say that it stands inside the other.
pub const INSIDE_MIN: u32 = 24;

const SHINGLE: usize = 3;

/// A short sorted sample of a text's triples of characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    hashes: Vec<u32>,
}

impl Fingerprint {
    /// Of a text; points, space, width and case leave no trace.
    pub fn of(text: &str) -> Self {
        let symbols: Vec<char> = letters(text).map(|(_, symbol)| symbol).collect();
        let mut hashes: Vec<u32> = symbols.windows(SHINGLE).map(hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(SAMPLE_MAX);
        Self { hashes }
    }

    /// The common share in per mille: common triples among all of both (Jaccard), or, for a need that stands inside a
    /// longer one, nine tenths of its own share. Texts of fewer than [`TRIPLES_MIN`] triples share nothing.
    pub fn share_permille(&self, other: &Self) -> u32 {
        if self.hashes.len().min(other.hashes.len()) < TRIPLES_MIN {
            return 0;
        }
        // Beyond the largest hash of a cut sample nothing is known of it.
        let known = self.known_up_to().min(other.known_up_to());
        let (left, right) = (self.below(known), other.below(known));
        let (own, others, common) = (count(left), count(right), common(left, right));
        let all = own + others - common;
        let shorter = own.min(others);
        let inside = if shorter < INSIDE_MIN { 0 } else { common * 900 / shorter };
        (common * 1000 / all.max(1)).max(inside)
    }

    fn known_up_to(&self) -> u32 {
        match self.hashes.last() {
            Some(last) if self.hashes.len() == SAMPLE_MAX => *last,
            _ => u32::MAX,
        }
    }

    fn below(&self, known: u32) -> &[u32] {
        &self.hashes[..self.hashes.partition_point(|hash| *hash <= known)]
    }
}

/// How many numbers two rising lists have in common; written so that no branch depends on the numbers.
fn common(left: &[u32], right: &[u32]) -> u32 {
    let (mut at, mut other, mut common) = (0, 0, 0);
    while at < left.len() && other < right.len() {
        let (first, second) = (left[at], right[other]);
        common += u32::from(first == second);
        at += usize::from(first <= second);
        other += usize::from(second <= first);
    }
    common
}

fn count(hashes: &[u32]) -> u32 {
    u32::try_from(hashes.len()).unwrap_or(u32::MAX)
}

/// Others that are alike, the most alike first: their place in the list and the share in per mille, from
/// [`SIMILAR_PERMILLE`] on.
pub fn similar<'o>(of: &Fingerprint, others: impl IntoIterator<Item = &'o Fingerprint>) -> Vec<(usize, u32)> {
    let shares = others.into_iter().map(|other| of.share_permille(other)).enumerate();
    let mut alike: Vec<(usize, u32)> = shares.filter(|(_, share)| *share >= SIMILAR_PERMILLE).collect();
    alike.sort_by_key(|(place, share)| (std::cmp::Reverse(*share), *place));
    alike
}

/// Passages that two texts have in common from `chars_min` characters on, points and space left out: the bytes in both, in
/// the order of the first. A passage ends where the texts part; nothing of the first text stands in two passages.
pub fn overlap(first: &str, second: &str, chars_min: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let chars_min = chars_min.max(1);
    let (left, right): (Vec<_>, Vec<_>) = (letters(first).collect(), letters(second).collect());
    let mut starts: HashMap<Vec<char>, usize> = HashMap::new();
    for at in 0..(right.len() + 1).saturating_sub(chars_min) {
        starts.entry(symbols(&right[at..at + chars_min])).or_insert(at);
    }
    let mut passages = Vec::new();
    let mut at = 0;
    while at + chars_min <= left.len() {
        let Some(&other) = starts.get(&symbols(&left[at..at + chars_min])) else {
            at += 1;
            continue;
        };
        let pairs = left[at..].iter().zip(&right[other..]);
        let length = pairs.take_while(|((_, left), (_, right))| left == right).count();
        passages.push((bytes(first, &left[at..at + length]), bytes(second, &right[other..other + length])));
        at += length;
    }
    passages
}

fn symbols(letters: &[(usize, char)]) -> Vec<char> {
    letters.iter().map(|(_, symbol)| *symbol).collect()
}

/// The bytes from the first of these letters to the last.
fn bytes(text: &str, letters: &[(usize, char)]) -> Range<usize> {
    let (Some((from, _)), Some((last, _))) = (letters.first(), letters.last()) else { return 0..0 };
    *from..last + text[*last..].chars().next().map_or(0, char::len_utf8)
}

/// Letters and digits in half width and lower case, with their bytes.
fn letters(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices()
        .map(|(at, symbol)| (at, plain(symbol).to_ascii_lowercase()))
        .filter(|(_, symbol)| symbol.is_alphanumeric() || *symbol == '%')
}

/// FNV-1a over the characters with a last mixing, so that neighbouring triples have far hashes: the same on every machine,
/// since fingerprints are stored.
fn hash(symbols: &[char]) -> u32 {
    let hash = symbols.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, symbol| {
        (hash ^ u64::from(u32::from(*symbol))).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEED: &str = "目前锻件吊钩在天然气加热炉里加热，坯料表面产生大量氧化皮，高压水清除效果不理想，\
                        模锻件表面平整度低，需要无氧化加热工艺，氧化皮厚度不超过0.1mm。";

    fn share(left: &str, right: &str) -> u32 {
        Fingerprint::of(left).share_permille(&Fingerprint::of(right))
    }

    #[test]
    fn the_same_text_shares_everything_and_another_nothing() {
        assert_eq!(share(NEED, NEED), 1000);
        assert_eq!(share(NEED, &NEED.replace('，', "， ").replace('0', "０")), 1000);
        assert_eq!(share(NEED, "稻瘟病抗性品种的选育与示范推广，提高水稻产量和品质。"), 0);
    }

    #[test]
    fn a_need_inside_a_longer_one_is_alike() {
        let longer = format!("公司概况：始建于一九五八年，主要产品为起重机械。{NEED}希望与高校合作，两年内完成。");
        assert!(share(NEED, &longer) >= 850, "{}", share(NEED, &longer));
    }

    #[test]
    fn only_a_text_of_some_length_is_found_inside_another() {
        let inside = |triples: u32| {
            let short: String =
                NEED.chars().filter(|symbol| symbol.is_alphanumeric()).take(triples as usize + 2).collect();
            share(&short, NEED)
        };
        assert_eq!((inside(INSIDE_MIN), inside(INSIDE_MIN + 1)), (900, 900));
        assert!(inside(INSIDE_MIN - 1) < 500);
    }

    #[test]
    fn a_text_too_short_to_compare_shares_nothing() {
        let short: String = "赤泥综合利用新方法研究开发".chars().take(TRIPLES_MIN + SHINGLE - 2).collect();
        assert_eq!(share(&short, &short), 0);
        let enough: String = "赤泥综合利用新方法研究开发".chars().take(TRIPLES_MIN + SHINGLE - 1).collect();
        assert_eq!(share(&enough, &enough), 1000);
    }

    #[test]
    fn alike_needs_come_most_alike_first() {
        let others =
            [NEED, "完全不同的另一份需求，讲的是桥梁健康监测", &format!("{NEED}补充：预算五十万元，地点在齐齐哈尔。")];
        let others: Vec<Fingerprint> = others.iter().map(|text| Fingerprint::of(text)).collect();
        let found = similar(&Fingerprint::of(NEED), &others);
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn common_passages_are_found_in_both_texts() {
        let (first, second) = ("一、坯料表面产生大量氧化皮。二、其他", "现状：坯料表面，产生大量氧化皮，影响质量");
        let found = overlap(first, second, 8);
        assert_eq!(found.len(), 1);
        assert_eq!(&first[found[0].0.clone()], "坯料表面产生大量氧化皮");
        assert_eq!(&second[found[0].1.clone()], "坯料表面，产生大量氧化皮");
        assert_eq!(overlap(first, second, 12), []);
    }

    proptest! {
        #[test]
        fn a_share_is_mutual_and_at_most_whole(left in "[一-鿿]{0,600}", right in "[一-鿿]{0,600}") {
            let (one, other) = (share(&left, &right), share(&right, &left));
            prop_assert_eq!(one, other);
            prop_assert!(one <= 1000);
        }

        #[test]
        fn passages_lie_on_characters_and_say_the_same(first in "[甲乙丙，a]{0,40}", second in "[甲乙丙，a]{0,40}") {
            let mut last = 0;
            for (left, right) in overlap(&first, &second, 3) {
                prop_assert!(left.start >= last);
                last = left.end;
                let plain = |text: &str| letters(text).map(|(_, symbol)| symbol).collect::<Vec<_>>();
                prop_assert_eq!(plain(&first[left]), plain(&second[right]));
            }
        }
    }
}
