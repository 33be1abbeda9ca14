//! `zongshi demo`: the demonstration province.

use std::path::PathBuf;

use super::Ending;
use crate::demonstration::{self, SEED};

/// 生成演示省份：60 家企业、150 项需求、20 家派出单位、800 名科技人员、4000 项成果，均为虚构
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 把演示数据写成文件：needs.jsonl、people.jsonl、enterprises.jsonl、units.jsonl、shareholders.jsonl、
    /// misconduct.jsonl，以及相关程度对照表 qrels.tsv，可直接用于 match、evaluate 和 import
    #[arg(long, value_name = "DIR", required = true)]
    write_files: PathBuf,
    /// 随机种子：相同的种子得到逐字节相同的数据
    #[arg(long, default_value_t = SEED)]
    seed: u64,
}

/// Writes the files.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    demonstration::write_files(&demonstration::province(args.seed), &args.write_files)?;
    eprintln!("演示数据已写入 {}", args.write_files.display());
    Ok(Ending::Done)
}
