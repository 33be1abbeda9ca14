//! From text to fields: a need told in running text is laid out in the fields of the form, for its writer to check.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::field::{Draft, Field};
use super::meter::is_time;
use super::quantity::{Quantity, quantities};
use super::text::{Part, sentences, unnumbered};

/// Longest heading, in characters.
const HEADING_CHARS_MAX: usize = 16;

/// The headings of `programme/data/need_headings.txt`.
static HEADINGS: LazyLock<HashMap<&'static str, Field>> = LazyLock::new(|| {
    let lines = include_str!("../../data/need_headings.txt").lines().filter(|line| !line.starts_with('#'));
    let fields =
        lines.filter_map(|line| line.split_once('\t')).filter_map(|(field, words)| Some((Field::parse(field)?, words)));
    fields.flat_map(|(field, words)| words.split(' ').map(move |word| (word, field))).collect()
});

/// The texts of the fields, as they were found in running text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    title: String,
    texts: HashMap<Field, String>,
    budget_fen: Option<i64>,
}

impl Parts {
    /// Lays out a text: by its headings, and where it has none sentence by sentence.
    pub fn of_text(title: &str, content: &str) -> Self {
        let mut parts = Self { title: title.trim().to_owned(), ..Self::default() };
        let mut heading = None;
        for line in content.lines() {
            let line = line.trim();
            let (found, rest) = headed(line);
            heading = found.or(heading);
            for sentence in sentences(rest) {
                parts.add(heading, sentence);
            }
        }
        if !parts.texts.contains_key(&Field::Problem) {
            parts.first_is_problem(content);
        }
        parts
    }

    /// A text whose every sentence went elsewhere still opens with what it is about.
    fn first_is_problem(&mut self, content: &str) {
        let Some(first) = sentences(content).first().map(|part| part.text) else { return };
        let opens = |field: &&Field| self.texts.get(field).is_some_and(|text| text.starts_with(first));
        let Some(field) = Field::ALL.iter().find(opens) else { return };
        let text = self.texts.remove(field).unwrap_or_default();
        let rest = text[first.len()..].trim_start();
        if !rest.is_empty() {
            self.put(*field, rest);
        }
        self.put(Field::Problem, first);
    }

    /// The draft over these texts.
    pub fn draft(&self) -> Draft<'_> {
        let text = |field| self.texts.get(&field).map_or("", String::as_str);
        Draft {
            title: &self.title,
            problem: text(Field::Problem),
            present_state: text(Field::PresentState),
            targets: text(Field::Targets),
            tried: text(Field::Tried),
            deadline: text(Field::Deadline),
            budget_fen: self.budget_fen,
            budget_note: text(Field::Budget),
            place: text(Field::Place),
            conditions: text(Field::Conditions),
            industry: "",
            keywords: text(Field::Keywords),
            confidential: "",
        }
    }

    /// A sentence goes where its heading says; money and dates are taken from wherever they stand.
    fn add(&mut self, heading: Option<Field>, sentence: Part<'_>) {
        let found = quantities(sentence.text);
        if let Some(fen) = budget_in(sentence.text, &found) {
            self.budget_fen = self.budget_fen.max(Some(fen));
            self.put(Field::Budget, sentence.text);
        }
        if is_deadline(sentence.text, &found) {
            self.put(Field::Deadline, sentence.text);
        }
        match heading {
            Some(Field::Budget | Field::Deadline) => {}
            Some(field) => self.put(field, sentence.text),
            None => self.put(by_words(sentence.text), sentence.text),
        }
        if heading == Some(Field::Budget) && !self.texts.contains_key(&Field::Budget) {
            self.put(Field::Budget, sentence.text);
        }
    }

    fn put(&mut self, field: Field, text: &str) {
        let kept = self.texts.entry(field).or_default();
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(text);
    }
}

/// The field that a line's heading opens, and the rest of the line: `二、预期目标：…`, `【存在问题】…`, a heading alone.
fn headed(line: &str) -> (Option<Field>, &str) {
    let text = unnumbered(line).text.trim_start_matches(['【', '[', '（', '(']);
    let end = text.char_indices().take(HEADING_CHARS_MAX + 1).find(|(_, symbol)| "：:】]".contains(*symbol));
    let (heading, rest) = match end {
        Some((at, sign)) => (&text[..at], &text[at + sign.len_utf8()..]),
        None => (text, ""),
    };
    let heading = heading.trim().trim_end_matches(['）', ')', '】']);
    // "需求内容及预期目标、现有工作基础" heads what follows under its first name.
    let fields: Option<Vec<Field>> = heading.split('、').map(|name| HEADINGS.get(name).copied()).collect();
    match HEADINGS.get(heading).copied().or_else(|| fields?.first().copied()) {
        Some(field) => (Some(field), rest.trim_start_matches(['：', ':'])),
        None => (None, line),
    }
}

