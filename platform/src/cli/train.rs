//! `zongshi train`: weights and levels learnt from graded pairs.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use matching::evaluate::{Grades, read_grades};
use matching::train::{FOLDS, Interval, Lesson, Measured, MeasuredSet, NEEDS_MIN, TrainError, Trained, train};
use matching::weights::Weights;

use super::Ending;
use super::evaluate::read;
use super::match_input::Input;
use super::model::ModelArgs;
use crate::embedding::{self, WEIGHTS};

/// 用人工分级训练排序权重和等级界限，写入一个目录，match、why、serve 用 --model 指定它即可使用
///
/// 权重从内置起点出发，只有分级数据表明确有改进（超过一个标准误）才改动；等级界限取与人工分级平均距离最小处，并校准各等级的概率。
/// 成绩都在没有参与训练的需求上测得（五折）。同样的输入得到逐字节相同的文件。训练用到向量模型时，模型一并放入该目录。
/// 可给出几组数据（各项按次序对应）：只有各组都不变差的改动才采用。
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 需求，JSON Lines 或 XLSX，UTF-8；可重复
    #[arg(long, value_name = "FILE", required = true)]
    needs: Vec<PathBuf>,
    /// 人员及成果，JSON Lines 或 XLSX，UTF-8；可重复
    #[arg(long, value_name = "FILE", required = true)]
    people: Vec<PathBuf>,
    /// 分级文件：需求、人员、等级（1–4），制表符分隔；可重复
    #[arg(long, value_name = "FILE", required = true)]
    qrels: Vec<PathBuf>,
    /// 数据来源的说明，写入权重文件；省略时为需求文件名；可重复
    #[arg(long, value_name = "TEXT")]
    about: Vec<String>,
    /// 输出目录
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    /// 把权重文件的内容写到标准输出
    #[arg(long)]
    json: bool,
}

/// Reads, learns, writes; nothing is written unless all of it is right.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    if args.needs.len() != args.people.len() || args.needs.len() != args.qrels.len() {
        let [needs, people, qrels] = [&args.needs, &args.people, &args.qrels].map(Vec::len);
        eprintln!("--needs、--people、--qrels 的个数应相同，现为 {needs}、{people}、{qrels} 个");
        return Ok(Ending::WrongUsage);
    }
    let mut lessons = Vec::new();
    let mut model = "none".to_owned();
    for (at, ((needs, people), qrels)) in args.needs.iter().zip(&args.people).zip(&args.qrels).enumerate() {
        let Some(mut input) = Input::read(needs, people, &args.model)? else { return Ok(Ending::Refused) };
        let Some(grades) = read(qrels, read_grades)? else { return Ok(Ending::Refused) };
        tell_strangers(qrels, &grades, &input);
        let (profiles, needs) = input.texts()?;
        let about = args.about.get(at).cloned().unwrap_or_else(|| args.needs[at].display().to_string());
        lessons.push(Lesson { about, profiles, needs, grades });
        model = input.encoding.map_or(model, |encoding| encoding.model.identity().to_owned());
    }
    match train(lessons, &model, &show_tried) {
        Ok(trained) => {
            write(args, &trained)?;
            let told = if args.json { trained.write() } else { in_words(&trained, &args.out) };
            print!("{told}");
            Ok(Ending::Done)
        }
        Err(TrainError::FewNeeds { found }) => {
            eprintln!("已分级的需求有 {found} 条，至少要 {NEEDS_MIN} 条；请补充分级，或检查需求编号是否一致");
            Ok(Ending::Refused)
        }
        Err(refusal) => {
            eprintln!("不能训练：{refusal}");
            Ok(Ending::Refused)
        }
    }
}

/// Says which graded ids the files do not have: they are passed over.
fn tell_strangers(file: &Path, grades: &Grades, input: &Input) {
    let needs: BTreeSet<&str> = input.needs.iter().map(|need| need.id.as_str()).collect();
    let people: BTreeSet<&str> = input.people.iter().map(|person| person.id.as_str()).collect();
    let judged: BTreeSet<&str> = grades.values().flat_map(|people| people.keys().map(String::as_str)).collect();
    let strange_needs: Vec<&str> = grades.keys().map(String::as_str).filter(|id| !needs.contains(id)).collect();
    let strange_people: Vec<&str> = judged.into_iter().filter(|id| !people.contains(id)).collect();
    for (what, strange) in [("需求", strange_needs), ("人员", strange_people)] {
        if let Some(first) = strange.first() {
            let (file, count) = (file.display(), strange.len());
            eprintln!("提示：{file} 中有 {count} 个{what}编号不在{what}文件中，未用于训练，如 {first}");
        }
    }
}

fn show_tried(tried: usize) -> ControlFlow<()> {
    if std::io::stderr().is_terminal() {
        eprint!("\r试算 {tried}");
    }
    ControlFlow::Continue(())
}

/// The weights beside a copy of the model's files.
fn write(args: &Args, trained: &Trained) -> anyhow::Result<()> {
    fs::create_dir_all(&args.out).with_context(|| format!("建立目录 {}", args.out.display()))?;
    if let Some(model) = args.model.local_place() {
        embedding::copy_model(&model, &args.out).with_context(|| format!("复制模型 {}", model.display()))?;
    }
    let file = args.out.join(WEIGHTS);
    fs::write(&file, trained.write()).with_context(|| format!("写入 {}", file.display()))
}

fn in_words(trained: &Trained, out: &Path) -> String {
    let mut text = format!("以下成绩测于未参与训练的需求（{FOLDS} 折），方括号内为 95% 区间\n");
    for set in &trained.sets {
        let MeasuredSet { about, needs, pairs, people, words, meaning } = set;
        let _ = writeln!(text, "{about}：已分级需求 {needs} 条、{pairs} 对，人员 {people} 名");
        text += &rows("只用字词", words);
        text += &meaning.as_ref().map_or(String::new(), |measured| rows("字词与语义", measured));
    }
    let same = if trained.weights == Weights::published() { "，与内置的权重相同" } else { "" };
    text + &format!("已写入 {}{same}；使用时写 --model {}\n", out.join(WEIGHTS).display(), out.display())
}

fn rows(name: &str, measured: &Measured) -> String {
    let row = |figure: &str, interval: Option<Interval>| {
        interval.map_or(String::new(), |Interval { mean, low, high }| {
            format!("    {figure:<16}{mean:.4}  [{low:.4}, {high:.4}]\n")
        })
    };
    [
        format!("  {name}\n"),
        row("nDCG@10 judged", measured.judged),
        row("nDCG@10 full", Some(measured.full)),
        row("Spearman", measured.rank_correlation),
        row("level distance", measured.level_distance),
    ]
    .concat()
}
