//! Weights and levels learnt from graded pairs.
//!
//! Weights that are read when a need is ranked are learnt one after the other: a value on the weight's grid replaces the present
//! one when the mean of nDCG@10, full and judged, rises by more than its standard error over the needs, and falls in none of the
//! sets. So a few graded pairs cannot move what many others settled, what helps one kind of data and harms another is not learnt,
//! and data that show nothing leave everything as it was. Levels begin where the mean distance to people's grades is least, and
//! their probabilities come from logistic regressions on the logarithm of the score; sets in which only right answers are known, and
//! no grades, do not speak on levels.
//! Everything is measured on needs that the learning has not seen, in five folds. No id enters, only scores and grades; the same
//! input gives the same bytes, as every learnt number is rounded.

use std::collections::HashMap;
use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::evaluate::{CUT, Grades, Ranked, Report, Run, evaluate};
use crate::input::{NeedText, Profile};
use crate::level::{Basis, Bound, Level, Levels};
use crate::score::Score;
use crate::weights::Weights;

/// Parts into which the needs are cut to measure on unseen ones.
pub const FOLDS: usize = 5;

/// The fewest graded needs to learn from: every fold has one.
pub const NEEDS_MIN: usize = FOLDS;

/// Resamples of the needs behind an interval.
const RESAMPLES: usize = 2_000;

/// Rounds over all weights; each so far came to rest in the second.
const ROUNDS_MAX: usize = 4;

/// The version of the file's shape.
const FORMAT: u32 = 1;

/// What training gives: weights, and how good they are on needs that were not learnt from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// Version of this shape: 1.
    pub format: u32,
    /// Identity of the embedding model; `none`.
    pub model: String,
    /// The weights.
    pub weights: Weights,
    /// What they were learnt from and how good they are there.
    pub sets: Vec<MeasuredSet>,
}

/// A set of graded needs with what was measured on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredSet {
    /// What the data are, in words.
    pub about: String,
    /// Graded needs.
    pub needs: usize,
    /// People that they were ranked against.
    pub people: usize,
    /// Graded pairs.
    pub pairs: usize,
    /// Measured by words alone.
    pub words: Measured,
    /// Measured with nearness in meaning, when there were vectors.
    pub meaning: Option<Measured>,
}

/// How good a ranking is on needs that were not learnt from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// nDCG@10 among graded pairs; `None` where only right answers are known.
    pub judged: Option<Interval>,
    /// nDCG@10 among all people, a pair without a grade counting as not related.
    pub full: Interval,
    /// Mean distance of stated and given level over graded pairs; `None` where only right answers are known.
    pub level_distance: Option<Interval>,
    /// Rank correlation of score and given level over a need's graded pairs; `None` where no need has several levels.
    pub rank_correlation: Option<Interval>,
}

/// A mean over needs with the bounds between which 95 % of its resamples lie; four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// Why nothing can be learnt, or a trained file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Too few graded needs are among the needs.
    #[error("{found} graded needs found, at least {NEEDS_MIN} wanted")]
    FewNeeds {
        /// How many there are.
        found: usize,
    },
    /// Somebody asked to stop.
    #[error("the training was cancelled")]
    Cancelled,
    /// The file is not what training writes.
    #[error("{0}")]
    Unreadable(String),
}

impl Trained {
    /// Reads what training wrote.
    pub fn read(text: &str) -> Result<Self, TrainError> {
        let trained: Self = serde_json::from_str(text).map_err(|error| TrainError::Unreadable(error.to_string()))?;
        let unsound = match trained {
            Self { format, .. } if format != FORMAT => Some(format!("format {format} found, {FORMAT} wanted")),
            Self { ref weights, .. } => weights.unsound(),
        };
        unsound.map_or(Ok(trained), |problem| Err(TrainError::Unreadable(problem)))
    }

