//! 三（四） The list: only reduced, frozen by hash, decided by the party group, noticed, objected to, countersigned, published.

use super::field::Field;
use super::rule::By::{Account, Act, Clock, Public};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AcceptObjection, AnswerObjection, CloseNotice, DecideObjection, DismissObjection, FileObjection, FreezeListing,
    HoldPair, InvestigateObjection, ListPair, OpenAppointment, OpenListing, PublishListing, PublishPair,
    RecomputeNotice, RecordMeetingDecision, ReleasePair, SignListing, StartNotice, StrikeListed, StrikePair,
    SubmitListing, UnfreezeListing, UnstrikePair,
};
use super::vocabulary::Stage::{
    self, ListingApproved, ListingCountersign, ListingFrozen, ListingNotice, ListingNoticed, ListingPublished,
    ListingReview, ObjectionAccepted, ObjectionAnswered, ObjectionClosed, ObjectionDecided, ObjectionInvestigated,
    ObjectionLead, ObjectionReceived, PairHeld, PairListed, PairPublished, PairStruck, PairSuggested,
};
use super::{Case, DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role::{EducationDepartment, IndustryDepartment, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Must, Principle};

/// The list that a pair is put on; given by the act that freezes the list.
pub const LISTING: Field = Field::kept("listing", "名单");
/// SM3 of the frozen list.
pub const LIST_HASH: Field = Field::kept("list_hash", "名单哈希（SM3）");
/// Day of the party group's meeting.
pub const MEETING_DECISION_DAY: Field = Field::day("meeting_decision_day", "党组会日期").required();
/// Number of the meeting's document.
pub const MEETING_DECISION_NUMBER: Field = Field::line("meeting_decision_number", "会议纪要文号").required();
/// Day on which the notice went up.
pub const NOTICE_START: Field = Field::day("notice_start", "公示发布日").required();
/// Its last day, computed.
pub const NOTICE_END: Field = Field::kept("notice_end", "公示截止日");
/// Whether its last day rests on an arrangement that is not announced.
pub const NOTICE_PROVISIONAL: Field = Field::kept("notice_provisional", "截止日为暂定");
/// Real name of the objector; empty is anonymous.
pub const OBJECTOR: Field = Field::line("objector", "异议人姓名").seen_by(&[Province]);
/// How the objector is reached.
pub const OBJECTOR_CONTACT: Field = Field::line("objector_contact", "联系方式").seen_by(&[Province]);
/// Facts and evidence.
pub const OBJECTION_FACTS: Field = Field::text("objection_facts", "异议事实和依据").required();
/// The pair it concerns.
pub const OBJECTION_PAIR: Field = Field::line("objection_pair", "异议人选").required();
/// What was found.
pub const FINDINGS: Field = Field::text("findings", "调查情况").required();
/// How it was decided.
pub const DECISION: Field =
    Field::choice("decision", "处理决定", &[("upheld", "异议成立"), ("not_upheld", "异议不成立")]).required();
/// What was answered.
pub const ANSWER: Field = Field::text("answer", "答复内容").required();

/// The rows of 三（四）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.4a"), Must, OpenListing).to(ListingReview).by(&[Account(Province)]),
    rule(clause!("3.4a"), Must, StrikePair)
        .from(&[PairSuggested])
        .to(PairStruck)
        .by(&[Account(Province)])
        .fields(&[&REASON])
        .undoable(),
    rule(clause!("3.4a"), Principle, UnstrikePair)
        .from(&[PairStruck])
        .to(PairSuggested)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
    rule(clause!("3.4a"), Must, FreezeListing)
        .from(&[ListingReview])
        .to(ListingFrozen)
        .by(&[Account(Province)])
        .then(&[Follow { action: ListPair, on: Target::SuggestedPairs }]),
    rule(clause!("3.4a"), Must, ListPair).from(&[PairSuggested]).to(PairListed).by(&[Act]),
    rule(clause!("3.4b"), Must, UnfreezeListing)
        .from(&[ListingFrozen])
        .to(ListingReview)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
    rule(clause!("3.4b"), Must, RecordMeetingDecision)
        .from(&[ListingFrozen])
        .to(ListingApproved)
        .by(&[Account(Province)])
        .fields(&[&MEETING_DECISION_DAY, &MEETING_DECISION_NUMBER]),
    rule(clause!("3.4c"), Must, StartNotice)
        .from(&[ListingApproved])
        .to(ListingNotice)
        .by(&[Account(Province)])
        .fields(&[&NOTICE_START]),
    rule(clause!("3.4c"), Must, RecomputeNotice).from(&[ListingNotice]).by(&[Account(Province), Clock]),
    rule(clause!("3.4c"), Must, CloseNotice).from(&[ListingNotice]).to(ListingNoticed).by(&[Account(Province), Clock]),
    rule(clause!("3.4e"), Must, SubmitListing).from(&[ListingNoticed]).to(ListingCountersign).by(&[Account(Province)]),
    rule(clause!("3.4e"), Must, SignListing).from(&[ListingCountersign]).leading(To::All(ListingCountersign)).by(&[
        Account(Province),
        Account(EducationDepartment),
        Account(IndustryDepartment),
        Account(Sasac),
    ]),
    rule(clause!("3.4e"), Must, PublishListing)
        .from(&[ListingCountersign])
        .to(ListingPublished)
        .by(&[Account(Province)])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .then(&[Follow { action: PublishPair, on: Target::ListedPairs }]),
    rule(clause!("3.4e"), Must, PublishPair)
        .from(&[PairListed])
        .to(PairPublished)
        .by(&[Act])
        .then(&[Follow { action: OpenAppointment, on: Target::New }]),
    rule(clause!("3.4d"), Must, FileObjection)
        .leading(To::Chosen(&[ObjectionReceived, ObjectionLead], received))
        .by(&[Public, Account(Province)])
        .fields(&[&OBJECTION_PAIR, &OBJECTOR, &OBJECTOR_CONTACT, &OBJECTION_FACTS]),
    rule(clause!("3.4d"), Must, AcceptObjection)
        .from(&[ObjectionReceived, ObjectionLead])
        .to(ObjectionAccepted)
        .by(&[Account(Province)])
        .then(&[Follow { action: HoldPair, on: Target::NamedPair }]),
    rule(clause!("3.4d"), Must, DismissObjection)
        .from(&[ObjectionReceived, ObjectionLead])
        .to(ObjectionClosed)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
    rule(clause!("3.4d"), Must, HoldPair).from(&[PairListed]).to(PairHeld).by(&[Act]),
    rule(clause!("3.4d"), Must, InvestigateObjection)
        .from(&[ObjectionAccepted])
        .to(ObjectionInvestigated)
        .by(&[Account(Province)])
        .fields(&[&FINDINGS]),
    rule(clause!("3.4d"), Must, DecideObjection)
        .from(&[ObjectionInvestigated])
        .to(ObjectionDecided)
        .by(&[Account(Province)])
        .fields(&[&DECISION, &REASON])
        .then(&[
            Follow { action: ReleasePair, on: Target::NamedPair },
            Follow { action: StrikeListed, on: Target::NamedPair },
        ]),
    rule(clause!("3.4d"), Must, ReleasePair).from(&[PairHeld]).to(PairListed).by(&[Act]),
    rule(clause!("3.4d"), Must, StrikeListed).from(&[PairHeld]).to(PairStruck).by(&[Act]),
    rule(clause!("3.4d"), Must, AnswerObjection)
        .from(&[ObjectionDecided])
        .to(ObjectionAnswered)
        .by(&[Account(Province)])
        .fields(&[&ANSWER]),
];

fn received(case: &Case<'_>) -> Stage {
    if case.inputs.has(&OBJECTOR) && case.inputs.has(&OBJECTOR_CONTACT) { ObjectionReceived } else { ObjectionLead }
}
