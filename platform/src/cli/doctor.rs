//! `zongshi doctor`: what is not as it should be, each with the way out.

use std::path::Path;
use std::process::Command;

use chrono::{Datelike as _, NaiveDate};
use programme::access::{Role, Scope};
use programme::calendar::{Standing, WorkingCalendar};
use programme::parameters::Parameters;
use programme::process::round::{POLICY_HASH, POLICY_VERSION};
use programme::process::{Kind, Stage};
use programme::seal::seal;
use serde::Serialize;
use store::audit::{self, Walk};
use store::matter::{self, Link};
use store::page::{PAGE_ROWS_MAX, Start};
use store::{Database, Missing, Tx, account, sealed};

use super::Ending;
use super::database::{DatabaseArgs, block_on, without_password};
use crate::clock;
use crate::config::Config;
use crate::usecases::calendar::Calendars;
use crate::usecases::seal::{self as keeping, Keys};
use crate::usecases::trail;

/// From this month on the arrangement of the next year is usually published, and notices begin to run into it.
const NEXT_YEAR_WANTED_FROM_MONTH: u32 = 11;
/// Least free space of the data folder, in MB: a backup beside the database must still fit.
const DISK_FREE_MB_MIN: u64 = 1_024;

/// 体检：数据库、审计、日历、政策、账户、磁盘，逐项给出处理办法
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 输出 JSON，每行一项
    #[arg(long)]
    json: bool,
}

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Failed,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Check {
    code: &'static str,
    state: State,
    message: String,
}

impl Check {
    fn new(code: &'static str, state: State, message: impl Into<String>) -> Self {
        Self { code, state, message: message.into() }
    }
}

/// Looks at everything and prints it; refused when something failed.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let config = args.database.config()?;
    let today = clock::today(clock::now());
    let mut checks = Vec::from_iter(disk(&config.data));
    checks.push(authorities(&config));
    checks.extend(block_on(async { Ok(database(args, &config.database_url(), &config.key_file(), today).await) })?);
    for check in &checks {
        if args.json {
            println!("{}", serde_json::to_string(check)?);
        } else {
            println!("{}\t{}", word(check.state), check.message);
        }
    }
    let failed = checks.iter().any(|check| check.state == State::Failed);
    Ok(if failed { Ending::Refused } else { Ending::Done })
}

const fn word(state: State) -> &'static str {
    match state {
        State::Ok => "正常",
        State::Warning => "提醒",
        State::Failed => "异常",
    }
}

fn policy(policy: &Parameters, today: NaiveDate) -> Check {
    if policy.covers(today) {
        return Check::new("policy", State::Ok, format!("政策参数在有效期内（至 {}）", policy.valid_until));
    }
    let message = format!(
        "政策参数有效期为 {} 至 {}，今日 {today} 不在其内：请更换政策文件，已开批次仍按原版执行（方案六）",
        policy.valid_from, policy.valid_until
    );
    Check::new("policy", State::Warning, message)
}

fn calendar(calendar: &WorkingCalendar, today: NaiveDate) -> Check {
    let missing = |year: i32| calendar.standing(year) != Standing::Announced;
    let (year, next) = (today.year(), today.year() + 1);
    if missing(year) {
        let message = format!("{year} 年放假安排未载入：公示截止日只能暂定，请用 zongshi import calendar 导入");
        return Check::new("calendar", State::Warning, message);
    }
    if today.month() >= NEXT_YEAR_WANTED_FROM_MONTH && missing(next) {
        let message =
            format!("{next} 年放假安排未载入：跨年公示的截止日暂定，国务院公布后请用 zongshi import calendar 导入");
        return Check::new("calendar", State::Warning, message);
    }
    Check::new("calendar", State::Ok, format!("{year} 年放假安排已载入"))
}

fn authorities(config: &Config) -> Check {
    let (state, message) = match config.authorities() {
        Ok(Some(_)) => (State::Ok, "电子签名只收采信机构签发的证书".to_owned()),
        Ok(None) => (State::Ok, "未登记采信的签发机构：电子签名的证书由谁签发，备案时核对（方案三（五））".to_owned()),
        Err(fault) => (State::Failed, format!("{fault:#}")),
    };
    Check::new("authorities", state, message)
}

