//! `zongshi serve`: the site on an address.

use std::net::SocketAddr;

use anyhow::Context as _;
use store::{Database, Missing};

use super::Ending;
use super::database::DatabaseArgs;
use crate::config::Config;
use crate::web;

/// 启动网站，按 Ctrl-C 停止
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 监听地址
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// 向量模型：目录、地址（https://主机/v1#模型名），或 none 表示只用字词；省略时用数据目录 models 中已安装的模型，没有则只用字词
    #[arg(long, value_name = "DIR|URL|none")]
    model: Option<String>,
}

/// Serves.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let mut config = args.database.config()?;
    config.listen = args.listen.unwrap_or(config.listen);
    config.model = args.model.clone().or(config.model);
    super::log_to_stderr();
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    runtime.block_on(async {
        let Some(database) = open(&args.database, &config).await? else { return Ok(Ending::Refused) };
        web::serve(&config, database).await?;
        Ok(Ending::Done)
    })
}

/// Opens the database and brings an embedded one up to date; one on a server is brought up to date by its administrator.
async fn open(args: &DatabaseArgs, config: &Config) -> anyhow::Result<Option<Database>> {
    if config.database.is_none() {
        std::fs::create_dir_all(&config.data).with_context(|| format!("建立目录 {}", config.data.display()))?;
    }
    let database = args.open_as_it_is(Missing::Create).await?;
    let state = database.migration_state().await?;
    if state.is_current() {
        return Ok(Some(database));
    }
    if state.applied > state.known {
        eprintln!("数据库版本 {} 比程序版本 {} 新；请升级程序后再启动", state.applied, state.known);
        return Ok(None);
    }
    match &database {
        Database::Sqlite { file, .. } => {
            keep_copy(file, state.applied)?;
            database.migrate().await.context("升级数据库")?;
            Ok(Some(database))
        }
        Database::Postgres { .. } => {
            eprintln!("数据库有 {} 项待执行的升级；请先备份，再运行 zongshi migrate", state.known - state.applied);
            Ok(None)
        }
    }
}

/// Copies the file of an older version aside before it is brought up to date.
fn keep_copy(file: &std::path::Path, version: i64) -> anyhow::Result<()> {
    if version == 0 {
        return Ok(());
    }
    let copy = file.with_extension(format!("v{version}.sqlite"));
    std::fs::copy(file, &copy).with_context(|| format!("备份数据库到 {}", copy.display()))?;
    eprintln!("数据库将升级；原文件已备份到 {}", copy.display());
    Ok(())
}
