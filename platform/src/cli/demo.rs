//! `zongshi demo`: a fresh demonstration province in a database of its own.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;
use programme::access::Role;
use store::{By, Database, Missing, Timestamp};

use super::Ending;
use crate::clock::Clock;
use crate::config::Config;
use crate::demonstration::{self, Province, SEED, Start};
use crate::embedding;
use crate::usecases::Desk;
use crate::usecases::demonstration::{Issued, fill, issue, parties_of_terms, renew_passwords, seal_invented_ids};
use crate::usecases::matching::Wishes;
use crate::usecases::passwords::OFFICE_COST;
use crate::usecases::play::{Played, play};
use crate::usecases::runs;
use crate::usecases::seal::Keys;
use crate::web;

/// 生成演示省份（60 家企业、150 项需求、20 家派出单位、800 名科技人员、4000 项成果，均为虚构）并启动网站
///
/// 每次都重新建立演示数据库和演示账户，口令随机生成，显示在屏幕上并存入该目录的 accounts.txt。
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 演示数据库所在目录；其中原有的演示数据会被重建
    #[arg(long, value_name = "DIR", default_value = FOLDER)]
    data: PathBuf,
    /// 不建数据库，只把演示数据写成文件：needs.jsonl、people.jsonl、enterprises.jsonl、units.jsonl、shareholders.jsonl、
    /// misconduct.jsonl，以及相关程度对照表 qrels.tsv，可直接用于 match、evaluate 和 import
    #[arg(long, value_name = "DIR")]
    write_files: Option<PathBuf>,
    /// 监听地址
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// 只建演示数据库和账户，不启动网站
    #[arg(long)]
    no_serve: bool,
    /// 随机种子：相同的种子得到逐字节相同的数据
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// 演示批次的通知日期：年龄、证书、期限都以这一天为准，默认今天
    #[arg(long, value_name = "DATE")]
    notice_day: Option<NaiveDate>,
    /// 从第一次通知起逐日办理，直到这一天（含）；通知日期默认 2025-02-10。例：2027-06-30 演示到考评结束
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
}

impl Default for Args {
    /// What `zongshi demo` takes without options.
    fn default() -> Self {
        Self {
            data: PathBuf::from(FOLDER),
            write_files: None,
            listen: None,
            no_serve: false,
            seed: SEED,
            notice_day: None,
            until: None,
        }
    }
}

/// Writes files, or makes the database, prints the accounts and serves.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let first = if args.until.is_some() {
        demonstration::FIRST_ROUND.notice_day
    } else {
        crate::clock::today(crate::clock::now())
    };
    let notice_day = args.notice_day.unwrap_or(first);
    let province = demonstration::province(Start { seed: args.seed, notice_day });
    if let Some(folder) = &args.write_files {
        demonstration::write_files(&province, folder)?;
        eprintln!("演示数据已写入 {}", folder.display());
        return Ok(Ending::Done);
    }
    if !clear(&args.data)? {
        eprintln!("{} 中已有数据库，但不是演示数据（没有 {ACCOUNTS}）；请用 --data 另选一个目录", args.data.display());
        return Ok(Ending::Refused);
    }
    let mut config = Config { data: args.data.clone(), ..Config::default() };
    // The demonstration's folder is made anew each time; an installed model lies in the folder of the office.
    let installed = embedding::default_model(&Config::default().data);
    config.model = installed.map(|folder| folder.display().to_string());
    config.listen = args.listen.unwrap_or(config.listen);
    super::log_to_stderr();
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    runtime.block_on(async {
        let (database, issued) = match args.until {
            Some(until) => make_played(&config, &province, notice_day, until).await?,
            None => make(&config, &province, crate::clock::now()).await?,
        };
        let table = table(&issued);
        keep_private(&args.data.join(ACCOUNTS), &table)?;
        print!("{table}");
        println!("{}", next_steps(&args.data));
        if let (false, Some(until)) = (args.no_serve, args.until) {
            // The visitor comes in the afternoon of the day played last.
            let clock = Clock::running_from(afternoon(until));
            web::serve::serve_with(&config, database, clock).await?;
        } else if !args.no_serve {
            // The first visitor should find candidates, not an empty table.
            let by = By { at: crate::clock::now(), login: "console", origin: "console" };
            runs::start(&Desk::new(database.clone()), &by, &Wishes::default()).await?;
            web::serve(&config, database).await?;
        }
        Ok(Ending::Done)
    })
}

/// Three in the afternoon in Beijing.
fn afternoon(day: NaiveDate) -> Timestamp {
    day.and_hms_opt(7, 0, 0).unwrap_or_default().and_utc()
}

/// Where the demonstration lies unless another folder is named.
const FOLDER: &str = "data/demo";

