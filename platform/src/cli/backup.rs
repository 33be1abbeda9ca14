//! `zongshi backup FILE`: a consistent copy while the system runs.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use store::audit::{self, Entry};
use store::{Database, backup};

use super::database::{DatabaseArgs, block_on, by_console};
use super::{Ending, postgres_tools};

/// 备份数据库到一个新文件；系统可以照常运行
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 备份文件，须尚不存在
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Copies the database and checks the copy.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    block_on(async {
        if args.file.exists() {
            eprintln!("{} 已存在，不覆盖；请换一个文件名", args.file.display());
            return Ok(Ending::Refused);
        }
        let database = args.database.open().await?;
        // Noted before the copy is taken, so that the copy holds its own beginning.
        let mut tx = database.write().await?;
        audit::append(&mut tx, &by_console(), Entry::done("database.backup", "database", "")).await?;
        tx.commit().await?;
        let refusal = copy(&database, &args.database.config()?.database_url(), &args.file).await?;
        database.close().await;
        let key_file = args.database.config()?.key_file();
        if refusal.is_none() && key_file.exists() {
            eprintln!(
                "注意：备份不含密钥文件 {}，请另行备份；缺少它，加密的身份证号、手机号无法恢复",
                key_file.display()
            );
        }
        Ok(report(&args.file, refusal))
    })
}

async fn copy(database: &Database, address: &str, file: &Path) -> anyhow::Result<Option<String>> {
    // The file exists for its owner alone before anything is in it.
    std::fs::File::create_new(file).with_context(|| format!("建立 {}", file.display()))?;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).context("protect the copy")?;
    let refusal = match database {
        Database::Sqlite { .. } => {
            backup::copy_sqlite(database, file).await.context("copy the database")?;
            None
        }
        Database::Postgres { .. } => {
            let target = format!("--file={}", file.display());
            postgres_tools::run("pg_dump", address, &["--no-owner", "--no-privileges", &target])?.err()
        }
    };
    if refusal.is_some() {
        std::fs::remove_file(file).context("take away the unfinished copy")?;
        return Ok(refusal);
    }
    std::fs::File::open(file).and_then(|file| file.sync_all()).context("bring the copy to the disk")?;
    Ok(None)
}

fn report(file: &Path, refusal: Option<String>) -> Ending {
    if let Some(refusal) = refusal {
        eprintln!("{refusal}");
        return Ending::Refused;
    }
    let bytes = std::fs::metadata(file).map_or(0, |facts| facts.len());
    println!("已备份到 {}（{} KB）。文件含个人信息，请加密保管，并定期试恢复", file.display(), bytes.div_ceil(1024));
    Ending::Done
}
