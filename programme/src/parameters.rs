//! The policy file: every number of the plan with its clause and force, read once and typed.
//!
//! The file is for officials to read beside the plan, so an entry repeats the clause, the force and the words of the plan
//! that it stands for; reading checks them against the clause table. A wrong file is refused with all its problems at once,
//! and an unknown entry is a problem, since a misspelt one would silently leave a default in force. There are no defaults:
//! a file is complete or refused.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use toml::{Table, Value};

use crate::clause;
use crate::clause::Clause;
use crate::finding::Force::{self, Declare, Must, Prefer, Principle, Record, Warning};
use crate::record::{Degree, QualificationKind, TitleLevel};

/// The text of the policy file that the program carries.
pub const EMBEDDED: &str = include_str!("../../policy/2025-2027.toml");

/// Why a policy file is not taken: every problem, in the file's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("政策文件有 {} 处问题：{}", .0.len(), .0.join("；"))]
pub struct PolicyProblems(pub Vec<String>);

/// What an entry stands for, for pages that list the policy and for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name in the file.
    pub name: &'static str,
    /// Name on pages and in what officials write.
    pub chinese: &'static str,
    /// The clause that gives the number.
    pub clause: Clause,
    /// The force of that clause.
    pub force: Force,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $read:expr, $clause:literal, $force:ident, $chinese:literal;)+) => {
        /// The numbers of one version of the policy.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Parameters { $($(#[$doc])* pub $name: $kind),+ }

        /// Every entry of the file, in the plan's order.
        pub const ENTRIES: &[Entry] =
            &[$(Entry { name: stringify!($name), chinese: $chinese, clause: clause!($clause), force: $force }),+];

        fn read_entries(file: &Table, problems: &mut Vec<String>) -> Option<Parameters> {
            $(let $name = read_entry(
                file,
                &Entry { name: stringify!($name), chinese: $chinese, clause: clause!($clause), force: $force },
                $read,
                problems,
            );)+
            Some(Parameters { $($name: $name?),+ })
        }
    };
}

