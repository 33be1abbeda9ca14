//! Credit codes (GB 32100), resident ids (GB 11643) and mobile numbers, parsed once at the edge.
//!
//! People type these by hand or paste them from a workbook, so width, case and outer space are normalised first and an
//! error says which character is wrong and what was probably meant. Nothing is ever repaired: the person decides.

use std::fmt;

use chrono::NaiveDate;

use crate::record::Sex;

/// The 31 symbols of a credit code; a symbol's value is its place. I, O, S, V and Z never occur.
const CREDIT_ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const CREDIT_LENGTH: usize = 18;
/// First characters that GB 32100 gives to registering departments.
const CREDIT_DEPARTMENTS: &str = "123456789ANY";
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS: &[u8] = b"10X98765432";
const RESIDENT_LENGTH: usize = 18;
const MOBILE_LENGTH: usize = 11;

/// 统一社会信用代码, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CreditCode(String);

/// 居民身份证号, checked. It prints itself masked; [`ResidentId::full`] is the only way to the digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResidentId {
    digits: String,
    birth: NaiveDate,
}

/// Mobile number, checked. It prints itself masked; [`Mobile::full`] is the only way to the digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mobile(String);

/// A character that cannot stand where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongCharacter {
    /// Place from 1.
    pub position: usize,
    /// What was found.
    pub found: char,
    /// The digit that was probably meant.
    pub suggestion: Option<char>,
}

/// What may be wrong with any of the three.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Too short or too long.
    #[error("应为 {expected} 位，现为 {found} 位")]
    Length {
        /// Right length.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// One or more characters cannot stand where they stand.
    #[error("{}", wrong_characters(.0))]
    Characters(Vec<WrongCharacter>),
    /// The date inside a resident id does not exist.
    #[error("第 7 至 14 位 {0} 不是存在的日期，请核对证件")]
    ImpossibleBirth(String),
    /// The check digit does not fit the rest.
    #[error("第 18 位校验码为 {found}，按前 17 位应为 {expected}，请逐位核对证件")]
    CheckDigit {
        /// What the first 17 characters ask for.
        expected: char,
        /// What was found.
        found: char,
    },
}

impl IdentifierError {
    /// Stable code, to be put behind the column's name: `credit_code.check_digit`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Characters(_) => "character",
            Self::ImpossibleBirth(_) => "impossible_birth",
            Self::CheckDigit { .. } => "check_digit",
        }
    }
}

impl CreditCode {
    /// Checks a credit code after normalising width, case and outer space.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let code = normalised(text);
        check_length(&code, CREDIT_LENGTH)?;
        check_characters(&code, |position, symbol| match position {
            1 => CREDIT_DEPARTMENTS.contains(symbol),
            3..=8 => symbol.is_ascii_digit(),
            _ => credit_value(symbol).is_some(),
        })?;
        let sum: usize =
            code.chars().filter_map(credit_value).zip(CREDIT_WEIGHTS).map(|(value, weight)| value * weight).sum();
        let expected = CREDIT_ALPHABET[(31 - sum % 31) % 31] as char;
        check_last(&code, expected)?;
        Ok(Self(code))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the code was given to an enterprise. Branch offices have such a code too, so it does not prove a legal person;
    /// individual businesses (92) and farmers' cooperatives (93) are not enterprise legal persons.
    pub fn is_enterprise(&self) -> bool {
        self.0.starts_with("91")
    }