/// The list of accounts; that it is there also marks a folder as a demonstration, whose database may be made anew.
const ACCOUNTS: &str = "accounts.txt";
const DATABASE: [&str; 3] = ["zongshi.sqlite", "zongshi.sqlite-wal", "zongshi.sqlite-shm"];

/// Removes an earlier demonstration; `false` when the folder holds a database that is none.
fn clear(folder: &Path) -> anyhow::Result<bool> {
    if folder.join(DATABASE[0]).exists() && !folder.join(ACCOUNTS).exists() {
        return Ok(false);
    }
    fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))?;
    for path in DATABASE.map(|name| folder.join(name)) {
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        }
    }
    Ok(true)
}

/// What was played, in a few lines.
fn told(played: &Played, until: NaiveDate) -> String {
    let refused: usize = played.refused.values().sum();
    let mut text = format!("已演示到 {until}：办理 {} 件次，按规则拒绝 {refused} 件次\n", played.acts);
    for ((action, code), times) in &played.refused {
        let sentence = played.sentences.get(&(*action, *code)).map_or("", String::as_str);
        let _ = writeln!(text, "  {}〔{code}〕{times} 次：{sentence}", action.chinese());
    }
    text
}

async fn make(config: &Config, province: &Province, now: Timestamp) -> anyhow::Result<(Database, Vec<Issued>)> {
    let database = Database::open(&config.database_url(), Missing::Create).await?;
    database.migrate().await?;
    let issued = fill(&database, province, OFFICE_COST, now).await?;
    let keys = Keys::of_office(&config.key_file(), &database).await?;
    seal_invented_ids(&database, province, &keys, now).await?;
    Ok((database, issued))
}

/// The province played to a day. Its needs come from its enterprises, so the register begins without any; its enterprise,
/// unit and person with accounts are those whose matters went furthest.
async fn make_played(
    config: &Config,
    province: &Province,
    notice_day: NaiveDate,
    until: NaiveDate,
) -> anyhow::Result<(Database, Vec<Issued>)> {
    let mut empty = Province { needs: Vec::new(), ..province.clone() };
    empty.accounts.retain(|account| !is_party(account.role));
    let (database, mut issued) = make(config, &empty, afternoon(notice_day - DAYS_BEFORE)).await?;
    let keys = Keys::of_office(&config.key_file(), &database).await?;
    let played = play(&Desk::new(database.clone()).with_keys(keys), province, notice_day, until).await?;
    eprint!("{}", told(&played, until));
    let now = afternoon(until);
    renew_passwords(&database, &mut issued, OFFICE_COST, now).await?;
    let mut tx = database.write().await?;
    let by = By { at: now, login: "console", origin: "console" };
    let mut parties = parties_of_terms(&mut tx, province).await?;
    if parties.is_empty() {
        parties = province.accounts.iter().filter(|account| is_party(account.role)).cloned().collect();
    }
    for account in &parties {
        issued.push(issue(&mut tx, &by, account, OFFICE_COST).await?);
    }
    tx.commit().await?;
    Ok((database, issued))
}

fn is_party(role: Role) -> bool {
    matches!(role, Role::Enterprise | Role::Unit | Role::Person)
}

/// The registers of a played province are filled before its first act.
const DAYS_BEFORE: chrono::Days = chrono::Days::new(31);

/// What to do with the accounts.
fn next_steps(folder: &Path) -> String {
    format!(
        "以上账户已存入 {}（仅本用户可读）。请先用 {FIRST_LOGIN}（省科技厅）登录。",
        folder.join(ACCOUNTS).display()
    )
}

/// The account that sees everything worth seeing.
const FIRST_LOGIN: &str = "kejiting";

/// Login, password, role and name, in columns as wide as Chinese type needs.
fn table(issued: &[Issued]) -> String {
    let mut table = String::from("登录名        口令               角色和名称\n");
    for account in issued {
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "{:<12}  {:<17}  {}：{}",
            account.login,
            account.password,
            account.role.chinese(),
            account.name
        );
    }
    table
}

/// Writes a file that only its owner can read.
fn keep_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("write {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_database_that_is_no_demonstration_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(DATABASE[0]), "real").unwrap();
        assert!(!clear(folder.path()).unwrap());
        assert_eq!(fs::read_to_string(folder.path().join(DATABASE[0])).unwrap(), "real");
        fs::write(folder.path().join(ACCOUNTS), "").unwrap();
        assert!(clear(folder.path()).unwrap());
        assert!(!folder.path().join(DATABASE[0]).exists());
    }

    #[test]
    fn the_account_to_start_with_is_one_of_the_demonstration() {
        let logins: Vec<_> =
            demonstration::province(demonstration::FIRST_ROUND).accounts.iter().map(|a| a.login).collect();
        assert!(logins.contains(&FIRST_LOGIN), "{logins:?}");
    }

    #[cfg(unix)]
    #[test]
    fn the_list_of_accounts_is_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ACCOUNTS);
        keep_private(&path, "x").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
