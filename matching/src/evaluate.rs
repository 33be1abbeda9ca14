//! How good a ranking is against graded pairs.
//!
//! Gain is level − 1 and a pair without a grade gains nothing; relevant means level 3 or 4. nDCG is the mean over needs with
//! any gain, MRR and Recall over needs with a relevant person, Spearman over needs whose judged pairs differ in level; a need
//! missing from the run counts 0. The *full* figures take the run as it is; the *judged* ones drop pairs without a grade first
//! and are the ones to compare methods by, as few pairs of a large collection have grades. A run that was cut short holds only
//! a share of the judged pairs, which is told beside the figures. Level error is the mean distance between stated and graded
//! level over the judged pairs of the run; a TREC run states no levels and has none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

/// Places that nDCG and MRR look at.
pub(crate) const CUT: usize = 10;

/// The further cut of Recall.
const DEEP_CUT: usize = 50;

/// The least level that counts as relevant.
const RELEVANT_LEVEL: u8 = 3;

/// A need's people, best first.
pub type Run = BTreeMap<String, Vec<Ranked>>;

/// Graded pairs: need, person, level 1 to 4.
pub type Grades = BTreeMap<String, HashMap<String, u8>>;

/// A person in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The person.
    pub person: String,
    /// The score.
    pub score: f64,
    /// The level, when the run states it.
    pub level: Option<u8>,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct LineProblem {
    /// Counted from 1.
    pub line: usize,
    /// What was found and what would be right.
    pub problem: String,
}

/// All figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Needs with grades.
    pub needs: usize,
    /// Over the whole run.
    pub full: Figures,
    /// Over judged pairs alone.
    pub judged: Figures,
    /// Rank correlation of score and level over judged pairs, mean over needs.
    pub spearman: Option<f64>,
    /// Mean distance between stated and graded level over judged pairs.
    pub level_error: Option<f64>,
    /// Share of the judged pairs that the run holds.
    pub judged_held: f64,
    /// nDCG@10 of each need, full and judged; for intervals.
    pub by_need: BTreeMap<String, (f64, f64)>,
}

/// Figures of a ranking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Normalised discounted cumulative gain of the first ten.
    pub ndcg_at_10: f64,
    /// Mean of one over the rank of the first relevant person, 0 beyond the tenth.
    pub mrr_at_10: f64,
    /// Share of relevant people among the first ten.
    pub recall_at_10: f64,
    /// Share of relevant people among the first fifty.
    pub recall_at_50: f64,
}

/// Computes all figures.
pub fn evaluate(run: &Run, grades: &Grades) -> Report {
    let nobody = Vec::new();
    let (mut full, mut judged) = (Means::default(), Means::default());
    let (mut spearman, mut distance, mut held) = (Mean::default(), Mean::default(), Mean::default());
    let mut by_need = BTreeMap::new();
    for (need, graded) in grades {
        let ranked = run.get(need).unwrap_or(&nobody);
        let level_of = |ranked: &Ranked| graded.get(&ranked.person).copied();
        let all: Vec<u8> = ranked.iter().map(|ranked| level_of(ranked).unwrap_or(1)).collect();
        let known: Vec<(&Ranked, u8)> = ranked.iter().filter_map(|ranked| Some((ranked, level_of(ranked)?))).collect();
        let known_levels: Vec<u8> = known.iter().map(|(_, level)| *level).collect();
        let values = (full.add(&all, graded), judged.add(&known_levels, graded));
        if let (Some(full), Some(judged)) = values {
            by_need.insert(need.clone(), (full, judged));
        }
        let scores: Vec<f64> = known.iter().map(|(ranked, _)| ranked.score).collect();
        let levels: Vec<f64> = known_levels.iter().map(|&level| f64::from(level)).collect();
        spearman.extend(correlation(&ranks(&scores), &ranks(&levels)));
        distance.extend(known.iter().filter_map(|(r, level)| Some(f64::from(r.level?.abs_diff(*level)))));
        held.extend(graded.keys().map(|person| f64::from(u8::from(known.iter().any(|(r, _)| r.person == *person)))));
    }
    Report {
        needs: grades.len(),
        full: full.figures(),
        judged: judged.figures(),
        spearman: spearman.value(),
        level_error: distance.value(),
        judged_held: held.value().unwrap_or(0.0),
        by_need,
    }
}

/// Reads a TREC run: `need Q0 person rank score name`. People are ordered by score, then by rank.
pub fn read_trec(text: &str) -> Result<Run, Vec<LineProblem>> {
    let mut rows = Vec::new();
    let problems = read_lines(text, |number, line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [need, _, person, rank, score, _] = fields[..] else {
            return Err(format!("{} fields found, 6 wanted: need Q0 person rank score name", fields.len()));
        };
        let rank: u64 = rank.parse().map_err(|_| format!("rank {rank:?} is not a whole number"))?;
        let score: f64 = finite(score)?;
        rows.push((need.to_owned(), rank, number, Ranked { person: person.to_owned(), score, level: None }));
        Ok(())
    });
    into_run(rows, problems)
}

