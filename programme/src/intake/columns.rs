//! What each kind of file may hold: one table per kind, from which templates, headings, JSON keys, forms and messages come.

use crate::record::{
    Affiliation, DayKind, DayState, Degree, QualificationKind, TeamRole, TitleLevel, UnitKind, WorkKind, words,
};

words! {
    /// What can be imported and exported, one kind a file.
    Kind { /// 企业需求.
        Needs = "needs" / "需求", /// 科技人员, with their works.
        People = "people" / "人员", /// 成果 of people who are already known.
        Works = "works" / "成果", /// 派出单位.
        Units = "units" / "派出单位", /// 接收企业.
        Enterprises = "enterprises" / "企业", /// 股东 of enterprises.
        Shareholders = "shareholders" / "股东", /// 失信记录.
        Misconduct = "misconduct" / "失信记录", /// 休息日 and make-up days.
        Calendar = "calendar" / "工作日历" }
}

impl Kind {
    /// The columns, in the order that sheets and forms show them.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Needs => NEEDS,
            Self::People => PEOPLE,
            Self::Works => WORKS,
            Self::Units => UNITS,
            Self::Enterprises => ENTERPRISES,
            Self::Shareholders => SHAREHOLDERS,
            Self::Misconduct => MISCONDUCT,
            Self::Calendar => CALENDAR,
        }
    }

    /// Name of the sheet that holds the records.
    pub const fn sheet(self) -> &'static str {
        match self {
            Self::Needs => "需求表",
            Self::People => "人员表",
            Self::Works => "成果表",
            Self::Units => "单位表",
            Self::Enterprises => "企业表",
            Self::Shareholders => "股东表",
            Self::Misconduct => "失信记录表",
            Self::Calendar => "日历表",
        }
    }

    /// The column called `name`.
    pub fn column(self, name: &str) -> Option<&'static Column> {
        self.columns().iter().find(|column| column.name == name)
    }
}

/// One column of a kind of file.
#[derive(Debug, PartialEq)]
pub struct Column {
    /// Machine name: the JSON key; `enterprise.name` is key `name` of the object `enterprise`.
    pub name: &'static str,
    /// Chinese heading of sheets and label of forms.
    pub heading: &'static str,
    /// One sentence for whoever fills it in.
    pub help: &'static str,
    /// Whether a record without it is refused.
    pub required: bool,
    /// What it holds.
    pub content: Content,
    /// Where the column exists.
    pub within: Within,
}

/// Where a column exists: sheets are flat, JSON nests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// In sheets and in JSON Lines.
    Both,
    /// In sheets (and forms) alone.
    Sheet,
    /// In JSON Lines alone.
    Json,
}

/// What a column holds, with its bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    /// An id: text of at most [`ID_CHARS_MAX`] without spaces; never a number.
    Id,
    /// Text of at most so many characters.
    Text(usize),
    /// At most [`ITEMS_MAX`] texts of at most [`ITEM_CHARS_MAX`]; sheets part them with `；`.
    Items,
    /// One of these Chinese words, or its code.
    Word(&'static [&'static str]),
    /// A calendar day.
    Date,
    /// A year from [`YEAR_MIN`] to [`YEAR_MAX`].
    Year,
    /// A whole number from 1 to the bound.
    Count(u32),
    /// A share in per cent with at most two decimals.
    Percent,
    /// 是 or 否.
    Truth,
    /// 统一社会信用代码.
    CreditCode,
    /// 居民身份证号.
    ResidentId,
    /// Mobile number.
    Mobile,
    /// A city or county of the province, by code or name.
    Region,
    /// A GB/T 4754 code with its letter.
    Industry,
    /// Certificates: objects or words in JSON; kind, number and last day in three columns of a sheet.
    Qualifications,
    /// Works of a person (JSON only; a sheet of their own in workbooks).
    Works,
}

impl Content {
    /// Whether a sheet must hold it as text, so that Excel changes no digit.
    pub const fn is_text_typed(self) -> bool {
        !matches!(self, Self::Date | Self::Year | Self::Count(_) | Self::Percent)
    }

    /// The words of a drop-down, empty when there is none.
    pub const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Word(words) => words,
            Self::Qualifications => QualificationKind::CHINESE,
            Self::Truth => TRUTH_WORDS,
            _ => &[],
        }
    }
}

/// Yes and no in sheets.
pub const TRUTH_WORDS: &[&str] = &["是", "否"];
/// Characters of an id.
pub const ID_CHARS_MAX: usize = 64;
/// Characters of a title or a name.
pub const LINE_CHARS_MAX: usize = 500;
/// Characters of a body, an abstract or directions: above any need seen, below what one Excel cell can hold (32,767).
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Items of a list such as keywords.
pub const ITEMS_MAX: usize = 100;
/// Characters of one item: a full list with its separators fits into one Excel cell.
pub const ITEM_CHARS_MAX: usize = 200;
/// Characters of a contact's name.
pub const CONTACT_CHARS_MAX: usize = 50;
/// Works of one person.
pub const WORKS_MAX: usize = 2_000;
/// Chief technologists asked for in one need.
pub const POSTS_MAX: u32 = 20;
/// Earliest year of a work.
pub const YEAR_MIN: i32 = 1900;
/// Latest year of a work.
pub const YEAR_MAX: i32 = 2100;

