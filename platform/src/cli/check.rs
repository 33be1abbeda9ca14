//! `zongshi check`: judges declared facts, one case a line in, one verdict a line out.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use programme::check::{Answer, answer_file};
use programme::finding::Verdict;

use super::Ending;
use super::policy::PolicyArgs;

/// 按方案条款核查申报事实：每行一个 JSON 对象，逐行给出结论、条款和理由
///
/// 种类（kind）：candidate 人选、enterprise 接收单位、need 需求、pair 配对、notice 公示、listing 名单、agreement 协议、assessment 考评。
/// 未说明的事实不作推测：凡“必须”的条款缺少所需事实，按不符合处理并说明缺什么。
/// 读不懂的行给出 error，其余各行照常核查，退出码为 1；结论为 refused 的行不影响退出码。
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 待核查的事实，JSON Lines，UTF-8
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
    /// 结论写到此文件；省略或写 - 时打印到标准输出
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
}

/// Answers every line; lines that cannot be read are listed and make the ending a refusal.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let Some((parameters, calendar)) = args.policy.read()? else { return Ok(Ending::Refused) };
    let cases = std::fs::read(&args.cases).with_context(|| format!("读取 {}", args.cases.display()))?;
    let mut lines = Vec::new();
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut unreadable = 0;
    for answer in answer_file(&cases, &parameters, &calendar) {
        serde_json::to_writer(&mut lines, &answer)?;
        lines.push(b'\n');
        match answer.verdict() {
            Some(verdict) => *counts.entry(verdict).or_default() += 1,
            None => unreadable += 1,
        }
        list_problem(&answer);
    }
    write(args.out.as_deref(), &lines)?;
    let counted: Vec<String> = counts.iter().map(|(verdict, count)| format!("{} {count}", verdict.chinese())).collect();
    eprintln!("核查 {} 行：{}", counts.values().sum::<usize>() + unreadable, counted.join("，"));
    if unreadable == 0 {
        return Ok(Ending::Done);
    }
    eprintln!("另有 {unreadable} 行读不懂，已列出");
    Ok(Ending::Refused)
}

fn list_problem(answer: &Answer) {
    if let Err(problem) = &answer.result {
        eprintln!("{problem}");
    }
}

/// Writes beside the target and renames, so that a reader never sees half a file; a pipe or device is written directly.
fn write(out: Option<&Path>, lines: &[u8]) -> anyhow::Result<()> {
    let Some(out) = out.filter(|out| *out != Path::new("-")) else {
        return std::io::stdout().write_all(lines).context("写标准输出");
    };
    let context = || format!("写 {}", out.display());
    if out.metadata().is_ok_and(|found| !found.is_file()) {
        return std::fs::write(out, lines).with_context(context);
    }
    let mut beside = out.as_os_str().to_owned();
    beside.push(".partial");
    std::fs::write(&beside, lines).with_context(context)?;
    std::fs::rename(&beside, out).with_context(context)
}
