//! `zongshi template`: an empty workbook to fill in.

use std::path::PathBuf;

use anyhow::Context as _;
use programme::intake::Kind;

use super::Ending;
use super::import::kind;

/// 生成导入用的空白 Excel 模板，带下拉列表、批注和填表说明
#[derive(Debug, clap::Args)]
pub struct Args {
    /// needs|people|works|units|enterprises|shareholders|misconduct|calendar
    #[arg(value_parser = kind)]
    kind: Kind,
    /// 输出文件（.xlsx）
    file: PathBuf,
}

/// Writes the template.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let bytes = crate::exchange::template(args.kind)?;
    std::fs::write(&args.file, bytes).with_context(|| format!("写文件 {}", args.file.display()))?;
    println!("模板已写入 {}", args.file.display());
    Ok(Ending::Done)
}
