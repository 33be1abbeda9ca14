//! Words of the engine and of the rules as components, in the page's language.

use matching::level::{Flag, Level};
use matching::reason::Feature;
use programme::finding::Verdict;
use programme::regions;

use crate::texts;
use crate::web::kit::level::LevelBadge;
use crate::web::kit::status::{Status, Tone};
use crate::web::texts::{Lang, Texts};

texts! {
    verdict_ok: "符合", "Met";
    verdict_warning: "请核对", "Check";
    verdict_override: "须书面说明", "Needs a written reason";
    verdict_refused: "不符合", "Refused";
    feature_chinese: "中文词语", "Chinese terms";
    feature_latin: "外文名称与型号", "Latin names";
    feature_number: "数值", "Numbers";
    feature_meaning: "语义相近", "Near in meaning";
}

/// A level with its probability, and the remark that little stands behind it where that is so.
pub fn level_badge(level: Level, probability: Option<f64>, flags: &[Flag], t: Texts) -> LevelBadge {
    let badge = LevelBadge::new(level, t);
    let badge = probability.map_or(badge.clone(), |probability| badge.with_probability(probability, t));
    let little = flags.iter().any(|flag| matches!(flag, Flag::NoWorks | Flag::ThinWorks | Flag::ShortNeed));
    if little { badge.with_low_evidence(t) } else { badge }
}

/// A verdict as a status word.
pub fn verdict_status(verdict: Verdict, t: Texts) -> Status {
    match verdict {
        Verdict::Ok => Status::new(t.verdict_ok(), Tone::Good),
        Verdict::Warning => Status::new(t.verdict_warning(), Tone::Attention),
        Verdict::NeedsOverride => Status::new(t.verdict_override(), Tone::Attention),
        Verdict::Refused => Status::new(t.verdict_refused(), Tone::Bad),
    }
}

/// What makes a level doubtful, with the way out.
pub fn flag(flag: Flag, t: Texts) -> &'static str {
    match t.lang {
        Lang::Chinese => flag.in_chinese(),
        Lang::English => flag.in_english(),
    }
}

/// A kind of terms.
pub fn feature(feature: Feature, t: Texts) -> &'static str {
    match feature {
        Feature::Chinese => t.feature_chinese(),
        Feature::Latin => t.feature_latin(),
        Feature::Number => t.feature_number(),
        Feature::Meaning => t.feature_meaning(),
    }
}

/// A level as it is kept; a number that is no level is read as not related.
pub fn level(kept: u8) -> Level {
    Level::try_from(kept).unwrap_or(Level::None)
}

/// The word of a level as it is kept.
pub fn level_word(kept: u8, t: Texts) -> &'static str {
    match t.lang {
        Lang::Chinese => level(kept).in_chinese(),
        Lang::English => level(kept).in_english(),
    }
}

/// A kept score as lists show it, with three decimals; the page of the pair has all six, so that its parts add up.
pub fn brief_score(kept: f64) -> String {
    format!("{kept:.3}")
}

/// Flags as they are kept; codes that this version does not know are left out.
pub fn flags(kept: &[String]) -> Vec<Flag> {
    kept.iter().filter_map(|code| serde_json::from_value(serde_json::Value::String(code.clone())).ok()).collect()
}

/// A region's full name, or its code when it is not of the province.
pub fn region(code: Option<&str>) -> String {
    let Some(code) = code else { return String::new() };
    regions::by_code(code).map_or_else(|| code.to_owned(), regions::Region::full_name)
}
