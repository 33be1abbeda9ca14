//! `zongshi keys`: the keys that identifiers are encrypted with.

use store::audit::{self, Entry};

use super::Ending;
use super::database::{DatabaseArgs, block_on, by_console};
use crate::clock;
use crate::usecases::seal::{self, Keys};

/// 管理加密身份证号、手机号等的密钥
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// 更换密钥：生成新密钥，把已加密的内容改用新密钥；旧密钥留在文件中，旧备份仍可读
    Rotate(Rotate),
}

#[derive(Debug, clap::Args)]
struct Rotate {
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Does what was asked to the keys.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match &args.what {
        What::Rotate(args) => block_on(rotate(args)),
    }
}

/// The file is written before anything is sealed with the new key: a crash in between leaves values that still open.
async fn rotate(args: &Rotate) -> anyhow::Result<Ending> {
    let file = args.database.config()?.key_file();
    let database = args.database.open().await?;
    let keys = Keys::of_office(&file, &database).await?.with_fresh_key()?;
    keys.write(&file)?;
    let count = seal::seal_anew(&database, &keys, clock::now()).await?;
    let mut tx = database.write().await?;
    let detail = serde_json::json!({"key": keys.current(), "values": count});
    audit::append(&mut tx, &by_console(), Entry::done("keys.rotate", "keys", "").with(detail)).await?;
    tx.commit().await?;
    database.close().await;
    println!("已更换密钥（编号 {}），重新加密 {count} 项内容", keys.current());
    println!("请重新启动正在运行的服务，并另行备份密钥文件 {}", file.display());
    Ok(Ending::Done)
}
