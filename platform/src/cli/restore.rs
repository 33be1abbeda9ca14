//! `zongshi restore FILE`: puts a backup in place, after it has been looked through.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use store::audit::{self, Entry, Walk};
use store::backup::{self, Damage};
use store::{Database, Missing};

use super::database::{DatabaseArgs, block_on, by_console};
use super::migrate::make_folder;
use super::{Ending, postgres_tools};
use crate::clock;
use crate::usecases::trail;

/// 从备份文件恢复数据库；请先停止系统
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 备份文件
    file: PathBuf,
    /// 内置数据库已存在时，将其改名保留后恢复
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Restores and says what is now there.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let address = args.database.config()?.database_url();
    block_on(async {
        let refusal = match address.strip_prefix("sqlite:") {
            Some(path) => sqlite(args, Path::new(path.strip_prefix("//").unwrap_or(path))).await?,
            None => postgres(args, &address).await?,
        };
        if let Some(refusal) = refusal {
            eprintln!("{refusal}");
            return Ok(Ending::Refused);
        }
        let database = args.database.open_as_it_is(Missing::Refuse).await?;
        let ending = finish(&database).await?;
        database.close().await;
        Ok(ending)
    })
}

async fn sqlite(args: &Args, target: &Path) -> anyhow::Result<Option<String>> {
    if target.exists() && !args.replace {
        return Ok(Some(format!(
            "{} 已存在；确要恢复，请先停止系统，再加 --replace（现有数据库会改名保留）",
            target.display()
        )));
    }
    make_folder(&args.database)?;
    let arriving = beside(target, "restoring");
    // The copy is looked through, not the backup itself: opening a database writes to it.
    std::fs::copy(&args.file, &arriving).with_context(|| format!("读取备份 {}", args.file.display()))?;
    let damage = backup::check_sqlite(&arriving).await;
    if let Some(refusal) = refusal(&damage) {
        remove(&arriving)?;
        return Ok(Some(format!("备份 {} 不可用：{refusal}。现有数据库未动", args.file.display())));
    }
    if target.exists() {
        let kept = beside(target, &format!("before-{}", clock::now().format("%Y%m%dT%H%M%S")));
        rename(target, &kept)?;
        println!("原数据库保留为 {}", kept.display());
    }
    rename(&arriving, target)?;
    Ok(None)
}

fn refusal(damage: &store::Result<Option<Damage>>) -> Option<String> {
    match damage {
        Ok(None) => None,
        Ok(Some(Damage::Pages(found))) => Some(format!("文件损坏（{found}）")),
        Ok(Some(Damage::References)) => Some("记录之间的引用不完整".to_owned()),
        Ok(Some(Damage::Foreign(state))) => {
            Some(format!("结构为第 {} 版，本程序只认第 1 至 {} 版", state.applied, state.known))
        }
        Ok(Some(Damage::Audit(seq))) => Some(format!("审计记录在第 {seq} 条处断开")),
        Err(_) => Some("不是本系统的数据库文件".to_owned()),
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// A write-ahead log belongs to its database and goes where it goes.
const COMPANIONS: [&str; 3] = ["", "-wal", "-shm"];

fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    for (from, to) in COMPANIONS.iter().map(|ending| (with(from, ending), with(to, ending))) {
        if from.exists() {
            std::fs::rename(&from, &to).with_context(|| format!("将 {} 改名", from.display()))?;
        }
    }
    Ok(())
}

fn remove(file: &Path) -> anyhow::Result<()> {
    for file in COMPANIONS.iter().map(|ending| with(file, ending)).filter(|file| file.exists()) {
        std::fs::remove_file(&file).with_context(|| format!("删除 {}", file.display()))?;
    }
    Ok(())
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

async fn postgres(args: &Args, address: &str) -> anyhow::Result<Option<String>> {
    let database = args.database.open_as_it_is(Missing::Refuse).await?;
    let state = database.migration_state().await?;
    database.close().await;
    if state.applied > 0 {
        return Ok(Some("目标数据库不是空的：请新建一个空数据库，用 --database 指向它再恢复".to_owned()));
    }
    anyhow::ensure!(args.file.exists(), "没有文件 {}", args.file.display());
    let source = format!("--file={}", args.file.display());
    let arguments = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", &source];
    Ok(postgres_tools::run("psql", address, &arguments)?.err())
}

async fn finish(database: &Database) -> anyhow::Result<Ending> {
    database.migrate().await.context("更新数据库结构")?;
    let walk = audit::verify(&mut database.read().await?).await?;
    println!("{}", trail::sentence(&walk));
    if !matches!(walk, Walk::Whole { .. }) {
        return Ok(Ending::Refused);
    }
    let mut tx = database.write().await?;
    audit::append(&mut tx, &by_console(), Entry::done("database.restore", "database", "")).await?;
    tx.commit().await?;
    println!("已恢复");
    Ok(Ending::Done)
}
