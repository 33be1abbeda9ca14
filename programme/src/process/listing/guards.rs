//! The conditions of 三（四）.

use super::{
    CAPTURES, CORRECTED_PAIR, DECISION, FROZEN_DAY, GROUP_TOLD_DAY, LIST_HASH, LIST_LINES, LISTING,
    MEETING_DECISION_DAY, MEETING_DECISION_NUMBER, NOTICE_END, NOTICE_START, OBJECTION_PAIR, OBJECTOR,
    OBJECTOR_CONTACT, REMOVAL_TOLD_DAY, SIGN_HASH, SIGNATURES, STRUCK_BY, login, own_notice, pairs_at, period_now,
    received_day, to_publish,
};
use crate::calendar::WorkingCalendar;
use crate::clause;
use crate::finding::Force::{Must, Principle, Warning};
use crate::finding::{Finding, Force, Outcome};
use crate::parameters::Parameters;
use crate::personal_data::scan;
use crate::process::line::{Difference, Line, differences, list_hash};
use crate::process::matter::Matter;
use crate::process::rule::Guard;
use crate::process::vocabulary::Kind;
use crate::process::vocabulary::Stage::{
    self, ListingCountersign, ListingFrozen, ListingReview, ListingSigned, ObjectionReceived, PairHeld, PairListed,
    PairStruck, PairSuggested, RoundCollected,
};
use crate::process::words;
use crate::process::{Case, DOCUMENT_DAY, REASON, round};
use crate::rules::notice::{NoticeFacts, review};
use chrono::{Datelike, NaiveDate};

/// Most names that one sentence lists; the rest is counted.
const NAMED_MAX: usize = 5;
/// Name under which the loader gives the stage of the round's list to acts on pairs; empty when there is no list.
pub const LISTING_STAGE: &str = "listing_stage";
/// Name under which the loader gives what must not be published of the files that go out with a notice, one a line.
pub const FILE_LEAKS: &str = "file_leaks";
/// Name under which the loader gives how many people of the round were suggested, struck ones included.
pub const SUGGESTIONS: &str = "suggestions";
/// Name under which the loader gives how many people of the round are still in talks.
pub const IN_TALKS: &str = "in_talks";
/// The columns that a workbook may be published with, beside the fields of a line.
pub const COLUMNS_BESIDE: [&str; 3] = ["序号", "编号", "市（地）"];

/// Needs are complete before suggestions are merged.
pub const ROUND_COLLECTED: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.round_not_collected",
    demands: words("批次需求已截止，尚未办结", "The round's needs are closed and the round is not concluded"),
    fails: |case| match &case.facts.round {
        Some(round) if round.stage == RoundCollected => None,
        Some(round) => {
            Some(format!("批次现为“{}”，须在“{}”时汇总名单", round.stage.chinese(), RoundCollected.chinese()))
        }
        None => Some("没有指明年度批次，请从批次页面汇总建议名单".to_owned()),
    },
};

/// A second list would let names in that no organiser suggested in time.
pub const ONE_LISTING: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.exists",
    demands: words("每个批次一份名单", "A round has one list"),
    fails: |case| {
        let other = case.facts.related.iter().find(|one| one.kind() == Kind::Listing && one.id != case.matter.id)?;
        Some(format!("本批次已有名单 {}（{}），请在该名单上办理", other.id, other.stage.chinese()))
    },
};

/// There is something to merge.
pub const SUGGESTIONS_THERE: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.no_suggestions",
    demands: words("至少有一名建议人选", "At least one person is suggested"),
    fails: |case| {
        let none = case.facts.count(SUGGESTIONS).unwrap_or_default() == 0;
        none.then(|| "本批次还没有组织单位上报的建议人选，请待两局（国资委）确认意向后汇总".to_owned())
    },
};

/// Whoever is not suggested at the freeze waits for another round.
pub const NOBODY_IN_TALKS: Guard = Guard {
    clause: clause!("3.4a"),
    force: Warning,
    code: "listing.talks_open",
    demands: words("没有仍在对接的人选", "Nobody is still in talks"),
    fails: |case| {
        let open = case.facts.count(IN_TALKS).unwrap_or_default();
        (open > 0).then(|| format!("尚有 {open} 项仍在对接或待确认意向；名单冻结后不能增加，请提醒组织单位"))
    },
};

