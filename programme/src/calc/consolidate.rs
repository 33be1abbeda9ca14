//! `zongshi calc consolidate`: the province's result (五（四）, 五（五）) out of what the organisers report, a person a line.
//!
//! A wrong line refuses the whole file: the share is a share of everybody, so a result without somebody would be another one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Answer, firm};
use crate::clause;
use crate::parameters::Parameters;
use crate::rules::consolidation::{Consolidated, Entry, Grade, ORDER, Share, consolidate, guidance};
use crate::strict::{Fields, count, date, lines, read_object, some_text, word, wrong};

/// Most people of one consolidated result: ten times what the plan appoints in its three years.
pub const REPORTED_MAX: usize = 5_000;

/// The highest score, in hundredths of a point.
const SCORE_MAX: u32 = 10_000;

/// One assessed person as an organiser reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Code of the organiser.
    organiser: String,
    /// What the result goes by.
    entry: Entry,
}

/// The consolidated result with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consolidation {
    /// Everybody's grade, the cut, and who stayed below it as equals.
    #[serde(flatten)]
    result: Consolidated,
    /// What decides at the cut, in its order.
    order: [&'static str; 4],
    /// Each organiser's guidance share.
    shares: Vec<Share>,
}

/// Reads the reports, or says everything that is wrong with them.
pub fn read(file: &[u8]) -> Result<Vec<Reported>, Vec<String>> {
    let (mut reported, mut problems, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (line, number) in lines(file) {
        match read_line(line) {
            Ok(one) if ids.insert(one.entry.id.clone()) => reported.push(one),
            Ok(one) => problems.push(format!("第 {number} 行：编号 {} 重复，每人一行", one.entry.id)),
            Err(problem) => problems.push(format!("第 {number} 行{problem}")),
        }
    }
    if reported.len() > REPORTED_MAX {
        problems.push(format!("有 {} 人，超过一次汇总 {REPORTED_MAX} 人的上限", reported.len()));
    }
    if problems.is_empty() { Ok(reported) } else { Err(problems) }
}

fn read_line(line: &[u8]) -> Result<Reported, String> {
    let object = read_object(line)?;
    let mut problems = Vec::new();
    let mut fields = Fields::new(&object, &mut problems);
    let reported = reported(&mut fields);
    fields.finish();
    reported.filter(|_| problems.is_empty()).ok_or_else(|| format!("：{}", problems.join("；")))
}

fn reported(fields: &mut Fields<'_, '_>) -> Option<Reported> {
    let id = fields.required("id", some_text);
    let organiser = fields.required("organiser", some_text);
    let score = fields.required("score", hundredths);
    let results_landed = fields.required("results_landed", count);
    let problems_solved = fields.required("problems_solved", count);
    let birth = fields.optional("birth", date);
    let proposed = fields.required("grade", |value| word(value, Grade::ALL, Grade::code))?;
    let (score, results_landed, problems_solved) = (score?, results_landed?, problems_solved?);
    Some(Reported {
        organiser: organiser?,
        entry: Entry { id: id?, score, results_landed, problems_solved, birth, proposed },
    })
}

/// Points from 0 to 100 with at most two places, in hundredths.
fn hundredths(value: &Value) -> Result<u32, String> {
    const NEAR: f64 = 1e-6;
    let hundredths = value.as_f64().map(|points| points * 100.0).filter(|all| (all - all.round()).abs() < NEAR);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range has just been checked")]
    hundredths
        .map(f64::round)
        .filter(|all| (0.0..=f64::from(SCORE_MAX)).contains(all))
        .map(|all| all as u32)
        .ok_or_else(|| wrong("应为 0 到 100 的得分，最多两位小数", value))
}

/// Everybody's grade in the declared order, then each organiser's guidance share; a line each, its parts parted by tabs.
pub fn consolidated(reported: Vec<Reported>, parameters: &Parameters) -> Answer {
    let mut assessed: BTreeMap<String, u64> = BTreeMap::new();
    for one in &reported {
        *assessed.entry(one.organiser.clone()).or_default() += 1;
    }
    let people = reported.len();
    let entries: Vec<Entry> = reported.into_iter().map(|one| one.entry).collect();
    let result = consolidate(&entries, parameters);
    let shares = guidance(&assessed.into_iter().collect::<Vec<_>>(), parameters);
    let grades = result.grades.iter().map(|one| format!("{}\t{}\t{}", one.id, one.grade.chinese(), one.reason));
    let answers = grades.chain(shares.iter().map(share)).collect();
    let (percent, cut) = (parameters.excellent_percent_max, result.cut);
    let explanation = format!(
        "参加考评 {people} 人，优秀不超过 {percent}%，向下取整为 {cut} 人；名额不足时依次比较{}，完全相同的均不列入；参考名额按最大余数分配",
        ORDER.join("、")
    );
    let consolidated = Some(Consolidation { result, order: ORDER, shares });
    Answer { consolidated, ..firm(clause!("5.4b"), answers, explanation) }
}

fn share(share: &Share) -> String {
    let tied = if share.tied { "，余数相同，参评人数多者在前，再按代码" } else { "" };
    format!("{}\t参考名额 {}\t参加考评 {} 人{tied}", share.organiser, share.places, share.assessed)
}

#[cfg(test)]
mod tests {
    //! 1. Everybody is graded, equals stay below the cut together, and every organiser has its guidance share.
    //! 2. A score has at most two places and lies between 0 and 100.
    //! 3. Everything wrong is named, and one wrong line refuses the file; so does one person too many.

    use super::*;

    fn line(id: &str, score: &str) -> String {
        format!(
            r#"{{"id":"{id}","organiser":"230100","score":{score},"results_landed":1,"problems_solved":0,"grade":"excellent"}}"#
        )
    }

    fn scored(score: &str) -> Result<u32, Vec<String>> {
        read(line("a", score).as_bytes()).map(|reported| reported[0].entry.score)
    }

    #[test]
    fn everybody_is_graded_and_every_organiser_has_its_share() {
        let mut file: Vec<String> = [("a1", "95.5"), ("a2", "90"), ("a3", "90")].map(|(id, at)| line(id, at)).into();
        file.extend(
            (0..7).map(|number| {
                line(&format!("z{number}"), "70").replace("excellent", "pass").replace("230100", "sasac")
            }),
        );
        let answer = consolidated(read(file.join("\n").as_bytes()).unwrap(), Parameters::embedded());
        insta::assert_snapshot!(answer.answers.join("\n").replace('\t', " | "), @"
        a1 | 优秀 | 第 1 名，名额 2：得分 95.50，列入优秀
        a2 | 合格 | 第 2 名，名额 2：与同名次人员各项完全相同，名额不足以全部列入，均评为合格
        a3 | 合格 | 第 2 名，名额 2：与同名次人员各项完全相同，名额不足以全部列入，均评为合格
        z0 | 合格 | 组织单位建议合格，得分 70.00
        z1 | 合格 | 组织单位建议合格，得分 70.00
        z2 | 合格 | 组织单位建议合格，得分 70.00
        z3 | 合格 | 组织单位建议合格，得分 70.00
        z4 | 合格 | 组织单位建议合格，得分 70.00
        z5 | 合格 | 组织单位建议合格，得分 70.00
        z6 | 合格 | 组织单位建议合格，得分 70.00
        230100 | 参考名额 1 | 参加考评 3 人
        sasac | 参考名额 1 | 参加考评 7 人
        ");
        assert_eq!(answer.consolidated.unwrap().result.tied, ["a2", "a3"]);
        insta::assert_snapshot!(answer.explanation, @"参加考评 10 人，优秀不超过 20%，向下取整为 2 人；名额不足时依次比较得分、转化落地成果数、解决技术难题数、年龄（较轻者在前），完全相同的均不列入；参考名额按最大余数分配");
    }

    #[test]
    fn a_score_has_at_most_two_places_between_0_and_100() {
        assert_eq!((scored("0"), scored("86.55"), scored("100")), (Ok(0), Ok(8_655), Ok(10_000)));
        for wrong in ["-0.01", "100.01", "86.555", "\"86\"", "null"] {
            assert!(scored(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let file =
            [line("a", "90"), line("a", "91"), r#"{"id":"b","grade":"good","scores":1}"#.to_owned(), "{".to_owned()];
        insta::assert_snapshot!(read(file.join("\n").as_bytes()).unwrap_err().join("\n"), @r#"
        第 2 行：编号 a 重复，每人一行
        第 3 行：organiser：缺少；score：缺少；results_landed：缺少；problems_solved：缺少；grade：应为 excellent、pass、fail 之一，现为 "good"；scores：没有这个字段，请核对拼写
        第 4 行不是一个 JSON 对象（第 1 字节附近）
        "#);
    }

    #[test]
    fn one_person_more_than_the_limit_is_refused() {
        let file = |people: usize| (0..people).map(|number| line(&number.to_string(), "60")).collect::<Vec<_>>();
        assert_eq!(read(file(REPORTED_MAX).join("\n").as_bytes()).unwrap().len(), REPORTED_MAX);
        let problems = read(file(REPORTED_MAX + 1).join("\n").as_bytes()).unwrap_err();
        insta::assert_snapshot!(problems.join("\n"), @"有 5001 人，超过一次汇总 5000 人的上限");
    }
}
