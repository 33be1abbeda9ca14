//! The scores of all works for one need, in memory that the next need uses again.
//!
//! A province has four megabytes of them. Given back, so large a piece makes the allocator tidy up everything that is free, and
//! the next need waits for its pages again: a twentieth of a whole run.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

thread_local! {
    static SPARE: Cell<Vec<u64>> = const { Cell::new(Vec::new()) };
}

/// Scores by work.
#[derive(Debug, Default)]
pub struct Scores(Vec<u64>);

impl Scores {
    /// None yet.
    pub(super) fn zeros(works: usize) -> Self {
        let mut scores = SPARE.take();
        scores.clear();
        scores.resize(works, 0);
        Self(scores)
    }
}

impl Deref for Scores {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.0
    }
}

impl DerefMut for Scores {
    fn deref_mut(&mut self) -> &mut [u64] {
        &mut self.0
    }
}

impl Drop for Scores {
    fn drop(&mut self) {
        // A thread that ends has nothing to keep it for.
        let _ = SPARE.try_with(|spare| spare.set(std::mem::take(&mut self.0)));
    }
}