/// Acts on suggestions belong to the review.
pub const IN_REVIEW: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.not_in_review",
    demands: words("本批次名单在省级审核中", "The round's list is under the province's review"),
    fails: |case| match Stage::parse(case.facts.text(LISTING_STAGE)) {
        Some(ListingReview) => None,
        Some(other) => Some(format!("名单现为“{}”，调减和撤销调减只在名单冻结前办理", other.chinese())),
        None => Some("本批次尚未汇总建议名单，请先办理“汇总建议名单”".to_owned()),
    },
};

/// No suggestion comes or goes once the list is frozen; the database holds the same.
pub const BEFORE_FREEZE: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.frozen",
    demands: words("本批次名单尚未冻结", "The round's list is not frozen yet"),
    fails: |case| match Stage::parse(case.facts.text(LISTING_STAGE)) {
        None | Some(ListingReview) => None,
        Some(other) => Some(format!(
            "本批次名单已冻结（{}），建议人选不能再增减；党组会前可由省科技厅说明理由解冻，之后请列入下一批次",
            other.chinese()
        )),
    },
};

/// A list has a name on it.
pub const SOMEBODY_LEFT: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.empty",
    demands: words("至少保留一名人选", "At least one person is kept"),
    fails: |case| {
        let none = pairs_at(case, &[PairSuggested]).next().is_none();
        none.then(|| "建议人选已全部调减，没有可以冻结的名单；请撤销调减，或退回组织单位重新报送".to_owned())
    },
};

/// Who is not on the list is told why.
pub const STRUCK_WITH_REASONS: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.struck_without_reason",
    demands: words("每个调减都有理由", "Every strike has a reason"),
    fails: |case| {
        let silent = pairs_at(case, &[PairStruck]).filter(|pair| !pair.body.has(&REASON));
        let silent: Vec<String> = silent.map(|pair| pair.title.clone()).collect();
        (!silent.is_empty()).then(|| format!("{}没有调减理由，请补充", named(&silent)))
    },
};

/// Whoever struck a name does not close the judgement alone.
pub const TWO_PERSONS: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.one_person",
    demands: words(
        "冻结人不是调减或撤销调减的经办人",
        "Whoever freezes the list struck nobody from it and put nobody back",
    ),
    fails: |case| {
        let login = login(case);
        let judged = pairs_at(case, &[PairSuggested, PairStruck]).filter(|pair| pair.body.text(&STRUCK_BY) == login);
        let count = judged.count();
        (count > 0).then(|| format!("您调减或撤销调减过 {count} 名人选；名单须两人把关，请由另一位经办人核对后冻结"))
    },
};

/// A line without a name could not be told from another.
pub const COMPLETE: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.incomplete",
    demands: words("每名人选的姓名、单位、企业、需求齐全", "Name, unit, enterprise and need of everybody are complete"),
    fails: |case| {
        let lacking =
            pairs_at(case, &[PairSuggested]).filter(|pair| !case.facts.lines.get(&pair.id).is_some_and(is_complete));
        let lacking: Vec<String> = lacking.map(|pair| format!("{}（{}）", pair.title, pair.id)).collect();
        (!lacking.is_empty()).then(|| format!("{}的姓名、单位、企业或需求名称不全，请补充登记信息", named(&lacking)))
    },
};

fn is_complete(line: &Line) -> bool {
    [&line.person, &line.name, &line.unit, &line.enterprise_code, &line.enterprise, &line.need, &line.need_title]
        .iter()
        .all(|field| !field.trim().is_empty())
}

/// 2.1.1, 2.3.1: conditions and conflicts hold on the day of the list.
pub const ELIGIBLE: Guard = Guard {
    clause: clause!("2.3.1(4)"),
    force: Must,
    code: "listing.not_eligible",
    demands: words(
        "列入名单时人选、企业条件和持股回避均符合",
        "On the day of the list, people, enterprises and holdings meet the conditions",
    ),
    fails: |case| {
        let broken = judged(case, |finding| finding.outcome == Outcome::Broken && is_must(finding));
        (!broken.is_empty()).then(|| format!("{}；请调减或更正后再冻结", named(&broken)))
    },
};