    /// As it is written to its file: indented, with a last line end.
    pub fn write(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A set of graded needs to learn from.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// What the data are, in words.
    pub about: String,
    /// The people.
    pub profiles: Vec<Profile>,
    /// The needs; those without a grade are passed over.
    pub needs: Vec<NeedText>,
    /// The grades.
    pub grades: Grades,
}

/// A weight that is learnt, with the values that are tried.
struct Tuned {
    values: &'static [f64],
    set: fn(&mut Weights, f64),
}

/// Weights of words and of the roll-up to people. All are read when a need is ranked, so the index stands.
#[expect(clippy::cast_sign_loss, reason = "no value of a grid is negative")]
const OF_WORDS: [Tuned; 4] = [
    Tuned { values: &[3.0, 4.0, 6.0, 8.0], set: |w, value| w.need_title = value },
    Tuned { values: &[0.15, 0.3, 0.5, 1.0], set: |w, value| w.empty_word = value },
    Tuned { values: &[0.6, 0.8, 1.0, 1.2], set: |w, value| w.single = value },
    Tuned { values: &[0.0, 300.0, 600.0, 800.0], set: |w, value| w.support_permille = value as u32 },
];

/// The weight of nearness in meaning.
const OF_MEANING: [Tuned; 1] = [Tuned { values: &[0.0, 0.3, 0.5, 0.7, 1.0, 1.5], set: |w, value| w.meaning = value }];

/// A need ranked under certain weights.
#[derive(Clone, Debug)]
struct Outcome {
    set: usize,
    report: Report,
    /// Score and grade of every graded pair.
    pairs: Vec<(Score, u8)>,
}

impl Outcome {
    /// Whether any person of the need has a gain: without one nDCG says nothing.
    fn counts(&self) -> bool {
        !self.report.by_need.is_empty()
    }

    fn objective(&self) -> f64 {
        f64::midpoint(self.report.full.ndcg_at_10, self.report.judged.ndcg_at_10)
    }
}

/// Graded needs before the people that they are ranked against.
#[derive(Clone)]
struct Set {
    engine: Engine,
    needs: Vec<NeedText>,
    grades: Grades,
}

impl Set {
    fn of(lesson: Lesson) -> Result<Self, TrainError> {
        let Lesson { profiles, mut needs, grades, .. } = lesson;
        needs.retain(|need| grades.contains_key(&need.id));
        needs.sort_by(|a, b| a.id.cmp(&b.id));
        let engine =
            Engine::build(profiles, Weights::start()).map_err(|error| TrainError::Unreadable(error.to_string()))?;
        Ok(Self { engine, needs, grades })
    }

    fn without_vectors(&self) -> Self {
        let wordless = |need: &NeedText| NeedText { vector: None, ..need.clone() };
        Self { needs: self.needs.iter().map(wordless).collect(), ..self.clone() }
    }
}

/// The settings that were tried on sets of graded needs.
struct Trials<'a> {
    sets: Vec<Set>,
    tried: Vec<(Weights, Vec<Outcome>)>,
    on_tried: &'a dyn Fn(usize) -> ControlFlow<()>,
}