/// Where a sentence without a heading belongs, by the words that usually lead it; the first that fits.
fn by_words(sentence: &str) -> Field {
    const CUES: [(Field, &[&str]); 4] = [
        (
            Field::Targets,
            &[
                "达到",
                "目标是",
                "目标为",
                "不低于",
                "不高于",
                "不超过",
                "不少于",
                "控制在",
                "≥",
                "≤",
                "以上",
                "以内",
                "以下",
                "希望能",
                "希望做到",
                "需满足",
                "应满足",
                "做到",
                "要求达到",
                "要求：",
            ],
        ),
        (
            Field::Tried,
            &[
                "曾",
                "尝试",
                "试过",
                "试用",
                "已开展",
                "已进行",
                "考虑过",
                "做过",
                "已经申报",
                "已研发",
                "已开发",
                "样机",
            ],
        ),
        (
            Field::Problem,
            &[
                "难题",
                "问题",
                "困难",
                "不理想",
                "无法",
                "难以",
                "缺陷",
                "缺乏",
                "缺少",
                "不稳定",
                "偏低",
                "偏高",
                "不足",
                "瓶颈",
            ],
        ),
        (Field::PresentState, &["目前", "现有", "现在", "现采用", "现用", "当前", "年产", "公司现"]),
    ];
    let found = CUES.iter().find(|(_, cues)| cues.iter().any(|cue| sentence.contains(cue)));
    found.map_or(Field::Problem, |(field, _)| *field)
}

/// Money that the enterprise means to spend on the need, in fen: the upper end of a range.
fn budget_in(sentence: &str, found: &[Quantity<'_>]) -> Option<i64> {
    const CUES: [&str; 7] = ["预算", "拟投入", "计划投入", "研发费用", "研究经费", "项目资金", "预计投入"];
    const FEN_PER_YUAN: f64 = 100.0;
    CUES.iter().find(|cue| sentence.contains(*cue))?;
    let money = found
        .iter()
        .filter(|quantity| quantity.dimension().is_money() || (quantity.unit.is_none() && quantity.value >= 10_000.0));
    money.map(|quantity| (quantity.in_base_units().1 * FEN_PER_YUAN) as i64).max()
}

/// A day or a length of time by which something is to be done.
fn is_deadline(sentence: &str, found: &[Quantity<'_>]) -> bool {
    const CUES: [&str; 7] = ["前完成", "内完成", "期限", "时限", "年内", "前见效", "月底前"];
    let within =
        found.iter().any(|quantity| quantity.dimension().is_time() && sentence[quantity.range.clone()].ends_with('内'));
    (CUES.iter().any(|cue| sentence.contains(cue)) || (within && sentence.contains("实现"))) && is_time(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_names_a_field() {
        for line in include_str!("../../data/need_headings.txt").lines().filter(|line| !line.starts_with('#')) {
            let (field, words) = line.split_once('\t').unwrap();
            assert!(Field::parse(field).is_some(), "{field}");
            assert!(words.split(' ').all(|word| (1..=HEADING_CHARS_MAX).contains(&word.chars().count())), "{line}");
        }
    }

    #[test]
    fn a_headed_text_is_laid_out_by_its_headings() {
        let parts = Parts::of_text(
            "熔铸锆刚玉保温退火材料",
            "一、技术难题：保温材料二次使用破损率高。\n二、目前状况：破损率约8%。\n【预期目标】\n（1）破损率3%以下；\n（2）耐高温1700度以上。\n\
             五、时间与投入：希望2026年6月底前完成，拟投入50万元。",
        );
        let draft = parts.draft();
        assert_eq!(draft.problem, "保温材料二次使用破损率高");
        assert_eq!(draft.present_state, "破损率约8%");
        assert_eq!(draft.targets, "破损率3%以下\n耐高温1700度以上");
        assert_eq!(draft.budget_fen, Some(50_000_000));
        assert!(draft.deadline.contains("2026年6月底前"));
    }

    #[test]
    fn running_text_is_laid_out_sentence_by_sentence() {
        let parts = Parts::of_text(
            "弹条生产线效率",
            "目前每分钟生产18件。机器人搬运慢造成节拍长。我们曾试过改进冲压模具。希望效率达到每分钟30件。",
        );
        let draft = parts.draft();
        assert_eq!(draft.present_state, "目前每分钟生产18件");
        assert_eq!(draft.problem, "机器人搬运慢造成节拍长");
        assert_eq!(draft.tried, "我们曾试过改进冲压模具");
        assert_eq!(draft.targets, "希望效率达到每分钟30件");
    }
}
