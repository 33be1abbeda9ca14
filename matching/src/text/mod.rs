//! Chinese text to comparable characters and terms.

pub mod empty_words;
pub mod glyph;
pub mod term;
pub mod words;

pub use glyph::{CharClass, Glyph, PLANE_BITS, add_glyphs, glyphs};
pub use term::{Term, TermClass, each_term, key, terms};
