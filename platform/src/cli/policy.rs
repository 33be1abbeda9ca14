//! Which policy and which working days a command runs under: the ones inside the program, or files that are named.

use std::path::PathBuf;

use anyhow::Context;
use programme::calendar::WorkingCalendar;
use programme::parameters::Parameters;

/// `--policy` and `--calendar`, shared by the commands that apply rules.
#[derive(Debug, clap::Args)]
pub struct PolicyArgs {
    /// 政策参数文件（TOML）；省略时用程序自带的 2025-2027 版
    #[arg(long, global = true, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// 放假与调休日历（CSV），按年替换自带日历
    #[arg(long, global = true, value_name = "FILE")]
    calendar: Option<PathBuf>,
}

impl PolicyArgs {
    /// Reads both. A file that can be read but is wrong has its problems listed on standard error and gives nothing.
    pub fn read(&self) -> anyhow::Result<Option<(Parameters, WorkingCalendar)>> {
        let policy = self.policy.as_ref().map(read).transpose()?;
        let calendar = self.calendar.as_ref().map(read).transpose()?;
        let parameters = policy.map_or_else(|| Ok(Parameters::embedded().clone()), |text| Parameters::parse(&text));
        let newer = calendar.map_or_else(|| Ok(WorkingCalendar::default()), |text| WorkingCalendar::parse(&text));
        for problem in parameters.as_ref().err().iter().flat_map(|problems| &problems.0) {
            eprintln!("政策文件：{problem}");
        }
        for problem in newer.as_ref().err().iter().flat_map(|problems| &problems.0) {
            eprintln!("日历文件：{problem}");
        }
        let (Ok(parameters), Ok(newer)) = (parameters, newer) else { return Ok(None) };
        Ok(Some((parameters, WorkingCalendar::embedded().updated(&newer))))
    }
}

fn read(path: &PathBuf) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("读取 {}", path.display()))
}