impl Trials<'_> {
    /// Every need under the weights; ranked once, then remembered.
    fn outcomes(&mut self, weights: &Weights) -> Result<&[Outcome], TrainError> {
        let known = self.tried.iter().position(|(tried, _)| tried == weights);
        if known.is_none() {
            if (self.on_tried)(self.tried.len() + 1).is_break() {
                return Err(TrainError::Cancelled);
            }
            let mut outcomes = Vec::new();
            for (number, set) in self.sets.iter_mut().enumerate() {
                set.engine.reweigh(weights.clone());
                let found = set.needs.par_iter().map(|need| outcome(&set.engine, number, need, &set.grades[&need.id]));
                outcomes.append(&mut found.collect::<Vec<_>>());
            }
            self.tried.push((weights.clone(), outcomes));
        }
        Ok(&self.tried[known.unwrap_or(self.tried.len() - 1)].1)
    }

    /// The weights that these needs show to be better than the first ones; levels are left as they are.
    fn learn(&mut self, tuned: &[Tuned], first: &Weights, needs: &[usize]) -> Result<Weights, TrainError> {
        let mut best = first.clone();
        for _ in 0..ROUNDS_MAX {
            let before = best.clone();
            for weight in tuned {
                best = self.tune(weight, &best, needs)?;
            }
            if best == before {
                break;
            }
        }
        Ok(best)
    }

    /// The weights with the value that raises the objective most, if one raises it by more than its standard error and lowers it
    /// in no set.
    fn tune(&mut self, weight: &Tuned, present: &Weights, needs: &[usize]) -> Result<Weights, TrainError> {
        let base = self.objectives(present, needs)?;
        let mut best = (0.0, present.clone());
        for &value in weight.values {
            let mut changed = present.clone();
            (weight.set)(&mut changed, value);
            let found = self.objectives(&changed, needs)?;
            let gains: Vec<(f64, f64)> = found.iter().zip(&base).map(|(new, old)| gain_and_error(new, old)).collect();
            if let Some(gain) = shown_gain(&gains).filter(|&gain| gain > best.0) {
                best = (gain, changed);
            }
        }
        Ok(best.1)
    }

    /// By set, the objective of each of these needs.
    fn objectives(&mut self, weights: &Weights, needs: &[usize]) -> Result<Vec<Vec<f64>>, TrainError> {
        let mut by_set = vec![Vec::new(); self.sets.len()];
        let outcomes = self.outcomes(weights)?;
        for outcome in needs.iter().map(|&at| &outcomes[at]).filter(|outcome| outcome.counts()) {
            by_set[outcome.set].push(outcome.objective());
        }
        Ok(by_set)
    }

    /// Where levels begin by the pairs of these needs in graded sets; `None` when a level does not occur among them.
    fn bounds(&mut self, weights: &Weights, needs: &[usize]) -> Result<Option<[Bound; 3]>, TrainError> {
        let set_count = self.sets.len();
        let outcomes = self.outcomes(weights)?;
        let graded: Vec<bool> = (0..set_count).map(|set| is_graded(outcomes, set)).collect();
        let outcomes = needs.iter().map(|&at| &outcomes[at]).filter(|outcome| graded[outcome.set]);
        let mut pairs: Vec<(Score, u8)> = outcomes.flat_map(|outcome| outcome.pairs.iter().copied()).collect();
        pairs.sort_unstable();
        Ok(bounds(&pairs))
    }

    /// Learns on four fifths of the needs and measures on the last, five times; by set.
    fn measure(&mut self, tuned: &[Tuned], first: &Weights, basis: Basis) -> Result<Vec<Measured>, TrainError> {
        let count = self.sets.iter().map(|set| set.needs.len()).sum::<usize>();
        let mut unseen_by_set: Vec<Vec<(Outcome, Sum)>> = vec![Vec::new(); self.sets.len()];
        for fold in 0..FOLDS {
            let (unseen, seen): (Vec<usize>, Vec<usize>) = (0..count).partition(|at| at % FOLDS == fold);
            let weights = self.learn(tuned, first, &seen)?;
            let levels = self.bounds(&weights, &seen)?.map(|bounds| Levels { words: bounds, meaning: bounds });
            let levels = levels.unwrap_or_else(|| Weights::published().levels);
            let outcomes = self.outcomes(&weights)?;
            for outcome in unseen.iter().map(|&at| &outcomes[at]) {
                unseen_by_set[outcome.set].push((outcome.clone(), distance(outcome, &levels, basis)));
            }
        }
        Ok(unseen_by_set.iter().map(|outcomes| measured(outcomes)).collect())
    }
}

/// Whether people gave different levels in a set: then a level can be learnt from it, and judged pairs can be ranked.
fn is_graded(outcomes: &[Outcome], set: usize) -> bool {
    let mut grades = outcomes.iter().filter(|outcome| outcome.set == set).flat_map(|outcome| &outcome.pairs);
    let first = grades.next().map(|&(_, grade)| grade);
    grades.any(|&(_, grade)| Some(grade) != first)
}

/// The figures of needs that were not learnt from, each with the distances of its levels.
fn measured(unseen: &[(Outcome, Sum)]) -> Measured {
    let ndcg = |figure: fn(&Report) -> f64| {
        let counted = unseen.iter().map(|(outcome, _)| outcome).filter(|outcome| outcome.counts());
        interval(&counted.map(|outcome| Sum { of: figure(&outcome.report), over: 1.0 }).collect::<Vec<_>>())
    };
    let correlations = unseen.iter().filter_map(|(outcome, _)| Some(Sum { of: outcome.report.spearman?, over: 1.0 }));
    let correlations: Vec<Sum> = correlations.collect();
    let graded = !correlations.is_empty();
    Measured {
        judged: graded.then(|| ndcg(|report| report.judged.ndcg_at_10)),
        full: ndcg(|report| report.full.ndcg_at_10),
        level_distance: graded.then(|| interval(&unseen.iter().map(|&(_, distance)| distance).collect::<Vec<_>>())),
        rank_correlation: graded.then(|| interval(&correlations)),
    }
}

