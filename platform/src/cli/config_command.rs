//! `zongshi config`: checks a configuration file, or prints one with every key explained.

use std::path::PathBuf;

use anyhow::Context as _;

use super::Ending;
use crate::config::{Config, EXAMPLE};

/// 检查配置文件，或输出带说明的样例
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// 检查配置文件：逐项列出写错和不认识的项
    Check {
        /// 配置文件（TOML）
        file: PathBuf,
    },
    /// 输出带说明的配置样例，各项为默认值
    Example,
}

/// Checks or prints.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match &args.what {
        What::Example => {
            print!("{EXAMPLE}");
            Ok(Ending::Done)
        }
        What::Check { file } => {
            let text = std::fs::read_to_string(file).with_context(|| format!("读取配置文件 {}", file.display()))?;
            Ok(check(&text))
        }
    }
}

fn check(text: &str) -> Ending {
    match Config::parse(text) {
        Ok(config) => {
            let database = super::database::without_password(&config.database_url());
            println!("配置无误：监听 {}，数据库 {database}，HTTPS {}", config.listen, config.https);
            Ending::Done
        }
        Err(problems) => {
            for problem in problems.0 {
                println!("{problem}");
            }
            Ending::Refused
        }
    }
}
