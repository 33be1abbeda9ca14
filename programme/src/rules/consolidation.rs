//! 五（四） The consolidated result of the province: who is 优秀 when more are proposed than the share permits, and each
//! organiser's guidance share.
//!
//! Everything is whole numbers. What cannot be told apart by the declared order is not told apart by chance either: people
//! who are equal in everything across the cut stay 合格 together, so that the order in which they were entered never decides.

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::Serialize;

use super::assessment::{Grades, excellent_max};
use crate::parameters::Parameters;
use crate::record::words;

words! {
    /// 五（四）: the three grades.
    Grade { /// 优秀.
        Excellent = "excellent" / "优秀", /// 合格.
        Pass = "pass" / "合格", /// 不合格.
        Fail = "fail" / "不合格" }
}

/// The declared order at the cut, in words.
pub const ORDER: [&str; 4] = ["得分", "转化落地成果数", "解决技术难题数", "年龄（较轻者在前）"];

/// One assessed person as the organiser reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Id of the assessment.
    pub id: String,
    /// Score in hundredths of a point.
    pub score: u32,
    /// Results landed.
    pub results_landed: u32,
    /// Hard problems solved.
    pub problems_solved: u32,
    /// Date of birth; somebody without one is taken for the older.
    pub birth: Option<NaiveDate>,
    /// Grade that the organiser proposes.
    pub proposed: Grade,
}

/// A grade with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Graded {
    /// Id of the assessment.
    pub id: String,
    /// The grade.
    pub grade: Grade,
    /// Place among those proposed as 优秀, from 1; equals share a place. Nothing for the others.
    pub rank: Option<u64>,
    /// Why, in a sentence.
    pub reason: String,
}

/// The consolidated result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consolidated {
    /// Those proposed as 优秀 in their order, then the others by id.
    pub grades: Vec<Graded>,
    /// Most people who may be 优秀.
    pub cut: u64,
    /// Ids that stayed below the cut because nothing declared tells them apart.
    pub tied: Vec<String>,
}

/// An organiser's part of the excellent places: a guide, not a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The organiser.
    pub organiser: String,
    /// How many it assesses.
    pub assessed: u64,
    /// Its guidance share.
    pub places: u64,
    /// Whether the last place went by the declared order, since remainders were equal: more assessed, then the code.
    pub tied: bool,
}

impl Consolidated {
    /// How many got each grade.
    pub fn counts(&self) -> Grades {
        let count = |grade| self.grades.iter().filter(|one| one.grade == grade).count().try_into().unwrap_or(u32::MAX);
        Grades { excellent: count(Grade::Excellent), pass: count(Grade::Pass), fail: count(Grade::Fail) }
    }
}

/// The declared order: what comes first is the better.
type Key = (Reverse<u32>, Reverse<u32>, Reverse<u32>, Reverse<Option<NaiveDate>>);

fn key(entry: &Entry) -> Key {
    (Reverse(entry.score), Reverse(entry.results_landed), Reverse(entry.problems_solved), Reverse(entry.birth))
}

/// Grades everybody: proposals hold, except that 优秀 stops at the province's share.
pub fn consolidate(entries: &[Entry], parameters: &Parameters) -> Consolidated {
    let cut = excellent_max(entries.len() as u64, parameters);
    let (mut proposed, mut others): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.proposed == Grade::Excellent);
    proposed.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)));
    others.sort_by(|a, b| a.id.cmp(&b.id));
    let excellent = above(&proposed, cut);
    let mut tied = Vec::new();
    let mut grades = Vec::with_capacity(entries.len());
    for (place, entry) in proposed.iter().enumerate() {
        let rank = 1 + proposed.iter().filter(|other| key(other) < key(entry)).count() as u64;
        let is_tied = place >= excellent && rank <= cut;
        if is_tied {
            tied.push(entry.id.clone());
        }
        let (grade, reason) = if place < excellent {
            (Grade::Excellent, format!("第 {rank} 名，名额 {cut}：得分 {}，列入优秀", points(entry.score)))
        } else {
            let last = excellent.checked_sub(1).map(|last| proposed[last]);
            (Grade::Pass, format!("第 {rank} 名，名额 {cut}：{}", why_below(entry, last, is_tied)))
        };
        grades.push(Graded { id: entry.id.clone(), grade, rank: Some(rank), reason });
    }
    grades.extend(others.into_iter().map(|entry| Graded {
        id: entry.id.clone(),
        grade: entry.proposed,
        rank: None,
        reason: format!("组织单位建议{}，得分 {}", entry.proposed.chinese(), points(entry.score)),
    }));
    Consolidated { grades, cut, tied }
}

/// How many of those proposed are excellent: at most `cut`, and no equals are parted.
fn above(proposed: &[&Entry], cut: u64) -> usize {
    let cut = usize::try_from(cut).unwrap_or(usize::MAX);
    let Some(first_below) = proposed.get(cut) else { return proposed.len() };
    proposed[..cut].iter().filter(|entry| key(entry) < key(first_below)).count()
}