/// Reads a run in JSON Lines: objects with `need_id`, `person_id`, `rank`, `score` and, if wanted, `level`; a line with `run` is
/// the run's own record and is passed over.
pub fn read_jsonl(text: &str) -> Result<Run, Vec<LineProblem>> {
    #[derive(serde::Deserialize)]
    struct Line {
        run: Option<serde::de::IgnoredAny>,
        need_id: Option<String>,
        person_id: Option<String>,
        rank: Option<u64>,
        score: Option<f64>,
        level: Option<u8>,
    }
    let mut rows = Vec::new();
    let problems = read_lines(text, |number, line| {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if line.run.is_some() {
            return Ok(());
        }
        let (Some(need), Some(person), Some(rank), Some(score)) = (line.need_id, line.person_id, line.rank, line.score)
        else {
            return Err("need_id, person_id, rank and score are wanted".to_owned());
        };
        rows.push((need, rank, number, Ranked { person, score, level: line.level }));
        Ok(())
    });
    into_run(rows, problems)
}

/// Reads grades: need, person and level between tabs; a first line without a level is a heading.
pub fn read_grades(text: &str) -> Result<Grades, Vec<LineProblem>> {
    let mut grades = Grades::new();
    let mut is_first = true;
    let problems = read_lines(text, |_, line| {
        let is_heading = std::mem::take(&mut is_first);
        let fields: Vec<&str> = line.trim_end().split('\t').collect();
        let [need, person, level] = fields[..] else {
            return Err(format!("{} fields found, 3 wanted between tabs: need, person, level", fields.len()));
        };
        match level.parse::<u8>() {
            Ok(grade @ 1..=4) => match grades.entry(need.to_owned()).or_default().insert(person.to_owned(), grade) {
                None => Ok(()),
                Some(_) => Err(format!("the pair {need} {person} has two grades")),
            },
            _ if is_heading => Ok(()),
            _ => Err(format!("level {level:?} is not 1, 2, 3 or 4")),
        }
    });
    if problems.is_empty() { Ok(grades) } else { Err(problems) }
}

/// Passes every line that is not empty on and collects what was wrong.
fn read_lines(text: &str, mut read: impl FnMut(usize, &str) -> Result<(), String>) -> Vec<LineProblem> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.filter_map(|(at, line)| Some(LineProblem { line: at + 1, problem: read(at + 1, line).err()? })).collect()
}

fn finite(score: &str) -> Result<f64, String> {
    score.parse().ok().filter(|score: &f64| score.is_finite()).ok_or_else(|| format!("score {score:?} is not a number"))
}

/// Need, stated rank, line and person.
type RunRow = (String, u64, usize, Ranked);

fn into_run(mut rows: Vec<RunRow>, mut problems: Vec<LineProblem>) -> Result<Run, Vec<LineProblem>> {
    let mut seen = BTreeSet::new();
    let twice = rows.iter().filter(|(need, _, _, ranked)| !seen.insert((need, &ranked.person)));
    problems.extend(twice.map(|(need, _, line, ranked)| LineProblem {
        line: *line,
        problem: format!("the pair {need} {} has stood before", ranked.person),
    }));
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.line);
        return Err(problems);
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(b.3.score.total_cmp(&a.3.score)).then(a.1.cmp(&b.1)));
    let mut run = Run::new();
    for (need, _, _, ranked) in rows {
        run.entry(need).or_default().push(ranked);
    }
    Ok(run)
}

/// A mean that is built up.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

impl Extend<f64> for Mean {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        for value in values {
            self.sum += value;
            self.count += 1;
        }
    }
}

#[derive(Default)]
struct Means {
    ndcg: Mean,
    mrr: Mean,
    recall: Mean,
    deep_recall: Mean,
}

impl Means {
    /// Adds a need with the levels of its people in ranked order; gives its nDCG.
    fn add(&mut self, ranked: &[u8], graded: &HashMap<String, u8>) -> Option<f64> {
        let mut best: Vec<u8> = graded.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let relevant = best.iter().filter(|&&level| level >= RELEVANT_LEVEL).count();
        if relevant > 0 {
            let found = |cut: usize| ranked.iter().take(cut).filter(|&&level| level >= RELEVANT_LEVEL).count();
            let first = ranked.iter().take(CUT).position(|&level| level >= RELEVANT_LEVEL);
            self.mrr.extend([first.map_or(0.0, |at| 1.0 / (at + 1) as f64)]);
            self.recall.extend([found(CUT) as f64 / relevant as f64]);
            self.deep_recall.extend([found(DEEP_CUT) as f64 / relevant as f64]);
        }
        let ideal = gain(&best);
        let ndcg = (ideal > 0.0).then(|| gain(ranked) / ideal);
        self.ndcg.extend(ndcg);
        ndcg
    }

