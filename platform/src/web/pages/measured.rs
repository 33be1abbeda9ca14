//! How good the ranking is on graded data: what training measured on needs that it had not seen, and where levels begin.

use matching::level::Levels;
use matching::train::{Interval, Measured, MeasuredSet};

use super::statistics::Part;
use super::words::level_word;
use crate::embedding::Weighting;
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    measured: "匹配引擎在公开分级数据上的成绩", "The engine on graded public data";
    measured_is: "由 zongshi train 在未参与训练的需求上测得（五折），方括号内为 95% 区间（按需求重抽样）。nDCG@10：前十名的排序与人工分级相符的程度，1 为完全相符；“已评”只在人工分过级的人选中排，“全部”在所有人员中排、未分级的按无关计，因此偏低。等级相差：系统等级与人工等级平均差几级，0 为全部一致。秩相关：得分次序与人工等级次序的 Spearman 系数。本批次的实际结果见上面各表。",
        "By zongshi train on needs left out of training (five folds); in brackets 95 % intervals from resampled needs. nDCG@10: how well the first ten agree with people's grades, 1 is full agreement; “judged” ranks graded people alone, “all” ranks everybody and counts the ungraded as unrelated, so it is low. Level distance: by how many levels system and people differ on average, 0 is none. Rank correlation: Spearman, of scores and grades. What became of this round is above.";
    measured_by_words: "字词", "words";
    measured_by_meaning: "字词与语义", "words and meaning";
    measured_row(about: &str, needs: usize, pairs: usize, people: usize, basis: &str): "{about}：需求 {needs} 条、分级 {pairs} 对、人员 {people} 名，{basis}",
        "{about}: {needs} needs, {pairs} graded pairs, {people} people, {basis}";
    measured_judged: "nDCG@10 已评", "nDCG@10 judged";
    measured_full: "nDCG@10 全部", "nDCG@10 all";
    measured_distance: "等级相差", "Level distance";
    measured_correlation: "秩相关", "Rank correlation";
    measured_levels: "相关等级的界限", "Where levels begin";
    measured_levels_is: "得分达到界限即为该等级。界限取系统等级与人工等级平均相差最小处。概率：得分恰在界限时，评审人给出该等级或更高等级的可能性，按上表第一组分级数据校准；人选页的概率按其得分用同一公式计算。",
        "A score that reaches the bound has the level; bounds lie where the mean distance to people's levels is least. Probability: that people give this level or a higher one to a score just at the bound, calibrated on the first set above; pair pages use the same formula at their own score.";
    measured_bound_of_words: "界限（字词）", "Bound (words)";
    measured_probability_of_words: "概率（字词）", "Probability (words)";
    measured_bound_of_meaning: "界限（字词与语义）", "Bound (words and meaning)";
    measured_probability_of_meaning: "概率（字词与语义）", "Probability (words and meaning)";
}

/// The tables; nothing of sets when the weights name none.
pub(super) fn parts(weighting: &Weighting, t: Texts) -> Vec<Part> {
    let rows: Vec<Vec<String>> = weighting.trained.sets.iter().flat_map(|set| rows(set, t)).collect();
    let headings = vec![
        t.statistics_what(),
        t.measured_judged(),
        t.measured_full(),
        t.measured_distance(),
        t.measured_correlation(),
    ];
    let sets = Part { id: "measured", title: t.measured(), definition: t.measured_is(), headings, words: 1, rows };
    [sets, levels(&weighting.trained.weights.levels, t)].into()
}

fn rows(set: &MeasuredSet, t: Texts) -> impl Iterator<Item = Vec<String>> {
    let both = [(t.measured_by_words(), Some(&set.words)), (t.measured_by_meaning(), set.meaning.as_ref())];
    let row = move |basis: &str, measured: &Measured| {
        let name = t.measured_row(&set.about, set.needs, set.pairs, set.people, basis);
        let figures = [measured.judged, Some(measured.full), measured.level_distance, measured.rank_correlation];
        std::iter::once(name).chain(figures.map(|figure| figure.map(shown).unwrap_or_default())).collect()
    };
    both.into_iter().filter_map(move |(basis, measured)| Some(row(basis, measured?)))
}

fn shown(Interval { mean, low, high }: Interval) -> String {
    format!("{mean:.3} [{low:.3}, {high:.3}]")
}

fn levels(levels: &Levels, t: Texts) -> Part {
    let bounds = Levels::ORDER.into_iter().zip(levels.words.iter().zip(&levels.meaning));
    let rows = bounds.map(|(level, (words, meaning))| {
        let of = |bound: &matching::level::Bound| {
            [format!("{:.3}", bound.least.value()), format!("{:.0}%", bound.probability(bound.least) * 100.0)]
        };
        std::iter::once(level_word(level.into(), t).to_owned()).chain(of(words)).chain(of(meaning)).collect()
    });
    let headings = vec![
        t.statistics_what(),
        t.measured_bound_of_words(),
        t.measured_probability_of_words(),
        t.measured_bound_of_meaning(),
        t.measured_probability_of_meaning(),
    ];
    Part {
        id: "levels",
        title: t.measured_levels(),
        definition: t.measured_levels_is(),
        headings,
        words: 1,
        rows: rows.collect(),
    }
}
