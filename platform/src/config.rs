//! Configuration: one TOML file, every key with a default; the command line has the last word.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use programme::signature::Authorities;
use serde::Deserialize;

/// What the administrator decides; [`EXAMPLE`] explains each key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the embedded database.
    pub data: PathBuf,
    /// Address of the database; the embedded one in `data` when absent.
    pub database: Option<String>,
    /// Whether people reach the system over HTTPS, through a proxy that ends TLS.
    pub https: bool,
    /// File of the keys that identifiers are encrypted with; in the data folder when absent.
    pub key_file: Option<PathBuf>,
    /// Embedding model: a folder, an address with the model's name, or `none`; the installed one when absent.
    pub model: Option<String>,
    /// File whose first line is the key of the model's address.
    pub model_key_file: Option<PathBuf>,
    /// Days after which a password has to be changed.
    pub password_days_max: u32,
    /// File with the certificates of the authorities whose signers are taken; anybody's when absent.
    pub authorities_file: Option<PathBuf>,
}

/// Bounds of `password_days_max`: a day, ten years.
const PASSWORD_DAYS: RangeInclusive<u32> = 1..=3_650;

/// The keys of the file.
const KEYS: [&str; 9] = [
    "listen",
    "data",
    "database",
    "https",
    "key_file",
    "model",
    "model_key_file",
    "password_days_max",
    "authorities_file",
];

/// The configuration file with every key at its default, for `zongshi config example`.
pub const EXAMPLE: &str = r#"# 总师通配置。每一项都可以不写，不写时取这里的值；命令行选项优先于本文件。

# 监听地址。对外服务请经由反向代理，不要直接暴露。
listen = "127.0.0.1:8080"

# 内置数据库所在目录。
data = "data"

# 外部数据库，如 "postgres://zongshi@127.0.0.1/zongshi"；不写则用 data 目录中的内置数据库。
# database = ""

# 经 HTTPS 代理对外服务时写 true：会话 Cookie 只走加密连接。
https = false

# 密钥文件：加密身份证号、手机号等，首次启动时生成，仅本用户可读。请另行备份，不要与数据库备份放在一起；
# 不写则为 data 目录中的 keys/field.key。
# key_file = ""

# 向量模型：目录、向量服务地址（https://主机/v1#模型名）或 "none"（只用字词）；不写则用 data 目录中已安装的模型，没有则只用字词。
# model = ""

# 向量服务的密钥文件，第一行为密钥；服务不要密钥时不写。
# model_key_file = ""

# 密码最长使用天数，到期须修改后才能继续使用；1 到 3650。
password_days_max = 90

# 采信的电子签名签发机构：其 SM2 证书的 PEM 文件，可写多张，签发签署人证书的那一级必须在内。写了则协议只收这些机构签发的证书；
# 不写则签名照样核验，签发机构由备案部门核对。
# authorities_file = ""
"#;

/// Everything that is wrong with a configuration file, in words for the administrator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("；"))]
pub struct ConfigProblems(pub Vec<String>);

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            data: PathBuf::from("data"),
            database: None,
            https: false,
            key_file: None,
            model: None,
            model_key_file: None,
            password_days_max: 90,
            authorities_file: None,
        }
    }
}

impl Config {
    /// Reads the file, or takes the defaults when none is named.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, has an unknown key or a wrong value.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(file).with_context(|| format!("读取配置文件 {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("配置文件 {} 有误", file.display()))
    }

    /// Reads the text of a file, with every problem at once.
    pub fn parse(text: &str) -> Result<Self, ConfigProblems> {
        let table: toml::Table = text
            .trim_start_matches('\u{feff}')
            .parse()
            .map_err(|error: toml::de::Error| ConfigProblems(vec![format!("不是合法的 TOML：{}", error.message())]))?;
        let problems: Vec<String> = table.iter().filter_map(|(key, value)| problem(key, value)).collect();
        if !problems.is_empty() {
            return Err(ConfigProblems(problems));
        }
        table.try_into().map_err(|error: toml::de::Error| ConfigProblems(vec![error.message().to_owned()]))
    }

    /// The key file: the one named, or the one in the data folder.
    pub fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("keys").join("field.key"))
    }

    /// The certificates of the authorities that are trusted, in PEM; nothing when no file is named.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else.
    pub fn authorities(&self) -> anyhow::Result<Option<Arc<str>>> {
        let Some(file) = &self.authorities_file else { return Ok(None) };
        let pem = std::fs::read_to_string(file).with_context(|| format!("读取签发机构证书 {}", file.display()))?;
        if let Err(number) = Authorities::read(&pem) {
            let file = file.display();
            anyhow::bail!("签发机构证书 {file} 的第 {number} 张不能用：应为签发机构的 SM2 证书（PEM 文本，CA 证书）");
        }
        Ok(Some(pem.into()))
    }

    /// The database's address: the one named, or the SQLite file in the data folder.
    pub fn database_url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("zongshi.sqlite").display()))
    }
}

