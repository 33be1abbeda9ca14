//! 三（四） The list: only reduced, frozen by hash, decided by the party group, noticed, objected to, countersigned, published.
//!
//! Readings. One list a round: what is suggested after the freeze waits for the next round. Whoever struck a name does not
//! freeze the list (two persons); without a strike nothing was judged and one person suffices. After the freeze a name may
//! still be removed; a corrected name is noticed again by itself while the others go on; a name held by an objection is
//! published later, under its own four signatures. The frozen hash stays; each later list names its difference.

pub mod guards;
#[cfg(test)]
mod tests;

use super::decide::{Case, Change, Doer};
use super::field::Field;
use super::line::{Line, list_hash};
use super::matter::Matter;
use super::rule::By::{Account, Act, Clock, Public};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AcceptObjection, AnswerObjection, CaptureNotice, CloseNotice, CorrectLine, DecideObjection, DismissObjection,
    FileObjection, FreezeListing, GrantOverride, HoldPair, InvestigateObjection, ListPair, OpenAppointment,
    OpenListing, PublishListing, PublishPair, RecomputeNotice, RecordMeetingDecision, ReleasePair, RemoveListed,
    ReturnListing, SignListing, StartNotice, StrikeListed, StrikePair, SubmitHeld, SubmitListing, UnfreezeListing,
    UnlistPair, UnstrikePair,
};
use super::vocabulary::Kind;
use super::vocabulary::Stage::{
    self, ListingApproved, ListingCountersign, ListingFrozen, ListingNotice, ListingNoticed, ListingPublished,
    ListingReview, ListingSigned, ObjectionAccepted, ObjectionAnswered, ObjectionClosed, ObjectionDecided,
    ObjectionInvestigated, ObjectionLead, ObjectionReceived, PairHeld, PairListed, PairPublished, PairStruck,
    PairSuggested,
};
use super::words::words;
use super::{
    DOCUMENT_DAY, DOCUMENT_NUMBER, OVERRIDE_REASON, OVERRIDES, REASON, keep_override, override_entry, round,
    rule_to_let_go,
};
use crate::access::Role::{AuditAdministrator, EducationDepartment, IndustryDepartment, Province, Sasac};
use crate::calendar::NoticePeriod;
use crate::clause;
use crate::finding::Force::{Must, Principle};
use chrono::NaiveDate;
use guards as g;

