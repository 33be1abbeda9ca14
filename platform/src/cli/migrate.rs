//! `zongshi migrate`: makes the database or brings it to this program's state.

use anyhow::Context as _;
use store::Missing;

use super::Ending;
use super::database::{DatabaseArgs, block_on, by_console};

/// 建立数据库，或将其结构更新到本程序的版本
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Migrates and says what was done.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    block_on(migrate(args))
}

async fn migrate(args: &Args) -> anyhow::Result<Ending> {
    make_folder(&args.database)?;
    let database = args.database.open_as_it_is(Missing::Create).await?;
    let before = database.migration_state().await?;
    if before.applied > before.known {
        eprintln!("数据库结构为第 {} 版，比本程序的第 {} 版更新：请换用新版程序", before.applied, before.known);
        return Ok(Ending::Refused);
    }
    database.migrate().await.context("更新数据库结构")?;
    if before.is_current() {
        println!("数据库结构已是第 {} 版，无需更新", before.known);
    } else {
        let mut tx = database.write().await?;
        let detail = serde_json::json!({"from": before.applied, "to": before.known});
        let entry = store::audit::Entry::done("database.migrate", "database", "").with(detail);
        store::audit::append(&mut tx, &by_console(), entry).await?;
        tx.commit().await?;
        println!("数据库结构已由第 {} 版更新到第 {} 版", before.applied, before.known);
    }
    database.close().await;
    Ok(Ending::Done)
}

/// Makes the folder of the embedded database, for its owner alone: it holds personal information.
pub fn make_folder(args: &DatabaseArgs) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let config = args.config()?;
    if config.database.is_some() || config.data.exists() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data)
        .with_context(|| format!("建立目录 {}", config.data.display()))
}
