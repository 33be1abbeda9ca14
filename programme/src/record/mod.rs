//! The records everything else speaks of: needs, people with works, units, enterprises.
//!
//! Fields that a file may leave out are `Option` or empty: what is missing is missing, never guessed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::identifiers::{Mobile, ResidentId};

/// 企业需求: what an enterprise asks a chief technologist to solve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// The id that files and pages cite.
    pub id: String,
    /// One line.
    pub title: String,
    /// The body: problem, present state, targets.
    #[serde(default)]
    pub content: String,
    /// Words chosen by the enterprise.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// GB/T 4754 code with its letter, such as `C35`.
    #[serde(default)]
    pub industry: Option<String>,
    /// The enterprise as the need's file states it.
    #[serde(default)]
    pub enterprise: Option<Enterprise>,
    /// How many chief technologists are asked for.
    pub posts: u32,
}

/// 接收单位: an enterprise of the province.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Enterprise {
    /// Registered name.
    #[serde(default)]
    pub name: Option<String>,
    /// 统一社会信用代码, already checked.
    #[serde(default)]
    pub credit_code: Option<String>,
    /// GB/T 2260 code of the city or county.
    #[serde(default)]
    pub region: Option<String>,
    /// 主营业务.
    #[serde(default)]
    pub main_business: Option<String>,
    /// Certificates that make it a receiving enterprise.
    #[serde(default)]
    pub qualifications: Vec<Qualification>,
    /// Platforms of provincial or higher level (2.3.1(3)).
    #[serde(default)]
    pub platforms: Vec<String>,
    /// Whether 省国资委's list of supervised enterprises names it (3.1c).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervised: Option<bool>,
    /// 统一社会信用代码 of the company that controls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Whether it belongs to the central government.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub central: Option<bool>,
    /// Name of the contact; comes in by a file, is kept sealed and goes out by no file.
    #[serde(skip)]
    pub contact: Option<String>,
    /// The contact's mobile number, likewise.
    #[serde(skip)]
    pub contact_mobile: Option<Mobile>,
}

/// One of the five qualifications of 2.3.1(1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Qualification {
    /// Which of the five.
    pub kind: QualificationKind,
    /// Certificate or list number.
    #[serde(default)]
    pub number: Option<String>,
    /// Last day of validity.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// 科技人员 with works.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The id that files and pages cite.
    pub id: String,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// Name of the sending unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// University or institute.
    #[serde(default)]
    pub unit_kind: Option<UnitKind>,
    /// Birth date.
    #[serde(default)]
    pub birth: Option<NaiveDate>,
    /// Highest degree.
    #[serde(default)]
    pub degree: Option<Degree>,
    /// Level of the professional title.
    #[serde(default)]
    pub title_level: Option<TitleLevel>,
    /// Discipline by the degree catalogue.
    #[serde(default)]
    pub discipline: Option<String>,
    /// Research directions, free text.
    #[serde(default)]
    pub directions: Option<String>,
    /// Research team's name.
    #[serde(default)]
    pub team: Option<String>,
    /// Place in the team.
    #[serde(default)]
    pub team_role: Option<TeamRole>,
    /// Works that show what the person can do.
    #[serde(default)]
    pub works: Vec<Work>,
    /// 居民身份证号; comes in by a file, is kept sealed and goes out by no file.
    #[serde(skip)]
    pub resident_id: Option<ResidentId>,
    /// Mobile number, likewise.
    #[serde(skip)]
    pub mobile: Option<Mobile>,
}

/// 成果: one work of a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// The id that evidence cites.
    pub id: String,
    /// What it is; unknown when the file does not say.
    #[serde(default)]
    pub kind: Option<WorkKind>,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Abstract.
    #[serde(default, rename = "abstract")]
    pub summary: String,
    /// Keywords.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Year of publication or award.
    #[serde(default)]
    pub year: Option<i32>,
}

/// 派出单位: a university or institute of the province.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// 统一社会信用代码.
    pub credit_code: String,
    /// Registered name, which people's `unit` must equal.
    pub name: String,
    /// University or institute.
    pub kind: Option<UnitKind>,
    /// 省属 or 部属.
    pub affiliation: Option<Affiliation>,
    /// GB/T 2260 code.
    pub region: Option<String>,
    /// Disciplines with master's-or-higher degree authority or first-class status, as the degree catalogue names them.
    pub disciplines: Vec<String>,
}