parameters! {
    /// Name of the version, kept with every round.
    version: String = text, "6", Must, "版本";
    /// First day on which a round's notice may be issued.
    valid_from: NaiveDate = day, "6", Must, "施行日期";
    /// Last day on which a round's notice may be issued.
    valid_until: NaiveDate = day, "6", Must, "有效期截止日";
    /// People to be appointed over the whole programme: a target, never a limit.
    people_target: u32 = |value| whole(value, 1, 100_000), "1.2", Record, "三年选派目标（人）";
    /// First two digits of the region codes that lie in the province.
    province_region: String = text, "1.3", Must, "本省行政区划代码前两位";
    /// Most completed years of age.
    age_years_max: u32 = |value| whole(value, 18, 120), "2.1.1(2)", Must, "年龄上限（周岁）";
    /// Most completed years of age for the preference among equals.
    age_years_preferred_max: u32 = |value| whole(value, 18, 120), "2.1.1(2)b", Prefer, "优先支持的年龄上限（周岁）";
    /// Lowest degree that suffices.
    degree_min: Degree = |value| word(value, Degree::parse), "2.1.1(3)b", Principle, "最低学位";
    /// Lowest title that suffices.
    title_level_min: TitleLevel = |value| word(value, TitleLevel::parse), "2.1.1(3)b", Principle, "最低专业技术职称";
    /// Qualifications of which a receiving enterprise holds one.
    qualifications: Vec<QualificationKind> =
        |value| words(value, QualificationKind::parse), "2.3.1(1)", Must, "接收单位资质（具备其一）";
    /// Working days within which a declared certificate is checked.
    qualification_check_workdays: u32 = |value| whole(value, 1, 60), "2.3.1(1)", Must, "资质证书核对期限（工作日）";
    /// Days before the last certificate runs out from which on the enterprise is told.
    qualification_notice_days: u32 = |value| whole(value, 1, 366), "2.3.1(1)", Must, "资质到期提前提示（天）";
    /// Fewest points of the quality meter with which a need may be submitted.
    need_quality_min: u32 = |value| whole(value, 0, 100), "2.3.1(2)", Declare, "需求质量最低得分";
    /// A holding above this many per cent controls a company.
    control_percent_over: u32 = |value| whole(value, 0, 99), "2.3.1(4)", Must, "视为控制的持股比例（超过，%）";
    /// Calendar months after its submission in which a need is matched; then it is renewed or left out.
    need_valid_months: u32 = |value| whole(value, 1, 60), "3.1a", Must, "需求有效期（月）";
    /// Most ordered alternates of a need.
    alternates_max: u32 = |value| whole(value, 0, 20), "3.2b", Must, "每个需求的候补人数上限";
    /// Most live offers of one person.
    offers_per_person_max: u32 = |value| whole(value, 1, 20), "3.2b", Must, "一人同时在办的推送数上限";
    /// Working days in which a push is answered, unless the round's day comes first.
    answer_workdays: u32 = |value| whole(value, 1, 60), "3.2b", Must, "推送答复期限（工作日）";
    /// Working days before the last one at which the remaining days are called to mind.
    reminder_workdays: Vec<u32> = wholes, "3.2b", Must, "答复截止前提醒（工作日）";
    /// Most enterprises that one person serves at a time.
    enterprises_per_person_max: u32 = |value| whole(value, 1, 20), "3.2b", Must, "一人同时服务的企业数上限";
    /// Fewest working days of a public notice.
    notice_workdays_min: u32 = |value| whole(value, 1, 60), "3.4c", Must, "公示期下限（工作日）";
    /// Whether the day of publication counts among them.
    notice_first_day_counts: bool = truth, "3.4c", Must, "公示发布当日是否计入";
    /// Working days within which an objection is accepted or not.
    objection_accept_workdays: u32 = |value| whole(value, 1, 60), "3.4d", Must, "异议受理期限（工作日）";
    /// Working days within which an accepted objection is investigated and decided, each.
    objection_decide_workdays: u32 = |value| whole(value, 1, 120), "3.4d", Must, "异议查清、决定期限（各，工作日）";
    /// Working days within which a decision is answered.
    objection_answer_workdays: u32 = |value| whole(value, 1, 60), "3.4d", Must, "异议答复期限（工作日）";
    /// Fewest years of a term.
    term_years_min: u32 = |value| whole(value, 1, 20), "3.5a", Principle, "聘期下限（年）";
    /// Years of a term below which the province gives a reason of its own.
    term_years_floor: u32 = |value| whole(value, 0, 20), "3.5a", Principle, "须另行说明理由的聘期（不足，年）";
    /// Fewest working days of service in a whole appointment year.
    service_workdays_per_year_min: u32 = |value| whole(value, 1, 366), "3.5b", Must, "每个聘任年度服务时间下限（工作日）";
    /// Calendar days without a logged service after which the organiser is told.
    silent_days_max: u32 = |value| whole(value, 1, 366), "3.5b", Warning, "连续无服务提示（超过，天）";
    /// Calendar days after an appointment year within which the unit confirms pay and rights.
    confirmation_days_max: u32 = |value| whole(value, 1, 366), "4.1", Declare, "待遇确认期限（天）";
    /// Fewest contacts of the organiser in a calendar quarter.
    contacts_per_quarter_min: u32 = |value| whole(value, 0, 90), "5.1", Record, "每季度联系次数下限";
    /// Working days within which a problem is given to somebody, after which it goes to the province.
    difficulty_assign_workdays_max: u32 = |value| whole(value, 1, 250), "5.1", Record, "问题交办期限（工作日）";
    /// Calendar months before the end of the term in which the assessment takes place.
    assessment_window_months: u32 = |value| whole(value, 1, 24), "5.4a", Must, "考评期（聘期结束前，月）";
    /// What hard problems solved weigh in the score, in hundredths; the four weights add up to 100.
    assessment_weight_problems: u32 = |value| whole(value, 0, 100), "5.4a", Must, "考评权重：攻关难题";
    /// What results landed weigh in the score.
    assessment_weight_results: u32 = |value| whole(value, 0, 100), "5.4a", Must, "考评权重：成果转化落地";
    /// What service days against the plan weigh in the score.
    assessment_weight_service: u32 = |value| whole(value, 0, 100), "5.4a", Must, "考评权重：服务时间";
    /// What the enterprise's satisfaction weighs in the score.
    assessment_weight_satisfaction: u32 = |value| whole(value, 0, 100), "5.4a", Must, "考评权重：企业评价";
    /// Most per cent of those graded who may be excellent.
    excellent_percent_max: u32 = |value| whole(value, 0, 100), "5.4b", Must, "优秀比例上限（%）";
}

static CURRENT: LazyLock<Parameters> =
    LazyLock::new(|| Parameters::parse(EMBEDDED).expect("the embedded policy file is tested"));

