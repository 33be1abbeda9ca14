//! The fields of a structured need, and the draft that holds them.

use crate::record::words;

words! {
    /// A field of a need; its code is the field's name in forms and files.
    Field { /// One line.
        Title = "title" / "需求题目", /// What is to be solved.
        Problem = "problem" / "技术难题", /// How it is now.
        PresentState = "present_state" / "现状", /// Targets, one a line.
        Targets = "targets" / "目标指标", /// What was tried before.
        Tried = "tried" / "已做过的尝试", /// Until when.
        Deadline = "wanted_by" / "期望完成日期", /// How much money.
        Budget = "budget_yuan" / "预算", /// Where.
        Place = "place" / "实施地点", /// What the enterprise provides.
        Conditions = "conditions" / "可提供的条件", /// GB/T 4754 code.
        Industry = "industry" / "行业代码", /// Words chosen by the enterprise.
        Keywords = "keywords" / "关键词", /// Told only to those who agreed to take part.
        Confidential = "confidential" / "保密部分" }
}

impl Field {
    /// The most that the field adds to the score; the fields together make 100.
    pub const fn points(self) -> u32 {
        match self {
            Self::Targets => 30,
            Self::Problem => 20,
            Self::PresentState => 12,
            Self::Tried => 8,
            Self::Title | Self::Deadline | Self::Budget => 6,
            Self::Conditions => 5,
            Self::Place => 3,
            Self::Industry | Self::Keywords => 2,
            Self::Confidential => 0,
        }
    }
}

/// A need as it is being written; an empty text is a field not filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Draft<'a> {
    /// One line.
    pub title: &'a str,
    /// 技术难题: what is to be solved.
    pub problem: &'a str,
    /// 现状: how it is now, with figures.
    pub present_state: &'a str,
    /// 目标指标, one a line.
    pub targets: &'a str,
    /// 已做过的尝试.
    pub tried: &'a str,
    /// A day, a month or a length of time, as written.
    pub deadline: &'a str,
    /// Budget in fen.
    pub budget_fen: Option<i64>,
    /// What is said about the budget beside the figure.
    pub budget_note: &'a str,
    /// 实施地点.
    pub place: &'a str,
    /// 可提供的条件 (2.3.1(2)).
    pub conditions: &'a str,
    /// GB/T 4754 code.
    pub industry: &'a str,
    /// Words chosen by the enterprise, split by `；`, `、`, commas or lines.
    pub keywords: &'a str,
    /// 保密部分: told only to those who agreed to take part.
    pub confidential: &'a str,
}

impl<'a> Draft<'a> {
    /// The text of a field; the budget's is the note beside the figure.
    pub const fn text(&self, field: Field) -> &'a str {
        match field {
            Field::Title => self.title,
            Field::Problem => self.problem,
            Field::PresentState => self.present_state,
            Field::Targets => self.targets,
            Field::Tried => self.tried,
            Field::Deadline => self.deadline,
            Field::Budget => self.budget_note,
            Field::Place => self.place,
            Field::Conditions => self.conditions,
            Field::Industry => self.industry,
            Field::Keywords => self.keywords,
            Field::Confidential => self.confidential,
        }
    }

    /// The fields that everybody in the matching reads, with their texts.
    pub fn public(&self) -> impl Iterator<Item = (Field, &'a str)> {
        let public = Field::ALL.iter().copied().filter(|field| *field != Field::Confidential);
        public.map(|field| (field, self.text(field)))
    }

    /// The keywords one by one.
    pub fn keyword_list(&self) -> impl Iterator<Item = &'a str> {
        let split = |symbol: char| matches!(symbol, '；' | ';' | '、' | '，' | ',' | '\n' | '\r');
        self.keywords.split(split).map(str::trim).filter(|word| !word.is_empty())
    }
}
