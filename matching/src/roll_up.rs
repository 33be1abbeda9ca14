//! Works to people: the best work counts in full, further works support it.
//!
//! Summing works lets people with many thin works win; taking the best alone forgets a steady line of work. Here the next best
//! work adds a share of itself, each further one the same share of the one before, up to five works in all, and all of them
//! together at most a fixed share of the best one. So works that each score less than `1 / (1 + cap)` of a strong one never beat it, however many they
//! are, and taking a work away never raises the total.

use crate::weights::Weights;

/// What each work adds to its person's score, best work first; a work that adds nothing is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolledUp {
    /// Number of the work among the person's works, what it adds, and the share of its own score that this is, in millionths.
    pub parts: Vec<(usize, u64, u32)>,
}

impl RolledUp {
    /// The person's score.
    pub fn total(&self) -> u64 {
        self.parts.iter().map(|&(_, part, _)| part).sum()
    }
}

const MILLION: u64 = 1_000_000;

/// Works that support the best one at most: five works speak for a person, as many as somebody reads. The next one would add a
/// twelfth of itself at most.
const SUPPORTING_WORKS_MAX: usize = 4;

/// Rolls a person's work scores up.
pub fn roll_up(scores: &[u64], weights: &Weights) -> RolledUp {
    let mut order: Vec<usize> = (0..scores.len()).filter(|&work| scores[work] > 0).collect();
    order.sort_by_key(|&work| (std::cmp::Reverse(scores[work]), work));
    order.truncate(1 + SUPPORTING_WORKS_MAX);
    let Some(&best) = order.first() else {
        return RolledUp::default();
    };
    let mut left = scores[best] * u64::from(weights.support_cap_permille) / 1000;
    let mut share = MILLION;
    let mut parts = vec![(best, scores[best], MILLION as u32)];
    for &work in &order[1..] {
        share = share * u64::from(weights.support_permille) / 1000;
        let part = (scores[work] * share / MILLION).min(left);
        if part == 0 {
            break;
        }
        left -= part;
        parts.push((work, part, (part * MILLION / scores[work]) as u32));
    }
    RolledUp { parts }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Larger than any score the engine gives.
    const SCORE_MAX: u64 = 1 << 40;

    fn total(scores: &[u64]) -> u64 {
        roll_up(scores, &Weights::published()).total()
    }

    proptest! {
        #[test]
        fn many_thin_works_never_beat_a_strong_one_by_count(strong in 1000..SCORE_MAX, works in 1..200_usize) {
            let thin = strong * 1000 / (1000 + u64::from(Weights::published().support_cap_permille)) - 1;
            prop_assert!(total(&vec![thin; works]) < total(&[strong]));
        }

        #[test]
        fn taking_a_work_away_never_raises_the_score(scores in proptest::collection::vec(0..SCORE_MAX, 1..30), at: prop::sample::Index) {
            let mut fewer = scores.clone();
            fewer.remove(at.index(scores.len()));
            prop_assert!(total(&fewer) <= total(&scores));
        }

        #[test]
        fn the_order_of_works_does_not_matter(mut scores in proptest::collection::vec(0..SCORE_MAX, 0..30)) {
            let before = total(&scores);
            scores.reverse();
            prop_assert_eq!(total(&scores), before);
        }
    }

    #[test]
    fn works_support_the_best_one_up_to_their_bound() {
        let counted = |supporting: u32| {
            let scores: Vec<u64> = (0..=supporting).map(|work| SCORE_MAX >> (2 * work)).collect();
            roll_up(&scores, &Weights::published()).parts.len() - 1
        };
        assert_eq!([3, 4, 5].map(counted), [3, SUPPORTING_WORKS_MAX, SUPPORTING_WORKS_MAX]);
    }

    #[test]
    fn nobody_without_works_has_a_score() {
        assert_eq!(total(&[]), 0);
        assert_eq!(total(&[0, 0]), 0);
    }
}
