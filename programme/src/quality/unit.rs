//! Units of figures: the table, and the reading of one unit or a quotient of units.
//!
//! A unit is known by the powers of its base dimensions and a factor, so that `N/mm²` and `MPa`, `万元` and `元`, `t/h` and
//! `吨/小时` compare without a rule for each pair. Scales such as `HRC` or `目` have no base and compare with themselves only.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The letters of the base dimensions, as `programme/data/units.txt` writes them.
const BASES: &str = "LMTICNJY#BA";

const BASE_COUNT: usize = BASES.len();

/// Most divisions and products in one unit, such as the two of `mg/(kg·d)`.
const FACTORS_MAX: usize = 3;

/// What a unit measures: equal dimensions can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimension {
    powers: [i8; BASE_COUNT],
    scale: Option<&'static str>,
}

/// The unit of a figure as it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit<'t> {
    /// The unit as written, without multipliers such as `万`.
    pub text: &'t str,
    /// What it measures.
    pub dimension: Dimension,
    /// Base units in one of it: 1,000,000 for `MPa`, 0.01 for `%`.
    pub factor: f64,
}

/// A unit of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Atom {
    symbol: &'static str,
    dimension: Dimension,
    factor: f64,
}

/// The table by first character, longest symbol first.
static TABLE: LazyLock<HashMap<char, Vec<Atom>>> = LazyLock::new(|| {
    let mut table: HashMap<char, Vec<Atom>> = HashMap::new();
    for atom in include_str!("../../data/units.txt").lines().filter(|line| !line.starts_with('#')).flat_map(atoms) {
        table.entry(atom.symbol.chars().next().unwrap_or_default()).or_default().push(atom);
    }
    for atoms in table.values_mut() {
        atoms.sort_by_key(|atom| std::cmp::Reverse(atom.symbol.len()));
    }
    table
});

impl Dimension {
    /// Of a unit that the table does not know: figures in such units are not to be compared.
    pub const UNKNOWN: Self = Self { powers: [0; BASE_COUNT], scale: Some("?") };

    /// A pure number such as per cent or times.
    pub fn is_number(self) -> bool {
        self == Self::default()
    }

    /// A name of its own for everything that compares, such as `L-1M1T-2` for a pressure, `%` for a pure number and the name of a
    /// scale; none for money, for things counted and for units that the table does not know.
    pub fn code(self) -> Option<String> {
        if self.is_money() || self.is_count() || self == Self::UNKNOWN {
            return None;
        }
        if let Some(scale) = self.scale {
            return Some(scale.to_owned());
        }
        let powers = BASES.chars().zip(self.powers).filter(|&(_, power)| power != 0);
        let code = powers.fold(String::new(), |code, (base, power)| format!("{code}{base}{power}"));
        Some(if code.is_empty() { "%".to_owned() } else { code })
    }

    /// Things counted: 项, 台, 人.
    pub fn is_count(self) -> bool {
        self.is_base('#')
    }

    /// A duration.
    pub fn is_time(self) -> bool {
        self.is_base('T')
    }

    /// Money in yuan.
    pub fn is_money(self) -> bool {
        self.is_base('Y')
    }

    /// A temperature, in degrees Celsius or as a difference in kelvin.
    pub fn is_temperature(self) -> bool {
        self.is_base('C')
    }

    /// A mass.
    pub fn is_mass(self) -> bool {
        self.is_base('M')
    }

    fn is_base(self, letter: char) -> bool {
        let mut powers = [0; BASE_COUNT];
        if let Some(at) = BASES.find(letter) {
            powers[at] = 1;
        }
        self.scale.is_none() && self.powers == powers
    }

    /// The product with a power of another; scales do not multiply.
    fn times(self, other: Self, power: i8) -> Option<Self> {
        if self.scale.or(other.scale).is_some() {
            return None;
        }
        let mut powers = self.powers;
        for (own, added) in powers.iter_mut().zip(other.powers) {
            *own += added * power;
        }
        Some(Self { powers, scale: None })
    }
}

