//! `zongshi propose`: a run's plan becomes proposals of a round, as on the run's page.

use super::Ending;
use super::database::{DatabaseArgs, block_on};
use crate::clock;
use crate::usecases::Desk;
use crate::usecases::proposals::{self, Draft, Made};

/// 形成初步推荐：把一次匹配运算的推送方案逐对核查后，一次形成推荐和候补；不推送
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 匹配运算编号
    #[arg(long, value_name = "N")]
    run: i64,
    /// 批次编号
    #[arg(long, value_name = "ID")]
    round: String,
    /// 以这个账户的身份（省科技厅）
    #[arg(long = "as", value_name = "LOGIN")]
    login: String,
    /// 只看会有什么改动，不写入
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Makes the proposals and says what was opened, kept, withdrawn and left out.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    block_on(propose(args))
}

async fn propose(args: &Args) -> anyhow::Result<Ending> {
    let database = args.database.open().await?;
    let account = store::account::by_login(&mut database.read().await?, &args.login).await?;
    let Some(account) = account.filter(|account| !account.disabled) else {
        eprintln!("没有可用的账户“{}”；账户见 zongshi user list", args.login);
        return Ok(Ending::Refused);
    };
    let actor = account.actor()?;
    let by = store::By { at: clock::now(), login: &account.login, origin: "console" };
    let desk = Desk::new(database.clone());
    let made = if args.dry_run {
        match proposals::preview(&desk, &by, &actor, args.run, &args.round).await? {
            Some(draft) if draft.refusals.is_empty() => Made::Done(Box::new(draft)),
            Some(draft) => Made::Refused(Box::new(draft)),
            None => Made::Unknown,
        }
    } else {
        proposals::from_run(&desk, &by, &actor, args.run, &args.round).await?
    };
    database.close().await;
    Ok(told(&made, args.dry_run))
}

fn told(made: &Made, is_dry: bool) -> Ending {
    match made {
        Made::Done(draft) => {
            list(draft);
            let verb = if is_dry { "将" } else { "已" };
            println!(
                "{verb}形成 {} 项，撤销旧推荐 {} 项，保持不变 {} 项，不列入 {} 项",
                draft.opens.len(),
                draft.withdraws.len(),
                draft.keeps.len(),
                draft.skips.len()
            );
            Ending::Done
        }
        Made::Refused(draft) => {
            for refusal in &draft.refusals {
                eprintln!("{refusal}");
            }
            eprintln!("没有形成推荐：共 {} 处问题", draft.refusals.len());
            Ending::Refused
        }
        Made::Unknown => {
            eprintln!("没有这次匹配运算或这个批次，或该账户无权查看");
            Ending::Refused
        }
    }
}

fn list(draft: &Draft) {
    for opening in &draft.opens {
        println!("形成 {}（{}）", opening.matter.title, opening.matter.stage.chinese());
    }
    for pair in &draft.withdraws {
        println!("撤销 {} {}", pair.id, pair.title);
    }
    for skip in &draft.skips {
        println!("不列入 {} ← {}：{}", skip.need, skip.person, skip.reason);
    }
}