/// Ranks a need and sets its people beside their grades.
fn outcome(engine: &Engine, set: usize, need: &NeedText, graded: &HashMap<String, u8>) -> Outcome {
    let mut people: Vec<&str> = graded.keys().map(String::as_str).collect();
    people.sort_unstable();
    let scored = engine.best_and(need, CUT, &people);
    let ranked =
        scored.iter().map(|&(person, score)| Ranked { person: person.to_owned(), score: score.value(), level: None });
    let run = Run::from([(need.id.clone(), ranked.collect())]);
    let report = evaluate(&run, &Grades::from([(need.id.clone(), graded.clone())]));
    let pairs = scored.iter().filter_map(|&(person, score)| Some((score, *graded.get(person)?)));
    Outcome { set, report, pairs: pairs.collect() }
}

/// A sum over so many parts.
#[derive(Clone, Copy, Debug)]
struct Sum {
    of: f64,
    over: f64,
}

/// How far the levels of a need's pairs lie from their grades.
fn distance(outcome: &Outcome, levels: &Levels, basis: Basis) -> Sum {
    let apart = |&(score, grade): &(Score, u8)| f64::from(u8::from(levels.level(score, basis)).abs_diff(grade));
    Sum { of: outcome.pairs.iter().map(apart).sum(), over: outcome.pairs.len() as f64 }
}

/// The mean of the differences and its standard error; fewer than two say nothing.
fn gain_and_error(new: &[f64], old: &[f64]) -> (f64, f64) {
    let gains: Vec<f64> = new.iter().zip(old).map(|(new, old)| new - old).collect();
    let count = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / count;
    let spread = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
    if gains.len() < 2 { (0.0, 0.0) } else { (mean, (spread / count).sqrt()) }
}

/// The gain that the sets show together, each with its standard error: more than the error of all, and a loss in none.
fn shown_gain(gains: &[(f64, f64)]) -> Option<f64> {
    let gain = gains.iter().map(|(gain, _)| gain).sum::<f64>();
    let error = gains.iter().map(|(_, error)| error * error).sum::<f64>().sqrt();
    (gain > error && gains.iter().all(|&(gain, _)| gain >= 0.0)).then_some(gain)
}

/// Where the levels begin, strong first, and their probabilities; `None` when pairs of some level, or of none below it, are missing,
/// or when higher scores do not mean higher grades. The pairs come in the order of their scores.
fn bounds(pairs: &[(Score, u8)]) -> Option<[Bound; 3]> {
    let learnt: Option<Vec<Bound>> = Levels::ORDER.into_iter().map(|level| bound(pairs, level)).collect();
    let mut bounds: [Bound; 3] = learnt?.try_into().ok()?;
    bounds[1].least = bounds[1].least.max(bounds[2].least);
    bounds[0].least = bounds[0].least.max(bounds[1].least);
    Some(bounds)
}

fn bound(pairs: &[(Score, u8)], level: Level) -> Option<Bound> {
    let reached: Vec<(Score, bool)> = pairs.iter().map(|&(score, grade)| (score, grade >= level.into())).collect();
    let positive = reached.iter().filter(|(_, is_reached)| *is_reached).count();
    if positive == 0 || positive == reached.len() {
        return None;
    }
    let positions: Vec<(f64, bool)> = reached.iter().map(|&(score, is)| (Bound::position(score), is)).collect();
    let (offset, slope) = logistic(&positions);
    (slope > 0.0).then(|| Bound { least: least_errors(&reached), offset: rounded(offset, 3), slope: rounded(slope, 3) })
}