/// The list that a pair is put on; given by the act that freezes the list.
pub const LISTING: Field = Field::kept("listing", "名单");
/// The frozen list, one [`Line`] each, by the ids of the pairs.
pub const LIST_LINES: Field = Field::kept("list_lines", "冻结名单");
/// SM3 of the frozen list.
pub const LIST_HASH: Field = Field::kept("list_hash", "名单哈希（SM3）");
/// Day of the freeze.
pub const FROZEN_DAY: Field = Field::kept("frozen_day", "冻结日期");
/// Login of whoever froze it.
pub const FROZEN_BY: Field = Field::kept("frozen_by", "冻结人");
/// Login of whoever struck a name last.
pub const STRUCK_BY: Field = Field::kept("struck_by", "调减人");
/// Day on which a name was struck.
pub const STRUCK_DAY: Field = Field::kept("struck_day", "调减日期");
/// Day of the party group's meeting.
pub const MEETING_DECISION_DAY: Field = Field::day("meeting_decision_day", "党组会日期").required();
/// Number of the meeting's document.
pub const MEETING_DECISION_NUMBER: Field = Field::line("meeting_decision_number", "会议纪要文号").required();
/// Day on which the notice went up: that of the act.
pub const NOTICE_START: Field = Field::kept("notice_start", "公示发布日");
/// Its last day, computed; it ends at 24:00.
pub const NOTICE_END: Field = Field::kept("notice_end", "公示截止日");
/// Whether its last day rests on an arrangement that is not announced.
pub const NOTICE_PROVISIONAL: Field = Field::kept("notice_provisional", "截止日为暂定");
/// What the public page stated, day by day: `moment|SM3`.
pub const CAPTURES: Field = Field::kept("captures", "公示页面留存");
/// Corrected names noticed by themselves: `pair|first day|last day`.
pub const OWN_NOTICES: Field = Field::kept("own_notices", "更正后单独公示");
/// Corrections after the freeze: `day|login|was|is|reason`.
pub const CORRECTIONS: Field = Field::kept("corrections", "更正记录");
/// The pair whose line is corrected.
pub const CORRECTED_PAIR: Field = Field::line("corrected_pair", "更正人选编号").required().hint(
    "先在登记信息中更正，再在此确认；人选和需求本身不能更换",
    "Correct the register first, then confirm here; person and need cannot be replaced",
);
/// The names that the four departments sign.
pub const SIGN_LINES: Field = Field::kept("sign_lines", "会签名单");
/// SM3 of the names that the four departments sign.
pub const SIGN_HASH: Field = Field::kept("sign_hash", "会签名单哈希（SM3）");
/// Every signature: `role|login|day|SM3`.
pub const SIGNATURES: Field = Field::kept("signatures", "会签记录");
/// Every publication: `number|day|SM3|names`.
pub const PUBLICATIONS: Field = Field::kept("publications", "公布记录");
/// The names published, in the order of the publications.
pub const PUBLISHED_LINES: Field = Field::kept("published_lines", "已公布名单");
/// Document under which a pair was published.
pub const PUBLISHED_NUMBER: Field = Field::kept("published_number", "公布文号");
/// Day on which a pair was published.
pub const PUBLISHED_DAY: Field = Field::kept("published_day", "公布日期");
/// Real name of the objector; empty is anonymous.
pub const OBJECTOR: Field = Field::line("objector", "异议人姓名").seen_by(&[Province]).sealed().hint(
    "实名异议须填姓名和联系方式，加密保存；匿名的按线索处理",
    "A real-name objection states name and contact, kept encrypted; an anonymous one is taken as a lead",
);
/// How the objector is reached.
pub const OBJECTOR_CONTACT: Field = Field::line("objector_contact", "联系方式").seen_by(&[Province]).sealed().hint(
    "电话、邮箱或通信地址，加密保存，仅省科技厅可见",
    "Telephone, e-mail or address, kept encrypted, seen by the province alone",
);
/// Facts and evidence.
pub const OBJECTION_FACTS: Field = Field::text("objection_facts", "异议事实和依据").required();
/// The pair it concerns.
pub const OBJECTION_PAIR: Field = Field::line("objection_pair", "异议人选").required();
/// Day on which it came; letters are entered later.
pub const RECEIVED_DAY: Field = Field::day("received_day", "收到日期")
    .hint("来信来访登记时填写；网上提交为当日", "For letters and visits; online it is today");
/// SM3 of the code with which the objector asks where the objection stands. For nobody to read: the one role named reaches
/// no objection.
pub const TRACKING_HASH: Field = Field::kept("tracking_hash", "查询码摘要").seen_by(&[AuditAdministrator]);
/// What was found.
pub const FINDINGS: Field = Field::text("findings", "调查情况").required();
/// How it was decided.
pub const DECISION: Field =
    Field::choice("decision", "处理决定", &[("upheld", "异议成立"), ("not_upheld", "异议不成立")]).required();
/// Day on which the party group was told of a name struck after its meeting.
pub const GROUP_TOLD_DAY: Field = Field::day("group_told_day", "报告党组日期")
    .hint("异议成立、取消人选的须填写", "Required when an objection is upheld and the person is removed");
/// The same for a name that is removed without an objection.
pub const REMOVAL_TOLD_DAY: Field = Field::day("removal_told_day", "报告党组日期")
    .required()
    .hint("党组会审定后移出人选，须先报告党组", "After the party group's decision it is told first");
/// What was answered.
pub const ANSWER: Field = Field::text("answer", "答复内容").required();