/// What no register answers, somebody answers in writing.
pub const VERIFIED: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Principle,
    code: "listing.unverified",
    demands: words("列入名单时各项条件均已核实", "On the day of the list every condition was checked"),
    fails: |case| {
        let open = judged(case, |finding| finding.outcome == Outcome::Unknown && finding.force == Must);
        (!open.is_empty()).then(|| format!("{}；请补充登记信息", named(&open)))
    },
};

fn is_must(finding: &Finding) -> bool {
    matches!(finding.force, Force::Must | Force::Declare)
}

/// One sentence for each suggested pair with such a finding.
fn judged(case: &Case<'_>, which: impl Fn(&Finding) -> bool) -> Vec<String> {
    let sentence = |pair: &Matter| {
        let found = case.facts.findings_of.get(&pair.id).into_iter().flatten().find(|finding| which(finding))?;
        let who = case.facts.lines.get(&pair.id).map_or_else(|| pair.title.clone(), Line::who);
        Some(format!("{who}：{}", found.explanation()))
    };
    pairs_at(case, &[PairSuggested]).filter_map(sentence).collect()
}

/// The party group decides on what lies before it.
pub const MEETING_AFTER_FREEZE: Guard = Guard {
    clause: clause!("3.4b"),
    force: Must,
    code: "meeting.before_freeze",
    demands: words(
        "党组会在名单冻结之后（含当日）、不晚于今天",
        "The party group met on or after the day of the freeze and not after today",
    ),
    fails: |case| {
        let held = case.inputs.day(&MEETING_DECISION_DAY)?;
        let frozen = case.matter.body.day(&FROZEN_DAY)?;
        if held < frozen {
            return Some(format!("党组会日期 {held} 早于名单冻结日 {frozen}；会议审定的须是冻结的名单，请核对日期"));
        }
        (held > case.today).then(|| format!("党组会日期 {held} 晚于今天 {}，请在会后登记", case.today))
    },
};

/// Anything but a removal differs visibly from what was frozen, and stops.
pub const INTACT: Guard = Guard {
    clause: clause!("3.4b"),
    force: Must,
    code: "listing.changed",
    demands: words("名单与冻结的名单一致（只可减少）", "The list is the frozen one, or shorter"),
    fails: |case| {
        let frozen = case.matter.body.list(&LIST_LINES);
        if list_hash(frozen) != case.matter.body.text(&LIST_HASH) {
            return Some("冻结名单与其哈希不一致，记录可能被改动，请联系审计管理员核查".to_owned());
        }
        let found: Vec<String> = changes(case).iter().map(Difference::in_chinese).collect();
        (!found.is_empty())
            .then(|| format!("{}；与党组会审定的名单不一致，请恢复登记信息，或办理“更正名单信息”", named(&found)))
    },
};

/// How the names that are not out yet differ from the frozen list, removals apart.
fn changes(case: &Case<'_>) -> Vec<Difference> {
    let now = pairs_at(case, &[PairListed, PairHeld]);
    let now: Vec<String> =
        now.map(|pair| case.facts.lines.get(&pair.id).map_or_else(|| pair.id.clone(), Line::text)).collect();
    let mut found = differences(case.matter.body.list(&LIST_LINES), &now);
    found.retain(|difference| !matches!(difference, Difference::Removed(_)));
    found
}

/// A removal after the freeze is made where it cannot slip past a signature.
pub const REMOVABLE: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "listing.signing",
    demands: words(
        "名单不在会签中；冻结后、党组会前先解冻",
        "The list is not being signed; between freeze and meeting it is unfrozen first",
    ),
    fails: |case| match Stage::parse(case.facts.text(LISTING_STAGE)) {
        Some(stage @ (ListingCountersign | ListingSigned)) => {
            Some(format!("名单现为“{}”，移出会使会签失效，请先退回会签", stage.chinese()))
        }
        Some(ListingFrozen) => Some("名单待党组会审定，请先说明理由解冻，再调减".to_owned()),
        _ => None,
    },
};

