//! Configuration: one TOML file, every key with a default; the command line has the last word.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// What the administrator decides; [`EXAMPLE`] explains each key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the embedded database.
    pub data: PathBuf,
    /// Address of the database; the embedded one in `data` when absent.
    pub database: Option<String>,
    /// Whether people reach the system over HTTPS, through a proxy that ends TLS.
    pub https: bool,
}

/// The configuration file with every key at its default, for `zongshi config example`.
pub const EXAMPLE: &str = r#"# 总师通配置。每一项都可以不写，不写时取这里的值。

# 监听地址。对外服务请经由反向代理，不要直接暴露。
listen = "127.0.0.1:8080"

# 内置数据库所在目录。
data = "zongshi-data"

# 外部数据库，如 "postgres://zongshi@127.0.0.1/zongshi"；不写则用 data 目录中的内置数据库。
# database = ""

# 经 HTTPS 代理对外服务时写 true：会话 Cookie 只走加密连接。
https = false
"#;

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            data: PathBuf::from("zongshi-data"),
            database: None,
            https: false,
        }
    }
}

impl Config {
    /// Reads the file, or takes the defaults when none is named.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, or has an unknown key.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(file).with_context(|| format!("读取配置文件 {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("配置文件 {} 有误", file.display()))
    }

    /// The database's address: the one named, or the SQLite file in the data folder.
    pub fn database_url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("zongshi.sqlite").display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_states_the_defaults() {
        assert_eq!(toml::from_str::<Config>(EXAMPLE).unwrap(), Config::default());
    }

    #[test]
    fn a_misspelt_key_is_refused_rather_than_ignored() {
        let error = toml::from_str::<Config>("listn = \"127.0.0.1:1\"").unwrap_err();
        assert!(error.to_string().contains("listn"), "{error}");
    }

    #[test]
    fn the_embedded_database_lies_in_the_data_folder_unless_another_is_named() {
        let mut config = Config { data: PathBuf::from("/srv/zongshi"), ..Config::default() };
        assert_eq!(config.database_url(), "sqlite:///srv/zongshi/zongshi.sqlite");
        config.database = Some("postgres://db/zongshi".to_owned());
        assert_eq!(config.database_url(), "postgres://db/zongshi");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Config::read(Some(Path::new("no-such-file.toml"))).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-file.toml"), "{error:#}");
    }
}
