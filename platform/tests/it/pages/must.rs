//! No way in lets a `must` be broken: the page's form, a post without the page, a command, an import file.
//!
//! 1. Every row of the tables that an account acts by is tried on a matter with nothing around it: what a guard cannot see, it
//!    refuses.
//! 2. Where that does not reach a guard, [`cases`] has the one thing that breaks it. A new `must` guard that nothing breaks here
//!    fails the test.
//! 3. All four ways refuse with the same codes, and leave nothing but the audit event of the refusal, on both databases.
//! 4. The program itself, started as a script starts it, refuses one case of every section: exit code 1, the code and the
//!    sentence on its output.
//!
//! What only the clock or another act brings about has no way in and is left to the tests of its section.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use axum::http::StatusCode;
use paperwork::{Cell, Column, Table};
use platform::demonstration::cast::filled;
use platform::demonstration::{self, Account, Province};
use platform::usecases::acts::{self, batch};
use platform::usecases::explain;
use platform::usecases::seal::{self, Place};
use platform::web::url::component;
use programme::access::{Actor, Role, Scope};
use programme::finding::Force;
use programme::process::{
    Action, Body, By as Who, Doer, Kind, Matter, Parties, Rule, SASAC, Stage, Value, appointment, assessment, field,
    listing, need, proposal, qualification, revision, round, rules, sealed_fields, service, talks,
};
use programme::record::{Misconduct, Shareholder, UnitKind};
use store::matter::{self, Link};
use store::testing::{self, Throwaway};
use store::{By, audit};

use super::{TestApp, Visitor};

/// A thing that breaks a guard.
struct Case {
    /// The code that it is refused with.
    code: &'static str,
    action: Action,
    stage: Stage,
    role: Option<Role>,
    /// What is sent beside what the fields ask for.
    sent: Vec<(&'static str, String)>,
    /// What the matter keeps; `due`, `title` and parties by their names as well.
    keeps: &'static [(&'static str, &'static str)],
    /// The round it belongs to.
    round: Option<(Stage, Kept)>,
    /// The matter it hangs on.
    parent: Option<(Stage, Kept)>,
    /// Matters of the same parties and the same round.
    beside: Vec<(Stage, Kept)>,
    /// Whether those hang on it.
    children: bool,
}

type Kept = &'static [(&'static str, &'static str)];

fn case(code: &'static str, action: Action, stage: Stage) -> Case {
    let (sent, keeps, beside): (Vec<_>, Kept, Vec<_>) = (Vec::new(), &[], Vec::new());
    Case { code, action, stage, role: None, sent, keeps, round: None, parent: None, beside, children: false }
}

impl Case {
    /// Whether a row is the one that the case breaks.
    fn fits(&self, rule: &Rule) -> bool {
        let opens = rule.opens() && rule.targets().contains(&self.stage);
        rule.action == self.action && (rule.from.contains(&self.stage) || opens)
    }

    fn sends(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.sent.push((key, value.into()));
        self
    }

    fn keeps(self, keeps: Kept) -> Self {
        Self { keeps, ..self }
    }

