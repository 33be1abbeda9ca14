//! `zongshi act`: acts on matters in a batch, in the name of an account, under the same rules as the pages.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use programme::process::{Action, Doer, Kind, print, rules};
use serde_json::json;
use store::By;

use super::Ending;
use super::database::{DatabaseArgs, block_on};
use crate::clock;
use crate::usecases::Desk;
use crate::usecases::acts::batch::{self, Line, Wrong};
use crate::usecases::seal::Keys;

/// 批量办理：以某个账户的身份办理一件或多件事项，规则与网页相同；全部办理或全部不办理
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 操作，如 agree_need 或 审核同意；用 --file 时不写
    #[arg(required_unless_present_any = ["file", "list"])]
    action: Option<String>,
    /// 事项编号，可写多个
    #[arg(long = "id", value_name = "ID")]
    ids: Vec<String>,
    /// 新建这类事项，如 service
    #[arg(long, value_name = "KIND", conflicts_with = "ids")]
    kind: Option<String>,
    /// 新建在这件事项之下
    #[arg(long, value_name = "ID", requires = "kind")]
    under: Option<String>,
    /// 字段=值，可写多个；字段用代码或页面上的名称
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// 从文件逐行办理：.jsonl 或 .xlsx
    #[arg(long, value_name = "FILE", conflicts_with_all = ["action", "ids", "kind", "set"])]
    file: Option<PathBuf>,
    /// 以这个账户的身份
    #[arg(long = "as", value_name = "LOGIN", required_unless_present = "list")]
    login: Option<String>,
    /// 列出全部操作、由谁办理、须填字段
    #[arg(long)]
    list: bool,
    /// 以 JSON 输出结果
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Does the acts and says what came of each.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    if args.list {
        print!("{}", list());
        return Ok(Ending::Done);
    }
    let (lines, wrong) = match lines(args)? {
        Ok(read) => read,
        Err(usage) => {
            eprintln!("{usage}");
            return Ok(Ending::WrongUsage);
        }
    };
    if !wrong.is_empty() {
        return Ok(refuse(&wrong, args.json));
    }
    block_on(act(args, &lines))
}

async fn act(args: &Args, lines: &[Line]) -> anyhow::Result<Ending> {
    let database = args.database.open().await?;
    let login = args.login.as_deref().unwrap_or_default();
    let account = store::account::by_login(&mut database.read().await?, login).await?;
    let Some(account) = account.filter(|account| !account.disabled) else {
        eprintln!("没有可用的账户“{login}”；账户见 zongshi user list");
        return Ok(Ending::Refused);
    };
    let doer = Doer::Account(account.actor()?);
    let by = By { at: clock::now(), login: &account.login, origin: "console" };
    let config = args.database.config()?;
    let keys = Keys::of_office(&config.key_file(), &database).await?;
    let desk = Desk::new(database.clone()).with_keys(keys).with_authorities(config.authorities()?);
    let outcome = batch::run(&desk, &by, &doer, lines).await?;
    database.close().await;
    match outcome {
        Ok(done) => {
            for told in &done {
                if args.json { println!("{}", json!({ "done": told })) } else { println!("{told}") }
            }
            Ok(Ending::Done)
        }
        Err(wrong) => Ok(refuse(&wrong, args.json)),
    }
}

fn refuse(wrong: &[Wrong], as_json: bool) -> Ending {
    for one in wrong {
        if as_json {
            println!("{}", json!({ "line": one.number, "code": one.code, "message": one.message }));
        } else {
            eprintln!("第 {} 行：{}", one.number, one.message);
        }
    }
    eprintln!("全部没有办理：共 {} 处问题，请改正后重新提交", wrong.len());
    Ending::Refused
}

type Read = (Vec<Line>, Vec<Wrong>);

/// The acts of the file or of the options; what is wrong with the options is a wrong usage.
fn lines(args: &Args) -> anyhow::Result<Result<Read, String>> {
    if let Some(file) = &args.file {
        let bytes = std::fs::read(file).with_context(|| format!("读文件 {}", file.display()))?;
        return batch::read(&bytes).map(Ok);
    }
    let word = args.action.as_deref().unwrap_or_default();
    let Some(action) = Action::parse(word) else {
        return Ok(Err(format!("没有“{word}”这个操作，全部操作见 --list")));
    };
    let kind = match args.kind.as_deref().map(|word| Kind::parse(word).ok_or(word)) {
        None => None,
        Some(Ok(kind)) => Some(kind),
        Some(Err(word)) => return Ok(Err(format!("没有“{word}”这类事项"))),
    };
    let mut set = Vec::new();
    for pair in &args.set {
        let Some((key, value)) = pair.split_once('=') else {
            return Ok(Err(format!("--set 应写作 字段=值，现为“{pair}”")));
        };
        set.push((key.to_owned(), value.to_owned()));
    }
    let line = |number, id| Line { number, action, id, kind, under: args.under.clone(), set: set.clone() };
    let lines = match (args.ids.is_empty(), kind) {
        (true, None) => return Ok(Err("须写 --id，新建的写 --kind".to_owned())),
        (true, Some(_)) => vec![line(1, None)],
        (false, _) => args.ids.iter().enumerate().map(|(at, id)| line(at + 1, Some(id.clone()))).collect(),
    };
    Ok(Ok((lines, Vec::new())))
}

/// Every act that an account may do: code, name, who, fields.
fn list() -> String {
    let mut text = String::new();
    for rule in rules() {
        let who: Vec<&str> = rule.by.iter().map(|by| by.chinese()).collect();
        let kind = print::kind_of(rule).map_or("", Kind::code);
        let fields: Vec<String> = rule
            .fields
            .iter()
            .map(|field| format!("{}({}){}", field.key, field.chinese, if field.required { "*" } else { "" }))
            .collect();
        let (code, name, who) = (rule.action.code(), rule.action.chinese(), who.join("、"));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{kind}\t{code}\t{name}\t{who}\t{}", fields.join(" "));
    }
    text
}
