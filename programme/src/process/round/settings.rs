//! 三（二） How a round is matched: what the levels are worth, the lowest level that is pushed, candidates, alternates, the limit
//! of a unit. Set by the province, tried beforehand without effect, frozen with moment, login and hash.
//!
//! Frozen settings bind: only a run made with them becomes proposals. They may be set anew, with a reason, until the round
//! has proposals. A round whose settings nobody froze takes those of its first run, frozen in the same transaction.

use super::super::decide::{Case, Change, Doer};
use super::super::field::{Body, Field};
use super::super::matter::Matter;
use super::super::rule::Guard;
use crate::access::Role;
use crate::clause;
use crate::finding::Force::Must;
use crate::process::words;
use crate::seal::seal;

/// Most candidates of a need.
pub const CANDIDATES_MAX: u32 = 200;
/// Most pushes to one unit that may be asked for.
pub const UNIT_PUSHES_MAX: u32 = 10_000;
/// The largest weight of a level.
const LEVEL_WEIGHT_MAX: i64 = 100;

/// How the engine is set concerns whoever matches; everybody else sees the reasons of each proposal (P1).
const KEEPERS: &[Role] = &[Role::Province, Role::Matcher];

/// Candidates kept of each need.
pub const CANDIDATES: Field =
    Field::whole("candidates", "每条需求的候选人数", 1, CANDIDATES_MAX as i64).required().seen_by(KEEPERS);
/// Most pushes to one sending unit.
pub const UNIT_PUSHES: Field = Field::whole("unit_pushes", "每个单位最多推送人数", 1, UNIT_PUSHES_MAX as i64)
    .hint("不填则不限", "Empty is without limit")
    .seen_by(KEEPERS);
/// Ordered alternates of each need (3.2b).
pub const ALTERNATES: Field = Field::whole("alternates", "每条需求的候补人数", 0, 9).required().seen_by(KEEPERS);
/// Lowest level that is pushed.
pub const LEVEL_LEAST: Field = Field::choice(
    "level_least",
    "推送的最低相关程度",
    &[("strong", "强相关"), ("fair", "较强相关"), ("weak", "弱相关")],
)
.required()
.seen_by(KEEPERS);
/// What a strong match is worth to the plan.
pub const WEIGHT_STRONG: Field =
    Field::whole("weight_strong", "强相关的等级分", 1, LEVEL_WEIGHT_MAX).required().seen_by(KEEPERS);
/// What a fair match is worth.
pub const WEIGHT_FAIR: Field =
    Field::whole("weight_fair", "较强相关的等级分", 1, LEVEL_WEIGHT_MAX).required().seen_by(KEEPERS);
/// What a weak match is worth.
pub const WEIGHT_WEAK: Field =
    Field::whole("weight_weak", "弱相关的等级分", 1, LEVEL_WEIGHT_MAX).required().seen_by(KEEPERS);
/// Why frozen settings are set anew.
pub const SETTINGS_REASON: Field =
    Field::line("settings_reason", "调整理由").hint("首次冻结不用填写", "Not needed at the first freeze");
/// Every freeze: `moment|login|SM3|settings in words`.
pub const SETTINGS: Field = Field::kept("settings", "匹配参数冻结记录");

/// What the settings ask for.
pub const SETTING_FIELDS: &[&Field] = &[
    &CANDIDATES,
    &UNIT_PUSHES,
    &ALTERNATES,
    &LEVEL_LEAST,
    &WEIGHT_STRONG,
    &WEIGHT_FAIR,
    &WEIGHT_WEAK,
    &SETTINGS_REASON,
];

/// Name under which the loader counts the proposals of the round that were not withdrawn.
pub const PROPOSALS: &str = "proposals";
/// Name under which the loader gives the version of the weights and the model that rank people.
pub const RANKING: &str = "ranking";

/// 3.2b: the policy's limit of alternates holds for every round.
pub const ALTERNATES_PERMITTED: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "settings.too_many_alternates",
    demands: words("候补人数不超过政策规定", "There are no more alternates than the policy permits"),
    fails: |case| {
        let (asked, most) = (case.inputs.whole(&ALTERNATES)?, case.parameters.alternates_max);
        (asked > i64::from(most)).then(|| format!("候补人数为 {asked}，最多 {most} 名，请减少"))
    },
};