/// Direct or indirect holdings of people and units in enterprises (2.3.1(4)).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shareholder {
    /// Credit code of the enterprise that is held.
    pub enterprise: String,
    /// The holder's name.
    pub holder: String,
    /// The holder's id: a person's id or a credit code.
    pub holder_id: Option<String>,
    /// Share in hundredths of a per cent (basis points), so that sums are exact.
    pub share_basis_points: u32,
    /// Whether the holder founded the enterprise.
    pub founder: bool,
}

/// An entry of the register of research misconduct (2.1.1(1), 2.3.1(1)).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Misconduct {
    /// Person id or credit code.
    pub subject: String,
    /// Name as the register has it.
    pub name: String,
    /// First day in force.
    pub from: NaiveDate,
    /// Last day in force; open when absent.
    pub until: Option<NaiveDate>,
    /// Document that decided it.
    pub basis: String,
}

/// A work that stands in a table of its own, with the person it belongs to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnedWork {
    /// The person's id.
    pub person: String,
    /// The work.
    pub work: Work,
}

/// A day that is off although it is a weekday, or worked although it is a weekend day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub date: NaiveDate,
    /// Off or worked.
    pub day: DayKind,
    /// The holiday it belongs to.
    pub holiday: String,
    /// Whether the State Council's arrangement says so.
    pub state: DayState,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal / $chinese:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every value, in the order that drop-downs show.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The Chinese words in the same order.
            pub const CHINESE: &[&str] = &[$($chinese),+];

            /// The word of files for machines.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The word of workbooks and pages.
            pub const fn chinese(self) -> &'static str {
                match self { $(Self::$variant => $chinese),+ }
            }

            /// Reads either word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($code | $chinese => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Kind of a sending unit.
    UnitKind { /// 高校.
        University = "university" / "高校", /// 科研院所.
        Institute = "institute" / "科研院所" }
}
words! {
    /// Who runs a sending unit (2.2.1(1)).
    Affiliation { /// 省属.
        Provincial = "provincial" / "省属", /// 部属.
        Ministry = "ministry" / "部属", /// Neither.
        Other = "other" / "其他" }
}
words! {
    /// Highest degree.
    Degree { /// 博士.
        Doctor = "doctor" / "博士", /// 硕士.
        Master = "master" / "硕士", /// 学士.
        Bachelor = "bachelor" / "学士", /// No degree.
        None = "none" / "无学位" }
}
words! {
    /// Sex, as a resident id states it: for shares alone, so no record has it.
    Sex { /// 女.
        Female = "female" / "女", /// 男.
        Male = "male" / "男" }
}
words! {
    /// Level of the professional title.
    TitleLevel { /// 正高.
        Senior = "senior" / "正高", /// 副高.
        Associate = "associate" / "副高", /// 中级.
        Intermediate = "intermediate" / "中级", /// 初级.
        Junior = "junior" / "初级", /// No title.
        None = "none" / "无职称" }
}
words! {
    /// Place in a research team.
    TeamRole { /// 带头人.
        Lead = "lead" / "带头人", /// 副带头人.
        Deputy = "deputy" / "副带头人", /// 成员.
        Member = "member" / "成员" }
}
words! {
    /// Kind of a work.
    WorkKind { /// 论文.
        Paper = "paper" / "论文", /// 专利.
        Patent = "patent" / "专利", /// 项目.
        Project = "project" / "项目", /// 成果.
        Achievement = "achievement" / "成果", /// 获奖.
        Award = "award" / "获奖", /// 标准.
        Standard = "standard" / "标准" }
}
words! {
    /// The five qualifications of 2.3.1(1), one of which a receiving enterprise must hold.
    QualificationKind { /// 规上工业企业.
        ScaleIndustrial = "scale_industrial" / "规上工业企业", /// 高新技术企业.
        HighTech = "high_tech" / "高新技术企业", /// 技术先进型服务企业.
        AdvancedService = "advanced_service" / "技术先进型服务企业", /// 专精特新“小巨人”企业.
        LittleGiant = "little_giant" / "专精特新“小巨人”企业", /// 专精特新中小企业.
        SpecialisedSme = "specialised_sme" / "专精特新中小企业" }
}
words! {
    /// What an exceptional day is.
    DayKind { /// 休息.
        Off = "off" / "休息", /// 调休上班.
        Work = "work" / "上班" }
}
words! {
    /// How sure an exceptional day is.
    DayState { /// The yearly arrangement has been announced.
        Announced = "announced" / "已公布", /// Only the statutory holiday is known.
        Statutory = "statutory" / "仅法定" }
}
