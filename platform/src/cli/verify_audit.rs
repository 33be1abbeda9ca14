//! `zongshi verify-audit`: walks the audit chain and names the first entry that is not as it was written.

use serde_json::json;
use store::audit::{self, Break, Walk};

use super::Ending;
use super::database::{DatabaseArgs, block_on};
use crate::usecases::trail::sentence;

/// 核对审计记录：逐条验证 SM3 链，指出第一处被改动的记录
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// Walks the chain and prints what was found.
pub fn run(args: &Args) -> anyhow::Result<Ending> {
    let walk = block_on(async {
        let database = args.database.open().await?;
        let walk = audit::verify(&mut database.read().await?).await?;
        database.close().await;
        Ok(walk)
    })?;
    println!("{}", if args.json { as_json(&walk).to_string() } else { sentence(&walk) });
    Ok(if matches!(walk, Walk::Whole { .. }) { Ending::Done } else { Ending::Refused })
}

fn as_json(walk: &Walk) -> serde_json::Value {
    match walk {
        Walk::Whole { events, head } => json!({"ok": true, "events": events, "head": head}),
        Walk::Broken { seq, what } => json!({"ok": false, "seq": seq, "what": code(*what)}),
    }
}

const fn code(what: Break) -> &'static str {
    match what {
        Break::Missing => "missing",
        Break::Unlinked => "unlinked",
        Break::Changed => "changed",
        Break::WrongEnd => "wrong_end",
    }
}