/// What the meeting decided upon is reduced with its knowledge (reading 22, also where nobody objected).
pub const REMOVAL_TOLD: Guard = Guard {
    clause: clause!("3.4b"),
    force: Must,
    code: "listing.group_not_told",
    demands: words("已报告党组，报告日期不晚于今天", "The party group was told, not after today"),
    fails: |case| {
        let told = case.inputs.day(&REMOVAL_TOLD_DAY).filter(|told| *told > case.today)?;
        Some(format!("报告党组日期 {told} 晚于今天 {}，请先报告再移出", case.today))
    },
};

/// Only what really differs is corrected, and the person and the need stay who and what they were.
pub const CORRECTION_REAL: Guard = Guard {
    clause: clause!("3.4c"),
    force: Must,
    code: "listing.nothing_to_correct",
    demands: words(
        "该人选的登记信息与冻结名单不同，且人选、企业、需求未更换",
        "The register differs from the frozen line, and person, enterprise and need are the same",
    ),
    fails: |case| {
        let pair = case.inputs.text(&CORRECTED_PAIR);
        let Some((was, now)) = frozen_change(case, pair) else {
            return Some(format!("{pair} 的登记信息与冻结名单没有不同，不需要更正"));
        };
        let same = was.person == now.person && was.need == now.need && was.enterprise_code == now.enterprise_code;
        (!same).then(|| "更换人选、企业或需求属于增加，不能更正；请移出名单，列入下一批次".to_owned())
    },
};

/// The frozen line of a name that is not out yet, and what the registers say instead.
fn frozen_change(case: &Case<'_>, pair: &str) -> Option<(Line, Line)> {
    let mut changed = changes(case).into_iter().filter_map(|difference| match difference {
        Difference::Changed(was, now) => Line::parse(&was).zip(Line::parse(&now)),
        _ => None,
    });
    changed.find(|(was, _)| was.pair == pair)
}

/// 3.4b: the meeting comes before the notice.
pub const MEETING_HELD: Guard = Guard {
    clause: clause!("3.4b"),
    force: Must,
    code: "notice.before_meeting",
    demands: words("已登记党组会日期和纪要文号", "The day and the minutes of the party group's meeting are recorded"),
    fails: |case| {
        let body = &case.matter.body;
        let held = body.has(&MEETING_DECISION_DAY) && body.has(&MEETING_DECISION_NUMBER);
        (!held).then(|| "尚未登记党组会日期和纪要文号，请先登记党组会决定".to_owned())
    },
};

/// P1: nothing is published without an impact assessment.
pub const IMPACT_ASSESSED: Guard = Guard { code: "notice.no_impact_assessment", ..round::IMPACT_ASSESSED };

/// PIPL 25: the permitted fields hold nothing else.
pub const CLEAN: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "notice.personal_data",
    demands: words(
        "公开栏目和附件中没有身份证号、手机号、邮箱、银行卡号、出生日期，附件没有公开栏目以外的列",
        "What is published, files included, has no identity, telephone or card number, e-mail or birth date, and no further columns",
    ),
    fails: |case| {
        let lines = pairs_at(case, &[PairListed, PairHeld]).filter_map(|pair| case.facts.lines.get(&pair.id));
        let of_files = case.facts.text(FILE_LEAKS).lines().map(str::to_owned);
        let leaks: Vec<String> =
            lines.flat_map(leaks_of).chain(title_leak(&case.matter.title)).chain(of_files).collect();
        (!leaks.is_empty()).then(|| format!("{}；公开前请在登记信息中删去，附件请删去后重新上传", named(&leaks)))
    },
};

fn leaks_of(line: &Line) -> Vec<String> {
    let who = line.who();
    let found =
        line.published().into_iter().flat_map(|(label, text)| scan(text).into_iter().map(move |leak| (label, leak)));
    found.map(|(label, leak)| format!("{who}的“{label}”含{}（{}）", leak.kind.chinese(), leak.masked)).collect()
}

fn title_leak(title: &str) -> Option<String> {
    scan(title).first().map(|leak| format!("标题含{}（{}）", leak.kind.chinese(), leak.masked))
}

