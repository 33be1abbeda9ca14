//! What a guard may look at beside the matter itself: loaded by the caller, judged here.

use std::collections::BTreeMap;

use super::line::Line;
use super::matter::Matter;
use crate::finding::Finding;

/// Facts around one matter. What the caller did not load is absent, and a guard that needs it fails: nothing is guessed.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The round that the matter belongs to.
    pub round: Option<Matter>,
    /// The matter it hangs on.
    pub parent: Option<Matter>,
    /// Matters that hang on it, or that its guards compare it with; which ones the loader of the kind says.
    pub related: Vec<Matter>,
    /// What the rules of eligibility say of enterprise, person and pair today.
    pub findings: Vec<Finding>,
    /// The same of other matters, by their id: of every pair when a list is frozen.
    pub findings_of: BTreeMap<String, Vec<Finding>>,
    /// What a list says of each pair of the round, by the pair's id, as the registers state it today.
    pub lines: BTreeMap<String, Line>,
    /// Counts by name, such as `live_offers`.
    pub counts: BTreeMap<&'static str, i64>,
    /// Texts by name: facts of the registers that a guard needs.
    pub texts: BTreeMap<&'static str, String>,
}

impl Facts {
    /// A count; nothing when it was not loaded.
    pub fn count(&self, name: &str) -> Option<i64> {
        self.counts.get(name).copied()
    }

    /// A text; empty when it was not loaded.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }
}
