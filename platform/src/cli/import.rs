//! `zongshi import`: a file of records into the database, whole or not at all, with every problem named.

use std::path::PathBuf;

use anyhow::Context as _;
use programme::intake::Kind;
use serde_json::json;

use super::Ending;
use super::database::{DatabaseArgs, block_on, by_console};
use crate::exchange;
use crate::usecases::import::{Report, Target, check, import};
use crate::usecases::seal::{KeySource, Keys};
use crate::usecases::{Desk, third_party};

/// 导入 Excel 或 JSON Lines 文件：全部写入，或一条也不写并列出全部问题
#[derive(Debug, clap::Args)]
pub struct Args {
    /// needs|people|works|units|enterprises|shareholders|misconduct|calendar，或 matcher-result（第三方匹配结果）
    #[arg(value_parser = what)]
    what: What,
    /// 文件（.xlsx 或 .jsonl；按内容识别，不看扩展名）
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    /// matcher-result：批次编号
    #[arg(long, value_name = "ID")]
    round: Option<String>,
    /// matcher-result：签名文件 [默认为结果文件名加 .sig]
    #[arg(long, value_name = "F.sig")]
    signature: Option<PathBuf>,
    /// 有问题时，把批注后的工作簿写到这里
    #[arg(long, value_name = "OUT.xlsx")]
    annotated: Option<PathBuf>,
    /// 只核对文件，不打开数据库，什么也不写
    #[arg(long)]
    check_only: bool,
    /// 以 JSON 输出结果
    #[arg(long)]
    json: bool,
}

/// What is imported.
#[derive(Clone, Copy, Debug)]
enum What {
    Records(Kind),
    MatcherResult,
}

fn what(word: &str) -> Result<What, String> {
    if word == "matcher-result" { Ok(What::MatcherResult) } else { kind(word).map(What::Records) }
}

/// Imports and says what came of it.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match (args.what, &args.round) {
        (What::Records(kind), None) => records(args, kind),
        (What::MatcherResult, Some(round)) => block_on(matcher_result(args, round)),
        _ => {
            eprintln!(
                "--round 只用于 matcher-result，且必须给出：zongshi import matcher-result run.trec --round 批次编号"
            );
            Ok(Ending::WrongUsage)
        }
    }
}

/// Takes the signed result of a third party as a run, or refuses it whole.
async fn matcher_result(args: &Args, round: &str) -> anyhow::Result<Ending> {
    let signature = args.signature.clone().unwrap_or_else(|| {
        let mut name = args.file.clone().into_os_string();
        name.push(".sig");
        name.into()
    });
    let (result, signature) = (exchange::read_file(&args.file)?, exchange::read_file(&signature)?);
    let config = args.database.config()?;
    let database = args.database.open().await?;
    let keys = Keys::of_office(&config.key_file(), &database).await?;
    let desk = Desk::new(database.clone());
    let taken = third_party::import(&desk, &by_console(), &keys, round, &result, &signature).await?;
    database.close().await;
    match taken {
        Ok(run) => {
            println!("已存为第 {run} 次匹配运算；核对后可在网页“匹配运算”中形成初步推荐");
            Ok(Ending::Done)
        }
        Err(problems) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            eprintln!("没有写入：第三方结果有 {} 处问题，整份不予采用", problems.len());
            Ok(Ending::Refused)
        }
    }
}

fn records(args: &Args, kind: Kind) -> anyhow::Result<Ending> {
    let bytes = exchange::read_file(&args.file)?;
    let report = if args.check_only { check(kind, &bytes) } else { block_on(take(args, kind, bytes.clone()))? };
    if args.json {
        println!("{}", as_json(&report));
    } else {
        print(&report);
    }
    if report.problems.is_empty() {
        return Ok(Ending::Done);
    }
    if let Some(path) = &args.annotated {
        let marked = exchange::give_back(&bytes, &report.problems)?;
        std::fs::write(path, marked).with_context(|| format!("写文件 {}", path.display()))?;
        eprintln!("批注后的工作簿：{}", path.display());
    }
    Ok(Ending::Refused)
}

async fn take(args: &Args, kind: Kind, bytes: Vec<u8>) -> anyhow::Result<Report> {
    let config = args.database.config()?;
    let key_file = config.key_file();
    let database = args.database.open().await?;
    let target = Target { database: &database, keys: KeySource::File(&key_file), check_only: false };
    let report = import(target, &by_console(), kind, bytes).await?;
    database.close().await;
    Ok(report)
}

/// A kind by its word on the command line.
pub(super) fn kind(word: &str) -> Result<Kind, String> {
    let all = || Kind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join("、");
    Kind::parse(word).ok_or_else(|| format!("可用的种类：{}", all()))
}

fn print(report: &Report) {
    let what = report.kind.chinese();
    for note in &report.notes {
        eprintln!("提示：{} {}（共 {} 处）", note.first, note.message, note.count);
    }
    for problem in report.problems.listed() {
        eprintln!("{} {}", problem.place, problem.message);
    }
    let (all, listed) = (report.problems.count(), report.problems.listed().len());
    if all > listed {
        eprintln!("另有 {} 处问题没有列出", all - listed);
    }
    match &report.written {
        Some(written) => println!("已导入{what}：新增 {} 条，更新 {} 条", written.inserted, written.updated),
        None if all == 0 => println!("核对无误：{what} {} 条；没有写入", report.records),
        None => eprintln!("没有写入任何{what}：共 {all} 处问题，请改正后重新导入"),
    }
}

fn as_json(report: &Report) -> serde_json::Value {
    let problem = |one: &programme::intake::Problem| json!({ "place": one.place.to_string(), "column": one.column, "code": one.code, "message": one.message });
    let note = |one: &programme::intake::Note| {
        json!({ "first": one.first.to_string(), "column": one.column, "code": one.code, "count": one.count,
            "message": one.message })
    };
    json!({
        "kind": report.kind.code(),
        "records": report.records,
        "written": report.written.as_ref().map(|one| json!({ "inserted": one.inserted, "updated": one.updated })),
        "problems_count": report.problems.count(),
        "problems": report.problems.listed().iter().map(problem).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(note).collect::<Vec<_>>(),
    })
}