/// Recomputing without a change would only fill the history.
pub const END_CHANGES: Guard = Guard {
    clause: clause!("3.4c"),
    force: Must,
    code: "notice.unchanged",
    demands: words(
        "按现行日历，截止日须延长或不再是暂定",
        "By the present calendar the last day is later, or no longer provisional",
    ),
    fails: |case| {
        let period = period_now(case)?;
        let body = &case.matter.body;
        let same = body.day(&NOTICE_END) == Some(period.last_day)
            && body.flag(&super::NOTICE_PROVISIONAL) == period.is_provisional();
        same.then(|| format!("按现行日历截止日仍为 {}，不需要重算；公示期只延不缩", period.last_day))
    },
};

/// 3.4c: the last day has fully passed.
pub const STOOD_LONG_ENOUGH: Guard = Guard {
    clause: clause!("3.4c"),
    force: Must,
    code: "notice.too_short",
    demands: words(
        "公示满规定的工作日，最后一日二十四时已过",
        "The notice stood for the working days required, and its last day has fully passed",
    ),
    fails: |case| {
        let Some(period) = period_now(case) else { return Some("尚未发布公示".to_owned()) };
        if case.today > period.last_day {
            return None;
        }
        let closed = case.today.pred_opt().map(|yesterday| yesterday.max(period.published));
        let facts = NoticeFacts { published: Some(period.published), closed };
        let broken = review(&facts, case.parameters, case.calendar)
            .into_iter()
            .find(|finding| finding.outcome == Outcome::Broken && finding.force == Must);
        let told = format!("公示截止日为 {}，二十四时未过，最早 {} 办理", period.last_day, period.earliest_next_step);
        Some(broken.map_or(told, |finding| finding.explanation().to_owned()))
    },
};

/// A provisional last day is looked at by somebody.
pub const ARRANGEMENT_ANNOUNCED: Guard = Guard {
    clause: clause!("3.4c"),
    force: Warning,
    code: "notice.provisional",
    demands: words("公示期所在年份的放假安排已载入", "The holidays of the notice's years are loaded"),
    fails: |case| {
        let period = period_now(case)?;
        let year = period.provisional_years.last()?;
        Some(format!("{year} 年放假安排尚未载入，截止日按法定节假日推算，请核对"))
    },
};

/// The notice was up without gaps.
pub const CAPTURED: Guard = Guard {
    clause: clause!("3.4c"),
    force: Warning,
    code: "notice.not_captured",
    demands: words("公示期内每天都有页面留存", "The page was kept on every day of the notice"),
    fails: |case| {
        let (first, last) = (case.matter.body.day(&NOTICE_START)?, case.matter.body.day(&NOTICE_END)?);
        let days = first.iter_days().take_while(|day| *day <= last);
        let missing = days.filter(|day| !is_captured(case.matter, *day)).count();
        (missing > 0).then(|| format!("公示期内有 {missing} 天没有页面留存，请说明公示是否持续"))
    },
};

/// One capture a day suffices.
pub const NOT_CAPTURED_TODAY: Guard = Guard {
    clause: clause!("3.4c"),
    force: Must,
    code: "notice.captured_today",
    demands: words("当天尚未留存", "The page was not kept yet today"),
    fails: |case| is_captured(case.matter, case.today).then(|| format!("{} 已留存公示页面，每天留存一次", case.today)),
};

/// Captures carry the moment in universal time; a day is one of the province.
fn is_captured(listing: &Matter, day: NaiveDate) -> bool {
    listing.body.list(&CAPTURES).iter().any(|entry| capture_day(entry) == Some(day))
}

/// The date in the province of a capture.
pub fn capture_day(entry: &str) -> Option<NaiveDate> {
    let moment = entry.split('|').next()?.parse::<chrono::DateTime<chrono::Utc>>().ok()?;
    Some((moment + chrono::TimeDelta::hours(8)).date_naive())
}

/// 3.4d: no real-name objection lies unread when names go out.
pub const OBJECTIONS_SIFTED: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.unread",
    demands: words("实名异议均已决定是否受理", "Every real-name objection was accepted or dismissed"),
    fails: |case| {
        let unread = case.facts.related.iter().filter(|one| one.stage == ObjectionReceived);
        let unread: Vec<String> = unread.map(|objection| objection.id.clone()).collect();
        (!unread.is_empty())
            .then(|| format!("实名异议 {}尚未决定是否受理，请先受理（该人选暂缓）或不予受理", named(&unread)))
    },
};