/// The rows of 三（四）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.4a"), Must, OpenListing)
        .to(ListingReview)
        .by(&[Account(Province)])
        .guards(&[&g::ROUND_COLLECTED, &g::ONE_LISTING, &g::SUGGESTIONS_THERE, &g::NOBODY_IN_TALKS])
        .effect(entitle),
    rule(clause!("3.4a"), Must, StrikePair)
        .from(&[PairSuggested])
        .to(PairStruck)
        .by(&[Account(Province)])
        .guards(&[&g::IN_REVIEW])
        .fields(&[&REASON])
        .effect(note_striker)
        .undoable(),
    rule(clause!("3.4a"), Principle, UnstrikePair)
        .from(&[PairStruck])
        .to(PairSuggested)
        .by(&[Account(Province)])
        .guards(&[&g::IN_REVIEW])
        .fields(&[&REASON])
        .effect(unstrike),
    rule(clause!("3.4a"), Principle, GrantOverride)
        .from(&[ListingReview])
        .by(&[Account(Province)])
        .fields(&[&LET_GO, &OVERRIDE_REASON])
        .effect(keep_override),
    rule(clause!("3.4a"), Must, FreezeListing)
        .from(&[ListingReview])
        .to(ListingFrozen)
        .by(&[Account(Province)])
        .guards(&[
            &g::SOMEBODY_LEFT,
            &g::STRUCK_WITH_REASONS,
            &g::TWO_PERSONS,
            &g::COMPLETE,
            &g::ELIGIBLE,
            &g::VERIFIED,
            &g::NOBODY_IN_TALKS,
        ])
        .effect(freeze)
        .then(&[Follow { action: ListPair, on: Target::SuggestedPairs }]),
    rule(clause!("3.4a"), Must, ListPair)
        .from(&[PairSuggested])
        .to(PairListed)
        .by(&[Act])
        .effect(|case, change| change.set(&LISTING, case.inputs.text(&LISTING))),
    rule(clause!("3.4b"), Must, UnfreezeListing)
        .from(&[ListingFrozen])
        .to(ListingReview)
        .by(&[Account(Province)])
        .fields(&[&REASON])
        .effect(|_, change| forget(change, &[&LIST_LINES, &LIST_HASH, &FROZEN_DAY, &FROZEN_BY]))
        .then(&[Follow { action: UnlistPair, on: Target::ListedPairs }]),
    rule(clause!("3.4b"), Must, UnlistPair)
        .from(&[PairListed])
        .to(PairSuggested)
        .by(&[Act])
        .effect(|_, change| change.body.clear(&LISTING)),
    rule(clause!("3.4b"), Must, RecordMeetingDecision)
        .from(&[ListingFrozen])
        .to(ListingApproved)
        .by(&[Account(Province)])
        .guards(&[&g::MEETING_AFTER_FREEZE, &g::INTACT])
        .fields(&[&MEETING_DECISION_DAY, &MEETING_DECISION_NUMBER]),
    rule(clause!("3.4a"), Must, RemoveListed)
        .from(&[PairListed])
        .to(PairStruck)
        .by(&[Account(Province)])
        .guards(&[&g::REMOVABLE, &g::REMOVAL_TOLD])
        .fields(&[&REASON, &REMOVAL_TOLD_DAY])
        .effect(note_striker),
    rule(clause!("3.4c"), Must, CorrectLine)
        .from(&[ListingApproved, ListingNotice, ListingNoticed, ListingPublished])
        .by(&[Account(Province)])
        .guards(&[&g::CORRECTION_REAL, &g::CLEAN])
        .fields(&[&CORRECTED_PAIR, &REASON])
        .effect(correct),
    rule(clause!("3.4c"), Must, StartNotice)
        .from(&[ListingApproved])
        .to(ListingNotice)
        .by(&[Account(Province)])
        .guards(&[&g::MEETING_HELD, &g::IMPACT_ASSESSED, &g::INTACT, &g::CLEAN])
        .effect(start_notice)
        .due(words("公示截止日（二十四时）", "last day of the notice (24:00)"), |case| {
            Some(period_from(case, case.today).last_day)
        }),
    rule(clause!("3.4c"), Must, RecomputeNotice)
        .from(&[ListingNotice])
        .by(&[Account(Province), Clock])
        .guards(&[&g::END_CHANGES])
        .effect(recompute),
    rule(clause!("3.4c"), Must, CloseNotice)
        .from(&[ListingNotice])
        .to(ListingNoticed)
        .by(&[Account(Province), Clock])
        .guards(&[&g::STOOD_LONG_ENOUGH, &g::ARRANGEMENT_ANNOUNCED, &g::CAPTURED]),
    rule(clause!("3.4c"), Must, CaptureNotice)
        .from(&[ListingNotice])
        .by(&[Account(Province), Clock])
        .guards(&[&g::NOT_CAPTURED_TODAY])
        .effect(capture),
    rule(clause!("3.4e"), Must, SubmitListing)
        .from(&[ListingNoticed])
        .to(ListingCountersign)
        .by(&[Account(Province)])
        .guards(&[&g::INTACT, &g::OBJECTIONS_SIFTED, &g::SOMEBODY_TO_PUBLISH, &g::CLEAN])
        .effect(submit),
    rule(clause!("3.4e"), Must, SubmitHeld)
        .from(&[ListingPublished])
        .to(ListingCountersign)
        .by(&[Account(Province)])
        .guards(&[&g::INTACT, &g::OBJECTIONS_SIFTED, &g::SOMEBODY_TO_PUBLISH, &g::CLEAN])
        .effect(submit),
    rule(clause!("3.4e"), Must, SignListing)
        .from(&[ListingCountersign])
        .leading(To::All(ListingSigned))
        .by(FOUR)
        .guards(&[&g::SAME_HASH])
        .effect(sign),
    rule(clause!("3.4e"), Must, ReturnListing)
        .from(&[ListingCountersign, ListingSigned])
        .leading(To::Chosen(&[ListingNoticed, ListingPublished], |case| {
            if case.matter.body.has(&PUBLICATIONS) { ListingPublished } else { ListingNoticed }
        }))
        .by(FOUR)
        .fields(&[&REASON])
        .effect(drop_signatures),
    rule(clause!("3.4e"), Must, PublishListing)
        .from(&[ListingSigned])
        .to(ListingPublished)
        .by(&[Account(Province)])
        .guards(&[
            &g::FOUR_SIGNED,
            &g::SAME_HASH,
            &g::OBJECTIONS_SIFTED,
            &g::IMPACT_ASSESSED,
            &g::CLEAN,
            &g::DOCUMENT_AFTER_NOTICE,
        ])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .effect(publish)
        .then(&[Follow { action: PublishPair, on: Target::ListedPairs }]),
    rule(clause!("3.4e"), Must, PublishPair)
        .from(&[PairListed])
        .to(PairPublished)
        .by(&[Act])
        .effect(|case, change| {
            change.set(&PUBLISHED_NUMBER, case.inputs.text(&DOCUMENT_NUMBER));
            change.set(&PUBLISHED_DAY, case.inputs.text(&DOCUMENT_DAY));
        })
        .then(&[Follow { action: OpenAppointment, on: Target::New }]),
    rule(clause!("3.4d"), Must, FileObjection)
        .leading(To::Chosen(&[ObjectionReceived, ObjectionLead], received))
        .by(&[Public, Account(Province)])
        .guards(&[&g::NOTICED, &g::NAME_ON_LIST, &g::IN_PERIOD])
        .fields(&[&OBJECTION_PAIR, &OBJECTION_FACTS, &OBJECTOR, &OBJECTOR_CONTACT, &RECEIVED_DAY, &TRACKING_HASH])
        .effect(receive)
        .due(words("受理时限", "time to accept"), |case| {
            Some(within(case, case.parameters.objection_accept_workdays))
        }),
    rule(clause!("3.4d"), Must, AcceptObjection)
        .from(&[ObjectionReceived])
        .to(ObjectionAccepted)
        .by(&[Account(Province)])
        .guards(&[&g::NAME_UNPUBLISHED])
        .due(words("查清时限", "time to investigate"), |case| {
            Some(within(case, case.parameters.objection_decide_workdays))
        })
        .then(HOLD),
    rule(clause!("3.4d"), Must, AcceptObjection)
        .from(&[ObjectionLead])
        .to(ObjectionAccepted)
        .by(&[Account(Province)])
        .guards(&[&g::NAME_UNPUBLISHED])
        .fields(&[&CHECKABLE])
        .due(words("查清时限", "time to investigate"), |case| {
            Some(within(case, case.parameters.objection_decide_workdays))
        })
        .then(HOLD),
    rule(clause!("3.4d"), Must, DismissObjection)
        .from(&[ObjectionReceived, ObjectionLead])
        .to(ObjectionClosed)
        .by(&[Account(Province)])
        .guards(&[&g::OBJECTOR_UNNAMED])
        .fields(&[&REASON]),
    rule(clause!("3.4d"), Must, HoldPair).from(&[PairListed]).to(PairHeld).by(&[Act]),
    rule(clause!("3.4d"), Must, InvestigateObjection)
        .from(&[ObjectionAccepted])
        .to(ObjectionInvestigated)
        .by(&[Account(Province)])
        .fields(&[&FINDINGS])
        .due(words("决定时限", "time to decide"), |case| {
            Some(within(case, case.parameters.objection_decide_workdays))
        }),
    rule(clause!("3.4d"), Must, DecideObjection)
        .from(&[ObjectionInvestigated])
        .to(ObjectionDecided)
        .by(&[Account(Province)])
        .guards(&[&g::GROUP_TOLD, &g::OBJECTOR_UNNAMED])
        .fields(&[&DECISION, &REASON, &GROUP_TOLD_DAY])
        .due(words("答复时限", "time to answer"), |case| {
            Some(within(case, case.parameters.objection_answer_workdays))
        })
        .then(&[
            Follow { action: ReleasePair, on: Target::NamedPair },
            Follow { action: StrikeListed, on: Target::NamedPair },
        ]),
    rule(clause!("3.4d"), Must, ReleasePair).from(&[PairHeld]).to(PairListed).by(&[Act]),
    rule(clause!("3.4d"), Must, StrikeListed).from(&[PairHeld]).to(PairStruck).by(&[Act]).effect(|case, change| {
        change.set(&REASON, format!("公示异议成立：{}", case.inputs.text(&REASON)));
        change.set(&STRUCK_DAY, case.today);
    }),
    rule(clause!("3.4d"), Must, AnswerObjection)
        .from(&[ObjectionDecided])
        .to(ObjectionAnswered)
        .by(&[Account(Province)])
        .fields(&[&ANSWER]),
];

