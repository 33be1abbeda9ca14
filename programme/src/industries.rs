//! Industries by code (`policy/industries.csv`, GB/T 4754—2017), with the letter of the section: `C35`, `C3512`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use thiserror::Error;

/// Why a text is no industry code.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum IndustryError {
    /// A name or a bare number instead of the code.
    #[error("要填带门类字母的代码；是不是 {0}")]
    CodeMeant(String),
    /// No such code.
    #[error("不是国民经济行业代码（GB/T 4754—2017）；请填带门类字母的代码，如 C35")]
    Unknown,
}

static NAMES: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../policy/industries.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(parse_line).collect()
});

fn parse_line(line: &'static str) -> Option<(String, &'static str)> {
    let mut cells = line.split(',');
    let (section, code, _, name) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let code = if code == section { section.to_owned() } else { format!("{section}{code}") };
    Some((code, name))
}

/// The name of an industry; the code has its letter.
pub fn name(code: &str) -> Option<&'static str> {
    NAMES.get(code).copied()
}

/// Every code with its name, in the order of codes.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.iter().map(|(code, name)| (code.as_str(), *name))
}

/// The code that a text is: the same text, when the classification has it.
///
/// A middle class whose only small class ends in 0 stands in the table as that small class alone (`A021` as `A0210`).
pub fn parse(text: &str) -> Result<&str, IndustryError> {
    if NAMES.contains_key(text) || text.len() == 4 && NAMES.contains_key(&format!("{text}0")) {
        return Ok(text);
    }
    let meant = all().find(|(code, name)| *name == text || code.get(1..) == Some(text) && !text.is_empty());
    Err(meant.map_or(IndustryError::Unknown, |(code, name)| IndustryError::CodeMeant(format!("{code}（{name}）"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_depth_are_taken() {
        for code in ["C", "C35", "C351", "C3512"] {
            assert_eq!(parse(code), Ok(code));
        }
        assert_eq!(name("C35"), Some("专用设备制造业"));
    }

    #[test]
    fn a_name_or_a_bare_number_is_refused_with_the_code_that_is_meant() {
        for text in ["专用设备制造业", "35"] {
            assert_eq!(parse(text).unwrap_err().to_string(), "要填带门类字母的代码；是不是 C35（专用设备制造业）");
        }
    }

    #[test]
    fn a_wrong_letter_or_number_is_refused() {
        for text in ["D35", "C99", "c35", "", "C3"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
