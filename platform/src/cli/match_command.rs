//! `zongshi match`: needs and people in, ranked candidates, and the round's plan if wanted, out.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use chrono::NaiveDate;
use matching::engine::{Candidate, Engine, Explanation};
use matching::input::NeedText;
use matching::plan;
use programme::record::{Need, Person};
use programme::seal::hex;
use rayon::prelude::*;
use sm3::{Digest, Sm3};

use super::Ending;
use super::match_input::{Input, InputArgs, Ready, progress};
use super::policy::PolicyArgs;
use crate::exchange::layout::{self, CandidateRow, SHEET_ROWS_MAX};
use crate::exchange::{CandidateLine, Eligibility, RunLine, RunRecord};
use crate::usecases::matching::{self as act, PlanError, Weighed, Wishes};
use crate::usecases::register::Register;

/// Needs a thread that are ranked before their lines are written: bounds the memory of a run that lists everybody, and what
/// was just reckoned is written while the processor still has it at hand.
const NEEDS_AT_ONCE: usize = 4;

/// 为每条需求排出候选人：等级、证据、资格核查，可另出全局最优的推送方案
///
/// 输出按扩展名：.jsonl 第一行是本次运行的记录（输入、参数、政策版本的哈希），以后每行一名候选人；.trec 供评测；.xlsx 供人阅读。
/// 同样的输入，用多少线程都得到逐字节相同的输出。没有成果的人员也在内，标为证据不足。
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// 结果文件：.jsonl、.trec 或 .xlsx
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 每条需求列出的人数；0 或 all 为全部
    #[arg(long, value_name = "N", default_value = "50", value_parser = parse_top)]
    top: usize,
    /// 另出推送方案（JSON Lines）：每个岗位一人、候补有序、每人只推一家
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// 年龄基准日（批次通知印发日），如 2025-02-10；省略时年龄与成果新旧不作判断
    #[arg(long, value_name = "DATE")]
    date: Option<NaiveDate>,
    /// 线程数；省略时用全部处理器
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// 在 .jsonl 中写出得分构成和双方原文中的共同短语
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    policy: PolicyArgs,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Jsonl,
    Trec,
    Xlsx,
}

/// Reads, ranks, judges and writes; the output appears whole or not at all.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let Some(format) = format_of(&args.out) else {
        eprintln!("--out 的扩展名应为 .jsonl、.trec 或 .xlsx：{}", args.out.display());
        return Ok(Ending::WrongUsage);
    };
    let Some((parameters, _)) = args.policy.read()? else { return Ok(Ending::Refused) };
    let Some(mut input) = args.input.read()? else { return Ok(Ending::Refused) };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.map_or(0, usize::from))
        .build()
        .context("start the threads")?;
    pool.install(|| {
        let Some(Ready { engine, needs }) = input.ready(args.date)? else { return Ok(Ending::Refused) };
        let register = Register::none(args.date, parameters);
        let judged = |person| (person, Eligibility::of(&register.person(person)));
        let people = input.people.iter().map(|person| (person.id.as_str(), judged(person))).collect();
        let job = Job { args, input: &input, engine: &engine, texts: &needs, people, register: &register };
        job.run(format)
    })
}

struct Job<'a> {
    args: &'a Args,
    input: &'a Input,
    engine: &'a Engine,
    /// The needs as the engine reads them.
    texts: &'a [NeedText],
    people: HashMap<&'a str, (&'a Person, Eligibility)>,
    register: &'a Register,
}