/// Nothing is said when the system has no `df`.
fn disk(folder: &Path) -> Option<Check> {
    let folder = folder.ancestors().find(|folder| folder.exists())?;
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let free_mb = text.lines().last()?.split_whitespace().nth(3)?.parse::<u64>().ok()? / 1_024;
    Some(disk_check(folder, free_mb))
}

fn disk_check(folder: &Path, free_mb: u64) -> Check {
    let folder = folder.display();
    if free_mb < DISK_FREE_MB_MIN {
        let message =
            format!("{folder} 所在磁盘只剩 {free_mb} MB，少于 {DISK_FREE_MB_MIN} MB：请清理或扩容，以免写入失败");
        return Check::new("disk", State::Warning, message);
    }
    Check::new("disk", State::Ok, format!("{folder} 所在磁盘剩余 {free_mb} MB"))
}

async fn database(args: &Args, address: &str, key_file: &Path, today: NaiveDate) -> Vec<Check> {
    let shown = without_password(address);
    let database = match args.database.open_as_it_is(Missing::Refuse).await {
        Ok(database) => database,
        Err(fault) => {
            let message = format!("{fault:#}：新装请先运行 zongshi migrate，否则请核对地址、目录与权限");
            return vec![Check::new("database", State::Failed, message)];
        }
    };
    let mut checks = vec![Check::new("database", State::Ok, format!("数据库可用：{shown}"))];
    let looked = look_inside(&database, key_file, today, &mut checks).await;
    if let Err(fault) = looked {
        checks.push(Check::new("database.read", State::Failed, format!("读取数据库出错：{fault:#}；请查看数据库日志")));
    }
    database.close().await;
    checks
}

async fn look_inside(
    database: &Database,
    key_file: &Path,
    today: NaiveDate,
    checks: &mut Vec<Check>,
) -> anyhow::Result<()> {
    let state = database.migration_state().await?;
    if !state.is_current() {
        let message = format!(
            "数据库结构为第 {} 版，本程序需要第 {} 版：请先备份，再运行 zongshi migrate",
            state.applied, state.known
        );
        checks.push(Check::new("migrations", State::Failed, message));
        return Ok(());
    }
    checks.push(Check::new("migrations", State::Ok, format!("数据库结构为最新（第 {} 版）", state.known)));
    let walk = audit::verify(&mut database.read().await?).await?;
    let whole = if matches!(walk, Walk::Whole { .. }) { State::Ok } else { State::Failed };
    checks.push(Check::new("audit", whole, trail::sentence(&walk)));
    checks.push(accounts(database).await?);
    let used = sealed::key_ids(&mut database.read().await?).await?;
    checks.push(keys(key_file, &used));
    let mut tx = database.read().await?;
    let in_force = store::policy::in_force(&mut tx).await?;
    checks.push(policy(&in_force, today));
    checks.extend(pinned(&mut tx).await?);
    let working_days = Calendars::default().current(&mut tx).await?;
    checks.push(calendar(&working_days, today));
    Ok(())
}

/// Whether every round that was issued still has the policy that its four departments signed, unchanged (6).
async fn pinned(tx: &mut Tx) -> anyhow::Result<Vec<Check>> {
    let mut checks = Vec::new();
    for round in matter::linked(tx, Link::OfKind(Kind::Round)).await? {
        let hash = round.body.text(&POLICY_HASH);
        if hash.is_empty() || matches!(round.stage, Stage::RoundDraft | Stage::RoundCountersign) {
            continue;
        }
        let kept = store::policy::content(tx, hash).await?;
        let version = round.body.text(&POLICY_VERSION);
        checks.push(pinned_check(&round.title, version, kept.as_deref().map(|text| seal(text) == hash)));
    }
    Ok(checks)
}

/// `is_as_signed` is nothing when the text is not kept.
fn pinned_check(round: &str, version: &str, is_as_signed: Option<bool>) -> Check {
    match is_as_signed {
        Some(true) => {
            Check::new("policy.pinned", State::Ok, format!("“{round}”按会签时的政策 {version} 版执行，内容未变"))
        }
        Some(false) => Check::new(
            "policy.pinned",
            State::Failed,
            format!("“{round}”会签的政策文件内容已被改动：请从备份恢复（方案六）"),
        ),
        None => Check::new(
            "policy.pinned",
            State::Failed,
            format!("“{round}”会签的政策文件不在数据库中：请从备份恢复（方案六）"),
        ),
    }
}