/// There is a name to sign for.
pub const SOMEBODY_TO_PUBLISH: Guard = Guard {
    clause: clause!("3.4e"),
    force: Must,
    code: "listing.nobody_to_publish",
    demands: words("至少有一名人选可以公布", "At least one person can be published"),
    fails: |case| {
        let held = pairs_at(case, &[PairHeld]).count();
        to_publish(case).is_empty().then(|| {
            format!("没有可以公布的人选：异议暂缓 {held} 名，其余已公布、已移出或更正后仍在公示；请待异议决定、公示期满后办理")
        })
    },
};

/// 3.4e: all four sign and publish one and the same list.
pub const SAME_HASH: Guard = Guard {
    clause: clause!("3.4e"),
    force: Must,
    code: "listing.hash_differs",
    demands: words(
        "当前可公布的名单与送会签的名单哈希一致",
        "What can be published now has the hash of what is being signed",
    ),
    fails: |case| {
        let (signed, now) = (case.matter.body.text(&SIGN_HASH), list_hash(&to_publish(case)));
        let found = differences(case.matter.body.list(&super::SIGN_LINES), &to_publish(case));
        let found: Vec<String> = found.iter().map(Difference::in_chinese).collect();
        (signed != now).then(|| format!("名单与送会签时不同（{}）；请退回会签，重新送签", named(&found)))
    },
};

/// Four independent signatures on one hash.
pub const FOUR_SIGNED: Guard = Guard {
    clause: clause!("3.4e"),
    force: Must,
    code: "listing.not_countersigned",
    demands: words("四部门对同一哈希会签", "All four departments signed the same hash"),
    fails: |case| {
        let hash = case.matter.body.text(&SIGN_HASH);
        let signed = |role: crate::access::Role| {
            case.matter
                .body
                .list(&SIGNATURES)
                .iter()
                .any(|entry| entry.split('|').next() == Some(role.code()) && entry.rsplit('|').next() == Some(hash))
        };
        let open = ListingCountersign.waits().iter().filter(|role| !signed(**role));
        let open: Vec<&str> = open.map(|role| role.chinese()).collect();
        (!open.is_empty()).then(|| format!("尚未会签：{}，请待其会签后公布", open.join("、")))
    },
};

/// The document is not older than the notice that it rests on.
pub const DOCUMENT_AFTER_NOTICE: Guard = Guard {
    clause: clause!("3.4e"),
    force: Must,
    code: "publication.before_notice_end",
    demands: words(
        "成文日期在公示期满之后、不晚于今天",
        "The document is dated after the notice ended and not after today",
    ),
    fails: |case| {
        let day = case.inputs.day(&DOCUMENT_DAY)?;
        let end = case.matter.body.day(&NOTICE_END)?;
        if day <= end {
            return Some(format!("成文日期 {day} 不晚于公示截止日 {end}；公布须在公示期满之后，请核对"));
        }
        (day > case.today).then(|| format!("成文日期 {day} 晚于今天 {}，请核对", case.today))
    },
};

/// An objection is to somebody on the list.
pub const NAME_ON_LIST: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.unknown_name",
    demands: words("异议人选在公示名单上，尚未公布", "The person objected to is on the noticed list and not published"),
    fails: |case| named_pair(case).is_none().then(|| "公示名单上没有这名人选，请从名单中选择".to_owned()),
};

/// The pair that an objection is filed against, while it is on the list and not out.
fn named_pair<'a>(case: &Case<'a>) -> Option<&'a Matter> {
    let listing = case.facts.parent.as_ref()?;
    let named = case.inputs.text(&OBJECTION_PAIR);
    pairs_at(case, &[PairListed, PairHeld]).find(|pair| pair.id == named && pair.body.text(&LISTING) == listing.id)
}

/// What the list says of the name that an objection is filed against.
pub(super) fn named_line<'a>(case: &Case<'a>) -> Option<&'a Line> {
    case.facts.lines.get(&named_pair(case)?.id)
}

/// There is nothing to object to before names are noticed; told beside the button of the list.
pub const NOTICED: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.not_noticed",
    demands: words("名单已经公示", "The list has been noticed"),
    fails: |case| {
        let Some(listing) = &case.facts.parent else {
            return Some("没有指明公示，请从公示页面提出异议".to_owned());
        };
        (!listing.body.has(&NOTICE_START)).then(|| "名单尚未公示，公示后方可提出异议".to_owned())
    },
};