    fn by(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    fn round(self, stage: Stage, keeps: Kept) -> Self {
        Self { round: Some((stage, keeps)), ..self }
    }

    fn under(self, stage: Stage, keeps: Kept) -> Self {
        Self { parent: Some((stage, keeps)), ..self }
    }

    fn beside(mut self, stage: Stage, keeps: Kept) -> Self {
        self.beside.push((stage, keeps));
        self
    }

    fn child(self, stage: Stage, keeps: Kept) -> Self {
        Self { children: true, ..self.beside(stage, keeps) }
    }
}

const LONG_AGO: &str = "2020-01-01";
const FAR_OFF: &str = "2030-01-10";
const FORCE: Kept = &[("in_force_on", "2025-06-01"), ("term_start", "2025-06-01"), ("term_end", "2027-05-31")];

/// What breaks the guards that a matter with nothing around it does not.
fn cases() -> Vec<Case> {
    [of_rounds(), of_needs(), of_pairs(), of_lists(), of_terms(), of_assessments(), of_certificates(), of_policy()]
        .into_iter()
        .flatten()
        .collect()
}

fn of_rounds() -> Vec<Case> {
    use Action::{
        AssessImpact, CloseNeeds, ConcludeRound, DraftRound, ExtendRound, FreezeMatching, IssueRound, SubmitRound,
    };
    use Stage::{RoundCollected, RoundCountersign, RoundDraft, RoundOpen};
    let draft = |code| case(code, DraftRound, RoundDraft);
    vec![
        draft("round.outside_policy").sends("year", "2030").sends("notice_day", FAR_OFF),
        draft("round.year_of_notice").sends("year", "2026").sends("notice_day", "2025-02-10"),
        draft("round.year_taken").sends("year", "2027").beside(RoundOpen, &[("year", "2027")]),
        draft("round.dates_out_of_order").sends("needs_day", LONG_AGO),
        draft("round.quotas_unreadable").sends("quotas", "很多"),
        draft("round.born_after_notice").sends("born_on_or_after", FAR_OFF),
        case("round.impact_ahead", AssessImpact, RoundOpen).sends("impact_day", FAR_OFF),
        case("round.needs_day_behind", SubmitRound, RoundDraft).keeps(&[("needs_day", LONG_AGO)]),
        case("round.other_open", IssueRound, RoundCountersign).beside(RoundOpen, &[]),
        case("round.document_day_differs", IssueRound, RoundCountersign).keeps(&[("notice_day", LONG_AGO)]),
        case("round.notice_ahead", IssueRound, RoundCountersign).keeps(&[("notice_day", FAR_OFF)]),
        case("round.needs_closed", ExtendRound, RoundCollected).keeps(&[("needs_day", LONG_AGO)]),
        case("settings.too_many_alternates", FreezeMatching, RoundOpen).sends("alternates", "9"),
        case("settings.weight_order", FreezeMatching, RoundOpen).sends("weight_strong", "1").sends("weight_fair", "2"),
        case("settings.proposals_made", FreezeMatching, RoundOpen).child(Stage::PairProposed, &[]),
        case("settings.reason_missing", FreezeMatching, RoundOpen)
            .keeps(&[("@settings", "2025-09-01T00:00:00Z|li|x|y")]),
        case("round.needs_day_not_passed", CloseNeeds, RoundOpen).keeps(&[("needs_day", FAR_OFF)]),
        case("round.still_open", ConcludeRound, RoundCollected).child(Stage::PairTalks, &[]),
    ]
}

fn of_needs() -> Vec<Case> {
    use Action::{DraftNeed, RenewNeed, ReportNeeds, RerouteNeed, ReturnNeed, SendBackNeed, SubmitNeed};
    use Stage::{NeedAgreed, NeedDraft, NeedFilled, NeedReported, NeedReporting, NeedReview};
    const NUMBERED: Kept = &[("document_number", "齐科联〔2025〕1号（演示）"), ("document_day", "2025-09-01")];
    let report = |code| case(code, ReportNeeds, NeedAgreed).sends("document_number", NUMBERED[0].1);
    vec![
        case("need.industry_unknown", DraftNeed, NeedDraft).sends("industry", "Z99"),
        case("enterprise.not_eligible", SubmitNeed, NeedDraft),
        case("need.organiser_unknown", SubmitNeed, NeedDraft).keeps(&[("organiser", "")]),
        case("need.step_of_other_route", ReturnNeed, NeedReview).by(Role::Sasac).sends("step", "science"),
        case("need.route_same", RerouteNeed, NeedReview).sends("route", "city"),
        report("need.document_ahead").sends("document_day", FAR_OFF),
        report("need.document_of_other_day").beside(NeedReporting, NUMBERED),
        report("need.document_closed").beside(NeedReported, NUMBERED),
        case("need.has_pairs", SendBackNeed, NeedReported).beside(Stage::PairTalks, &[]),
        case("need.post_held", RenewNeed, NeedFilled).beside(Stage::AppointmentForce, &[]),
    ]
}

fn of_pairs() -> Vec<Case> {
    use Action::{
        AskPerson, ConfirmIntention, DeclareIntention, ProposePair, PushPair, RecordMeeting, RemoveListed,
        SuggestOther, VouchPair,
    };
    use Stage::{
        ListingCountersign, ListingFrozen, PairIntention, PairListed, PairProposed, PairPushed, PairTalks, PairWilling,
        RoundCollected,
    };
    let push = |code| case(code, PushPair, PairProposed);
    vec![
        push("pair.too_many_alternates").keeps(&[("#order", "4")]),
        push("pair.relevance_not_confirmed").sends("relevant", ""),
        push("pair.answers_closed").round(RoundCollected, &[("answers_day", LONG_AGO)]),
        push("pair.person_has_offer").beside(PairTalks, &[]),
        push("pair.post_offered").beside(PairTalks, &[]),
        push("pair.not_checked").keeps(&[("person", "nobody")]),
        push("pair.not_own_unit").keeps(&[("person", "nobody")]),
        push("pair.person_opted_out"),
        push("pair.person_misconduct"),
        push("pair.over_age"),
        push("pair.unit_not_qualified"),
        push("pair.discipline_not_authorised"),
        push("pair.enterprise_not_qualified"),
        push("pair.conflict_of_interest"),
        case("pair.already_proposed", ProposePair, PairProposed).under(Stage::NeedReported, &[]).beside(PairTalks, &[]),
        case("pair.answer_day_passed", AskPerson, PairPushed).keeps(&[("due", LONG_AGO)]),
        case("pair.service_days_too_few", VouchPair, PairWilling).sends("service_days", "1"),
        case("pair.other_already_proposed", SuggestOther, PairPushed).sends("other_person", "@person"),
        case("pair.other_unrelated", SuggestOther, PairPushed).sends("other_person", "@unrelated"),
        case("talks.meeting_in_future", RecordMeeting, PairTalks).sends("meeting_day", FAR_OFF),
        case("talks.posts_full", DeclareIntention, PairTalks).beside(PairIntention, &[]),
        case("listing.frozen", ConfirmIntention, PairIntention).round(RoundCollected, &[]).beside(ListingFrozen, &[]),
        case("listing.signing", RemoveListed, PairListed).round(RoundCollected, &[]).beside(ListingCountersign, &[]),
        case("listing.group_not_told", RemoveListed, PairListed).sends("removal_told_day", FAR_OFF),
    ]
}

fn of_lists() -> Vec<Case> {
    use Action::{
        CaptureNotice, DecideObjection, DismissObjection, FileObjection, FreezeListing, OpenListing, PublishListing,
        RecomputeNotice, RecordMeetingDecision, StartNotice, SubmitListing,
    };
    use Stage::{
        ListingApproved, ListingFrozen, ListingNotice, ListingNoticed, ListingReview, ListingSigned,
        ObjectionInvestigated, ObjectionReceived, PairStruck, PairSuggested, RoundCollected, RoundOpen,
    };
    let freeze = |code| case(code, FreezeListing, ListingReview).round(RoundCollected, &[]);
    vec![
        case("listing.round_not_collected", OpenListing, ListingReview).round(RoundOpen, &[]),
        case("listing.exists", OpenListing, ListingReview).round(RoundCollected, &[]).beside(ListingFrozen, &[]),
        freeze("listing.struck_without_reason").beside(PairStruck, &[]),
        freeze("listing.one_person").beside(PairSuggested, &[("struck_by", "kejiting")]),
        freeze("listing.incomplete").beside(PairSuggested, &[("need", "")]),
        freeze("listing.not_eligible").beside(PairSuggested, &[]),
        case("meeting.before_freeze", RecordMeetingDecision, ListingFrozen)
            .keeps(&[("frozen_day", "2025-09-10")])
            .sends("meeting_decision_day", LONG_AGO),
        case("notice.personal_data", StartNotice, ListingApproved)
            .round(RoundCollected, &[])
            .keeps(&[("title", "联系人 13800138000")]),
        case("notice.unchanged", RecomputeNotice, ListingNotice)
            .keeps(&[("notice_start", "2025-09-08"), ("notice_end", "2025-09-15")]),
        case("notice.captured_today", CaptureNotice, ListingNotice).keeps(&[("@captures", "2025-09-15T00:30:00Z|x")]),
        case("objection.unread", SubmitListing, ListingNoticed)
            .round(RoundCollected, &[])
            .child(ObjectionReceived, &[]),
        case("publication.before_notice_end", PublishListing, ListingSigned).keeps(&[("notice_end", FAR_OFF)]),
        case("objection.outside_notice", FileObjection, ObjectionReceived)
            .under(ListingNotice, &[("notice_start", "2025-09-01"), ("notice_end", "2025-09-05")]),
        case("objection.objector_named", DismissObjection, ObjectionReceived)
            .keeps(&[("objector", "周某某（演示）")])
            .sends("reason", "周某某（演示）所述不实"),
        case("objection.group_not_told", DecideObjection, ObjectionInvestigated).sends("decision", "upheld"),
    ]
}

fn of_terms() -> Vec<Case> {
    use Action::{
        AssignDifficulty, ConfirmChange, DraftAgreement, LogService, OfferAgreement, RecordContact, RecordSupport,
        RequestChange, RequestEnd, SignAgreement,
    };
    use Stage::{
        AppointmentChangeAgreed, AppointmentDraft, AppointmentForce, AppointmentSigning, ContactRecorded,
        DifficultyRaised, ServiceLogged, SupportRecorded,
    };
    const ELSEWHERE: Kept = &[("enterprise", "91230199MA0000016H"), ("term_start", "2025-06-01")];
    const TODAY: Kept = &[("service_day", "2025-09-15"), ("half_days", "2"), ("duty", "needs"), ("result", "同一内容")];
    let change = |code| case(code, RequestChange, AppointmentForce).keeps(FORCE).sends("change_kind", "terms");
    let log = |code| case(code, LogService, ServiceLogged).under(AppointmentForce, FORCE);
    vec![
        case("service.plan_unreadable", DraftAgreement, AppointmentDraft).sends("planned_days", "很多天"),
        case("term.before_publication", OfferAgreement, AppointmentDraft).keeps(FORCE),
        case("service.every_year_planned", OfferAgreement, AppointmentDraft).keeps(&[
            ("term_start", "2025-06-01"),
            ("term_end", "2027-05-31"),
            ("@planned_days", "62"),
        ]),
        case("person.serves_elsewhere", OfferAgreement, AppointmentDraft).beside(AppointmentForce, ELSEWHERE),
        case("signature.day", SignAgreement, AppointmentSigning).sends("signed_on", LONG_AGO),
        case("signature.not_genuine", SignAgreement, AppointmentSigning).sends("sign_method", "certificate"),
        case("end.day", RequestEnd, AppointmentForce).keeps(FORCE).sends("effective_day", LONG_AGO),
        change("change.incomplete"),
        change("change.day").sends("effective_day", LONG_AGO),
        change("change.longer_term").sends("new_term_end", "2026-05-31").sends("new_planned_days", "62"),
        case("change.successor_unknown", ConfirmChange, AppointmentChangeAgreed)
            .keeps(&[("change_kind", "person_unit"), ("new_unit", "没有登记的大学（演示）")]),
        log("service.outside_term").sends("service_day", LONG_AGO),
        log("service.in_future").sends("service_day", FAR_OFF),
        log("service.day_full").sends("service_day", "2025-09-15").beside(ServiceLogged, TODAY),
        log("service.entered_twice")
            .sends("service_day", "2025-09-15")
            .sends("duty", "needs")
            .sends("result", "同一内容")
            .beside(ServiceLogged, TODAY),
        case("contact.day", RecordContact, ContactRecorded)
            .under(AppointmentForce, FORCE)
            .sends("contact_day", FAR_OFF),
        case("difficulty.date_passed", AssignDifficulty, DifficultyRaised).sends("solve_by", LONG_AGO),
        case("support.not_live", RecordSupport, SupportRecorded)
            .under(AppointmentForce, FORCE)
            .sends("applied_on", LONG_AGO),
        case("support.fund_of_other", RecordSupport, SupportRecorded)
            .by(Role::CityScience)
            .under(AppointmentForce, FORCE)
            .sends("fund", "provincial"),
    ]
}

fn of_assessments() -> Vec<Case> {
    use Action::{ConsolidateBatch, NotifyBatch, OpenBatch, ReturnAssessment, ScoreAssessment};
    use Stage::{AssessmentDue, AssessmentGraded, AssessmentReported, BatchCountersign, BatchGathering};
    let score = |code| case(code, ScoreAssessment, AssessmentDue);
    let gather = |code| case(code, ConsolidateBatch, BatchGathering);
    vec![
        score("assessment.too_early").keeps(&[("term_end", "2025-09-30")]).sends("held", LONG_AGO),
        score("assessment.in_future").sends("held", FAR_OFF),
        score("assessment.log_unconfirmed").sends("problems_log", "service-999999"),
        score("assessment.count_without_log").sends("problems_solved", "2"),
        score("assessment.no_document").sends("results_landed", "2"),
        case("assessment.batch_closed", ReturnAssessment, AssessmentGraded),
        case("batch.one_at_a_time", OpenBatch, BatchGathering).beside(BatchGathering, &[]),
        gather("batch.deliberation_ahead").sends("deliberation_day", FAR_OFF),
        gather("batch.adjustment_unclear").sends("adjusted", "张三优秀"),
        gather("batch.over_share")
            .beside(AssessmentReported, &[("score", "80.00")])
            .sends("adjusted", "assessment-900002|优秀|成果突出"),
        case("batch.document_day", NotifyBatch, BatchCountersign)
            .keeps(&[("deliberation_day", "2025-09-10")])
            .sends("document_day", LONG_AGO),
    ]
}

fn of_certificates() -> Vec<Case> {
    use Action::{ConfirmQualification, DeclareQualification};
    use Stage::QualificationScience;
    const DECLARED: Kept =
        &[("qualification_kind", "high_tech"), ("qualification_number", "GR2025DEMO0001"), ("valid_until", FAR_OFF)];
    let declare = |code| case(code, DeclareQualification, QualificationScience);
    vec![
        declare("qualification.issued_in_future").sends("issued_on", FAR_OFF),
        declare("qualification.days_out_of_order").sends("issued_on", "2025-01-01").sends("valid_until", LONG_AGO),
        declare("qualification.expired").sends("valid_until", LONG_AGO),
        declare("qualification.declared_twice")
            .sends("qualification_kind", DECLARED[0].1)
            .sends("qualification_number", DECLARED[1].1)
            .sends("valid_until", FAR_OFF)
            .beside(QualificationScience, DECLARED),
        case("qualification.expired_since", ConfirmQualification, QualificationScience)
            .keeps(&[("valid_until", LONG_AGO)]),
    ]
}

fn of_policy() -> Vec<Case> {
    use Action::{ConfirmRevision, ProposeRevision};
    use Stage::RevisionProposed;
    vec![
        case("policy.revision_open", ProposeRevision, RevisionProposed).beside(RevisionProposed, &[]),
        case("policy.one_person", ConfirmRevision, RevisionProposed).keeps(&[("proposed_by", "kejiting")]),
    ]
}

/// A province in which the one person with an account may not serve the one enterprise with an account, for every reason.
fn worst(province: &Province) -> Province {
    let mut worst = province.clone();
    let bound = |role: Role| {
        let account = province.accounts.iter().find(|one| one.role == role);
        account.and_then(|one| one.binding.clone()).expect("an account of the role")
    };
    let (person, unit, enterprise) = (bound(Role::Person), bound(Role::Unit), bound(Role::Enterprise));
    for one in worst.people.iter_mut().filter(|one| one.id == person) {
        one.birth = "1950-01-01".parse().ok();
        one.discipline = Some("没有授权的学科".to_owned());
        one.unit_kind = Some(UnitKind::University);
    }
    for one in worst.units.iter_mut().filter(|one| one.name == unit) {
        one.region = Some("110000".to_owned());
        one.kind = Some(UnitKind::University);
        one.disciplines = vec!["哲学".to_owned()];
    }
    for one in worst.enterprises.iter_mut().chain(worst.needs.iter_mut().filter_map(|need| need.enterprise.as_mut())) {
        if one.credit_code.as_ref() == Some(&enterprise) {
            one.region = None;
        }
    }
    let entry = |subject: &str| Misconduct {
        subject: subject.to_owned(),
        name: "失信主体（演示）".to_owned(),
        from: "2025-01-01".parse().expect("a date"),
        until: None,
        basis: "演示〔2025〕1号".to_owned(),
    };
    worst.misconduct.extend([entry(&person), entry(&enterprise)]);
    worst.shareholders.push(Shareholder {
        enterprise,
        holder: "持股人（演示）".to_owned(),
        holder_id: Some(person),
        share_basis_points: 500,
        founder: false,
    });
    worst
}

/// One case of every section whose refusal does not hang on the day: the program itself goes by the real clock.
const BY_THE_PROGRAM: [(&[Rule], &str); 10] = [
    (round::RULES, "round.quotas_unreadable"),
    (need::RULES, "need.industry_unknown"),
    (proposal::RULES, "pair.service_days_too_few"),
    (talks::RULES, "talks.posts_full"),
    (listing::RULES, "listing.exists"),
    (appointment::RULES, "service.plan_unreadable"),
    (service::RULES, "support.fund_of_other"),
    (assessment::RULES, "batch.one_at_a_time"),
    (revision::RULES, "policy.one_person"),
    (qualification::RULES, "qualification.days_out_of_order"),
];

struct Trial {
    app: TestApp,
    /// Where the database is, for the program itself.
    address: String,
    visitors: BTreeMap<&'static str, Visitor>,
    /// Somebody who has nothing to do with the need.
    unrelated: String,
    need: String,
    /// What did not hold: all of it is told at once.
    problems: Vec<String>,
}

/// What one way in answered: the codes.
type Codes = BTreeSet<String>;

impl Trial {
    async fn new(throwaway: &Throwaway) -> Self {
        let province = demonstration::province(demonstration::FIRST_ROUND);
        let filled = worst(&province);
        let now = "2025-09-15T01:00:00Z".parse().unwrap();
        testing::take_listed_pairs(&throwaway.database).await;
        let app = TestApp::filled(throwaway.database.clone(), province, &filled, now).await;
        let enterprise = app.account(Role::Enterprise).binding.clone();
        let own =
            |need: &&programme::record::Need| need.enterprise.as_ref().is_some_and(|of| of.credit_code == enterprise);
        let need = app.province.needs.iter().find(own).unwrap().id.clone();
        // The program opens what is sealed with the office's key, as it lies beside the database.
        app.state.guard.keys.write(&app.data.path().join("keys/field.key")).unwrap();
        let address = throwaway.address.clone();
        let (visitors, unrelated, problems) = (BTreeMap::new(), String::new(), Vec::new());
        let mut trial = Self { app, address, visitors, unrelated, need, problems };
        trial.unrelated = trial.somebody_unrelated().await;
        let actor = By { at: trial.app.state.clock.now(), login: "console", origin: "console" };
        let person = trial.app.account(Role::Person).binding.clone().unwrap();
        let mut tx = trial.app.state.desk.database.write().await.unwrap();
        store::offer::opt_out(&mut tx, &actor, &person, "").await.unwrap();
        tx.commit().await.unwrap();
        trial
    }