    /// Whether the organisation code inside fits its own check digit (GB 11714). A few legacy codes break it: warn only.
    pub fn organisation_code_holds(&self) -> bool {
        let organisation = &self.0[8..17];
        let sum: usize = organisation
            .chars()
            .zip(ORGANISATION_WEIGHTS)
            .map(|(symbol, weight)| symbol.to_digit(36).unwrap_or_default() as usize * weight)
            .sum();
        let expected = match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            digit => char::from(b'0' + digit as u8),
        };
        organisation.ends_with(expected)
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl ResidentId {
    /// Checks a resident id after normalising width, case and outer space. The region is not checked: it may be abolished.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = normalised(text);
        check_length(&digits, RESIDENT_LENGTH)?;
        check_characters(&digits, |position, symbol| {
            symbol.is_ascii_digit() || (position == RESIDENT_LENGTH && symbol == 'X')
        })?;
        let date = format!("{}-{}-{}", &digits[6..10], &digits[10..12], &digits[12..14]);
        let birth = crate::calendar::parse_day(&date).ok_or(IdentifierError::ImpossibleBirth(date))?;
        let sum: usize =
            digits.bytes().zip(RESIDENT_WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
        check_last(&digits, RESIDENT_CHECKS[sum % 11] as char)?;
        Ok(Self { digits, birth })
    }

    /// The 18 characters: for encrypted storage and for readers with a stated reason only.
    pub fn full(&self) -> &str {
        &self.digits
    }

    /// The birth date inside.
    pub const fn birth(&self) -> NaiveDate {
        self.birth
    }

    /// The sex that the 17th digit states: odd for men.
    pub fn sex(&self) -> Sex {
        let digit = self.digits.as_bytes()[RESIDENT_LENGTH - 2];
        if (digit - b'0').is_multiple_of(2) { Sex::Female } else { Sex::Male }
    }

    /// What screens show: the first two digits and 16 stars. Several masks of one number could be joined, so there is one.
    pub fn masked(&self) -> String {
        format!("{}{}", &self.digits[..2], "*".repeat(RESIDENT_LENGTH - 2))
    }
}

impl Mobile {
    /// Checks a mobile number (`1[3-9]` and nine digits) after normalising width and outer space.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = normalised(text);
        check_length(&digits, MOBILE_LENGTH)?;
        check_characters(&digits, |position, symbol| match position {
            1 => symbol == '1',
            2 => matches!(symbol, '3'..='9'),
            _ => symbol.is_ascii_digit(),
        })?;
        Ok(Self(digits))
    }

    /// The 11 digits: for encrypted storage and for readers with a stated reason only.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// What screens inside the system show: `138****0000`; in public a number is left out altogether.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

macro_rules! prints_masked {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.masked())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.masked())
            }
        }
    )+};
}
prints_masked!(ResidentId, Mobile);

/// Half width, upper case, no outer space: what typing and workbooks change without changing the meaning.
fn normalised(text: &str) -> String {
    let half_width = |symbol: char| match symbol {
        '！'..='～' => char::from_u32(symbol as u32 - 0xFEE0).unwrap_or(symbol),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(half_width).collect::<String>().trim().to_ascii_uppercase()
}

fn credit_value(symbol: char) -> Option<usize> {
    CREDIT_ALPHABET.iter().position(|known| char::from(*known) == symbol)
}

fn check_length(text: &str, expected: usize) -> Result<(), IdentifierError> {
    let found = text.chars().count();
    if found == expected { Ok(()) } else { Err(IdentifierError::Length { expected, found }) }
}

/// Asks of every character whether it may stand at its place (from 1) and names all that may not.
fn check_characters(text: &str, may_stand: impl Fn(usize, char) -> bool) -> Result<(), IdentifierError> {
    let wrong: Vec<WrongCharacter> = text
        .chars()
        .zip(1..)
        .filter(|(symbol, position)| !may_stand(*position, *symbol))
        .map(|(found, position)| {
            let suggestion = looks_like(found).filter(|digit| may_stand(position, *digit));
            WrongCharacter { position, found, suggestion }
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(IdentifierError::Characters(wrong)) }
}

fn check_last(text: &str, expected: char) -> Result<(), IdentifierError> {
    match text.chars().next_back() {
        Some(found) if found != expected => Err(IdentifierError::CheckDigit { expected, found }),
        _ => Ok(()),
    }
}

/// The digit that a letter is mistaken for when typed by hand.
const fn looks_like(letter: char) -> Option<char> {
    match letter {
        'O' => Some('0'),
        'I' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        _ => None,
    }
}

fn wrong_characters(wrong: &[WrongCharacter]) -> String {
    let one = |wrong: &WrongCharacter| {
        let meant = wrong.suggestion.map_or_else(|| "请核对证件".to_owned(), |digit| format!("是否应为数字 {digit}"));
        format!("第 {} 位“{}”不能出现在此处，{meant}", wrong.position, wrong.found.escape_debug())
    };
    wrong.iter().map(one).collect::<Vec<_>>().join("；")
}
