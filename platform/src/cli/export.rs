//! `zongshi export`: records out of the database into a file that can be imported again.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use programme::access::Scope;
use programme::intake::{Kind, ToRow};
use programme::record::OwnedWork;
use store::Tx;

use super::Ending;
use super::database::{DatabaseArgs, block_on};
use super::import::kind;
use crate::exchange::{to_jsonl, to_workbook};

/// 导出为 Excel（.xlsx）或 JSON Lines（.jsonl），可原样再导入
#[derive(Debug, clap::Args)]
pub struct Args {
    /// needs|people|works|units|enterprises|shareholders|misconduct
    #[arg(value_parser = kind)]
    kind: Kind,
    /// 输出文件；扩展名决定格式
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Exports every record of the kind.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let extension = args.file.extension().and_then(|extension| extension.to_str());
    if !matches!(extension, Some("xlsx" | "jsonl")) {
        eprintln!("输出文件的扩展名应为 .xlsx 或 .jsonl：{}", args.file.display());
        return Ok(Ending::WrongUsage);
    }
    if args.kind == Kind::Calendar {
        eprintln!("工作日历不在数据库中；已导入的在数据目录的 calendar.csv");
        return Ok(Ending::WrongUsage);
    }
    let (bytes, count) = block_on(read(args))?;
    std::fs::write(&args.file, bytes).with_context(|| format!("写文件 {}", args.file.display()))?;
    println!("已导出{} {count} 条：{}", args.kind.chinese(), args.file.display());
    Ok(Ending::Done)
}

async fn read(args: &Args) -> anyhow::Result<(Vec<u8>, usize)> {
    let database = args.database.open().await?;
    let mut tx = database.read().await?;
    let written = all(&mut tx, args.kind, &args.file).await?;
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