    async fn somebody_unrelated(&self) -> String {
        let day = "2025-09-15".parse().unwrap();
        for person in &self.app.province.people {
            let found =
                explain::pair(&self.app.state.desk, &Scope::Province, day, &self.need, &person.id).await.unwrap();
            if found.is_some_and(|found| u8::from(found.explanation.candidate.level) == 1) {
                return person.id.clone();
            }
        }
        panic!("everybody is related")
    }

    /// Who does it: the role that the case names, else the first of the row whose account exists and sees the stage.
    fn doer(&self, rule: &Rule, actor: Option<Role>) -> Option<&Account> {
        let first = rule.by.iter().find_map(|by| if let Who::Account(actor) = by { Some(*actor) } else { None });
        Some(self.app.account(actor.or(first)?))
    }

    fn parties(&self, actor: Role) -> Parties {
        let binding = |actor: Role| self.app.account(actor).binding.clone();
        let city = binding(Role::CityScience).unwrap_or_default();
        Parties {
            organiser: if actor == Role::Sasac { SASAC.to_owned() } else { city },
            county: binding(Role::County),
            need: Some(self.need.clone()),
            enterprise: binding(Role::Enterprise),
            unit: binding(Role::Unit),
            person: binding(Role::Person),
            ..Parties::default()
        }
    }