impl Job<'_> {
    fn run(&self, format: Format) -> anyhow::Result<Ending> {
        if format == Format::Xlsx && self.rows() > SHEET_ROWS_MAX {
            eprintln!("结果有 {} 行，工作簿最多 {SHEET_ROWS_MAX} 行；请减小 --top 或改用 .jsonl", self.rows());
            return Ok(Ending::Refused);
        }
        let mut weighed = Vec::new();
        let mut rows = Vec::new();
        let mut out = Beside::create(&self.args.out)?;
        if format == Format::Jsonl {
            out.json_line(&RunLine { run: self.record() })?;
        }
        let at_once = NEEDS_AT_ONCE * rayon::current_num_threads();
        for (number, needs) in self.input.needs.chunks(at_once).enumerate() {
            let texts = &self.texts[number * at_once..][..needs.len()];
            let ranked = self.ranked(texts, number * at_once, self.args.explain || format == Format::Xlsx)?;
            for (at, (need, candidates)) in needs.iter().zip(&ranked).enumerate() {
                for one in candidates {
                    match format {
                        Format::Jsonl => out.json_line(&self.line(need, one))?,
                        Format::Trec => trec_line(&mut out.file, need, one.candidate())?,
                        Format::Xlsx => rows.push(self.row(need, one)),
                    }
                }
                if self.args.plan.is_some() {
                    let at = number * at_once + at;
                    weighed.extend(candidates.iter().filter_map(|one| self.weighed(at, need, one.candidate())));
                }
            }
        }
        if format == Format::Xlsx {
            out.file.write_all(&paperwork::write(&[layout::candidates(rows, false)])?).context("写结果")?;
        }
        out.finish()?;
        let (needs, engine) = (self.input.needs.len(), self.engine);
        eprintln!("需求 {needs} 条，人员 {} 名，成果 {} 项", engine.people(), engine.works());
        self.args.plan.as_ref().map_or(Ok(Ending::Done), |path| self.plan(path, &weighed))
    }

    /// How many lines the result has.
    fn rows(&self) -> usize {
        self.input.needs.len().saturating_mul(self.args.top.min(self.engine.people()))
    }

    fn line<'a>(&'a self, need: &'a Need, ranked: &'a Ranked) -> CandidateLine<'a> {
        let candidate = ranked.candidate();
        let (_, eligibility) = &self.people[candidate.person.as_str()];
        CandidateLine::of(&need.id, candidate, eligibility, ranked.explanation())
    }

    fn row(&self, need: &Need, ranked: &Ranked) -> CandidateRow {
        let candidate = ranked.candidate();
        let (person, eligibility) = &self.people[candidate.person.as_str()];
        let evidence = ranked.explanation().map(|explanation| explanation.evidence.as_slice());
        CandidateRow::ranked(need, person, candidate, evidence.unwrap_or_default(), eligibility)
    }

    fn ranked(&self, needs: &[NeedText], done_before: usize, explained: bool) -> anyhow::Result<Vec<Vec<Ranked>>> {
        let (top, total) = (self.args.top, self.input.needs.len());
        let show = |done: usize| progress("匹配", done_before + done, total);
        if explained {
            let done = AtomicUsize::new(1);
            let explained = needs.par_iter().map(|need| {
                let explained = self.engine.rank_explained(need, top).into_iter();
                let explained = explained.map(|one| Ranked::Explained(Box::new(one))).collect();
                show(done.fetch_add(1, Ordering::Relaxed));
                explained
            });
            return Ok(explained.collect());
        }
        let on_done = |done| {
            show(done);
            ControlFlow::Continue(())
        };
        let rankings = self.engine.rank_all(needs, top, &on_done)?;
        Ok(rankings.into_iter().map(|ranking| ranking.candidates.into_iter().map(Ranked::Plain).collect()).collect())
    }

    fn record(&self) -> RunRecord {
        let mut record = RunRecord {
            format: 1,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            needs_sm3: self.input.needs_hash.clone(),
            people_sm3: self.input.people_hash.clone(),
            needs: self.input.needs.len(),
            people: self.input.people.len(),
            weights: self.input.weighting.version.clone(),
            model: self.input.encoding.as_ref().map_or("none", |encoding| encoding.model.identity()).to_owned(),
            policy: self.register.parameters().version.clone(),
            date: self.args.date,
            top: (self.args.top != usize::MAX).then_some(self.args.top),
            hash: String::new(),
        };
        record.hash = hex(&Sm3::digest(format!("{record:?} {:?}", self.input.weighting.trained.weights)));
        record
    }

    fn weighed(&self, at: usize, need: &Need, candidate: &Candidate) -> Option<Weighed> {
        let (person, _) = &self.people[candidate.person.as_str()];
        act::weigh(at, candidate, &act::findings(self.register, need, person))
    }

    /// Writes the plan over the candidates that were listed.
    fn plan(&self, path: &Path, weighed: &[Weighed]) -> anyhow::Result<Ending> {
        let needs = self.input.needs.iter().map(|need| plan::Need { id: need.id.clone(), posts: need.posts });
        let person_of = |id: &str| self.people.get(id).map(|(person, _)| *person);
        let wishes = Wishes::default();
        let planned = match act::plan(needs.collect(), weighed, person_of, self.register.parameters(), &wishes) {
            Err(PlanError::Refused(sentences)) => {
                eprintln!("{}", sentences.join("\n"));
                return Ok(Ending::Refused);
            }
            planned => planned?,
        };
        let report = plan::report(&planned.instance, &planned.plan);
        let mut out = Beside::create(path)?;
        report.pairs.iter().try_for_each(|line| out.json_line(line))?;
        out.finish()?;
        let (pushes, open) = (planned.plan.pushes.len(), report.unfilled.len());
        let (weight, score) = (report.total_weight, report.total_score);
        eprintln!("推送方案：推送 {pushes} 对，等级分 {weight}，得分 {score}，{open} 条需求有空缺");
        for unfilled in report.unfilled {
            eprintln!("{}", unfilled.reason);
        }
        Ok(Ending::Done)
    }
}

