//! `zongshi calc`: the policy's arithmetic, one answer a line.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::{ArgGroup, Subcommand};
use programme::calc::{self, Answer, Senseless, consolidate};
use programme::calendar::{WorkingCalendar, parse_day};
use programme::parameters::Parameters;

use super::Ending;
use super::policy::PolicyArgs;

/// 按方案条款计算期限、天数和名额，每行一个答案
///
/// 日期写作 2025-09-26。事实可按位置写，也可用选项写，例如
/// zongshi calc notice-end 2025-09-26 与 zongshi calc notice-end --published 2025-09-26 相同。
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    policy: PolicyArgs,
    /// 输出 JSON：答案、条款、计算说明、是否暂定
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    #[command(flatten)]
    Facts(Question),
    /// 汇总全省考评结果（方案五（四））：calc consolidate 考评.jsonl
    ///
    /// 每行一人，例如
    /// {"id":"a1","organiser":"230100","score":86.5,"results_landed":2,"problems_solved":1,"birth":"1985-03-02","grade":"excellent"}
    ///
    /// id 编号；organiser 组织考评的市（地）代码或 sasac；score 得分；results_landed 转化落地成果数；problems_solved 解决技术难题数；
    /// birth 出生日期，可不填；grade 建议等次 excellent、pass、fail。先列各人等次和理由，再列各组织单位的参考名额。
    Consolidate(Reported),
}

#[derive(Debug, clap::Args)]
struct Reported {
    /// 各组织单位报送的结果，JSON Lines，UTF-8
    #[arg(value_name = "FILE")]
    reported: PathBuf,
}

/// What is asked by a few facts on the command line.
#[derive(Debug, Subcommand)]
enum Question {
    /// 公示最后一日：calc notice-end 2025-09-26
    NoticeEnd(Published),
    /// 公示后最早可办理下一步的工作日：calc earliest-next-step 2025-09-26
    EarliestNextStep(Published),
    /// 两日之间（首尾计入）的工作日数：calc working-days 2025-01-01 2025-12-31
    WorkingDays(Period),
    /// 优秀名额上限：calc excellent 23
    Excellent(Graded),
    /// 考评可进行的首日和末日：calc assessment-window 2027-05-31
    AssessmentWindow(End),
    /// 各聘任年度最少服务天数，每年一行：calc service-days 2025-06-01 2027-05-31
    ServiceDays(Period),
    /// 不需例外的最短聘期的结束日：calc term-end 2025-06-01
    TermEnd(Start),
    /// 周岁：calc age 1970-02-11 2025-02-10
    Age(Ages),
}

#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("fact").required(true).args(["published", "published_flag"])))]
struct Published {
    /// 公示发布日
    published: Option<NaiveDay>,
    /// 公示发布日（同上）
    #[arg(long = "published", value_name = "PUBLISHED")]
    published_flag: Option<NaiveDay>,
}

#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("first").required(true).args(["start", "start_flag"])))]
#[command(group(ArgGroup::new("last").required(true).args(["end", "end_flag"])))]
struct Period {
    /// 开始日
    start: Option<NaiveDay>,
    /// 结束日（计入）
    end: Option<NaiveDay>,
    /// 开始日（同上）
    #[arg(long = "start", value_name = "START")]
    start_flag: Option<NaiveDay>,
    /// 结束日（同上）
    #[arg(long = "end", value_name = "END")]
    end_flag: Option<NaiveDay>,
}

#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("fact").required(true).args(["graded", "graded_flag"])))]
struct Graded {
    /// 参加考评人数
    graded: Option<u64>,
    /// 参加考评人数（同上）
    #[arg(long = "graded", value_name = "GRADED")]
    graded_flag: Option<u64>,
}

#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("fact").required(true).args(["end", "end_flag"])))]
struct End {
    /// 聘期结束日
    end: Option<NaiveDay>,
    /// 聘期结束日（同上）
    #[arg(long = "end", alias = "term-end", value_name = "END")]
    end_flag: Option<NaiveDay>,
}

