//! `zongshi evaluate`: how good a run is against graded pairs.

use std::path::{Path, PathBuf};

use anyhow::Context;
use matching::evaluate::{Figures, LineProblem, Report, evaluate, read_grades, read_jsonl, read_trec};

use super::Ending;

/// 用人工分级评测一次匹配：nDCG@10、MRR@10、Recall@10/50、Spearman、等级误差
///
/// 增益为等级减 1，未评的对增益为 0；3、4 级为相关。“全部”按结果原样计算，“仅已评”先去掉未评的对。
/// 等级误差需要 .jsonl 结果中的 level；.trec 不含等级。要评全部已评对，请用 match --top all 生成结果。
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 结果文件：.trec 或 .jsonl
    #[arg(long, value_name = "FILE")]
    run: PathBuf,
    /// 分级文件：需求、人员、等级（1–4），制表符分隔
    #[arg(long, value_name = "FILE")]
    qrels: PathBuf,
    /// 输出 JSON，含每条需求的 nDCG
    #[arg(long)]
    json: bool,
}

/// Reads both files and prints the figures; bad lines are listed.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let is_jsonl = args.run.extension().is_some_and(|extension| extension == "jsonl");
    let run = read(&args.run, if is_jsonl { read_jsonl } else { read_trec })?;
    let grades = read(&args.qrels, read_grades)?;
    let (Some(run), Some(grades)) = (run, grades) else { return Ok(Ending::Refused) };
    if grades.is_empty() {
        eprintln!("{}：没有分级，无法评测", args.qrels.display());
        return Ok(Ending::Refused);
    }
    let report = evaluate(&run, &grades);
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{}", in_words(&report));
    }
    Ok(Ending::Done)
}

/// What a file of lines holds; `None` when lines are wrong, which are listed.
pub(super) fn read<T>(path: &Path, parse: impl Fn(&str) -> Result<T, Vec<LineProblem>>) -> anyhow::Result<Option<T>> {
    let text = std::fs::read(path).with_context(|| format!("读取 {}", path.display()))?;
    let Ok(text) = String::from_utf8(text) else {
        eprintln!("{}：不是 UTF-8 文本", path.display());
        return Ok(None);
    };
    let parsed = parse(text.trim_start_matches('\u{feff}'));
    for problem in parsed.as_ref().err().into_iter().flatten() {
        eprintln!("{} {problem}", path.display());
    }
    Ok(parsed.ok())
}

fn in_words(report: &Report) -> String {
    let row = |name: &str, figure: fn(&Figures) -> f64| {
        format!("{name:<12}{:>10.4}{:>10.4}\n", figure(&report.full), figure(&report.judged))
    };
    let lone = |value: Option<f64>, absent: &str| value.map_or(absent.to_owned(), |value| format!("{value:.4}"));
    [
        format!("已分级需求 {} 条，结果含已评对的 {:.1}%\n", report.needs, report.judged_held * 100.0),
        "                  全部    仅已评\n".to_owned(),
        row("nDCG@10", |figures| figures.ndcg_at_10),
        row("MRR@10", |figures| figures.mrr_at_10),
        row("Recall@10", |figures| figures.recall_at_10),
        row("Recall@50", |figures| figures.recall_at_50),
        format!("Spearman {}\n", lone(report.spearman, "无（已评对等级无差别）")),
        format!("等级误差 {}\n", lone(report.level_error, "无（结果不含等级）")),
    ]
    .concat()
}