/// What is wrong with one entry; each is read on its own, so that one mistake does not hide the next.
fn problem(key: &str, value: &toml::Value) -> Option<String> {
    if !KEYS.contains(&key) {
        return Some(format!("{key}：没有这一项，请核对拼写；可用的有 {}", KEYS.join("、")));
    }
    let alone = toml::Table::from_iter([(key.to_owned(), value.clone())]);
    let wrong = match alone.try_into::<Config>() {
        Ok(config) if PASSWORD_DAYS.contains(&config.password_days_max) => return None,
        Ok(_) => String::new(),
        Err(error) => error.message().to_owned(),
    };
    Some(format!("{key}：现为 {value}，{}", right(key).unwrap_or(&wrong)))
}

fn right(key: &str) -> Option<&'static str> {
    match key {
        "listen" => Some("应为地址加端口，如 \"127.0.0.1:8080\""),
        "data" => Some("应为目录，如 \"data\""),
        "database" => Some("应为 \"sqlite:路径\" 或 \"postgres://…\""),
        "https" => Some("应为 true 或 false"),
        "key_file" => Some("应为文件，如 \"keys/field.key\""),
        "model" => Some("应为目录、\"https://主机/v1#模型名\" 或 \"none\""),
        "model_key_file" => Some("应为文件，如 \"keys/model.key\""),
        "password_days_max" => Some("应为 1 到 3650 的整数"),
        "authorities_file" => Some("应为文件，如 \"keys/authorities.pem\""),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_states_the_defaults() {
        assert_eq!(Config::parse(EXAMPLE), Ok(Config::default()));
    }

    #[test]
    fn the_example_explains_every_key() {
        for key in KEYS {
            assert!(EXAMPLE.contains(&format!("{key} = ")), "{key}");
            assert!(right(key).is_some(), "{key}");
        }
    }

    #[test]
    fn every_problem_is_named_at_once_with_what_would_be_right() {
        let problems = Config::parse("listn = \"127.0.0.1:1\"\nlisten = 8080\nhttps = \"yes\"").unwrap_err();
        let expected = [
            "https：现为 \"yes\"，应为 true 或 false",
            "listen：现为 8080，应为地址加端口，如 \"127.0.0.1:8080\"",
            "listn：没有这一项，请核对拼写；可用的有 listen、data、database、https、key_file、model、model_key_file、password_days_max、authorities_file",
        ];
        assert_eq!(problems.0, expected);
    }

    #[test]
    fn the_age_of_passwords_is_held_at_below_and_above_its_bounds() {
        for (days, taken) in [(0, false), (1, true), (3_650, true), (3_651, false)] {
            assert_eq!(Config::parse(&format!("password_days_max = {days}")).is_ok(), taken, "{days}");
        }
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused() {
        assert!(Config::parse("listen =").is_err());
    }

    #[test]
    fn the_embedded_database_lies_in_the_data_folder_unless_another_is_named() {
        let mut config = Config { data: PathBuf::from("/srv/zongshi"), ..Config::default() };
        assert_eq!(config.database_url(), "sqlite:///srv/zongshi/zongshi.sqlite");
        config.database = Some("postgres://db/zongshi".to_owned());
        assert_eq!(config.database_url(), "postgres://db/zongshi");
    }

    #[test]
    fn a_file_of_authorities_is_read_when_it_is_named_and_refused_when_it_holds_something_else() {
        let of = |name: &str| {
            let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../programme/tests/data")).join(name);
            Config { authorities_file: Some(file), ..Config::default() }.authorities()
        };
        assert_eq!(Config::default().authorities().unwrap(), None);
        assert!(of("sm2_authority.pem").unwrap().is_some());
        let refused = of("sm2_issued.pem").unwrap_err().to_string();
        assert!(refused.contains("第 1 张不能用"), "{refused}");
        assert!(format!("{:#}", of("no_such_file.pem").unwrap_err()).contains("no_such_file.pem"));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Config::read(Some(Path::new("no-such-file.toml"))).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-file.toml"), "{error:#}");
    }
}
