//! What has to hold for the acts on a need.

use super::effects::city;
use super::text::{quality, text_hash};
use super::trail::reviews;
use super::{INDUSTRY, INTO, POSTS, ROUTE, STEP, SUBMITTED_ON, TAKING, WANTED_BY};
use crate::access::Role;
use crate::access::Role::{CityIndustry, CityScience, Sasac};
use crate::finding::Force::{Declare, Must, Warning};
use crate::finding::{Finding, Outcome, Verdict};
use crate::process::decide::Case;
use crate::process::matter::{Matter, SASAC};
use crate::process::round::{NEEDS_DAY, round_of};
use crate::process::rule::Guard;
use crate::process::vocabulary::Stage::{NeedDraft, NeedReported, RoundCollected, RoundOpen};
use crate::process::words;
use crate::process::{DOCUMENT_DAY, DOCUMENT_NUMBER};
use crate::{clause, industries};

/// Whether a need was submitted before in this round and came back.
pub(super) fn is_returned(matter: &Matter) -> bool {
    matter.stage == NeedDraft && matter.body.has(&SUBMITTED_ON)
}

pub(super) const NEEDS_TAKEN: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_open",
    demands: words(
        "批次征集中、未过提交截止日；退回修改的在批次办结前",
        "The round takes needs and its last day has not passed; what was returned comes before the round is concluded",
    ),
    fails: |case| {
        let Some(round) = round_of(case) else {
            return Some("没有正在征集的批次，不能办理；请待省科技厅发布年度通知".to_owned());
        };
        let last = round.body.day(&NEEDS_DAY);
        match round.stage {
            RoundOpen | RoundCollected if is_returned(case.matter) => None,
            RoundOpen if last.is_some_and(|last| case.today <= last) => None,
            RoundOpen | RoundCollected => {
                let last = last.map_or_else(String::new, |last| format!("（{last}）"));
                Some(format!("批次“{}”的需求提交截止日{last}已过；请在下一批次提交", round.title))
            }
            stage => Some(format!("批次“{}”{}，不在征集期；请在下一批次提交", round.title, stage.chinese())),
        }
    },
};

/// 2.3.1(1): everything asked of the enterprise is met, certificate included; for submission and for the list.
pub const ENTERPRISE_MEETS: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "enterprise.not_eligible",
    demands: words(
        "企业条件逐项符合，至少一项资质当日有效",
        "The enterprise meets each condition, and one certificate at least is valid today",
    ),
    fails: |case| {
        let is_open = |finding: &&Finding| finding.outcome != Outcome::Met && finding.code != MISCONDUCT;
        let open = unmet(case, |finding| finding.severity() == Verdict::Refused || is_open(&finding))?;
        Some(format!("{open}；企业登记由省科技厅维护，请将证明材料报{}核对更新后再提交", reviewer(case)))
    },
};

/// 2.3.1(1): nothing that refuses has turned up since submission; the certificate apart, which only warns until the list.
pub const ENTERPRISE_STANDS: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "enterprise.no_longer_eligible",
    demands: words("提交后企业未出现不符合条件的情形", "Nothing has come to stand against the enterprise since"),
    fails: |case| unmet(case, |finding| finding.severity() == Verdict::Refused && finding.code != QUALIFICATION),
};

/// 2.3.1(1): a certificate that ran out since submission.
pub const CERTIFICATE_STILL_VALID: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Warning,
    code: "enterprise.certificate_expired",
    demands: words(
        "资质证书仍有效，过期的提示续期，名单审核前须补齐",
        "A certificate is still valid; an expired one is renewed before the list is reviewed",
    ),
    fails: |case| unmet(case, |finding| finding.code == QUALIFICATION && finding.outcome != Outcome::Met),
};

pub(super) const MISCONDUCT: &str = "misconduct.none";
pub(in crate::process) const QUALIFICATION: &str = "qualification.valid";

/// Who takes what the enterprise has to prove: its own bureau, or SASAC.
fn reviewer(case: &Case<'_>) -> &'static str {
    if case.matter.is_sasac() { "省国资委" } else { "所在市（地）科技局" }
}

/// The sentences of the `must` findings on the enterprise that a guard minds.
pub(super) fn unmet(case: &Case<'_>, minds: impl Fn(&Finding) -> bool) -> Option<String> {
    let asked = || case.facts.findings.iter().filter(|finding| finding.force == Must);
    if asked().next().is_none() {
        return Some("企业登记信息未取得，无法核查企业条件；请先登记企业信息".to_owned());
    }
    let open: Vec<&str> = asked().filter(|finding| minds(finding)).map(Finding::explanation).collect();
    (!open.is_empty()).then(|| open.join("；"))
}

pub(super) const REGISTER_AT_HAND: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Warning,
    code: "enterprise.register_missing",
    demands: words(
        "失信名单已导入，未导入的由审核单位人工核查",
        "The register of misconduct is imported; if not, the reviewer checks by hand",
    ),
    fails: |case| {
        let unknown = |finding: &Finding| finding.code == MISCONDUCT && finding.outcome == Outcome::Unknown;
        case.facts.findings.iter().any(unknown).then(|| "省科技厅尚未导入科研失信名单，审核时请人工核查".to_owned())
    },
};