impl Parameters {
    /// The policy that the program carries.
    pub fn embedded() -> &'static Self {
        &CURRENT
    }

    /// Reads a policy file.
    pub fn parse(file: &str) -> Result<Self, PolicyProblems> {
        let table: Table = file
            .trim_start_matches('\u{feff}')
            .parse()
            .map_err(|error| PolicyProblems(vec![format!("不是合法的 TOML：{}", one_line(&error))]))?;
        let mut problems = Vec::new();
        let read = read_entries(&table, &mut problems);
        for name in table.keys().filter(|name| ENTRIES.iter().all(|entry| entry.name != name.as_str())) {
            problems.push(format!("{name}：没有这一项，请核对拼写"));
        }
        if let Some(parameters) = &read {
            parameters.contradictions(&mut problems);
        }
        match read {
            Some(parameters) if problems.is_empty() => Ok(parameters),
            _ => Err(PolicyProblems(problems)),
        }
    }

    /// Reads a policy file that was kept when the program had fewer entries: what it lacks is taken from the present file,
    /// what the program no longer has is left out.
    pub fn parse_kept(file: &str) -> Result<Self, PolicyProblems> {
        let unreadable =
            |error: toml::de::Error| PolicyProblems(vec![format!("不是合法的 TOML：{}", one_line(&error))]);
        let mut kept: Table = file.parse().map_err(unreadable)?;
        let present: Table = EMBEDDED.parse().map_err(unreadable)?;
        kept.retain(|name, _| present.contains_key(name));
        for (name, entry) in present {
            kept.entry(name).or_insert(entry);
        }
        Self::parse(&kept.to_string())
    }

    /// Whether a round whose notice bears this date runs under this version.
    pub fn covers(&self, notice: NaiveDate) -> bool {
        (self.valid_from..=self.valid_until).contains(&notice)
    }

    fn contradictions(&self, problems: &mut Vec<String>) {
        if self.valid_until < self.valid_from {
            problems.push(format!("valid_until：{} 早于 valid_from {}", self.valid_until, self.valid_from));
        }
        if self.age_years_preferred_max > self.age_years_max {
            problems.push(format!(
                "age_years_preferred_max：{} 大于 age_years_max {}",
                self.age_years_preferred_max, self.age_years_max
            ));
        }
        if self.term_years_floor > self.term_years_min {
            problems.push(format!(
                "term_years_floor：{} 大于 term_years_min {}",
                self.term_years_floor, self.term_years_min
            ));
        }
        let weights = [
            self.assessment_weight_problems,
            self.assessment_weight_results,
            self.assessment_weight_service,
            self.assessment_weight_satisfaction,
        ];
        if weights.iter().sum::<u32>() != 100 {
            problems.push(format!("assessment_weight_*：四项权重之和应为 100，现为 {}", weights.iter().sum::<u32>()));
        }
        if self.province_region.len() != 2 || !self.province_region.bytes().all(|byte| byte.is_ascii_digit()) {
            problems.push(format!("province_region：“{}” 应为两位数字", self.province_region));
        }
    }
}

/// Reads one entry; on any problem names it and gives nothing.
fn read_entry<T>(
    file: &Table,
    entry: &Entry,
    read: impl FnOnce(&Value) -> Result<T, String>,
    problems: &mut Vec<String>,
) -> Option<T> {
    let name = entry.name;
    let Some(found) = file.get(name) else {
        problems.push(format!("{name}：缺少这一项（{}）", entry.clause.chinese()));
        return None;
    };
    let Some(table) = found.as_table() else {
        problems.push(format!("{name}：应写作 [{name}]，下列 value、clause、force、text"));
        return None;
    };
    check_citation(table, entry, problems);
    match table.get("value").ok_or_else(|| "缺少 value".to_owned()).and_then(read) {
        Ok(value) => Some(value),
        Err(problem) => {
            problems.push(format!("{name}.value：{problem}"));
            None
        }
    }
}

/// The clause, force and words beside a number are what an official reads, so they must be the right ones.
fn check_citation(table: &Table, entry: &Entry, problems: &mut Vec<String>) {
    let name = entry.name;
    for (key, right) in [("clause", entry.clause.id()), ("force", entry.force.code())] {
        match table.get(key).and_then(Value::as_str) {
            Some(found) if found == right => {}
            Some(found) => problems.push(format!("{name}.{key}：应为“{right}”，现为“{found}”")),
            None => problems.push(format!("{name}.{key}：缺少，应为“{right}”")),
        }
    }
    if !table.get("text").is_some_and(Value::is_str) {
        problems.push(format!("{name}.text：缺少方案原文，原文未写数的写空文字"));
    }
    if table.get("reading").is_some_and(|reading| !reading.is_str()) {
        problems.push(format!("{name}.reading：应为文字"));
    }
    for key in table.keys().filter(|key| !["value", "clause", "force", "text", "reading"].contains(&key.as_str())) {
        problems.push(format!("{name}.{key}：没有这一项，请核对拼写"));
    }
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("应为文字，现为 {value}"))
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("应为 true 或 false，现为 {value}"))
}

fn whole(value: &Value, least: u32, most: u32) -> Result<u32, String> {
    value
        .as_integer()
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("应为 {least} 到 {most} 的整数，现为 {value}"))
}

/// Days before a deadline, the earliest reminder first.
fn wholes(value: &Value) -> Result<Vec<u32>, String> {
    let list = value.as_array().filter(|list| !list.is_empty()).ok_or_else(|| format!("应为非空列表，现为 {value}"))?;
    list.iter().map(|item| whole(item, 1, 60)).collect()
}

fn day(value: &Value) -> Result<NaiveDate, String> {
    value
        .as_datetime()
        .filter(|moment| moment.time.is_none() && moment.offset.is_none())
        .and_then(|moment| moment.date)
        .and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
        .filter(|date| date.year() > 0)
        .ok_or_else(|| format!("应为不加引号的日期，如 2025-01-01，现为 {value}"))
}

fn word<T>(value: &Value, parse: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    value.as_str().and_then(parse).ok_or_else(|| format!("不是可用的词：{value}"))
}

fn words<T>(value: &Value, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    let list = value.as_array().filter(|list| !list.is_empty()).ok_or_else(|| format!("应为非空列表，现为 {value}"))?;
    list.iter().map(|item| word(item, &parse)).collect()
}

fn one_line(error: &toml::de::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