const fn column(name: &'static str, heading: &'static str, content: Content, help: &'static str) -> Column {
    Column { name, heading, help, required: false, content, within: Within::Both }
}

impl Column {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn only(mut self, within: Within) -> Self {
        self.within = within;
        self
    }
}

/// Separates the values of a list inside one cell.
pub const ITEM_SEPARATOR: char = '；';

const LINE: Content = Content::Text(LINE_CHARS_MAX);
const BODY: Content = Content::Text(TEXT_CHARS_MAX);
const REGION_HELP: &str = "黑龙江省内市（地）或县（市、区），填名称或六位行政区划代码，如 哈尔滨市、230103";
const CREDIT_CODE_HELP: &str = "18 位，照营业执照或法人证书填写";
const QUALIFICATIONS_HELP: &str = "方案二（三）1（1）所列五类之一；有多项时用“；”分开";
const QUALIFICATION_NUMBERS_HELP: &str = "证书或名单编号，与资质一一对应，用“；”分开；没有的留空";
const QUALIFICATION_DAYS_HELP: &str = "有效期最后一天，如 2026-10-16，与资质一一对应，用“；”分开；没有的留空";
const PLATFORMS_HELP: &str = "省级以上创新平台全称，多个用“；”分开";
const MAIN_BUSINESS_HELP: &str = "企业主要产品和业务";

const NEEDS: &[Column] = &[
    column("id", "需求编号", Content::Id, "一条需求一个编号，不重复；文本格式，不含空格").required(),
    column("title", "需求题目", LINE, "一句话说明要解决的技术问题").required(),
    column("content", "需求内容", BODY, "要解决的问题、现状、目标指标（数字带单位）、已做过的工作"),
    column("keywords", "关键词", Content::Items, "技术关键词，用“；”分开"),
    column("industry", "行业代码", Content::Industry, "国民经济行业代码（GB/T 4754—2017），带门类字母，如 C35"),
    column("posts", "需要人数", Content::Count(POSTS_MAX), "需要几名科技总师，不填为 1"),
    column("enterprise.name", "企业名称", LINE, "营业执照上的全称"),
    column("enterprise.credit_code", "统一社会信用代码", Content::CreditCode, CREDIT_CODE_HELP),
    column("enterprise.region", "所在地区", Content::Region, REGION_HELP),
    column("enterprise.main_business", "主营业务", BODY, MAIN_BUSINESS_HELP),
    column("enterprise.qualifications", "资质", Content::Qualifications, QUALIFICATIONS_HELP),
    column("enterprise.qualifications.number", "资质编号", Content::Items, QUALIFICATION_NUMBERS_HELP)
        .only(Within::Sheet),
    column("enterprise.qualifications.valid_until", "资质有效期至", Content::Items, QUALIFICATION_DAYS_HELP)
        .only(Within::Sheet),
    column("enterprise.platforms", "创新平台", Content::Items, PLATFORMS_HELP),
];

const PEOPLE: &[Column] = &[
    column("id", "人员编号", Content::Id, "一人一个编号，不重复；不要填身份证号").required(),
    column("name", "姓名", LINE, "与身份证件一致"),
    column("unit", "单位", LINE, "派出单位全称，与单位表一致"),
    column("unit_kind", "单位类别", Content::Word(UnitKind::CHINESE), "高校或科研院所"),
    column("birth", "出生日期", Content::Date, "如 1985-03-02"),
    column("degree", "学位", Content::Word(Degree::CHINESE), "已取得的最高学位"),
    column("title_level", "职称级别", Content::Word(TitleLevel::CHINESE), "专业技术职称级别"),
    column("discipline", "所在学科", LINE, "学位授予学科专业目录中的学科名称"),
    column("directions", "研究方向", BODY, "研究方向，自由填写"),
    column("team", "科研团队", LINE, "团队名称"),
    column("team_role", "团队角色", Content::Word(TeamRole::CHINESE), "在团队中的位置"),
    column("resident_id", "身份证号", Content::ResidentId, "18 位，文本格式；加密保存，页面只显示掩码，导出文件不含"),
    column("mobile", "手机号", Content::Mobile, "11 位，文本格式；加密保存，页面只显示掩码，导出文件不含"),
    column("works", "成果", Content::Works, "论文、专利、项目、成果、获奖、标准").only(Within::Json),
];

/// Columns of a work inside its person (JSON), and of the sheet of works without its first column.
pub const WORK: &[Column] = WORKS.split_at(1).1;

/// Columns of one qualification as a JSON object.
pub const QUALIFICATION: &[Column] = &[
    column("kind", "资质", Content::Qualifications, QUALIFICATIONS_HELP).required(),
    column("number", "资质编号", LINE, "证书或名单编号"),
    column("valid_until", "资质有效期至", Content::Date, "有效期最后一天，如 2026-10-16"),
];