pub(super) const DEFINITE: Guard = Guard {
    clause: clause!("2.3.1(2)"),
    force: Declare,
    code: "need.not_definite",
    demands: words(
        "需求质量达到政策文件规定的分数，公开部分没有联系方式和保密内容",
        "The need reaches the policy's mark, and its public part has no contacts or secrets",
    ),
    fails: |case| {
        let meter = quality(&case.matter.body, &case.facts.related);
        let least = case.parameters.need_quality_min;
        let move_out: Vec<&str> = meter.must_move().map(|item| item.question.as_str()).collect();
        if !move_out.is_empty() {
            return Some(move_out.join("；"));
        }
        let open: Vec<&str> = meter.open().iter().take(QUESTIONS_SHOWN).map(|item| item.question.as_str()).collect();
        (!meter.passes(least)).then(|| {
            format!("需求须明确：质量 {} 分，至少 {least} 分；请在“修改需求”中补充：{}", meter.score, open.join("；"))
        })
    },
};

/// Questions that a refusal names; the need's page has them all.
pub(super) const QUESTIONS_SHOWN: usize = 3;

pub(super) const INDUSTRY_KNOWN: Guard = Guard {
    clause: clause!("2.3.1(2)"),
    force: Must,
    code: "need.industry_unknown",
    demands: words("行业代码在 GB/T 4754 中", "The industry code is one of GB/T 4754"),
    fails: |case| {
        let code = case.inputs.text(&INDUSTRY).trim();
        (!code.is_empty() && industries::parse(code).is_err()).then(|| {
            let meant = meant(code);
            format!("行业代码“{code}”不在 GB/T 4754 中，应如 C35{meant}；请核对，不确定的可不填")
        })
    },
};

/// Most industries that are offered for a word.
const INDUSTRIES_OFFERED_MAX: usize = 6;

/// Whoever types the name of a trade instead of its code is told the codes whose names hold it, the widest first.
fn meant(word: &str) -> String {
    let mut found: Vec<_> = industries::all().filter(|(_, name)| name.contains(word)).collect();
    found.sort_by_key(|(code, _)| code.len());
    let found: Vec<String> =
        found.into_iter().take(INDUSTRIES_OFFERED_MAX).map(|(code, name)| format!("{code} {name}")).collect();
    if found.is_empty() { String::new() } else { format!("，可能是：{}", found.join("、")) }
}

pub(super) const WANTED_AHEAD: Guard = Guard {
    clause: clause!("2.3.1(2)"),
    force: Warning,
    code: "need.wanted_behind",
    demands: words("期望完成日期未过，已过的提示", "The wanted day has not passed"),
    fails: |case| {
        let wanted = case.matter.body.day(&WANTED_BY).filter(|wanted| *wanted < case.today)?;
        Some(format!("期望完成日期 {wanted} 已过，请核对"))
    },
};

pub(super) const ORGANISER_KNOWN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.organiser_unknown",
    demands: words("企业所在市（地）已登记", "The enterprise's city is registered"),
    fails: |case| {
        let organiser = case.facts.text("organiser");
        (organiser.is_empty() && case.matter.parties.organiser.is_empty())
            .then(|| "企业登记中没有所在市（地），无法确定由谁审核；请先补登企业所在地".to_owned())
    },
};

pub(super) const STEP_OF_ROUTE: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.step_of_other_route",
    demands: words("退回的环节属于本渠道", "The step it is returned to belongs to its route"),
    fails: |case| {
        let bureau = matches!(case.inputs.text(&STEP), "science" | "industry");
        (bureau && case.matter.is_sasac())
            .then(|| "省国资委渠道的需求没有科技局、工信局环节；请选“企业修改”或“审核单位重审”".to_owned())
    },
};

pub(super) const TAKES_IN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.cannot_merge",
    demands: words(
        "并入同批次、同一组织单位、同一或同一控制下企业、审核中或已上报的需求",
        "It is merged into a need of the same round, organiser and enterprise (or one under the same control) that is under review or reported",
    ),
    fails: |case| {
        let id = case.inputs.text(&INTO);
        let found = case.facts.related.iter().find(|other| other.id == id && other.id != case.matter.id);
        let Some(into) = found else { return Some(format!("没有可并入的需求“{id}”；请核对编号")) };
        let (own, other) = (&case.matter.parties, &into.parties);
        if own.round != other.round || own.organiser != other.organiser {
            return Some(format!("需求“{id}”不在同一批次或不由同一单位组织，不能并入"));
        }
        if !TAKING.contains(&into.stage) {
            return Some(format!("需求“{id}”{}，不能并入；请选审核中或已上报的需求", into.stage.chinese()));
        }
        (own.enterprise != other.enterprise && case.facts.text("kin") != "yes")
            .then(|| format!("需求“{id}”属于另一家没有控制关系的企业，不能并入；请分别审核"))
    },
};