/// What no register tells is vouched for by the province in writing.
const LET_GO: Field = rule_to_let_go(&[("listing.unverified", "列入名单时各项条件均已核实（方案二（三）1（1））")]);

const FOUR: &[super::By] =
    &[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)];
const HOLD: &[Follow] = &[Follow { action: HoldPair, on: Target::NamedPair }];
/// Why an anonymous objection can be checked all the same; else it holds nothing.
pub const CHECKABLE: Field = Field::text("checkable", "线索可以查证的依据").required();

/// Pairs of the round at a stage.
fn pairs_at<'a>(case: &Case<'a>, stages: &'static [Stage]) -> impl Iterator<Item = &'a Matter> + use<'a> {
    let pairs = case.facts.related.iter().filter(|matter| matter.kind() == Kind::Pair);
    pairs.filter(move |pair| stages.contains(&pair.stage))
}

/// Lines of pairs as the registers state them today; a pair without one is left out, which a hash then shows.
fn lines_of<'a>(case: &Case<'a>, pairs: impl Iterator<Item = &'a Matter>) -> Vec<String> {
    pairs.filter_map(|pair| case.facts.lines.get(&pair.id)).map(Line::text).collect()
}

/// What would be published now: neither held nor within a notice of its own.
fn to_publish(case: &Case<'_>) -> Vec<String> {
    lines_of(case, pairs_at(case, &[PairListed]).filter(|pair| is_past_own_notice(case, &pair.id)))
}