/// The score from which on `true` is the right answer most often: one of the scores, the lowest among equally good ones.
///
/// The distance of levels is a sum over the three bounds of how often each is on the wrong side, so each is chosen alone.
fn least_errors(reached: &[(Score, bool)]) -> Score {
    let mut errors = reached.iter().filter(|(_, is_reached)| !is_reached).count();
    let mut best = (errors, 0);
    for (at, pair) in reached.windows(2).enumerate() {
        if pair[0].1 {
            errors += 1;
        } else {
            errors -= 1;
        }
        if pair[0].0 < pair[1].0 && errors < best.0 {
            best = (errors, at + 1);
        }
    }
    #[expect(clippy::cast_sign_loss, reason = "a score is not negative")]
    let thousandths = (reached[best.1].0.value() * 1e3).floor().max(1.0) as u64;
    Score::from_millionths(thousandths * 1_000)
}

/// Steps of Newton's method; it has settled after ten on any data that is not all but separable.
const NEWTON_STEPS: usize = 25;

/// Holds the slope of separable data.
const RIDGE: f64 = 1e-3;

/// Offset and slope of the logistic regression of the answers on the positions, by Newton's method.
fn logistic(points: &[(f64, bool)]) -> (f64, f64) {
    let (mut offset, mut slope) = (0.0, 0.0);
    for _ in 0..NEWTON_STEPS {
        let (mut gradient, mut curve) = ([0.0, -RIDGE * slope], [RIDGE, 0.0, RIDGE]);
        for &(x, is_reached) in points {
            let chance = 1.0 / (1.0 + f64::exp(-offset - slope * x));
            let (miss, weight) = (f64::from(u8::from(is_reached)) - chance, chance * (1.0 - chance));
            gradient = [gradient[0] + miss, gradient[1] + miss * x];
            curve = [curve[0] + weight, curve[1] + weight * x, curve[2] + weight * x * x];
        }
        let determinant = curve[0] * curve[2] - curve[1] * curve[1];
        offset += (curve[2] * gradient[0] - curve[1] * gradient[1]) / determinant;
        slope += (curve[0] * gradient[1] - curve[1] * gradient[0]) / determinant;
    }
    (offset, slope)
}

/// The mean, and the bounds of 95 % of the means of resampled needs.
fn interval(needs: &[Sum]) -> Interval {
    let mean = |chosen: &mut dyn Iterator<Item = Sum>| {
        let sum = chosen.fold(Sum { of: 0.0, over: 0.0 }, |a, b| Sum { of: a.of + b.of, over: a.over + b.over });
        if sum.over > 0.0 { sum.of / sum.over } else { 0.0 }
    };
    let mut draws = Draws(RESAMPLES as u64);
    let mut means: Vec<f64> =
        (0..RESAMPLES).map(|_| mean(&mut needs.iter().map(|_| needs[draws.below(needs.len())]))).collect();
    means.sort_by(f64::total_cmp);
    let at = |share: usize| rounded(means[RESAMPLES * share / 1000], 4);
    Interval { mean: rounded(mean(&mut needs.iter().copied()), 4), low: at(25), high: at(975) }
}

/// Numbers that look drawn and are the same every time (splitmix64).
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * end as u128) >> 64) as usize
    }
}

/// Rounded to so many decimals, so that another machine's mathematics cannot change a written number.
fn rounded(number: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    (number * unit).round() / unit
}