    /// Puts the world of a case into the database; the id of the matter that is acted on, if there is one, and of what it is under.
    async fn place(&self, case: &Case, opens: bool, role: Role) -> (Option<String>, Option<String>) {
        let mut number = 900_000;
        let mut next = |stage: Stage| {
            number += 1;
            format!("{}-{number}", stage.kind().code())
        };
        let mut placed = Vec::new();
        let mut parties = self.parties(role);
        if let Some((stage, keeps)) = case.round {
            let round = made(next(stage), stage, Parties::default(), keeps);
            parties.round = Some(round.id.clone());
            placed.push(round);
        }
        if let Some((stage, keeps)) = case.parent {
            let parent = made(next(stage), stage, parties.clone(), keeps);
            parties.parent = Some(parent.id.clone());
            placed.push(parent);
        }
        let own = (!opens).then(|| made(next(case.stage), case.stage, parties.clone(), case.keeps));
        let mut around = parties.clone();
        if let Some(own) = &own {
            if case.children && own.kind() == Kind::Round {
                around.round = Some(own.id.clone());
            } else if case.children {
                around.parent = Some(own.id.clone());
            }
        }
        let beside: Vec<Matter> =
            case.beside.iter().map(|(stage, keeps)| made(next(*stage), *stage, around.clone(), keeps)).collect();
        let id = own.as_ref().map(|own| own.id.clone());
        placed.extend(own);
        placed.extend(beside);
        let by = By { at: self.app.state.clock.now(), login: "console", origin: "console" };
        self.seal(&by, &placed).await;
        testing::put_matters(&self.app.state.desk.database, &by, &placed).await;
        let under = if case.parent.is_some() { parties.parent } else { parties.round };
        (id, under)
    }