/// Whether what is sealed can be opened, and nobody else can read the keys.
fn keys(file: &Path, used: &[String]) -> Check {
    let shown = file.display();
    if !file.exists() && used.is_empty() {
        return Check::new("keys", State::Ok, format!("密钥文件 {shown} 尚未生成，首次启动时生成"));
    }
    let keys = match Keys::read(file) {
        Ok(keys) => keys,
        Err(fault) => return Check::new("keys", State::Failed, format!("{fault:#}：请从备份恢复密钥文件")),
    };
    let missing: Vec<&str> = used.iter().map(String::as_str).filter(|used| keys.ids().all(|id| id != *used)).collect();
    if !missing.is_empty() {
        let message = format!("密钥文件 {shown} 缺少密钥 {}，相应内容无法解密：请从备份恢复", missing.join("、"));
        return Check::new("keys", State::Failed, message);
    }
    if keeping::is_open_to_others(file).unwrap_or(true) {
        return Check::new(
            "keys",
            State::Warning,
            format!("密钥文件 {shown} 其他用户也可读：请运行 chmod 600 {shown}"),
        );
    }
    Check::new("keys", State::Ok, format!("密钥文件可用：{shown}（数据库备份不含密钥，请另行备份）"))
}

async fn accounts(database: &Database) -> anyhow::Result<Check> {
    let mut tx = database.read().await?;
    let mut start = Start::First;
    loop {
        let page = account::list(&mut tx, &Scope::Accounts, "", &start, PAGE_ROWS_MAX).await?;
        let somebody =
            page.rows.iter().find(|account| !account.disabled && account.role().ok() == Some(Role::Province));
        if let Some(account) = somebody {
            return Ok(Check::new("accounts", State::Ok, format!("省科技厅有可用账户（{}）", account.login)));
        }
        match page.rows.last() {
            Some(last) if page.later => start = Start::After(last.login.clone()),
            _ => break,
        }
    }
    let message = "省科技厅没有可用账户：请运行 zongshi user add 登录名 --role province --name 姓名";
    Ok(Check::new("accounts", State::Warning, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_missing_next_year_is_said_from_november_on_and_not_in_october() {
        let announced = WorkingCalendar::embedded();
        assert_eq!(calendar(announced, day(2026, 10, 31)).state, State::Ok);
        let november = calendar(announced, day(2026, 11, 1));
        assert_eq!(november.state, State::Warning);
        assert!(november.message.contains("2027"), "{}", november.message);
        assert_eq!(calendar(announced, day(2025, 12, 31)).state, State::Ok);
        assert_eq!(calendar(announced, day(2027, 1, 1)).state, State::Warning);
    }

    #[test]
    fn a_policy_past_its_validity_is_said() {
        let embedded = Parameters::embedded();
        assert_eq!(policy(embedded, embedded.valid_until).state, State::Ok);
        assert_eq!(policy(embedded, embedded.valid_until + chrono::TimeDelta::days(1)).state, State::Warning);
    }

    #[test]
    fn keys_that_are_missing_damaged_or_open_to_others_are_said() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys/field.key");
        let used = |id: &str| [id.to_owned()];
        assert_eq!(keys(&file, &[]).state, State::Ok);
        assert_eq!(keys(&file, &used("k1")).state, State::Failed);
        let drawn = Keys::draw().unwrap();
        drawn.write(&file).unwrap();
        assert_eq!(keys(&file, &used(drawn.current())).state, State::Ok);
        let missing = keys(&file, &used("k1"));
        assert!(missing.state == State::Failed && missing.message.contains("缺少密钥 k1"), "{}", missing.message);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(keys(&file, &[]).state, State::Warning);
        std::fs::write(&file, "x").unwrap();
        assert_eq!(keys(&file, &[]).state, State::Failed);
    }

    #[test]
    fn free_space_is_held_at_below_and_above_its_bound() {
        for (free_mb, state) in
            [(DISK_FREE_MB_MIN - 1, State::Warning), (DISK_FREE_MB_MIN, State::Ok), (DISK_FREE_MB_MIN + 1, State::Ok)]
        {
            assert_eq!(disk_check(Path::new("data"), free_mb).state, state);
        }
    }
}
