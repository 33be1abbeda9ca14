//! Every question that the meter can ask: code, how grave, what it costs. Codes are stable: statistics count them.

/// How grave an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to ask.
    Good,
    /// Would help.
    Ask,
    /// Words that say nothing.
    Vague,
    /// The field is not filled in.
    Missing,
    /// Must leave the public part before anybody else reads it.
    Move,
}

/// A question of the meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Stable code such as `quality.target_without_number`.
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// Most points that it costs.
    pub points: u32,
    /// What it asks about, in Chinese.
    pub about: &'static str,
}

macro_rules! questions {
    ($($name:ident = $code:literal, $severity:ident, $points:literal, $about:literal;)+) => {
        $(pub(super) const $name: Question =
            Question { code: $code, severity: Severity::$severity, points: $points, about: $about };)+

        /// Every question, in the order of the fields.
        pub const QUESTIONS: &[Question] = &[$($name),+];
    };
}

questions! {
    TITLE_MISSING = "quality.title_missing", Missing, 6, "需求题目";
    TITLE_TOO_SHORT = "quality.title_too_short", Vague, 3, "题目过短";
    TITLE_TOO_LONG = "quality.title_too_long", Ask, 1, "题目过长";
    SEVERAL_NEEDS = "quality.several_needs", Ask, 4, "一份需求写了几项";
    PROBLEM_MISSING = "quality.problem_missing", Missing, 20, "技术难题";
    PROBLEM_TOO_SHORT = "quality.problem_too_short", Vague, 10, "难题过短";
    PROBLEM_TOO_LONG = "quality.problem_too_long", Ask, 2, "难题过长";
    INTRODUCTION = "quality.introduction_instead_of_need", Vague, 10, "企业介绍代替需求";
    EMPTY_WORDS = "quality.empty_words", Vague, 4, "空泛的词";
    STATE_MISSING = "quality.present_state_missing", Missing, 12, "现状";
    STATE_TOO_SHORT = "quality.present_state_too_short", Vague, 6, "现状过短";
    STATE_WITHOUT_FIGURE = "quality.present_state_without_figure", Ask, 3, "现状的数值";
    TARGETS_MISSING = "quality.targets_missing", Missing, 30, "目标指标";
    TARGETS_WITHOUT_NUMBER = "quality.targets_without_number", Vague, 14, "目标都没有数值";
    TARGETS_ONLY_OUTPUTS = "quality.targets_only_outputs", Vague, 12, "目标只有专利论文";
    TARGET_DEFERRED = "quality.target_deferred", Vague, 6, "目标留待面谈";
    TARGET_LEVEL = "quality.target_level_word", Vague, 4, "以名次代替指标";
    TARGET_WITHOUT_NUMBER = "quality.target_without_number", Vague, 4, "目标的数值";
    TARGET_NOT_CHECKABLE = "quality.target_not_checkable", Ask, 3, "目标的检验办法";
    FIGURE_WITHOUT_UNIT = "quality.figure_without_unit", Ask, 2, "数值的单位";
    TARGET_WITHOUT_PRESENT = "quality.target_without_present", Ask, 4, "目标的现值";
    TARGET_WITHOUT_COMPARATOR = "quality.target_without_comparator", Ask, 1, "目标的界限";
    TRIED_MISSING = "quality.tried_missing", Missing, 8, "已做过的尝试";
    TRIED_NOTHING = "quality.tried_nothing", Ask, 2, "没有尝试的原因";
    DEADLINE_MISSING = "quality.wanted_by_missing", Missing, 6, "期望完成日期";
    DEADLINE_VAGUE = "quality.wanted_by_vague", Vague, 4, "期限不是日期";
    BUDGET_MISSING = "quality.budget_missing", Missing, 6, "预算";
    BUDGET_NEGOTIABLE = "quality.budget_negotiable", Vague, 4, "预算面议";
    PLACE_MISSING = "quality.place_missing", Missing, 3, "实施地点";
    CONDITIONS_MISSING = "quality.conditions_missing", Missing, 5, "可提供的条件";
    INDUSTRY_MISSING = "quality.industry_missing", Missing, 2, "行业代码";
    KEYWORDS_MISSING = "quality.keywords_missing", Missing, 2, "关键词";
    KEYWORD_EMPTY = "quality.keyword_empty", Vague, 1, "不是技术词的关键词";
    CONTACT_IN_PUBLIC = "quality.contact_in_public", Move, 0, "公开部分的联系方式";
    SECRET_IN_PUBLIC = "quality.secret_in_public", Ask, 0, "公开部分的保密标记";
    SECRET_REPEATED = "quality.confidential_repeated", Move, 0, "保密内容出现在公开部分";
    EARLIER_UNCLEAR_TARGET = "quality.earlier_unclear_target", Ask, 0, "此前因指标不明未成";
    EARLIER_BUDGET = "quality.earlier_budget_too_low", Ask, 0, "此前因预算未成";
    EARLIER_SITE = "quality.earlier_no_site", Ask, 0, "此前因条件未成";
    EARLIER_SECRECY = "quality.earlier_secrecy", Ask, 0, "此前因保密未成";
    EARLIER_TIME = "quality.earlier_time_too_short", Ask, 0, "此前因时间未成";
    EARLIER_MATURITY = "quality.earlier_technology_not_mature", Ask, 0, "此前因技术不成熟未成";
    EARLIER_FIELD = "quality.earlier_wrong_field", Ask, 0, "此前因方向不符未成";
    EARLIER_OTHER = "quality.earlier_other", Ask, 0, "此前因其他原因未成";
}

/// Code of the item that says a field is answered well.
pub const ANSWERED: &str = "quality.answered";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::talks::FAILURE;
    use crate::quality::FAILURES;

    #[test]
    fn a_code_names_one_question() {
        let codes: std::collections::BTreeSet<&str> = QUESTIONS.iter().map(|question| question.code).collect();
        assert_eq!(codes.len(), QUESTIONS.len());
        assert!(QUESTIONS.iter().all(|question| question.code.starts_with("quality.") && question.code != ANSWERED));
    }

    #[test]
    fn every_reason_of_failed_talks_has_its_question() {
        let options = format!("{FAILURE:?}");
        assert!(FAILURES.iter().all(|failure| options.contains(&format!("(\"{}\"", failure.code))), "{options}");
        assert_eq!(FAILURES.len(), options.matches("(\"").count(), "{options}");
    }
}