/// Half width for ASCII that was typed in full width; everything else as it is.
pub(super) const fn plain(symbol: char) -> char {
    match symbol {
        '！'..='～' => match char::from_u32(symbol as u32 - 0xFEE0) {
            Some(half) => half,
            None => symbol,
        },
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    }
}

/// Letters behind a figure that the table does not know, such as `APHA` or `μgC/g`.
pub(super) fn unknown_unit_at(text: &str) -> Option<Unit<'_>> {
    const BYTES_MAX: usize = 16;
    let letter = |symbol: char| symbol.is_ascii_alphabetic() || matches!(symbol, 'μ' | 'µ' | 'Ω');
    let part = |symbol: char| letter(symbol) || matches!(symbol, '/' | '·' | '²' | '³');
    let length = text.find(|symbol| !part(symbol)).unwrap_or(text.len());
    let unit = Unit { text: &text[..length], dimension: Dimension::UNKNOWN, factor: 1.0 };
    (text.starts_with(letter) && length <= BYTES_MAX).then_some(unit)
}

/// Reads the unit at the start of a text: an atom, then atoms divided by or multiplied with; none when there is none.
pub(super) fn unit_at(text: &str) -> Option<Unit<'_>> {
    let (first, mut at) = atom_at(text)?;
    let (mut dimension, mut factor) = (first.dimension, first.factor);
    // Behind a division everything divides: W/m·K is meant as W/(m·K).
    let mut power = 1;
    for _ in 0..FACTORS_MAX {
        let Some((atom, divides, number, length)) = next_factor(&text[at..]) else { break };
        power = if divides { -1 } else { power };
        // "0℃/38℃" are two figures.
        if number > 1.0 && atom.dimension == first.dimension {
            break;
        }
        let Some(product) = dimension.times(atom.dimension, power) else { break };
        dimension = product;
        factor *= (atom.factor * number).powi(power.into());
        at += length;
    }
    Some(Unit { text: &text[..at], dimension, factor })
}

/// `/h`, `每小时`, `·d`, `/100km`, `/(m·K)`: the atom, whether it divides, the number before it and the bytes read.
fn next_factor(text: &str) -> Option<(Atom, bool, f64, usize)> {
    let sign = text.chars().next()?;
    let divides = match plain(sign) {
        '/' | '每' | '∕' => true,
        '·' | '•' => false,
        _ => return None,
    };
    let mut at = sign.len_utf8();
    let bracket = text[at..].chars().next().filter(|symbol| plain(*symbol) == '(');
    at += bracket.map_or(0, char::len_utf8);
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let number = if digits == 0 { 1.0 } else { text[at..at + digits].parse::<f64>().ok()?.max(1.0) };
    at += digits;
    let (atom, length) = atom_at(&text[at..])?;
    at += length;
    // Inside a bracket a product follows, of which every factor divides.
    if bracket.is_none() {
        return Some((atom, divides, number, at));
    }
    let (inner, close) = text[at..].split_once([')', '）'])?;
    let factor = if inner.is_empty() { atom } else { product(atom, inner)? };
    let bracket_bytes = text[at + inner.len()..].len() - close.len();
    Some((factor, divides, number, at + inner.len() + bracket_bytes))
}

/// An atom times one more, written `·K` or `.K`.
fn product(atom: Atom, rest: &str) -> Option<Atom> {
    let sign = rest.chars().next().filter(|symbol| matches!(symbol, '·' | '•' | '.' | '*'))?;
    let (other, length) = atom_at(&rest[sign.len_utf8()..])?;
    if sign.len_utf8() + length != rest.len() {
        return None;
    }
    let dimension = atom.dimension.times(other.dimension, 1)?;
    Some(Atom { symbol: atom.symbol, dimension, factor: atom.factor * other.factor })
}

/// The longest symbol of the table that the text begins with; letters that go on are a word or a model, no unit.
fn atom_at(text: &str) -> Option<(Atom, usize)> {
    let first = text.chars().next().map(plain)?;
    TABLE.get(&first)?.iter().find_map(|atom| {
        let length = prefix(text, atom.symbol)?;
        let goes_on = text[length..].chars().next().map(plain).is_some_and(|next| continues(atom.symbol, next));
        (!goes_on).then_some((*atom, length))
    })
}

