//! The command line: one file per command, each an `Args` struct and a `run` function.
//!
//! Exit codes are part of the interface that scripts depend on: 0 done, 1 refused or problems found (listed), 2 wrong
//! usage, 3 a fault. Answers go to standard output, problems and progress to standard error.

use std::fmt::Debug;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing::field::Field;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use crate::embedding::ModelRefusal;

mod act;
mod backup;
mod calc;
mod check;
mod config_command;
pub mod database;
mod demo;
mod doctor;
mod evaluate;
mod export;
mod import;
mod keys;
mod match_command;
mod match_input;
mod migrate;
mod model;
mod policy;
mod postgres_tools;
mod propose;
mod restore;
mod serve;
mod template;
mod train;
mod user;
mod verify_audit;
mod why;

/// 总师通：科技总师选派全流程系统
#[derive(Debug, Parser)]
#[command(name = "zongshi", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Act(act::Args),
    Backup(backup::Args),
    Calc(calc::Args),
    Check(check::Args),
    Config(config_command::Args),
    Demo(demo::Args),
    Doctor(doctor::Args),
    Evaluate(evaluate::Args),
    Export(export::Args),
    Import(import::Args),
    Keys(keys::Args),
    Match(match_command::Args),
    Migrate(migrate::Args),
    Model(model::Args),
    Propose(propose::Args),
    Restore(restore::Args),
    Serve(serve::Args),
    Template(template::Args),
    Train(train::Args),
    User(user::Args),
    VerifyAudit(verify_audit::Args),
    Why(why::Args),
}

/// How a command ended, when it did not end in a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything asked for was done.
    Done,
    /// Something was refused or problems were found; they have been listed.
    Refused,
    /// The words of the command do not fit together in a way that clap cannot see.
    WrongUsage,
}

/// Parses the arguments, runs the command and turns its ending into an exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // A closed pipe while printing help is nobody's fault.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run(cli) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Refused) => ExitCode::from(1),
        Ok(Ending::WrongUsage) => ExitCode::from(2),
        Err(fault) if fault.is::<ModelRefusal>() => {
            eprintln!("{fault}");
            ExitCode::from(1)
        }
        Err(fault) => {
            eprintln!("故障：{fault:#}");
            ExitCode::from(3)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<Ending> {
    match cli.command {
        None => {
            eprintln!("{}", without_command(cfg!(debug_assertions)));
            demo::run(&demo::Args::default())
        }
        Some(Command::Act(args)) => act::run(&args),
        Some(Command::Backup(args)) => backup::run(&args),
        Some(Command::Calc(args)) => calc::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Config(args)) => config_command::run(&args),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Evaluate(args)) => evaluate::run(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Import(args)) => import::run(&args),
        Some(Command::Keys(args)) => keys::run(&args),
        Some(Command::Match(args)) => match_command::run(&args),
        Some(Command::Migrate(args)) => migrate::run(&args),
        Some(Command::Model(args)) => model::run(&args),
        Some(Command::Propose(args)) => propose::run(&args),
        Some(Command::Restore(args)) => restore::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Template(args)) => template::run(&args),
        Some(Command::Train(args)) => train::run(&args),
        Some(Command::User(args)) => user::run(&args),
        Some(Command::VerifyAudit(args)) => verify_audit::run(&args),
        Some(Command::Why(args)) => why::run(&args),
    }
}

/// What somebody who starts the program without a command is told first: what will happen and what this build lacks.
fn without_command(is_development_build: bool) -> String {
    let build = if is_development_build {
        "本次为开发构建（cargo run）：未经优化，匹配和登录较慢；正式构建请用 make run。"
    } else {
        "本次为正式构建。"
    };
    format!(
        "{build}\n可用：内置数据库、PostgreSQL、词面匹配、导入导出、网页。缺少：语义向量模型，可用 zongshi model install 安装。\n\
         未指定命令，现建立演示省份并启动网站；全部命令见 zongshi --help。"
    )
}

/// Sends the log to standard error; how much of it, `ZONGSHI_LOG` says (`debug`, `platform=debug,warn`).
fn log_to_stderr() {
    let wanted = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::level_filters::LevelFilter::INFO.into())
        .with_env_var("ZONGSHI_LOG")
        .from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(wanted).fmt_fields(short_fields()).with_writer(std::io::stderr).init();
}

/// Writes fields as usual, but leaves out the whole text of a slow statement, which may fill a screen: its first words are in
/// another field.
fn short_fields() -> impl for<'writer> FormatFields<'writer> + 'static {
    let write = |writer: &mut Writer<'_>, field: &Field, value: &dyn Debug| match field.name() {
        "db.statement" => Ok(()),
        "message" => write!(writer, "{value:?} "),
        name => write!(writer, "{name}={value:?} "),
    };
    debug_fn(write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_statement_is_named_by_its_first_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let file = std::fs::File::create(&path).unwrap();
        let log = tracing_subscriber::fmt().fmt_fields(short_fields()).with_ansi(false).with_writer(file).finish();
        tracing::subscriber::with_default(log, || {
            tracing::warn!(summary = "INSERT INTO work …", db.statement = "INSERT INTO work ($1)", elapsed = 3, "slow");
        });
        let line = std::fs::read_to_string(&path).unwrap();
        assert!(line.contains("slow") && line.contains("INSERT INTO work …") && line.contains("elapsed=3"), "{line}");
        assert!(!line.contains("$1"), "{line}");
    }

    #[test]
    fn without_a_command_the_build_says_what_it_lacks() {
        assert!(without_command(true).contains("开发构建"));
        assert!(without_command(false).contains("正式构建"));
        assert!(without_command(true).contains("缺少"));
    }
}
