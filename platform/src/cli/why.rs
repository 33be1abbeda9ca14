//! `zongshi why`: why a person is, or is not, proposed for a need.

use std::fmt::Write;

use matching::engine::Explanation;
use matching::indicator::Compared;
use matching::reason::{Reason, What};
use programme::finding::{Finding, Force, Outcome, Verdict};
use programme::record::{Need, Person};

use super::Ending;
use super::match_input::{InputArgs, Ready};
use super::policy::PolicyArgs;
use crate::exchange::{CandidateLine, Eligibility};
use crate::usecases::register::Register;

/// 说明某人为什么（没有）被推荐给某条需求：名次、得分构成、共同短语、资格、与末位入选者的差距
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// 需求编号
    #[arg(long, value_name = "ID")]
    need: String,
    /// 人员编号
    #[arg(long, value_name = "ID")]
    person: String,
    /// 入选人数，用于说明差距
    #[arg(long, value_name = "N", default_value_t = 50)]
    top: usize,
    /// 年龄基准日（批次通知印发日）；省略时年龄与成果新旧不作判断
    #[arg(long, value_name = "DATE")]
    date: Option<chrono::NaiveDate>,
    /// 输出 JSON，与 match --explain 的一行相同
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    policy: PolicyArgs,
}

/// Explains one pair; unknown ids are refused.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let Some((parameters, _)) = args.policy.read()? else { return Ok(Ending::Refused) };
    let Some(mut input) = args.input.read()? else { return Ok(Ending::Refused) };
    let need = input.needs.iter().position(|need| need.id == args.need);
    let person = input.people.iter().position(|person| person.id == args.person);
    let (Some(need), Some(person)) = (need, person) else {
        need.is_none().then(|| eprintln!("需求文件中没有编号 {}", args.need));
        person.is_none().then(|| eprintln!("人员文件中没有编号 {}", args.person));
        return Ok(Ending::Refused);
    };
    let Some(Ready { engine, needs }) = input.ready(args.date)? else { return Ok(Ending::Refused) };
    let (text, need, person) = (&needs[need], &input.needs[need], &input.people[person]);
    let Some(explanation) = engine.explain(text, &person.id, args.top) else {
        anyhow::bail!("person {} was read and is not in the engine", person.id);
    };
    let findings = Register::none(args.date, parameters).person(person);
    if args.json {
        let eligibility = Eligibility::of(&findings);
        let line = CandidateLine::of(&need.id, &explanation.candidate, &eligibility, Some(&explanation));
        println!("{}", serde_json::to_string(&line)?);
    } else {
        print!("{}", in_words(need, person, &explanation, &findings, engine.people(), args.top));
    }
    Ok(Ending::Done)
}

fn in_words(
    need: &Need,
    person: &Person,
    explanation: &Explanation,
    findings: &[Finding],
    people: usize,
    top: usize,
) -> String {
    let candidate = &explanation.candidate;
    let mut text = format!("需求 {}：{}\n", need.id, need.title);
    let name = person.name.as_deref().unwrap_or_default();
    let _ = writeln!(text, "人员 {} {name}：第 {} 名（共 {people} 人）", person.id, candidate.rank);
    let _ = writeln!(
        text,
        "得分 {}，{}（评审人给出该等级或更高等级的概率 {:.0}%）",
        candidate.score,
        candidate.level.in_chinese(),
        candidate.probability * 100.0
    );
    for flag in &candidate.flags {
        let _ = writeln!(text, "  {}", flag.in_chinese());
    }
    describe(&mut text, &explanation.reason, 0);
    for Compared { need, work, outcome } in explanation.evidence.iter().flat_map(|one| &one.indicators) {
        let _ = writeln!(text, "指标对照：需求“{}”，成果“{}”：{}", need.text, work.text, outcome.in_chinese());
    }
    if let Some(gap) = &explanation.gap {
        let _ = writeln!(text, "未列入前 {top} 名：比末位 {}（{}）少 {}", gap.last_chosen, gap.last_score, gap.missing);
        for (feature, own, last) in &gap.features {
            let _ = writeln!(text, "  {}：{own}，末位 {last}", feature.in_chinese());
        }
    }
    if let Some(team) = &candidate.team {
        let _ = writeln!(text, "团队 {}：可替补 {}", team.team, team.alternates.join("、"));
    }
    let _ = writeln!(text, "资格：{}", Verdict::of(findings).chinese());
    // Preferences order equals and stop nobody, so they are not among what is to be looked at.
    for finding in findings.iter().filter(|finding| finding.outcome != Outcome::Met && finding.force != Force::Prefer) {
        let _ = writeln!(text, "  {}", finding.message);
    }
    text
}

/// One line a node, indented by depth; a score is the sum of the lines below it.
fn describe(text: &mut String, reason: &Reason, depth: usize) {
    let indent = "  ".repeat(depth);
    let score = reason.score;
    let _ = match &reason.what {
        What::Person { .. } => writeln!(text, "得分构成（各行相加等于上一级）："),
        What::BestWork { id, title } => writeln!(text, "{indent}{score} 最相关成果 {id} {title}"),
        What::SupportingWork { id, title, share_percent } => {
            writeln!(text, "{indent}{score} 佐证成果 {id} {title}（按 {share_percent:.1}% 计）")
        }
        What::Feature { feature } => writeln!(text, "{indent}{score} {}", feature.in_chinese()),
        What::Phrase(shared) if shared.words() == [shared.phrase()] => {
            writeln!(text, "{indent}{score} “{}”", shared.phrase())
        }
        What::Phrase(shared) => {
            writeln!(text, "{indent}{score} “{}”（{}）", shared.phrase(), shared.words().join("、"))
        }
        What::Scattered { terms } => writeln!(text, "{indent}{score} 零散字词：{}", terms.join("、")),
    };
    reason.parts.iter().for_each(|part| describe(text, part, depth + 1));
}
