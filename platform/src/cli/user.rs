//! `zongshi user`: accounts, by the operator of the machine. A password is drawn, shown once and must be changed at the
//! first sign-in; there is no default password anywhere.

use anyhow::Context as _;
use programme::access::{Actor, Binding, Role, Scope};
use serde_json::json;
use store::account::{self, Account, New};
use store::page::{PAGE_ROWS_MAX, Start};
use store::{Database, Tx, enterprise, person, unit};

use super::Ending;
use super::database::{DatabaseArgs, block_on, by_console};
use crate::clock;
use crate::usecases::passwords::{self, OFFICE_COST};

/// Fewest characters of a login.
const LOGIN_LENGTH_MIN: usize = 2;
/// Most characters of a login.
const LOGIN_LENGTH_MAX: usize = 40;
/// Characters of a drawn password, in groups of four.
const PASSWORD_LENGTH: usize = 16;
/// No two of these are mistaken for each other when read out; 56 of them.
const PASSWORD_LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

/// 管理账户：新建、停用、启用、重设密码、列出
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// 新建账户；一次性密码只显示这一次
    Add(Add),
    /// 停用账户，并结束其全部会话
    Disable(Named),
    /// 启用已停用的账户
    Enable(Named),
    /// 重设密码：生成一次性密码，解除锁定，结束其全部会话
    ResetPassword(Named),
    /// 列出账户
    List(List),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// 登录名：小写字母、数字和 . _ -
    login: String,
    /// 角色，如 province 或 省科技厅
    #[arg(long)]
    role: String,
    /// 使用人姓名
    #[arg(long)]
    name: String,
    /// 绑定：市县代码、企业信用代码、派出单位名称或人员编号，依角色而定
    #[arg(long)]
    binding: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, clap::Args)]
struct Named {
    /// 登录名
    login: String,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 输出 JSON，每行一个账户
    #[arg(long)]
    json: bool,
}

/// Does what was asked to the accounts.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    match &args.what {
        What::Add(args) => block_on(add(args)),
        What::Disable(named) => block_on(set_disabled(named, true)),
        What::Enable(named) => block_on(set_disabled(named, false)),
        What::ResetPassword(named) => block_on(reset_password(named)),
        What::List(args) => block_on(list(args)),
    }
}

async fn add(args: &Add) -> anyhow::Result<Ending> {
    let actor = match actor(args) {
        Ok(actor) => actor,
        Err(problems) => return Ok(refuse(&problems)),
    };
    let database = args.database.open().await?;
    if let Some(warning) = unknown_binding(&database, &actor).await? {
        eprintln!("注意：{warning}");
    }
    let password = draw_password(&args.login)?;
    let password_hash = passwords::hash(&password, OFFICE_COST)?;
    let mut tx = database.write().await?;
    let new = New {
        actor: &actor,
        binding: args.binding.as_deref(),
        name: args.name.trim(),
        password_hash: &password_hash,
        must_change_password: true,
    };
    if !account::create(&mut tx, &by_console(), new).await? {
        return Ok(refuse(&[format!("登录名“{}”已被使用过，登录名不重复发放，请换一个", args.login)]));
    }
    tx.commit().await?;
    println!("已新建账户 {}（{}）", args.login, actor.role().chinese());
    println!("一次性密码：{password}");
    println!("密码只显示这一次，首次登录须修改。");
    Ok(Ending::Done)
}

fn actor(args: &Add) -> Result<Actor, Vec<String>> {
    let mut problems = Vec::new();
    problems.extend(login_problem(&args.login));
    if args.name.trim().is_empty() {
        problems.push("使用人姓名为空，请写真实姓名：账户一人一个".to_owned());
    }
    let Some(role) = Role::parse(&args.role) else {
        let roles: Vec<String> =
            Role::ALL.iter().map(|role| format!("{}（{}）", role.code(), role.chinese())).collect();
        problems.push(format!("没有角色“{}”；可用的有 {}", args.role, roles.join("、")));
        return Err(problems);
    };
    match Actor::new(&args.login, role, args.binding.as_deref()) {
        Ok(actor) if problems.is_empty() => Ok(actor),
        Ok(_) => Err(problems),
        Err(problem) => {
            problems.push(problem.to_string());
            Err(problems)
        }
    }
}

fn login_problem(login: &str) -> Option<String> {
    let length = login.len();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    let fits = (LOGIN_LENGTH_MIN..=LOGIN_LENGTH_MAX).contains(&length) && login.bytes().all(allowed);
    (!fits).then(|| {
        format!("登录名“{login}”不合规：须为 {LOGIN_LENGTH_MIN} 至 {LOGIN_LENGTH_MAX} 个小写字母、数字或 . _ -")
    })
}

fn refuse(problems: &[String]) -> Ending {
    for problem in problems {
        eprintln!("{problem}");
    }
    Ending::Refused
}