    /// Puts what lies sealed of a matter where an act would put it.
    async fn seal(&self, by: &By<'_>, placed: &[Matter]) {
        let mut tx = self.app.state.desk.database.write().await.unwrap();
        for matter in placed {
            for field in sealed_fields(matter.kind()).filter(|field| matter.body.has(field)) {
                let place = Place { record: matter.kind().code(), id: &matter.id, field: field.key };
                let value = (place, matter.body.text(field));
                seal::keep(&mut tx, &self.app.state.guard.keys, by.at, &[value]).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    /// Tries a case every way; the codes that all of them refuse it with.
    async fn tried(&mut self, rule: &'static Rule, case: &Case) -> Codes {
        let account = self.doer(rule, case.role).expect("an account for the row").clone();
        let (id, under) = self.place(case, rule.opens(), account.role).await;
        let before = self.state().await;
        let blank = made(String::new(), case.stage, Parties::default(), case.keeps);
        let chosen: Vec<(&'static str, String)> =
            case.sent.iter().map(|(key, value)| (*key, self.named(value))).collect();
        let today = platform::clock::today(self.app.state.clock.now());
        let form = filled(rule, &blank, &chosen, today);
        let kind = case.stage.kind();
        let at = Attempt { rule, kind, id: id.as_deref(), under: under.as_deref(), form: &form };
        if case.code.is_empty() && self.is_permitted(&account, &at).await {
            testing::clear_matters(&self.app.state.desk.database).await;
            return Codes::new();
        }
        let mut found = Vec::new();
        for way in [Way::Page, Way::Direct, Way::Command, Way::File] {
            let heard = self.refusals_noted(kind, id.as_deref().unwrap_or_default()).await;
            let codes = match way {
                Way::Page | Way::Direct => self.by_web(&account, &at, way).await,
                Way::Command => self.by_file(&account, at.json_line().as_bytes()).await,
                Way::File => self.by_file(&account, &at.workbook()).await,
            };
            let name = format!("{} {} {way:?}", rule.action.code(), case.code);
            self.expect(!codes.is_empty(), || format!("{name}: nothing refuses it"));
            let same = before == self.state().await;
            self.expect(same, || format!("{name}: something was changed"));
            let noted = self.refusals_noted(kind, id.as_deref().unwrap_or_default()).await;
            self.expect(noted == heard + 1, || format!("{name}: {} refusals in the trail", noted - heard));
            found.push(codes);
        }
        let first = found[0].clone();
        let alike = found.iter().all(|codes| *codes == first);
        self.expect(alike, || format!("{} {}: {found:?}", rule.action.code(), case.code));
        testing::clear_matters(&self.app.state.desk.database).await;
        first
    }

    /// Starts the program on a case, as a script would.
    async fn refused_by_the_program(&mut self, rule: &'static Rule, case: &Case) {
        let account = self.doer(rule, case.role).expect("an account for the row").clone();
        let (id, under) = self.place(case, rule.opens(), account.role).await;
        let before = self.state().await;
        let blank = made(String::new(), case.stage, Parties::default(), case.keeps);
        let today = platform::clock::today(self.app.state.clock.now());
        let form = filled(rule, &blank, &case.sent, today);
        let at = Attempt { rule, kind: case.stage.kind(), id: id.as_deref(), under: under.as_deref(), form: &form };
        let place = ["--database", &self.address, "--data", self.app.data.path().to_str().unwrap()];
        let output = at.command(account.login).args(place).output().expect("the program starts");
        let (told, summary) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let lines: Vec<serde_json::Value> =
            told.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        let name = format!("zongshi act {} {}: {told} {summary}", rule.action.code(), case.code);
        self.expect(output.status.code() == Some(1), || format!("{name}: {:?}", output.status));
        let named = |line: &serde_json::Value| line["code"] == case.code && line["message"] != "";
        self.expect(lines.iter().any(named), || name.clone());
        self.expect(summary.ends_with(&format!("共 {} 处问题，请改正后重新提交\n", lines.len())), || {
            name.clone()
        });
        let same = before == self.state().await;
        self.expect(same, || format!("{name}: something was changed"));
        testing::clear_matters(&self.app.state.desk.database).await;
    }

    fn expect(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(problem());
        }
    }

    /// Whether nothing stands against an act as it would be sent.
    async fn is_permitted(&self, account: &Account, at: &Attempt<'_>) -> bool {
        let desk = &self.app.state.desk;
        let actor = Actor::new(account.login, account.role, account.binding.as_deref()).unwrap();
        let (doer, action) = (Doer::Account(actor), at.rule.action);
        let by = By { at: self.app.state.clock.now(), login: account.login, origin: "console" };
        let (inputs, _) = field::read(at.rule.fields, at.form);
        let mut tx = desk.database.read().await.unwrap();
        let matter = match at.id {
            Some(id) => matter::find(&mut tx, id).await.unwrap().unwrap().matter,
            None => acts::seed::seed(&mut tx, &doer, at.kind, action, at.under, &inputs).await.unwrap(),
        };
        acts::consider(&mut tx, desk, &by, &doer, &matter, action, &inputs).await.unwrap().is_ok()
    }

    fn named(&self, value: &str) -> String {
        match value {
            "@person" => self.app.account(Role::Person).binding.clone().unwrap(),
            "@unrelated" => self.unrelated.clone(),
            other => other.to_owned(),
        }
    }

    async fn state(&self) -> Vec<Matter> {
        let mut tx = self.app.state.desk.database.read().await.unwrap();
        let mut all = Vec::new();
        for &kind in Kind::ALL {
            all.extend(matter::linked(&mut tx, Link::OfKind(kind)).await.unwrap());
        }
        all
    }

    async fn refusals_noted(&self, kind: Kind, id: &str) -> usize {
        let mut tx = self.app.state.desk.database.read().await.unwrap();
        let events = audit::of_subject(&mut tx, kind.code(), id).await.unwrap();
        events.iter().filter(|event| !event.succeeded).count()
    }

    async fn by_web(&mut self, account: &Account, at: &Attempt<'_>, way: Way) -> Codes {
        if !self.visitors.contains_key(account.login) {
            let visitor = self.app.signed_in(account.login).await;
            self.visitors.insert(account.login, visitor);
        }
        let visitor = self.visitors.get_mut(account.login).unwrap();
        let path = at.path();
        let pairs = at.form.iter().map(|(key, value)| format!("{key}={}", component(value)));
        let mut fields: Vec<String> = pairs.collect();
        let page = if way == Way::Page { path.as_str() } else { "/inbox" };
        let shown = visitor.get(page).await;
        if shown.status != StatusCode::OK {
            self.problems.push(format!("{path}: {}", shown.status));
            return Codes::new();
        }
        if way == Way::Page {
            fields.push("version=1".to_owned());
        }
        let answer = visitor.post_from(page, &path, &fields.join("&")).await;
        if answer.status != StatusCode::UNPROCESSABLE_ENTITY {
            self.problems.push(format!("{path} {way:?}: {} {}", answer.status, fields.join("&")));
        }
        let told = answer.body.split('〔').skip(1).filter_map(|rest| rest.split('〕').next());
        told.filter(|code| code.contains('.') && code.is_ascii()).map(str::to_owned).collect()
    }

    async fn by_file(&mut self, account: &Account, bytes: &[u8]) -> Codes {
        let (lines, wrong) = batch::read(bytes).unwrap();
        self.expect(wrong.is_empty(), || format!("{wrong:?}"));
        let actor = Actor::new(account.login, account.role, account.binding.as_deref()).unwrap();
        let by = By { at: self.app.state.clock.now(), login: account.login, origin: "console" };
        let done = batch::run(&self.app.state.desk, &by, &Doer::Account(actor), &lines).await.unwrap();
        done.err().unwrap_or_default().into_iter().map(|wrong| wrong.code.to_owned()).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Page,
    Direct,
    Command,
    File,
}

/// One act as it is sent.
struct Attempt<'a> {
    rule: &'static Rule,
    kind: Kind,
    id: Option<&'a str>,
    under: Option<&'a str>,
    form: &'a [(String, String)],
}

impl Attempt<'_> {
    fn path(&self) -> String {
        let action = self.rule.action.code();
        if let Some(id) = self.id {
            return format!("/matter/{id}/act/{action}");
        }
        let under = self.under.map_or_else(String::new, |id| format!("?under={id}"));
        format!("/matters/{}/new/{action}{under}", self.kind.code())
    }

    fn command(&self, login: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zongshi"));
        command.args(["act", self.rule.action.code(), "--as", login, "--json"]);
        match self.id {
            Some(id) => command.args(["--id", id]),
            None => command.args(["--kind", self.kind.code()]),
        };
        command.args(self.under.filter(|_| self.id.is_none()).iter().flat_map(|under| ["--under", under]));
        command.args(self.form.iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]));
        command
    }

