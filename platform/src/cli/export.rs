//! `zongshi export`: records out of the database into a file that can be imported again.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use programme::access::Scope;
use programme::intake::{Kind, ToRow};
use programme::record::OwnedWork;
use store::Tx;

use super::Ending;
use super::database::{DatabaseArgs, block_on, by_console};
use super::import::kind;
use crate::exchange::{to_jsonl, to_workbook};
use crate::usecases::seal::Keys;
use crate::usecases::{Desk, third_party};

/// 导出为 Excel（.xlsx）或 JSON Lines（.jsonl），可原样再导入
#[derive(Debug, clap::Args)]
pub struct Args {
    /// needs|people|works|units|enterprises|shareholders|misconduct，或 matcher（给第三方匹配机构的化名数据）
    #[arg(value_parser = what)]
    what: What,
    /// 输出文件；扩展名决定格式
    file: Option<PathBuf>,
    /// matcher：批次编号
    #[arg(long, value_name = "ID")]
    round: Option<String>,
    /// matcher：输出目录
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// What is exported.
#[derive(Clone, Copy, Debug)]
enum What {
    Records(Kind),
    Matcher,
}

fn what(word: &str) -> Result<What, String> {
    if word == "matcher" { Ok(What::Matcher) } else { kind(word).map(What::Records) }
}

/// Exports every record of the kind, or what a third party may see of a round.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match (args.what, &args.file, &args.round, &args.out) {
        (What::Records(kind), Some(file), None, None) => records(args, kind, file),
        (What::Matcher, None, Some(round), Some(out)) => block_on(matcher(args, round, out)),
        _ => {
            eprintln!("用法：zongshi export <种类> 文件，或 zongshi export matcher --round 批次编号 --out 目录");
            Ok(Ending::WrongUsage)
        }
    }
}

async fn matcher(args: &Args, round: &str, out: &Path) -> anyhow::Result<Ending> {
    let config = args.database.config()?;
    let database = args.database.open().await?;
    let keys = Keys::of_office(&config.key_file(), &database).await?;
    let desk = Desk::new(database.clone());
    let package = third_party::export(&desk, &by_console(), &keys, round).await?;
    database.close().await;
    let package = match package {
        Ok(package) => package,
        Err(problem) => {
            eprintln!("没有导出：{problem}");
            return Ok(Ending::Refused);
        }
    };
    std::fs::create_dir_all(out).with_context(|| format!("建目录 {}", out.display()))?;
    for (name, text) in package.files() {
        std::fs::write(out.join(name), text).with_context(|| format!("写文件 {name}"))?;
    }
    println!("已导出化名需求 {} 条、人员 {} 名：{}", package.needs, package.people, out.display());
    println!(
        "matcher.key 是结果签名密钥，请与数据分开交付；结果按 run.trec 格式，签名另存为 run.trec.sig（HMAC-SM3，十六进制）"
    );
    Ok(Ending::Done)
}

fn records(args: &Args, kind: Kind, file: &Path) -> anyhow::Result<Ending> {
    let extension = file.extension().and_then(|extension| extension.to_str());
    if !matches!(extension, Some("xlsx" | "jsonl")) {
        eprintln!("输出文件的扩展名应为 .xlsx 或 .jsonl：{}", file.display());
        return Ok(Ending::WrongUsage);
    }
    if kind == Kind::Calendar {
        eprintln!("工作日历不在数据库中；已导入的在数据目录的 calendar.csv");
        return Ok(Ending::WrongUsage);
    }
    let (bytes, count) = block_on(read(args, kind, file))?;
    std::fs::write(file, bytes).with_context(|| format!("写文件 {}", file.display()))?;
    println!("已导出{} {count} 条：{}", kind.chinese(), file.display());
    Ok(Ending::Done)
}

async fn read(args: &Args, kind: Kind, file: &Path) -> anyhow::Result<(Vec<u8>, usize)> {
    let database = args.database.open().await?;
    let mut tx = database.read().await?;
    let written = all(&mut tx, kind, file).await?;
    drop(tx);
    database.close().await;
    Ok(written)
}

async fn all(tx: &mut Tx, kind: Kind, file: &Path) -> anyhow::Result<(Vec<u8>, usize)> {
    let scope = &Scope::Province;
    match kind {
        Kind::Needs => {
            let kept = store::need::all(tx, scope).await?;
            written(kind, &kept.into_iter().map(|kept| kept.need).collect::<Vec<_>>(), file)
        }
        Kind::People => written(kind, &store::person::all(tx, scope).await?, file),
        Kind::Works => {
            let people = store::person::all(tx, scope).await?;
            let works = people.into_iter().flat_map(|person| {
                let owned = move |work| OwnedWork { person: person.id.clone(), work };
                person.works.into_iter().map(owned)
            });
            written(kind, &works.collect::<Vec<_>>(), file)
        }
        Kind::Units => written(kind, &store::unit::all(tx, scope).await?, file),
        Kind::Enterprises => written(kind, &store::enterprise::all(tx, scope).await?, file),
        Kind::Shareholders => written(kind, &store::shareholder::all(tx, scope).await?, file),
        Kind::Misconduct => written(kind, &store::misconduct::all(tx, scope).await?, file),
        Kind::Calendar => anyhow::bail!("the calendar is not in the database"),
    }
}

fn written<T: ToRow>(kind: Kind, records: &[T], file: &Path) -> anyhow::Result<(Vec<u8>, usize)> {
    let is_workbook = file.extension().is_some_and(|extension| extension == "xlsx");
    let bytes = if is_workbook { to_workbook(kind, records)? } else { to_jsonl(records).into_bytes() };
    Ok((bytes, records.len()))
}