#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("fact").required(true).args(["start", "start_flag"])))]
struct Start {
    /// 聘期开始日
    start: Option<NaiveDay>,
    /// 聘期开始日（同上）
    #[arg(long = "start", value_name = "START")]
    start_flag: Option<NaiveDay>,
}

#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("born").required(true).args(["birth", "birth_flag"])))]
#[command(group(ArgGroup::new("day").required(true).args(["on", "on_flag"])))]
struct Ages {
    /// 出生日期
    birth: Option<NaiveDay>,
    /// 计算到哪一日（年龄基准日）
    on: Option<NaiveDay>,
    /// 出生日期（同上）
    #[arg(long = "birth", value_name = "BIRTH")]
    birth_flag: Option<NaiveDay>,
    /// 计算到哪一日（同上）
    #[arg(long = "on", value_name = "ON")]
    on_flag: Option<NaiveDay>,
}

/// A day of the command line, in the one spelling that files have too.
#[derive(Clone, Copy, Debug)]
struct NaiveDay(NaiveDate);

impl std::str::FromStr for NaiveDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_day(text).map(Self).ok_or_else(|| "应为存在的日期，如 2025-09-26".to_owned())
    }
}

/// Prints the answer; a question without a sensible answer is refused.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let Some((parameters, calendar)) = args.policy.read()? else { return Ok(Ending::Refused) };
    let question = match &args.what {
        What::Facts(question) => question,
        What::Consolidate(facts) => return consolidated(facts, &parameters, args.json),
    };
    match answer(question, &parameters, &calendar) {
        None => Ok(Ending::WrongUsage),
        Some(Ok(answer)) => {
            print(&answer, args.json)?;
            Ok(Ending::Done)
        }
        Some(Err(senseless)) => {
            eprintln!("{senseless}");
            Ok(Ending::Refused)
        }
    }
}

/// `None` when a fact is given in neither way, which clap's groups already refuse.
fn answer(
    question: &Question,
    parameters: &Parameters,
    calendar: &WorkingCalendar,
) -> Option<Result<Answer, Senseless>> {
    let day = |place: Option<NaiveDay>, flag: Option<NaiveDay>| place.or(flag).map(|day| day.0);
    Some(match question {
        Question::NoticeEnd(facts) => {
            Ok(calc::notice_end(day(facts.published, facts.published_flag)?, parameters, calendar))
        }
        Question::EarliestNextStep(facts) => {
            Ok(calc::earliest_next_step(day(facts.published, facts.published_flag)?, parameters, calendar))
        }
        Question::WorkingDays(facts) => {
            calc::working_days(day(facts.start, facts.start_flag)?, day(facts.end, facts.end_flag)?, calendar)
        }
        Question::Excellent(facts) => Ok(calc::excellent(facts.graded.or(facts.graded_flag)?, parameters)),
        Question::AssessmentWindow(facts) => Ok(calc::assessment_window(day(facts.end, facts.end_flag)?, parameters)),
        Question::ServiceDays(facts) => {
            calc::service_days(day(facts.start, facts.start_flag)?, day(facts.end, facts.end_flag)?, parameters)
        }
        Question::TermEnd(facts) => Ok(calc::term_end(day(facts.start, facts.start_flag)?, parameters)),
        Question::Age(facts) => {
            calc::age(day(facts.birth, facts.birth_flag)?, day(facts.on, facts.on_flag)?, parameters)
        }
    })
}

/// One wrong line refuses the whole: a share of everybody cannot be told of some.
fn consolidated(facts: &Reported, parameters: &Parameters, json: bool) -> anyhow::Result<Ending> {
    let file = std::fs::read(&facts.reported).with_context(|| format!("读取 {}", facts.reported.display()))?;
    match consolidate::read(&file) {
        Ok(reported) => {
            print(&consolidate::consolidated(reported, parameters), json)?;
            Ok(Ending::Done)
        }
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            Ok(Ending::Refused)
        }
    }
}

fn print(answer: &Answer, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(answer)?)?;
        return Ok(());
    }
    for line in &answer.answers {
        writeln!(out, "{line}")?;
    }
    if answer.provisional {
        eprintln!("暂定：放假安排尚未公布，公布后可能顺延");
    }
    Ok(())
}