fn is_past_own_notice(case: &Case<'_>, pair: &str) -> bool {
    own_notice(case.matter, pair).is_none_or(|(_, last)| last < case.today)
}

/// First and last day of the notice that a corrected name stands by itself; of several the last.
pub fn own_notice(listing: &Matter, pair: &str) -> Option<(NaiveDate, NaiveDate)> {
    let entries = listing.body.list(&OWN_NOTICES).iter().rev();
    let mut own = entries.map(|entry| entry.split('|').collect::<Vec<_>>());
    own.find_map(|parts| match parts[..] {
        [of, first, last] if of == pair => Some((first.parse().ok()?, last.parse().ok()?)),
        _ => None,
    })
}

/// The notice of a list that goes up on a day.
fn period_from(case: &Case<'_>, first: NaiveDate) -> NoticePeriod {
    let parameters = case.parameters;
    case.calendar.notice_period(first, parameters.notice_workdays_min, parameters.notice_first_day_counts)
}

/// The notice with what the calendar says today: longer than it was told to the public, never shorter.
fn period_now(case: &Case<'_>) -> Option<NoticePeriod> {
    let body = &case.matter.body;
    let period = period_from(case, body.day(&NOTICE_START)?);
    let told = body.day(&NOTICE_END).unwrap_or(period.last_day);
    let earliest_next_step = case.calendar.next_working_day(told);
    Some(NoticePeriod { last_day: told, earliest_next_step, ..period.clone() }.lengthened_by(period))
}