/// A candidate, explained or not.
enum Ranked {
    Plain(Candidate),
    Explained(Box<Explanation>),
}

impl Ranked {
    fn candidate(&self) -> &Candidate {
        match self {
            Self::Plain(candidate) => candidate,
            Self::Explained(explanation) => &explanation.candidate,
        }
    }

    fn explanation(&self) -> Option<&Explanation> {
        match self {
            Self::Plain(_) => None,
            Self::Explained(explanation) => Some(explanation),
        }
    }
}

fn parse_top(text: &str) -> Result<usize, String> {
    match text {
        "0" | "all" => Ok(usize::MAX),
        _ => text.parse().map_err(|_| "应为正整数，或 all".to_owned()),
    }
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "jsonl" => Some(Format::Jsonl),
        "trec" => Some(Format::Trec),
        "xlsx" => Some(Format::Xlsx),
        _ => None,
    }
}

/// A file that appears under its name when it is whole, so that nobody reads half of it.
struct Beside<'a> {
    file: BufWriter<File>,
    /// A line is made here and written at once: a file is a slow place for thousands of small pieces.
    line: Vec<u8>,
    partial: PathBuf,
    path: &'a Path,
}

impl<'a> Beside<'a> {
    fn create(path: &'a Path) -> anyhow::Result<Self> {
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).with_context(|| format!("写 {}", partial.display()))?;
        Ok(Self { file: BufWriter::new(file), line: Vec::new(), partial, path })
    }

    fn json_line(&mut self, line: &impl serde::Serialize) -> anyhow::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line).context("写结果")?;
        self.line.push(b'\n');
        self.file.write_all(&self.line).context("写结果")
    }

    fn finish(self) -> anyhow::Result<()> {
        let context = || format!("写 {}", self.path.display());
        self.file.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(context)?;
        std::fs::rename(&self.partial, self.path).with_context(context)
    }
}

fn trec_line(out: &mut impl Write, need: &Need, candidate: &Candidate) -> anyhow::Result<()> {
    writeln!(out, "{} Q0 {} {} {} zongshi", need.id, candidate.person, candidate.rank, candidate.score)
        .context("写结果")
}