/// An account may be made before its enterprise or unit is imported, but a slip of the pen should be seen.
async fn unknown_binding(database: &Database, actor: &Actor) -> anyhow::Result<Option<String>> {
    let mut tx = database.read().await?;
    let (known, binding) = match actor.scope() {
        Scope::Enterprise(code) => (enterprise::get(&mut tx, &Scope::Province, code).await?.is_some(), code),
        Scope::Person(id) => (person::get(&mut tx, &Scope::Province, id).await?.is_some(), id),
        Scope::Unit(name) => (unit_is_known(&mut tx, name).await?, name),
        _ => return Ok(None),
    };
    debug_assert_ne!(actor.role().binding(), Binding::Nothing);
    Ok((!known).then(|| format!("“{binding}”尚未导入，导入后该账户才看得到数据")))
}

async fn unit_is_known(tx: &mut Tx, name: &str) -> anyhow::Result<bool> {
    // The scope of a unit reads the unit's own row alone.
    Ok(!unit::all(tx, &Scope::Unit(name.to_owned())).await?.is_empty())
}

/// Draws a password that the rules accept.
fn draw_password(login: &str) -> anyhow::Result<String> {
    loop {
        let mut letters = String::new();
        while letters.len() < PASSWORD_LENGTH {
            let mut byte = [0];
            getrandom::fill(&mut byte).map_err(|error| anyhow::anyhow!("draw a password: {error}"))?;
            // 224 is four times 56: what lies above would make some letters likelier than others.
            if usize::from(byte[0]) < 4 * PASSWORD_LETTERS.len() {
                letters.push(char::from(PASSWORD_LETTERS[usize::from(byte[0]) % PASSWORD_LETTERS.len()]));
            }
        }
        let groups: Vec<&str> = (0..PASSWORD_LENGTH).step_by(4).map(|at| &letters[at..at + 4]).collect();
        let password = groups.join("-");
        if passwords::problems(&password, login).is_empty() {
            return Ok(password);
        }
    }
}

async fn set_disabled(named: &Named, disabled: bool) -> anyhow::Result<Ending> {
    let database = named.database.open().await?;
    let mut tx = database.write().await?;
    if !account::set_disabled(&mut tx, &by_console(), &named.login, disabled).await? {
        return Ok(refuse(&[no_such(&named.login)]));
    }
    tx.commit().await?;
    println!("已{}账户 {}", if disabled { "停用" } else { "启用" }, named.login);
    Ok(Ending::Done)
}

fn no_such(login: &str) -> String {
    format!("没有账户“{login}”；可用 zongshi user list 查看")
}

async fn reset_password(named: &Named) -> anyhow::Result<Ending> {
    let database = named.database.open().await?;
    let password = draw_password(&named.login)?;
    let hash = passwords::hash(&password, OFFICE_COST)?;
    let mut tx = database.write().await?;
    if !account::set_password(&mut tx, &by_console(), &named.login, &hash, true).await? {
        return Ok(refuse(&[no_such(&named.login)]));
    }
    tx.commit().await.context("keep the new password")?;
    println!("已重设账户 {} 的密码", named.login);
    println!("一次性密码：{password}");
    println!("密码只显示这一次，下次登录须修改。");
    Ok(Ending::Done)
}

async fn list(args: &List) -> anyhow::Result<Ending> {
    let database = args.database.open().await?;
    let mut tx = database.read().await?;
    let mut start = Start::First;
    loop {
        let page = account::list(&mut tx, &Scope::Accounts, "", &start, PAGE_ROWS_MAX).await?;
        for account in &page.rows {
            println!("{}", if args.json { as_json(account)? } else { as_text(account)? });
        }
        match page.rows.last() {
            Some(last) if page.later => start = Start::After(last.login.clone()),
            _ => return Ok(Ending::Done),
        }
    }
}

fn as_json(account: &Account) -> anyhow::Result<String> {
    Ok(json!({"login": account.login, "name": account.name, "role": account.role()?.code(), "binding": account.binding,
        "disabled": account.disabled, "locked": account.is_locked(clock::now()), "last_login": account.last_login})
    .to_string())
}

fn as_text(account: &Account) -> anyhow::Result<String> {
    let state = match (account.disabled, account.is_locked(clock::now())) {
        (true, _) => "已停用",
        (false, true) => "已锁定",
        (false, false) => "正常",
    };
    let binding = account.binding.as_deref().unwrap_or("—");
    Ok(format!("{}\t{}\t{}\t{binding}\t{state}", account.login, account.name, account.role()?.chinese()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_held_at_below_and_above_its_bounds() {
        for (length, fits) in [
            (LOGIN_LENGTH_MIN - 1, false),
            (LOGIN_LENGTH_MIN, true),
            (LOGIN_LENGTH_MAX, true),
            (LOGIN_LENGTH_MAX + 1, false),
        ] {
            assert_eq!(login_problem(&"a".repeat(length)).is_none(), fits, "{length}");
        }
        for login in ["LiMing", "李明", "li ming", "li@x"] {
            assert!(login_problem(login).is_some(), "{login}");
        }
    }

    #[test]
    fn drawn_passwords_differ_and_obey_the_rules() {
        let (first, second) = (draw_password("liming").unwrap(), draw_password("liming").unwrap());
        assert_ne!(first, second);
        assert_eq!(first.len(), PASSWORD_LENGTH + 3);
        assert!(passwords::problems(&first, "liming").is_empty());
    }
}