pub(super) const OTHER_ROUTE: Guard = Guard {
    clause: clause!("3.1c"),
    force: Must,
    code: "need.route_same",
    demands: words("改为另一渠道，且所在市（地）已登记", "It moves to the other route, and its city is registered"),
    fails: |case| {
        let to_sasac = case.inputs.text(&ROUTE) == SASAC;
        if to_sasac == case.matter.is_sasac() {
            return Some("需求已在所选渠道，无须改变".to_owned());
        }
        (!to_sasac && city(case.matter).is_none())
            .then(|| "企业登记中没有所在市（地），不能改到市（地）渠道；请先补登企业所在地".to_owned())
    },
};

pub(super) const AGREED_TO_ONE_TEXT: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.texts_differ",
    demands: words("审核单位同意的是同一文本", "The reviewers agreed to the same text"),
    fails: |case| {
        let now = text_hash(&case.matter.body);
        let reviews = reviews(&case.matter.body);
        let asked: &[Role] = if case.matter.is_sasac() { &[Sasac] } else { &[CityScience, CityIndustry] };
        let agreed = |role: &&Role| reviews.iter().any(|one| one.role == role.code() && one.hash == now);
        let missing: Vec<&str> = asked.iter().filter(|role| !agreed(role)).map(|role| role.chinese()).collect();
        (!missing.is_empty()).then(|| format!("{}未同意现有文本，不能上报；请退回重审", missing.join("、")))
    },
};

pub(super) const DOCUMENT_NOT_AHEAD: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.document_ahead",
    demands: words("成文日期不晚于今天", "The document is not dated after today"),
    fails: |case| {
        let day = case.inputs.day(&DOCUMENT_DAY).filter(|day| *day > case.today)?;
        Some(format!("成文日期 {day} 晚于今天 {}；请按文件更正", case.today))
    },
};

pub(super) const ONE_DAY_A_DOCUMENT: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.document_of_other_day",
    demands: words("同一文号只有一个成文日期", "One document number has one date"),
    fails: |case| {
        let day = case.inputs.day(&DOCUMENT_DAY)?;
        let other =
            case.facts.related.iter().find_map(|other| other.body.day(&DOCUMENT_DAY).filter(|kept| *kept != day))?;
        let number = case.inputs.text(&DOCUMENT_NUMBER);
        Some(format!("文号“{number}”已登记的成文日期为 {other}，不是 {day}；同一文件请填同一日期，另行文的请换文号"))
    },
};

pub(super) const DOCUMENT_OPEN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.document_closed",
    demands: words("该文号尚未确认上报", "This document number is not reported yet"),
    fails: |case| {
        let reported = case.facts.related.iter().any(|other| other.stage == NeedReported);
        let number = case.inputs.text(&DOCUMENT_NUMBER);
        reported.then(|| format!("文号“{number}”的文件工信局已确认上报，不能再加需求；补报请另行文"))
    },
};

pub(super) const NOBODY_OFFERED: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "need.has_pairs",
    demands: words("没有进行中的推荐人选", "Nobody proposed for it is under way"),
    fails: |case| match case.facts.count("pairs_live") {
        Some(0) => None,
        Some(live) => Some(format!("该需求有 {live} 名推荐人选在办；请先撤销推荐，再退回")),
        None => Some("推荐人选情况未取得，不能退回".to_owned()),
    },
};

/// Posts of the need that nobody fills any more, by the name under which the loader counts who holds one.
pub(super) fn vacant(case: &Case<'_>) -> Option<i64> {
    Some(case.matter.body.whole(&POSTS).unwrap_or(1) - case.facts.count(POSTS_HELD)?)
}

/// Appointments of the need's round that neither ended early nor were given up.
pub const POSTS_HELD: &str = "posts_held";

pub(super) const POST_VACANT: Guard = Guard {
    clause: clause!("5.3a"),
    force: Must,
    code: "need.post_held",
    demands: words(
        "聘任提前终止或未聘任，岗位已空出",
        "The appointment ended early or never began, so the post is free",
    ),
    fails: |case| match vacant(case) {
        Some(vacant) if vacant > 0 => None,
        Some(_) => {
            Some("岗位仍有科技总师，不能再次选派；聘任提前终止备案后可在下一批次续报，新的难题请另起草需求".to_owned())
        }
        None => Some("聘任情况未取得，不能续报".to_owned()),
    },
};