/// Learns weights and levels from graded pairs and measures them on needs left out. Each setting that is tried ranks every graded
/// need once; `on_tried` is told how many were tried, and its `Break` cancels. `model` is the identity of the embedding model.
pub fn train(
    lessons: Vec<Lesson>,
    model: &str,
    on_tried: &dyn Fn(usize) -> ControlFlow<()>,
) -> Result<Trained, TrainError> {
    let abouts: Vec<(String, usize)> =
        lessons.iter().map(|lesson| (lesson.about.clone(), lesson.profiles.len())).collect();
    let sets: Vec<Set> = lessons.into_iter().map(Set::of).collect::<Result<_, _>>()?;
    let needs: Vec<usize> = sets.iter().map(|set| set.needs.len()).collect();
    let count = needs.iter().sum::<usize>();
    if count < NEEDS_MIN {
        return Err(TrainError::FewNeeds { found: count });
    }
    let has_vectors = sets.iter().flat_map(|set| &set.needs).any(|need| need.vector.is_some());
    let trials = |sets| Trials { sets, tried: Vec::new(), on_tried };
    let every: Vec<usize> = (0..count).collect();
    let start = Weights::start();
    let mut words = trials(sets.iter().map(Set::without_vectors).collect());
    let of_words = words.learn(&OF_WORDS, &start, &every)?;
    let word_bounds = words.bounds(&of_words, &every)?;
    let by_words = words.measure(&OF_WORDS, &start, Basis::Words)?;
    let mut pairs = vec![0; abouts.len()];
    words.outcomes(&of_words)?.iter().for_each(|outcome| pairs[outcome.set] += outcome.pairs.len());
    let (mut weights, mut meaning_bounds) = (of_words.clone(), None);
    let mut by_meaning = vec![None; abouts.len()];
    if has_vectors {
        let mut meaning = trials(sets);
        weights = meaning.learn(&OF_MEANING, &of_words, &every)?;
        meaning_bounds = meaning.bounds(&weights, &every)?;
        by_meaning = meaning.measure(&OF_MEANING, &of_words, Basis::Meaning)?.into_iter().map(Some).collect();
    }
    let known = || Weights::published().levels;
    weights.levels = Levels {
        words: word_bounds.unwrap_or_else(|| known().words),
        meaning: meaning_bounds.unwrap_or_else(|| known().meaning),
    };
    let measured = by_words.into_iter().zip(by_meaning).zip(abouts.into_iter().zip(needs.into_iter().zip(pairs)));
    let sets = measured.map(|((words, meaning), ((about, people), (needs, pairs)))| MeasuredSet {
        about,
        needs,
        people,
        pairs,
        words,
        meaning,
    });
    Ok(Trained { format: FORMAT, model: model.to_owned(), weights, sets: sets.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::WorkText;

    const TOPICS: [&str; 6] =
        ["石墨烯防腐涂层", "水稻秸秆还田", "燃气轮机叶片", "乳制品益生菌", "玉米收获机械", "锂电池负极材料"];

    /// Six people with a work each on a topic, six needs; a need's own topic is graded `own`, the next ones `others`.
    fn lesson(own: u8, others: &[u8]) -> Lesson {
        let profile = |at: usize| Profile {
            id: format!("p{at}"),
            works: vec![WorkText { id: "w".into(), title: TOPICS[at].into(), ..WorkText::default() }],
            ..Profile::default()
        };
        let need = |at: usize| NeedText {
            id: format!("n{at}"),
            title: format!("{}的研发，借鉴{}", TOPICS[at], &TOPICS[(at + 1) % 6][..9]),
            ..NeedText::default()
        };
        let grades = |at: usize| {
            let further = others.iter().enumerate().map(|(next, &grade)| (format!("p{}", (at + 1 + next) % 6), grade));
            (format!("n{at}"), std::iter::once((format!("p{at}"), own)).chain(further).collect())
        };
        Lesson {
            about: "自编".into(),
            profiles: (0..6).map(profile).collect(),
            needs: (0..6).map(need).collect(),
            grades: (0..6).map(grades).collect(),
        }
    }

    fn trained(lesson: Lesson) -> Trained {
        train(vec![lesson], "none", &|_| ControlFlow::Continue(())).expect("there is enough to learn from")
    }

    #[test]
    fn the_published_weights_are_read_and_written_as_they_are() {
        let text = include_str!("../data/weights.json");
        assert_eq!(Trained::read(text).expect("sound").write(), text);
    }

    #[test]
    fn what_is_not_sound_is_refused_with_the_reason() {
        let refused = |from: &str, to: &str| {
            let text = include_str!("../data/weights.json").replacen(from, to, 1);
            Trained::read(&text).expect_err("refused").to_string()
        };
        assert!(refused("\"format\": 1", "\"format\": 2").contains("format 2 found, 1 wanted"));
        assert!(refused("\"meaning\": 0.7", "\"meaning\": 70").contains("meaning is 70"));
        assert!(refused("\"support_permille\": 600", "\"support_permille\": 1001").contains("1000 thousandths"));
        assert!(refused("\"single\"", "\"singel\"").contains("singel"));
        let unsound = Levels { meaning: Weights::published().levels.words, words: Weights::start().levels.words };
        assert!(unsound.is_sound());
        let [strong, fair, weak] = unsound.words;
        assert!(!Levels { words: [weak, fair, strong], ..unsound }.is_sound());
    }

    #[test]
    fn levels_are_learnt_from_grades_and_the_order_of_the_input_leaves_no_trace() {
        let lesson = lesson(4, &[3, 2, 1]);
        let mut shuffled = lesson.clone();
        shuffled.needs.reverse();
        shuffled.profiles.rotate_left(2);
        let trained = trained(lesson);
        assert_eq!(self::trained(shuffled), trained);
        assert!(trained.weights.levels.is_sound());
        assert_ne!(trained.weights.levels.words, Weights::published().levels.words);
        assert_eq!((trained.sets[0].needs, trained.sets[0].people, trained.sets[0].pairs), (6, 6, 24));
        assert!(trained.sets[0].words.judged.expect("graded").mean > 0.9);
    }

    #[test]
    fn right_answers_alone_say_nothing_of_levels() {
        let trained = trained(lesson(4, &[]));
        assert_eq!(trained.weights.levels, Weights::published().levels);
        assert_eq!(trained.sets[0].words.judged, None);
        assert_eq!(trained.sets[0].words.level_distance, None);
    }

    #[test]
    fn too_few_graded_needs_are_refused() {
        let with = |needs: usize| {
            let mut lesson = lesson(4, &[1]);
            lesson.needs.truncate(needs);
            train(vec![lesson], "none", &|_| ControlFlow::Continue(()))
        };
        assert!(matches!(with(NEEDS_MIN - 1), Err(TrainError::FewNeeds { found }) if found == NEEDS_MIN - 1));
        assert!(with(NEEDS_MIN).is_ok());
    }

    #[test]
    fn training_stops_when_asked_to() {
        let stopped = train(vec![lesson(4, &[1])], "none", &|tried| {
            if tried > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(stopped, Err(TrainError::Cancelled)));
    }

    #[test]
    fn a_gain_counts_beyond_its_error_and_without_a_loss_elsewhere() {
        let gain = |gains: &[(f64, f64)]| shown_gain(gains).is_some();
        assert!(gain(&[(0.02, 0.01)]));
        assert!(!gain(&[(0.01, 0.01)]));
        assert!(gain(&[(0.02, 0.01), (0.0, 0.01)]));
        assert!(!gain(&[(0.05, 0.01), (-0.001, 0.01)]));
    }

    #[test]
    fn a_bound_lies_where_fewest_pairs_are_on_the_wrong_side() {
        let score = |thousandths: u64| Score::from_millionths(thousandths * 1_000);
        let pairs = [(100, false), (200, true), (300, false), (400, true), (500, true)];
        let pairs = pairs.map(|(thousandths, is_reached)| (score(thousandths), is_reached));
        assert_eq!(least_errors(&pairs), score(200));
        assert_eq!(least_errors(&pairs[2..]), score(400));
    }

    #[test]
    fn the_regression_finds_the_odds_that_made_the_answers() {
        let chance = |x: f64| 1.0 / (1.0 + f64::exp(1.0 - 2.0 * x));
        let at = |x: f64| (0..1_000).map(move |draw| (x, f64::from(draw) < 1_000.0 * chance(x)));
        let points: Vec<(f64, bool)> = (-10..20).flat_map(|tenth| at(f64::from(tenth) / 10.0)).collect();
        let (offset, slope) = logistic(&points);
        assert!((offset + 1.0).abs() < 0.02 && (slope - 2.0).abs() < 0.02, "{offset} {slope}");
    }

    #[test]
    fn an_interval_holds_its_mean_and_narrows_to_a_constant() {
        let sums = |values: &[f64]| values.iter().map(|&of| Sum { of, over: 1.0 }).collect::<Vec<_>>();
        let Interval { mean, low, high } = interval(&sums(&[0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]));
        assert!(low < mean && mean < high && (mean - 0.625).abs() < 1e-9, "{low} {mean} {high}");
        assert_eq!(interval(&sums(&[0.5; 9])), Interval { mean: 0.5, low: 0.5, high: 0.5 });
    }
}
