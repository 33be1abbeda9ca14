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
use crate::usecases::{Desk, calendar, excellent, third_party, token};

/// 导出为 Excel（.xlsx）或 JSON Lines（.jsonl），可原样再导入
#[derive(Debug, clap::Args)]
pub struct Args {
    /// needs|people|works|units|enterprises|shareholders|misconduct，matcher（给第三方匹配机构的化名数据）或 excellent（考评优秀人员）
    #[arg(value_parser = what)]
    what: What,
    /// 输出文件；扩展名决定格式
    file: Option<PathBuf>,
    /// matcher：批次编号
    #[arg(long, value_name = "ID")]
    round: Option<String>,
    /// matcher：输出目录；excellent：输出文件，签名另存为同名加 .sig
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// excellent：签名密钥文件，与接收系统共用
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// What is exported.
#[derive(Clone, Copy, Debug)]
enum What {
    Records(Kind),
    Matcher,
    Excellent,
}

fn what(word: &str) -> Result<What, String> {
    match word {
        "matcher" => Ok(What::Matcher),
        "excellent" => Ok(What::Excellent),
        word => kind(word).map(What::Records),
    }
}

/// Exports every record of the kind, what a third party may see of a round, or the excellent for other systems.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match (args.what, &args.file, &args.round, &args.out, &args.key_file) {
        (What::Records(kind), Some(file), None, None, None) => records(args, kind, file),
        (What::Matcher, None, Some(round), Some(out), None) => block_on(matcher(args, round, out)),
        (What::Excellent, None, None, Some(out), Some(key_file)) => signed(args, out, key_file),
        _ => {
            eprintln!(
                "用法：zongshi export <种类> 文件；zongshi export matcher --round 批次编号 --out 目录；\
                 zongshi export excellent --out 文件 --key-file 密钥文件"
            );
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

/// 4.2, 5.5: the file and beside it the HMAC-SM3 of its bytes.
fn signed(args: &Args, file: &Path, key_file: &Path) -> anyhow::Result<Ending> {
    if !has_known_extension(file) {
        return Ok(Ending::WrongUsage);
    }
    let key = std::fs::read(key_file).with_context(|| format!("读取密钥文件 {}", key_file.display()))?;
    if key.len() < excellent::KEY_BYTES_MIN {
        eprintln!("没有导出：密钥文件 {} 字节，至少 {} 字节", key.len(), excellent::KEY_BYTES_MIN);
        return Ok(Ending::Refused);
    }
    let people = block_on(async {
        let database = args.database.open().await?;
        let people = excellent::all(&mut database.read().await?).await?;
        database.close().await;
        anyhow::Ok(people)
    })?;
    let count = people.len();
    let bytes = if is_workbook(file) { excellent::workbook(people)? } else { excellent::jsonl(&people) };
    let mut signature = file.as_os_str().to_owned();
    signature.push(".sig");
    let signature = PathBuf::from(signature);
    std::fs::write(&signature, token::signature(&key, &bytes))
        .with_context(|| format!("写文件 {}", signature.display()))?;
    std::fs::write(file, bytes).with_context(|| format!("写文件 {}", file.display()))?;
    println!("已导出考评优秀人员 {count} 名：{}；签名（HMAC-SM3，十六进制）：{}", file.display(), signature.display());
    Ok(Ending::Done)
}

fn has_known_extension(file: &Path) -> bool {
    let is_known = file.extension().is_some_and(|extension| extension == "xlsx" || extension == "jsonl");
    if !is_known {
        eprintln!("输出文件的扩展名应为 .xlsx 或 .jsonl：{}", file.display());
    }
    is_known
}

fn is_workbook(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "xlsx")
}

fn records(args: &Args, kind: Kind, file: &Path) -> anyhow::Result<Ending> {
    if !has_known_extension(file) {
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
        Kind::Calendar => written(kind, &calendar::imported(tx).await?, file),
    }
}

fn written<T: ToRow>(kind: Kind, records: &[T], file: &Path) -> anyhow::Result<(Vec<u8>, usize)> {
    let bytes = if is_workbook(file) { to_workbook(kind, records)? } else { to_jsonl(records).into_bytes() };
    Ok((bytes, records.len()))
}