const WORKS: &[Column] = &[
    column("person", "人员编号", Content::Id, "人员表中的人员编号").required(),
    column("id", "成果编号", Content::Id, "同一人的成果编号不重复"),
    column("kind", "成果类型", Content::Word(WorkKind::CHINESE), "成果的类型"),
    column("title", "成果名称", LINE, "论文题目、专利名称、项目名称等"),
    column("abstract", "摘要", BODY, "摘要或简介"),
    column("keywords", "关键词", Content::Items, "技术关键词，用“；”分开"),
    column("year", "年份", Content::Year, "发表、授权、立项或获奖年份，如 2023"),
];

const UNITS: &[Column] = &[
    column("credit_code", "统一社会信用代码", Content::CreditCode, CREDIT_CODE_HELP).required(),
    column("name", "单位名称", LINE, "法人证书上的全称；人员表的单位须与此一致").required(),
    column("kind", "单位类别", Content::Word(UnitKind::CHINESE), "高校或科研院所"),
    column("affiliation", "隶属关系", Content::Word(Affiliation::CHINESE), "方案二（二）1（1）：省属或部属"),
    column("region", "所在地区", Content::Region, REGION_HELP),
    column("disciplines", "学科", Content::Items, "硕士以上学位授权学科或省级以上一流学科，用“；”分开"),
];

const ENTERPRISES: &[Column] = &[
    column("name", "企业名称", LINE, "营业执照上的全称").required(),
    column("credit_code", "统一社会信用代码", Content::CreditCode, CREDIT_CODE_HELP).required(),
    column("region", "所在地区", Content::Region, REGION_HELP),
    column("main_business", "主营业务", BODY, MAIN_BUSINESS_HELP),
    column("qualifications", "资质", Content::Qualifications, QUALIFICATIONS_HELP),
    column("qualifications.number", "资质编号", Content::Items, QUALIFICATION_NUMBERS_HELP).only(Within::Sheet),
    column("qualifications.valid_until", "资质有效期至", Content::Items, QUALIFICATION_DAYS_HELP).only(Within::Sheet),
    column("platforms", "创新平台", Content::Items, PLATFORMS_HELP),
    column("supervised", "省国资委监管", Content::Truth, "是否在省国资委监管企业名单上，填 是 或 否"),
    column("parent", "上级企业代码", Content::CreditCode, "控制本企业的上一级企业的统一社会信用代码，18 位"),
    column("central", "中央企业", Content::Truth, "是否中央企业，填 是 或 否；中央企业不由省国资委监管"),
    column("contact", "联系人", Content::Text(CONTACT_CHARS_MAX), "加密保存，页面只显示姓氏，导出文件不含"),
    column("contact_mobile", "联系人手机", Content::Mobile, "11 位，文本格式；加密保存，页面只显示掩码，导出文件不含"),
];

const SHAREHOLDERS: &[Column] = &[
    column("enterprise", "企业统一社会信用代码", Content::CreditCode, "被持股企业的代码，18 位").required(),
    column("holder", "股东名称", LINE, "个人姓名或单位全称").required(),
    column("holder_id", "股东编号", Content::Id, "个人填人员编号，单位填统一社会信用代码；不要填身份证号"),
    column("share_percent", "持股比例（%）", Content::Percent, "0 到 100，最多两位小数").required(),
    column("founder", "是否创办人", Content::Truth, "是否由其创办，填 是 或 否；不填为否"),
];

const MISCONDUCT: &[Column] = &[
    column("subject", "主体编号", Content::Id, "个人填人员编号，单位填统一社会信用代码；不要填身份证号").required(),
    column("name", "主体名称", LINE, "姓名或单位全称").required(),
    column("from", "起始日期", Content::Date, "记录生效的第一天").required(),
    column("until", "截止日期", Content::Date, "记录生效的最后一天；没有期限的留空"),
    column("basis", "认定依据", LINE, "认定文件名称和文号").required(),
];

const CALENDAR: &[Column] = &[
    column("date", "日期", Content::Date, "如 2026-02-17").required(),
    column("day", "类别", Content::Word(DayKind::CHINESE), "休息，或调休上班").required(),
    column("holiday", "节日", LINE, "如 春节").required(),
    column("state", "依据状态", Content::Word(DayState::CHINESE), "国务院办公厅已公布，或仅为法定节假日").required(),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_headings_are_unique_within_a_kind() {
        for kind in Kind::ALL {
            let names: BTreeSet<_> = kind.columns().iter().map(|column| column.name).collect();
            let headings: BTreeSet<_> = kind.columns().iter().map(|column| column.heading).collect();
            assert_eq!(names.len(), kind.columns().len(), "{kind:?}");
            assert_eq!(headings.len(), kind.columns().len(), "{kind:?}");
        }
    }

    #[test]
    fn ids_and_codes_are_text_in_sheets() {
        for content in [Content::Id, Content::CreditCode, Content::ResidentId, Content::Mobile, Content::Industry] {
            assert!(content.is_text_typed());
        }
    }
}