/// How many bytes of the text spell the symbol, width apart.
fn prefix(text: &str, symbol: &str) -> Option<usize> {
    let mut rest = text.chars();
    for expected in symbol.chars() {
        if rest.next().map(plain) != Some(plain(expected)) {
            return None;
        }
    }
    Some(text.len() - rest.as_str().len())
}

/// Whether a letter or digit behind a symbol makes it part of a longer word: `60Si2Mn`, `2A12`, `3D`.
fn continues(symbol: &str, next: char) -> bool {
    let last_is_letter = symbol.chars().next_back().is_some_and(|last| last.is_ascii_alphabetic());
    last_is_letter && next.is_ascii_alphanumeric() && !matches!(next, 'x' | 'X')
}

fn atoms(line: &'static str) -> Vec<Atom> {
    let mut cells = line.split('\t');
    let (Some(symbols), Some(dimension), Some(factor)) = (cells.next(), cells.next(), cells.next()) else {
        return Vec::new();
    };
    let factor = factor.parse().unwrap_or(f64::NAN);
    let dimension = dimension_of(dimension);
    symbols.split(' ').map(|symbol| Atom { symbol, dimension, factor }).collect()
}

fn dimension_of(text: &'static str) -> Dimension {
    if let Some(scale) = text.strip_prefix('=') {
        return Dimension { scale: Some(scale), ..Dimension::default() };
    }
    let mut dimension = Dimension::default();
    for part in text.split(' ').filter(|part| *part != "1") {
        let (letter, power) = part.split_at(1);
        if let Some(at) = BASES.find(letter) {
            dimension.powers[at] = if power.is_empty() { 1 } else { power.parse().unwrap_or_default() };
        }
    }
    dimension
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (&str, Dimension, f64) {
        let unit = unit_at(text).unwrap_or_else(|| panic!("no unit in {text}"));
        (unit.text, unit.dimension, unit.factor)
    }

    #[test]
    fn every_line_of_the_table_is_a_unit() {
        let lines = include_str!("../../data/units.txt").lines().filter(|line| !line.starts_with('#'));
        let mut seen = std::collections::HashSet::new();
        for line in lines {
            let atoms = atoms(line);
            assert!(!atoms.is_empty(), "{line}");
            for atom in atoms {
                assert!(atom.factor > 0.0 && seen.insert(atom.symbol), "{}: wrong or twice", atom.symbol);
                let parts = line.split('\t').nth(1).unwrap().split(' ').filter(|part| *part != "1").count();
                let powers = atom.dimension.powers.iter().filter(|power| **power != 0).count();
                assert_eq!(powers + usize::from(atom.dimension.scale.is_some()), parts, "{line}");
            }
        }
    }

    #[test]
    fn units_that_mean_the_same_compare() {
        for (left, right) in [
            ("MPa", "N/mm2"),
            ("t/h", "吨/小时"),
            ("克/立方厘米", "g/cm³"),
            ("W/(m·K)", "W/m·K"),
            ("转/分", "rpm"),
            ("kW·h", "度电"),
            ("件每分钟", "台/min"),
            ("％", "%"),
        ] {
            let ((_, left_dimension, left_factor), (_, right_dimension, right_factor)) = (read(left), read(right));
            assert_eq!(left_dimension, right_dimension, "{left} {right}");
            assert!((left_factor / right_factor - 1.0).abs() < 1e-6, "{left} {left_factor} {right} {right_factor}");
        }
    }

    #[test]
    fn the_longest_unit_is_read_and_a_word_is_none() {
        assert_eq!(read("个月内").0, "个月");
        assert_eq!(read("吨/年的产能").0, "吨/年");
        assert_eq!(read("L/100km").0, "L/100km");
        assert_eq!(read("mm×200mm").0, "mm");
        assert_eq!(read("℃/38℃").0, "℃");
        for word in ["D打印", "Si2Mn", "A12", "", "MPab"] {
            assert!(unit_at(word).is_none(), "{word}");
        }
    }

    #[test]
    fn a_scale_of_its_own_does_not_multiply() {
        assert_eq!(read("dB/m").0, "dB");
        assert_ne!(read("HRC").1, read("HB").1);
    }
}
