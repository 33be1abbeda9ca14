//! Sentences of the tables in both languages, on one line so that neither can be forgotten.
//!
//! Chinese decides; what a condition finds in a case, with its values, is said in Chinese alone.

/// A sentence in both languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// 中文, the language that decides.
    pub chinese: &'static str,
    /// English, for pages by switch.
    pub english: &'static str,
}

/// A sentence in both languages.
pub const fn words(chinese: &'static str, english: &'static str) -> Words {
    Words { chinese, english }
}

impl Words {
    /// Whether nothing is said.
    pub const fn is_empty(&self) -> bool {
        self.chinese.is_empty()
    }
}