fn within(case: &Case<'_>, workdays: u32) -> NaiveDate {
    case.calendar.working_days_later(case.today, workdays)
}

fn login(case: &Case<'_>) -> String {
    match case.doer {
        Doer::Account(actor) => actor.login().to_owned(),
        _ => String::new(),
    }
}

fn push(case: &Case<'_>, change: &mut Change, field: &Field, entry: String) {
    let mut entries = case.matter.body.list(field).to_vec();
    entries.push(entry);
    change.set(field, entries);
}

fn forget(change: &mut Change, fields: &[&Field]) {
    for field in fields {
        change.body.clear(field);
    }
}

fn entitle(case: &Case<'_>, change: &mut Change) {
    let year = case.facts.round.as_ref().and_then(|of| of.body.whole(&round::YEAR));
    change.title = year.map_or_else(|| "科技总师选派名单".to_owned(), |year| format!("{year}年度科技总师选派名单"));
}

fn note_striker(case: &Case<'_>, change: &mut Change) {
    change.set(&STRUCK_BY, login(case));
    change.set(&STRUCK_DAY, case.today);
}

/// Taking a strike back is no addition, the name was suggested; it is still kept with the overrides, for ever.
fn unstrike(case: &Case<'_>, change: &mut Change) {
    push(case, change, &OVERRIDES, override_entry(case, UnstrikePair.code(), case.inputs.text(&REASON)));
    change.set(&STRUCK_BY, login(case));
    forget(change, &[&REASON, &STRUCK_DAY]);
}

fn freeze(case: &Case<'_>, change: &mut Change) {
    let lines = lines_of(case, pairs_at(case, &[PairSuggested]));
    change.set(&LIST_HASH, list_hash(&lines));
    change.set(&LIST_LINES, lines);
    change.set(&FROZEN_DAY, case.today);
    change.set(&FROZEN_BY, login(case));
}

/// The frozen line takes the corrected text; once a notice has begun, the name stands for a whole notice by itself.
fn correct(case: &Case<'_>, change: &mut Change) {
    let pair = case.inputs.text(&CORRECTED_PAIR);
    let Some(now) = case.facts.lines.get(pair).map(Line::text) else { return };
    let mut lines = case.matter.body.list(&LIST_LINES).to_vec();
    let Some(line) = lines.iter_mut().find(|line| line.split('\t').next() == Some(pair)) else { return };
    let was = std::mem::replace(line, now.clone());
    let shown = |line: &str| line.replace(['\t', '|'], " ");
    let (was, now) = (shown(&was), shown(&now));
    let entry = format!("{}|{}|{was}|{now}|{}", case.today, login(case), case.inputs.text(&REASON));
    push(case, change, &CORRECTIONS, entry);
    change.set(&LIST_HASH, list_hash(&lines));
    change.set(&LIST_LINES, lines);
    if case.matter.body.has(&NOTICE_START) {
        let last = period_from(case, case.today).last_day;
        push(case, change, &OWN_NOTICES, format!("{pair}|{}|{last}", case.today));
    }
}

