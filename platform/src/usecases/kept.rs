//! What was reckoned last, while nothing has been done since.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Results by key, each of the state after an act, by the number of its entry ([`store::audit::last_act`]); clones share them.
///
/// Read that number before what the result rests on, in a transaction that does nothing itself: what is done meanwhile then
/// makes the result reckoned anew, and what is taken back is never kept.
#[derive(Debug)]
pub struct Kept<K, V>(Arc<Mutex<BTreeMap<K, (i64, V)>>>);

impl<K: Ord, V: Clone> Kept<K, V> {
    /// The result of the state after this act, if it was reckoned.
    pub(super) fn held(&self, key: &K, act: i64) -> Option<V> {
        self.all().get(key).filter(|(kept, _)| *kept == act).map(|(_, value)| value.clone())
    }

    /// Keeps a result, and those of the same state alone.
    pub(super) fn keep(&self, key: K, act: i64, value: &V) {
        let mut all = self.all();
        all.retain(|_, (kept, _)| *kept == act);
        all.insert(key, (act, value.clone()));
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<K, (i64, V)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_kept_until_the_next_act_and_those_before_it_are_let_go() {
        let kept = Kept::default();
        kept.keep("a", 1, &10);
        kept.keep("b", 1, &20);
        assert_eq!([kept.held(&"a", 1), kept.held(&"b", 1), kept.held(&"a", 2)], [Some(10), Some(20), None]);
        kept.keep("b", 2, &30);
        assert_eq!([kept.held(&"a", 1), kept.held(&"b", 1), kept.held(&"b", 2)], [None, None, Some(30)]);
    }
}