/// Objections are taken within the notice, that of the list or that of a corrected name.
pub const IN_PERIOD: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.outside_notice",
    demands: words("在公示期内收到", "It came within the period of the notice"),
    fails: |case| {
        let listing = case.facts.parent.as_ref()?;
        let (first, last) = listing.body.day(&NOTICE_START).zip(listing.body.day(&NOTICE_END))?;
        let day = received_day(case);
        if day > case.today {
            return Some(format!("收到日期 {day} 晚于今天 {}，请核对", case.today));
        }
        let own = own_notice(listing, case.inputs.text(&OBJECTION_PAIR));
        let within =
            [Some((first, last)), own].into_iter().flatten().any(|(first, last)| (first..=last).contains(&day));
        (!within).then(|| format!("公示期为 {first} 至 {last}，{day} 不在公示期内；此后反映问题，请直接与省科技厅联系"))
    },
};

/// A name that is out cannot be held back.
pub const NAME_UNPUBLISHED: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.name_is_out",
    demands: words("异议人选尚未公布、未移出", "The person objected to is neither published nor removed"),
    fails: |case| {
        let named = case.matter.body.text(&OBJECTION_PAIR);
        let open = pairs_at(case, &[PairListed, PairHeld]).any(|pair| pair.id == named);
        (!open).then(|| "该人选已公布或已移出名单，不能再暂缓；请按不予受理答复，另行处理".to_owned())
    },
};

/// A name struck after the meeting is told to the party group (reading 22).
pub const GROUP_TOLD: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.group_not_told",
    demands: words(
        "异议成立、取消人选的，已报告党组",
        "The party group was told of a person who is removed because an objection was upheld",
    ),
    fails: |case| {
        if case.inputs.text(&DECISION) != "upheld" {
            return None;
        }
        match case.inputs.day(&GROUP_TOLD_DAY) {
            None => Some("异议成立即取消党组会审定的人选，请先报告党组并填写报告日期".to_owned()),
            Some(day) if day > case.today => Some(format!("报告党组日期 {day} 晚于今天 {}，请核对", case.today)),
            Some(_) => None,
        }
    },
};

/// The reason is read by unit and organiser: it tells nobody who objected.
pub const OBJECTOR_UNNAMED: Guard = Guard {
    clause: clause!("3.4d"),
    force: Must,
    code: "objection.objector_named",
    demands: words("理由中没有异议人的姓名和联系方式", "The reason names neither the objector nor how to reach them"),
    fails: |case| {
        let reason = case.inputs.text(&REASON);
        let tells = [&OBJECTOR, &OBJECTOR_CONTACT].into_iter().find(|field| {
            let identity = case.facts.text(field.key).trim();
            !identity.is_empty() && reason.contains(identity)
        })?;
        Some(format!("理由中写有异议人的{}，单位和组织单位会看到，请删去", tells.chinese))
    },
};

/// Names in one sentence, the first few; the rest is counted.
fn named(names: &[String]) -> String {
    let shown = names.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join("、");
    if names.len() > NAMED_MAX { format!("{shown} 等 {} 项", names.len()) } else { shown }
}

/// A day of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeDay {
    /// The day.
    pub day: NaiveDate,
    /// Which of the working days it is, from 1; nothing when it does not count.
    pub counted: Option<usize>,
}

/// The days of a notice from that of publication to the last, for the page that prints the calendar. Whether the day of
/// publication counts, the policy of the round says.
pub fn notice_days(listing: &Matter, calendar: &WorkingCalendar, parameters: &Parameters) -> Vec<NoticeDay> {
    let Some((first, last)) = listing.body.day(&NOTICE_START).zip(listing.body.day(&NOTICE_END)) else {
        return Vec::new();
    };
    let mut number = 0;
    let days = first.iter_days().take_while(|day| *day <= last && day.year() < 9999);
    days.map(|day| {
        let counts = calendar.is_working_day(day) && (day > first || parameters.notice_first_day_counts);
        number += usize::from(counts);
        NoticeDay { day, counted: counts.then_some(number) }
    })
    .collect()
}