    fn json_line(&self) -> String {
        let set: serde_json::Map<String, serde_json::Value> =
            self.form.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect();
        let mut line = serde_json::json!({ "act": self.rule.action.code(), "set": set });
        match (self.id, self.under) {
            (Some(id), _) => line["id"] = id.into(),
            (None, under) => {
                line["kind"] = self.kind.code().into();
                if let Some(under) = under {
                    line["under"] = under.into();
                }
            }
        }
        line.to_string()
    }

    fn workbook(&self) -> Vec<u8> {
        let mut cells = vec![("操作", self.rule.action.chinese().to_owned())];
        if let Some(id) = self.id {
            cells.push(("编号", id.to_owned()));
        } else {
            cells.push(("类别", self.kind.chinese().to_owned()));
            cells.extend(self.under.map(|under| ("所属", under.to_owned())));
        }
        let label = |key: &str| self.rule.fields.iter().find(|field| field.key == key).map(|field| field.chinese);
        cells.extend(self.form.iter().filter_map(|(key, value)| Some((label(key)?, value.clone()))));
        let table = Table {
            name: "办理".to_owned(),
            columns: cells.iter().map(|(heading, _)| Column::text(*heading, 20.0)).collect(),
            rows: vec![cells.into_iter().map(|(_, value)| Some(Cell::Text(value))).collect()],
        };
        paperwork::write(&[table]).unwrap()
    }
}

/// A matter as it is described: parties, title and due day by their names, `#` for numbers, `@` for lists.
fn made(id: String, stage: Stage, mut parties: Parties, keeps: Kept) -> Matter {
    let (mut body, mut due, mut title) = (Body::default(), None, "事项（演示）".to_owned());
    for (key, value) in keeps {
        match *key {
            "due" => due = value.parse().ok(),
            "title" => (*value).clone_into(&mut title),
            "organiser" => (*value).clone_into(&mut parties.organiser),
            "person" => parties.person = Some((*value).to_owned()),
            "enterprise" => parties.enterprise = Some((*value).to_owned()),
            "need" => parties.need = Some((*value).to_owned()).filter(|need| !need.is_empty()),
            key => {
                let kept = match key.as_bytes()[0] {
                    b'#' => Value::Whole(value.parse().unwrap()),
                    b'@' => Value::List(vec![(*value).to_owned()]),
                    _ if key == "year" => Value::Whole(value.parse().unwrap()),
                    _ => Value::Text((*value).to_owned()),
                };
                body.0.insert(key.trim_start_matches(['#', '@']).to_owned(), kept);
            }
        }
    }
    Matter { id, stage, version: 1, title, parties, body, due }
}

/// Whether an account may do it: what dates and other acts bring about has no way in.
fn has_a_way_in(rule: &Rule) -> bool {
    rule.by.iter().any(|by| matches!(by, Who::Account(_)))
}

fn musts(rule: &'static Rule) -> impl Iterator<Item = &'static str> {
    rule.guards.iter().filter(|guard| guard.force == Force::Must).map(|guard| guard.code)
}

#[tokio::test]
async fn every_must_refuses_by_page_by_post_by_command_and_by_file() {
    try_everything(&testing::sqlite().await).await;
}

#[tokio::test]
async fn every_must_refuses_on_postgresql_too() {
    if let Some(throwaway) = testing::postgres().await {
        try_everything(&throwaway).await;
    }
}

async fn try_everything(throwaway: &Throwaway) {
    let mut trial = Trial::new(throwaway).await;
    let mut shown = Codes::new();
    for rule in rules().filter(|rule| has_a_way_in(rule) && musts(rule).next().is_some()) {
        let stage = rule.from.first().copied().unwrap_or_else(|| rule.targets()[0]);
        shown.extend(trial.tried(rule, &bare(rule, stage)).await);
    }
    for case in cases() {
        let rule = rules().find(|rule| case.fits(rule)).unwrap_or_else(|| panic!("{} has a row", case.code));
        let codes = trial.tried(rule, &case).await;
        trial.expect(codes.contains(case.code), || format!("{} {:?}: {codes:?}", case.code, case.action));
        shown.extend(codes);
    }
    let asked: BTreeSet<&str> = rules().filter(|rule| has_a_way_in(rule)).flat_map(musts).collect();
    let open: Vec<&&str> = asked.iter().filter(|code| !shown.contains(**code)).collect();
    trial.expect(open.is_empty(), || format!("nothing here breaks {open:?}: add a case"));
    for (section, code) in BY_THE_PROGRAM {
        let case = cases().into_iter().find(|case| case.code == code).unwrap_or_else(|| panic!("a case of {code}"));
        let rule = section.iter().find(|rule| case.fits(rule)).unwrap_or_else(|| panic!("{code} has a row"));
        trial.refused_by_the_program(rule, &case).await;
    }
    assert!(trial.problems.is_empty(), "{}", trial.problems.join("\n"));
}

/// Nothing around it: for acts that open something under a matter, that matter at its first stage.
fn bare(rule: &Rule, stage: Stage) -> Case {
    let bare = case("", rule.action, stage);
    if !rule.opens() {
        return bare;
    }
    match programme::process::columns::hangs_on(stage.kind()) {
        Some(Kind::Need) => bare.under(Stage::NeedReview, &[]),
        Some(Kind::Listing) => bare.under(Stage::ListingReview, &[]),
        Some(Kind::Appointment) => bare.under(Stage::AppointmentDraft, &[]),
        _ if stage.kind() == Kind::Listing => bare.round(Stage::RoundOpen, &[]),
        _ => bare,
    }
}
