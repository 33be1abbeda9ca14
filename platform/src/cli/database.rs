//! Which database a command works on, and the runtime it works in.

use std::path::PathBuf;

use anyhow::Context as _;
use store::{By, Database, Missing};

use crate::clock;
use crate::config::Config;

/// What the audit trail names when somebody works on the machine itself.
const CONSOLE: &str = "console";

/// `--config`, `--data` and `--database`, shared by the commands that need a database.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DatabaseArgs {
    /// 配置文件（TOML）；命令行选项优先于它
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 内置数据库所在目录 [默认 data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 数据库地址：sqlite:路径 或 postgres://…
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

impl DatabaseArgs {
    /// The configuration with the command line's last word.
    pub fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::read(self.config.as_deref())?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
            // A folder named on the command line means the embedded database in it.
            config.database = None;
        }
        if self.database.is_some() {
            config.database.clone_from(&self.database);
        }
        Ok(config)
    }

    /// Opens the database; a database that an older program left behind is refused until it has been migrated.
    pub async fn open(&self) -> anyhow::Result<Database> {
        let database = self.open_as_it_is(Missing::Refuse).await?;
        let state = database.migration_state().await?;
        anyhow::ensure!(
            state.is_current(),
            "数据库结构为第 {} 版，本程序需要第 {} 版：请先运行 zongshi migrate",
            state.applied,
            state.known
        );
        Ok(database)
    }

    /// Opens the database in whatever state it is.
    pub async fn open_as_it_is(&self, missing: Missing) -> anyhow::Result<Database> {
        let address = self.config()?.database_url();
        Database::open(&address, missing).await.with_context(|| format!("打开数据库 {}", without_password(&address)))
    }
}

/// Runs a command's future to its end.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("start the runtime")?.block_on(work)
}

/// The operator of the machine, now.
pub fn by_console() -> By<'static> {
    By { at: clock::now(), login: CONSOLE, origin: CONSOLE }
}

/// An address that may be shown: `postgres://user:***@host/name`.
pub fn without_password(address: &str) -> String {
    split_password(address).map_or_else(|| address.to_owned(), |(before, _, after)| format!("{before}:***{after}"))
}

/// `scheme://user`, the password as written, `@host…`; nothing when there is no password.
pub fn split_password(address: &str) -> Option<(&str, &str, &str)> {
    let start = address.find("://")? + 3;
    let end = start + address[start..].find(['/', '?']).unwrap_or(address.len() - start);
    let at = start + address[start..end].rfind('@')?;
    let colon = start + address[start..at].find(':')?;
    Some((&address[..colon], &address[colon + 1..at], &address[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (address, shown) in [
            ("postgres://li:a%40b@db:5432/zongshi", "postgres://li:***@db:5432/zongshi"),
            ("postgres://li@db/zongshi?x=a:b@c", "postgres://li@db/zongshi?x=a:b@c"),
            ("postgres://li:p@/zongshi", "postgres://li:***@/zongshi"),
            ("sqlite:data/a:b@c", "sqlite:data/a:b@c"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }

    #[test]
    fn a_folder_on_the_command_line_overrules_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("zongshi.toml");
        std::fs::write(&file, "database = \"postgres://db/zongshi\"\nlisten = \"127.0.0.1:1\"").unwrap();
        let of_file = DatabaseArgs { config: Some(file), ..DatabaseArgs::default() };
        assert_eq!(of_file.config().unwrap().database_url(), "postgres://db/zongshi");
        let named = DatabaseArgs { data: Some("elsewhere".into()), ..of_file };
        assert_eq!(named.config().unwrap().database_url(), "sqlite://elsewhere/zongshi.sqlite");
        assert_eq!(named.config().unwrap().listen.port(), 1);
    }
}