    fn figures(&self) -> Figures {
        let value = |mean: &Mean| mean.value().unwrap_or(0.0);
        Figures {
            ndcg_at_10: value(&self.ndcg),
            mrr_at_10: value(&self.mrr),
            recall_at_10: value(&self.recall),
            recall_at_50: value(&self.deep_recall),
        }
    }
}

/// Discounted cumulative gain of the first ten.
fn gain(levels: &[u8]) -> f64 {
    let discounted = |(at, &level): (usize, &u8)| f64::from(level - 1) / ((at + 2) as f64).log2();
    levels.iter().take(CUT).enumerate().map(discounted).sum()
}

/// Ranks with equal values sharing their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for group in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let mean = (2 * first + group.len() - 1) as f64 / 2.0;
        for &at in group {
            ranks[at] = mean;
        }
        first += group.len();
    }
    ranks
}

/// Pearson's correlation; `None` when a side does not vary.
fn correlation(one: &[f64], other: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let product = |a: f64, b: f64| (a - mean_one) * (b - mean_other);
    let both: f64 = one.iter().zip(other).map(|(&a, &b)| product(a, b)).sum();
    let spread_one: f64 = one.iter().map(|a| (a - mean_one).powi(2)).sum();
    let spread_other: f64 = other.iter().map(|b| (b - mean_other).powi(2)).sum();
    let spread = (spread_one * spread_other).sqrt();
    (spread > 0.0).then(|| both / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRADES: &str = "need_id\tperson_id\tlevel\nn\ta\t4\nn\tb\t2\nn\tc\t1\n";

    fn report(run: &str) -> Report {
        evaluate(&read_trec(run).expect("reads"), &read_grades(GRADES).expect("reads"))
    }

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-12, "{value} is not {expected}");
    }

    #[test]
    fn a_perfect_run_scores_one_everywhere() {
        let report = report("n Q0 a 1 3 x\nn Q0 b 2 2 x\nn Q0 c 3 1 x\n");
        for figure in [report.full.ndcg_at_10, report.judged.mrr_at_10, report.full.recall_at_10, report.judged_held] {
            close(figure, 1.0);
        }
        close(report.spearman.expect("varies"), 1.0);
        assert_eq!(report.level_error, None);
    }

    #[test]
    fn unjudged_people_cost_the_full_figure_alone() {
        let report = report("n Q0 z 1 9 x\nn Q0 a 2 3 x\nn Q0 b 3 2 x\n");
        close(report.judged.ndcg_at_10, 1.0);
        let ideal = 3.0 + 1.0 / 3f64.log2();
        close(report.full.ndcg_at_10, (3.0 / 3f64.log2() + 1.0 / 2.0) / ideal);
        close(report.full.mrr_at_10, 0.5);
        close(report.judged_held, 2.0 / 3.0);
    }

    #[test]
    fn a_need_missing_from_the_run_counts_zero() {
        close(report("other Q0 a 1 1 x\n").full.ndcg_at_10, 0.0);
    }

    #[test]
    fn level_error_is_the_mean_distance_of_stated_levels() {
        let run = r#"{"run":{}}
{"need_id":"n","person_id":"a","rank":1,"score":0.9,"level":2}
{"need_id":"n","person_id":"b","rank":2,"score":0.5,"level":2}"#;
        let report = evaluate(&read_jsonl(run).expect("reads"), &read_grades(GRADES).expect("reads"));
        close(report.level_error.expect("stated"), 1.0);
    }

    #[test]
    fn equal_values_share_their_mean_rank() {
        assert_eq!(ranks(&[5.0, 1.0, 5.0]), [1.5, 0.0, 1.5]);
    }

    #[test]
    fn every_bad_line_is_told() {
        let problems = read_trec("n Q0 a 1\nn Q0 a x 1 z\nn Q0 a 1 NaN z\n").expect_err("bad");
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(read_grades("n\ta\t4\nn\tb\t5\n").expect_err("bad")[0].line, 2);
        assert!(read_grades("n\ta\t4\nn\ta\t3\n").is_err());
        let twice = read_trec("n Q0 a 1 1 x\nn Q0 a 2 1 x\nn Q0 b 3 1 x\nn Q0 b 4 1 x\n").expect_err("twice");
        assert_eq!(twice.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2, 4]);
    }
}