fn start_notice(case: &Case<'_>, change: &mut Change) {
    let period = period_from(case, case.today);
    change.set(&NOTICE_START, case.today);
    change.set(&NOTICE_END, period.last_day);
    change.set(&NOTICE_PROVISIONAL, period.is_provisional());
}

fn recompute(case: &Case<'_>, change: &mut Change) {
    let Some(period) = period_now(case) else { return };
    change.set(&NOTICE_END, period.last_day);
    change.set(&NOTICE_PROVISIONAL, period.is_provisional());
    change.due = Some(Some(period.last_day));
}

/// What the page states is its lines and its days: a change of either shows in the hash.
fn capture(case: &Case<'_>, change: &mut Change) {
    let moment = case.now.format("%Y-%m-%dT%H:%M:%SZ");
    push(case, change, &CAPTURES, format!("{moment}|{}", notice_hash(case.matter)));
}

/// SM3 of what the public notice of a list states: title, days, names.
pub fn notice_hash(listing: &Matter) -> String {
    let body = &listing.body;
    let mut stated = vec![listing.title.clone(), body.text(&NOTICE_START).into(), body.text(&NOTICE_END).into()];
    stated.extend_from_slice(body.list(&LIST_LINES));
    list_hash(&stated)
}

fn submit(case: &Case<'_>, change: &mut Change) {
    let lines = to_publish(case);
    change.set(&SIGN_HASH, list_hash(&lines));
    change.set(&SIGN_LINES, lines);
}

fn sign(case: &Case<'_>, change: &mut Change) {
    let role = case.doer.role().map_or("", |role| role.code());
    let hash = case.matter.body.text(&SIGN_HASH);
    push(case, change, &SIGNATURES, format!("{role}|{}|{}|{hash}", login(case), case.today));
}

/// Signatures on what was returned are void; those of earlier publications stay.
fn drop_signatures(case: &Case<'_>, change: &mut Change) {
    let hash = case.matter.body.text(&SIGN_HASH);
    let kept: Vec<String> =
        case.matter.body.list(&SIGNATURES).iter().filter(|entry| !entry.ends_with(hash)).cloned().collect();
    change.set(&SIGNATURES, kept);
    forget(change, &[&SIGN_LINES, &SIGN_HASH]);
}

fn publish(case: &Case<'_>, change: &mut Change) {
    let body = &case.matter.body;
    let (number, day) = (case.inputs.text(&DOCUMENT_NUMBER), case.inputs.text(&DOCUMENT_DAY));
    let (hash, names) = (body.text(&SIGN_HASH), body.list(&SIGN_LINES));
    push(case, change, &PUBLICATIONS, format!("{number}|{day}|{hash}|{}", names.len()));
    let mut published = body.list(&PUBLISHED_LINES).to_vec();
    published.extend_from_slice(names);
    change.set(&PUBLISHED_LINES, published);
}

/// A real-name objection names somebody who can be reached; anything less is a lead (3.4d).
fn received(case: &Case<'_>) -> Stage {
    if case.inputs.has(&OBJECTOR) && case.inputs.has(&OBJECTOR_CONTACT) { ObjectionReceived } else { ObjectionLead }
}

/// The day on which an objection came: for the public that of the act, whatever was sent.
fn received_day(case: &Case<'_>) -> NaiveDate {
    let entered = case.inputs.day(&RECEIVED_DAY).filter(|_| *case.doer != Doer::Public);
    entered.unwrap_or(case.today)
}

fn receive(case: &Case<'_>, change: &mut Change) {
    change.set(&RECEIVED_DAY, received_day(case));
    let named = g::named_line(case).map_or_else(String::new, Line::who);
    change.title = format!("对{named}的异议");
}