/// Compares with the last who is excellent, in the declared order.
fn why_below(entry: &Entry, last: Option<&Entry>, is_tied: bool) -> String {
    if is_tied {
        return "与同名次人员各项完全相同，名额不足以全部列入，均评为合格".to_owned();
    }
    let Some(last) = last else { return "没有可用名额，评为合格".to_owned() };
    if entry.score < last.score {
        format!("得分低（{}，末位优秀 {}）", points(entry.score), points(last.score))
    } else if entry.results_landed < last.results_landed {
        format!("得分相同，落地成果数少（{}，末位优秀 {}）", entry.results_landed, last.results_landed)
    } else if entry.problems_solved < last.problems_solved {
        format!(
            "得分、落地成果数相同，解决技术难题数少（{}，末位优秀 {}）",
            entry.problems_solved, last.problems_solved
        )
    } else if entry.birth.is_none() {
        "得分、落地成果数、解决技术难题数均相同，没有出生日期，排在后面".to_owned()
    } else {
        "得分、落地成果数、解决技术难题数均相同，年龄较长".to_owned()
    }
}

/// A score in hundredths as people write it: `86.50`.
pub fn points(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Each organiser's guidance share of the excellent places, by largest remainder; their sum is the province's maximum.
pub fn guidance(assessed: &[(String, u64)], parameters: &Parameters) -> Vec<Share> {
    let all: u64 = assessed.iter().map(|(_, people)| people).sum();
    let most = excellent_max(all, parameters);
    let exact = |people: u64| u128::from(most) * u128::from(people);
    let floor = |people: u64| u64::try_from(exact(people) / u128::from(all.max(1))).unwrap_or(most);
    let remainder = |people: u64| exact(people) % u128::from(all.max(1));
    let given: u64 = assessed.iter().map(|(_, people)| floor(*people)).sum();
    let mut order: Vec<&(String, u64)> = assessed.iter().collect();
    order.sort_by(|(a, x), (b, y)| remainder(*y).cmp(&remainder(*x)).then(y.cmp(x)).then_with(|| a.cmp(b)));
    let left = usize::try_from(most - given).unwrap_or(0);
    let edge = |at: usize| order.get(at).map(|(_, people)| remainder(*people));
    let parted = left > 0 && edge(left).is_some() && edge(left - 1) == edge(left);
    let mut shares: Vec<Share> = order
        .iter()
        .enumerate()
        .map(|(place, (organiser, people))| Share {
            organiser: organiser.clone(),
            assessed: *people,
            places: floor(*people) + u64::from(place < left),
            tied: parted && Some(remainder(*people)) == edge(left),
        })
        .collect();
    shares.sort_by(|a, b| a.organiser.cmp(&b.organiser));
    shares
}

#[cfg(test)]
mod tests {
    //! 1. The cut stands at the rounded-down share of everybody graded, at, below and above each step.
    //! 2. At the cut decide score, results landed, problems solved, then the younger; each reason names the first difference.
    //! 3. Equals are never parted, and the order of entry changes nothing.
    //! 4. Guidance shares add up to the province's maximum and declare where equal remainders were decided.

    use proptest::prelude::*;

    use super::*;

    fn entry(id: &str, facts: (u32, u32, u32, &str)) -> Entry {
        let (score, results_landed, problems_solved, birth) = facts;
        let birth = birth.parse().ok();
        Entry { id: id.to_owned(), score, results_landed, problems_solved, birth, proposed: Grade::Excellent }
    }

    fn passing(count: usize) -> impl Iterator<Item = Entry> {
        (0..count).map(|number| Entry {
            proposed: Grade::Pass,
            ..entry(&format!("z{number:02}"), (7_000, 0, 0, "1980-01-01"))
        })
    }

    fn grades(entries: &[Entry]) -> Consolidated {
        consolidate(entries, Parameters::embedded())
    }

    fn reason<'a>(consolidated: &'a Consolidated, id: &str) -> &'a str {
        &consolidated.grades.iter().find(|one| one.id == id).unwrap().reason
    }

    #[test]
    fn the_cut_is_a_fifth_of_everybody_rounded_down() {
        for (people, most) in [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (11, 2)] {
            let entries: Vec<Entry> =
                (0..people).map(|n| entry(&format!("a{n:02}"), (9_000 + n, 0, 0, "1980-01-01"))).collect();
            let result = grades(&entries);
            assert_eq!((result.cut, u64::from(result.counts().excellent)), (most, most), "{people}");
            assert_eq!(result.counts().graded(), u64::from(people));
        }
    }

    #[test]
    fn the_declared_order_decides_at_the_cut_and_says_so() {
        let mut entries = vec![
            entry("top", (9_500, 1, 1, "1970-01-01")),
            entry("last", (9_000, 3, 2, "1985-06-01")),
            entry("score", (8_950, 9, 9, "1990-01-01")),
            entry("results", (9_000, 2, 9, "1990-01-01")),
            entry("problems", (9_000, 3, 1, "1990-01-01")),
            entry("older", (9_000, 3, 2, "1985-05-31")),
            entry("unborn", (9_000, 3, 2, "")),
        ];
        entries.extend(passing(3));
        let result = grades(&entries);
        insta::assert_snapshot!(result.grades.iter().map(|one| format!("{} {} {}", one.id, one.grade.chinese(), one.reason)).collect::<Vec<_>>().join("\n"), @r"
        top 优秀 第 1 名，名额 2：得分 95.00，列入优秀
        last 优秀 第 2 名，名额 2：得分 90.00，列入优秀
        older 合格 第 3 名，名额 2：得分、落地成果数、解决技术难题数均相同，年龄较长
        unborn 合格 第 4 名，名额 2：得分、落地成果数、解决技术难题数均相同，没有出生日期，排在后面
        problems 合格 第 5 名，名额 2：得分、落地成果数相同，解决技术难题数少（1，末位优秀 2）
        results 合格 第 6 名，名额 2：得分相同，落地成果数少（2，末位优秀 3）
        score 合格 第 7 名，名额 2：得分低（89.50，末位优秀 90.00）
        z00 合格 组织单位建议合格，得分 70.00
        z01 合格 组织单位建议合格，得分 70.00
        z02 合格 组织单位建议合格，得分 70.00
        ");
    }

    #[test]
    fn equals_across_the_cut_stay_below_it_together() {
        let twin = (9_000, 3, 2, "1985-06-01");
        let mut entries = vec![entry("top", (9_500, 0, 0, "1970-01-01")), entry("one", twin), entry("two", twin)];
        entries.extend(passing(7));
        let result = grades(&entries);
        assert_eq!((result.cut, result.counts().excellent), (2, 1));
        assert_eq!(result.tied, ["one", "two"]);
        assert_eq!(reason(&result, "two"), "第 2 名，名额 2：与同名次人员各项完全相同，名额不足以全部列入，均评为合格");
    }

    #[test]
    fn without_a_place_everybody_proposed_passes() {
        let result = grades(&[entry("one", (9_900, 9, 9, "1990-01-01"))]);
        assert_eq!(reason(&result, "one"), "第 1 名，名额 0：没有可用名额，评为合格");
    }

    proptest! {
        #[test]
        fn the_share_holds_and_the_order_of_entry_changes_nothing(
            facts in prop::collection::vec((9_000_u32..9_003, 0_u32..2, 0_u32..2, 1980_i32..1983), 0..40), turn in 0_usize..40
        ) {
            let of = |(number, (score, results, problems, year)): (usize, &(u32, u32, u32, i32))| {
                entry(&format!("p{number:02}"), (*score, *results, *problems, &format!("{year}-01-01")))
            };
            let entries: Vec<Entry> = facts.iter().enumerate().map(of).collect();
            let mut turned = entries.clone();
            turned.rotate_left(turn.min(entries.len()));
            let result = grades(&entries);
            prop_assert_eq!(&result, &grades(&turned));
            prop_assert!(5 * u64::from(result.counts().excellent) <= result.counts().graded());
        }

        #[test]
        fn guidance_shares_add_up_to_the_maximum(people in prop::collection::vec(0_u64..60, 1..15)) {
            let assessed: Vec<(String, u64)> =
                people.iter().enumerate().map(|(n, people)| (format!("{n:02}"), *people)).collect();
            let most = excellent_max(people.iter().sum(), Parameters::embedded());
            let shares = guidance(&assessed, Parameters::embedded());
            prop_assert_eq!(shares.iter().map(|share| share.places).sum::<u64>(), most);
        }
    }

    #[test]
    fn guidance_goes_by_the_largest_remainder_and_declares_ties() {
        let shares = |people: &[(&str, u64)]| {
            let people: Vec<(String, u64)> =
                people.iter().map(|(name, people)| ((*name).to_owned(), *people)).collect();
            guidance(&people, Parameters::embedded())
                .into_iter()
                .map(|share| (share.organiser, share.places, share.tied))
                .collect::<Vec<_>>()
        };
        let of = |name: &str, places, tied| (name.to_owned(), places, tied);
        // 15 people, 3 places, exactly 1.4, 1.0 and 0.6: the last place goes to the largest remainder.
        assert_eq!(
            shares(&[("230100", 7), ("230200", 5), ("sasac", 3)]),
            [of("230100", 1, false), of("230200", 1, false), of("sasac", 1, false)]
        );
        // 1.6, 0.8 and 0.6: of the equal remainders the one with more people.
        assert_eq!(
            shares(&[("230100", 8), ("230200", 4), ("sasac", 3)]),
            [of("230100", 2, true), of("230200", 1, false), of("sasac", 0, true)]
        );
        assert_eq!(
            shares(&[("230100", 3), ("230200", 3), ("230300", 4)]),
            [of("230100", 1, true), of("230200", 0, true), of("230300", 1, false)]
        );
        assert_eq!(shares(&[("230100", 0)]), [of("230100", 0, false)]);
    }
}
