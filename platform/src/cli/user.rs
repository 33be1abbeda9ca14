//! `zongshi user`: accounts, by the operator of the machine. A password is drawn, shown once and must be changed at the
//! first sign-in; there is no default password anywhere.

use anyhow::Context as _;
use programme::access::{Role, Scope};
use programme::intake::Problem;
use serde_json::json;
use store::account::{self, Account};
use store::page::{PAGE_ROWS_MAX, Start};

use super::Ending;
use super::database::{DatabaseArgs, block_on, by_console};
use crate::clock;
use crate::usecases::accounts::Hasher;
use crate::usecases::administration::{self, Request};
use crate::usecases::passwords::OFFICE_COST;
use crate::usecases::seal::KeySource;

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
    /// 从标准输入读一行持有人身份证号（只存密钥摘要，用于核对三类管理员由不同的人担任）
    #[arg(long)]
    holder: bool,
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
    let resident_id = if args.holder { Some(line_of_input()?) } else { None };
    let database = args.database.open().await?;
    let key_file = args.database.config()?.key_file();
    let request = Request {
        login: &args.login,
        name: &args.name,
        role: &args.role,
        binding: args.binding.as_deref(),
        resident_id: resident_id.as_deref(),
        mobile: None,
        holder_required: false,
        activated: true,
    };
    match administration::create(
        &database,
        &Hasher::new(OFFICE_COST)?,
        KeySource::File(&key_file),
        &by_console(),
        request,
    )
    .await?
    {
        Ok(made) => {
            for note in &made.notes {
                eprintln!("注意：{note}");
            }
            let role = Role::parse(&args.role).map(Role::chinese).unwrap_or_default();
            println!("已新建账户 {}（{role}）", made.login);
            println!("一次性密码：{}", made.password);
            println!("密码只显示这一次，首次登录须修改。");
            Ok(Ending::Done)
        }
        Err(problems) => Ok(refuse(&problems)),
    }
}

/// Not an argument: arguments are seen by every user of the machine and kept by the shell.
fn line_of_input() -> anyhow::Result<String> {
    eprintln!("请输入持有人身份证号，回车结束：");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("read the resident id")?;
    Ok(line.trim().to_owned())
}

fn refuse(problems: &[Problem]) -> Ending {
    for problem in problems {
        eprintln!("{}", problem.message);
    }
    Ending::Refused
}

async fn set_disabled(named: &Named, disabled: bool) -> anyhow::Result<Ending> {
    let database = named.database.open().await?;
    if let Err(problem) = administration::set_disabled(&database, &by_console(), &named.login, disabled).await? {
        return Ok(refuse(&[problem]));
    }
    println!("已{}账户 {}", if disabled { "停用" } else { "启用" }, named.login);
    Ok(Ending::Done)
}

async fn reset_password(named: &Named) -> anyhow::Result<Ending> {
    let database = named.database.open().await?;
    let hasher = Hasher::new(OFFICE_COST)?;
    match administration::reset_password(&database, &hasher, &by_console(), &named.login).await? {
        Ok(reset) => {
            println!("已重设账户 {} 的密码", reset.login);
            println!("一次性密码：{}", reset.password);
            println!("密码只显示这一次，下次登录须修改。");
            Ok(Ending::Done)
        }
        Err(problem) => Ok(refuse(&[problem])),
    }
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
        "disabled": account.disabled, "activated": account.activated, "locked": account.is_locked(clock::now()), "last_login": account.last_login})
    .to_string())
}

fn as_text(account: &Account) -> anyhow::Result<String> {
    let state = match (account.disabled, account.activated, account.is_locked(clock::now())) {
        (true, ..) => "已停用",
        (false, false, _) => "待安全管理员确认",
        (false, true, true) => "已锁定",
        (false, true, false) => "正常",
    };
    let binding = account.binding.as_deref().unwrap_or("—");
    Ok(format!("{}\t{}\t{}\t{binding}\t{state}", account.login, account.name, account.role()?.chinese()))
}