/// 2.1.1(3): a closer match is never worth less.
pub const WEIGHTS_IN_ORDER: Guard = Guard {
    clause: clause!("2.1.1(3)"),
    force: Must,
    code: "settings.weight_order",
    demands: words("等级分不因更相关而更低", "A closer level is not worth less"),
    fails: |case| {
        let of = |field: &Field| case.inputs.whole(field);
        let (strong, fair, weak) = (of(&WEIGHT_STRONG)?, of(&WEIGHT_FAIR)?, of(&WEIGHT_WEAK)?);
        (strong < fair || fair < weak)
            .then(|| format!("等级分为强 {strong}、较强 {fair}、弱 {weak}，应依次不高于前一档，请更正"))
    },
};

/// What people were proposed under is not changed behind their back.
pub const NOTHING_PROPOSED: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "settings.proposals_made",
    demands: words("本批次还没有推荐；已撤销的不计", "The round has no proposals yet; withdrawn ones do not count"),
    fails: |case| match case.facts.count(PROPOSALS) {
        Some(0) => None,
        Some(count) => Some(format!("本批次已按冻结的参数形成推荐 {count} 项，不能再改；如确需调整，请先撤销推荐")),
        None => Some("未能核对本批次是否已有推荐，请稍后再试".to_owned()),
    },
};

/// A second freeze says why.
pub const REASON_TO_CHANGE: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "settings.reason_missing",
    demands: words("再次冻结须写明理由", "A second freeze states its reason"),
    fails: |case| {
        let again = is_frozen(case.matter) && !case.inputs.has(&SETTINGS_REASON);
        again.then(|| "本批次的匹配参数已冻结，调整须写明理由".to_owned())
    },
};

/// Whether the settings of a round are frozen.
pub fn is_frozen(round: &Matter) -> bool {
    round.body.has(&SETTINGS)
}

/// One freeze as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze<'a> {
    /// Moment in universal time.
    pub moment: &'a str,
    /// Who.
    pub login: &'a str,
    /// SM3 of the settings in words.
    pub hash: &'a str,
    /// The settings in words, with the ranking and the reason.
    pub words: &'a str,
}

/// Every freeze of a round, the last one in force.
pub fn freezes(round: &Matter) -> impl Iterator<Item = Freeze<'_>> {
    round.body.list(&SETTINGS).iter().filter_map(|entry| {
        let [moment, login, hash, words] = super::super::field::parts(entry)?;
        Some(Freeze { moment, login, hash, words })
    })
}

/// The settings as one sentence: what the hash is taken of.
pub fn in_words(settings: &Body, ranking: &str) -> String {
    let whole = |field: &Field| settings.whole(field).unwrap_or_default();
    let unit = settings.whole(&UNIT_PUSHES);
    let unit = unit.map_or_else(|| "每个单位推送人数不限".to_owned(), |most| format!("每个单位最多推送 {most} 人"));
    let level = settings.get(&LEVEL_LEAST).map_or_else(String::new, |level| LEVEL_LEAST.in_words(level));
    format!(
        "每条需求候选 {} 人；{unit}；候补 {} 名；最低推送{level}；等级分：强相关 {}、较强相关 {}、弱相关 {}；排序 {ranking}",
        whole(&CANDIDATES),
        whole(&ALTERNATES),
        whole(&WEIGHT_STRONG),
        whole(&WEIGHT_FAIR),
        whole(&WEIGHT_WEAK),
    )
}

pub(super) fn freeze(case: &Case<'_>, change: &mut Change) {
    let mut words = in_words(case.inputs, case.facts.text(RANKING));
    if let Some(reason) = Some(case.inputs.text(&SETTINGS_REASON)).filter(|reason| !reason.is_empty()) {
        words = format!("{words}；理由：{reason}");
    }
    let login = if let Doer::Account(actor) = case.doer { actor.login() } else { "" };
    let mut freezes = case.matter.body.list(&SETTINGS).to_vec();
    freezes.push(format!("{}|{login}|{}|{words}", case.now.format("%Y-%m-%dT%H:%M:%SZ"), seal(&words)));
    change.set(&SETTINGS, freezes);
    change.body.clear(&SETTINGS_REASON);
    if !case.inputs.has(&UNIT_PUSHES) {
        change.body.clear(&UNIT_PUSHES);
    }
}
