//! The whole programme through the front door, on both databases: from the notice of a round to the notified assessment, by
//! every role, each signed in with a password of its own, on a clock that is moved.
//!
//! Who does what is decided as in the demonstration ([`Cast`]), so the walk has refusals, returns, silence and an early end
//! in it; every act is a page opened and a form sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::http::StatusCode;
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use platform::clock::today;
use platform::demonstration::cast::{Cast, Day, filled, rule_at, scores, working_days_between};
use platform::demonstration::{FIRST_ROUND, SEED};
use platform::usecases::acts::clock;
use platform::usecases::figures;
use platform::usecases::passwords::{TEST_COST, hash};
use platform::web::url::component;
use programme::access::{Actor, Role, Scope};
use programme::calendar::WorkingCalendar;
use programme::process::appointment::agreement;
use programme::process::{
    Action, Body, Kind, Matter, Parties, Rule, SASAC, Stage, appointment, assessment, listing, opening, round,
};
use store::matter::{self, Link};
use store::testing::on_each;
use store::{By, account};

use super::{Answer, TestApp, Visitor};

const PASSWORD: &str = "Walk-2025-Heilongjiang";
/// Needs of the round: enough for returns, silence and alternates to happen among them.
const NEEDS: usize = 14;

struct Walk {
    app: TestApp,
    cast: Cast,
    visitors: HashMap<(Role, String), Visitor>,
    /// How often each act was done.
    done: BTreeMap<Action, usize>,
    /// Roles that acted.
    roles: BTreeSet<Role>,
}

impl Walk {
    fn today(&self) -> NaiveDate {
        today(self.app.state.clock.now())
    }

    /// A browser that is signed in for an office or person; the account is made when it is first needed.
    async fn visitor(&mut self, role: Role, binding: &str) -> &mut Visitor {
        let known = self
            .app
            .province
            .accounts
            .iter()
            .find(|one| one.role == role && one.binding.as_deref().unwrap_or_default() == binding);
        let (login, password) = match known {
            Some(account) => (account.login.to_owned(), self.app.password(account.login).to_owned()),
            None => (self.new_account(role, binding).await, PASSWORD.to_owned()),
        };
        let key = (role, binding.to_owned());
        if !self.visitors.contains_key(&key) {
            let visitor = self.app.visitor();
            self.visitors.insert(key.clone(), visitor);
        }
        let visitor = self.visitors.get_mut(&key).unwrap();
        // Half an hour without a request ends a session, and days have passed.
        if visitor.get("/inbox").await.status != StatusCode::OK {
            visitor.cookies.clear();
            let answer = visitor.sign_in(&component(&login), &component(&password)).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login}: {}", answer.body);
        }
        visitor
    }

    async fn new_account(&self, role: Role, binding: &str) -> String {
        let login = format!("{}-{}", role.code(), binding).to_lowercase();
        let mut tx = self.app.state.desk.database.write().await.unwrap();
        let actor = Actor::new(&login, role, Some(binding)).unwrap();
        let new = account::New {
            actor: &actor,
            binding: Some(binding),
            name: "走查账户（演示）",
            password_hash: &hash(PASSWORD, TEST_COST).unwrap(),
            must_change_password: false,
            activated: true,
            holder: None,
        };
        let by = By { at: self.app.state.clock.now(), login: "console", origin: "console" };
        account::create(&mut tx, &by, new).await.unwrap();
        tx.commit().await.unwrap();
        login
    }

    /// Opens the act's page and sends its form.
    async fn act(
        &mut self,
        matter: &Matter,
        (role, binding): (Role, &str),
        row: &Rule,
        form: &[(String, String)],
    ) -> bool {
        let path = format!("/matter/{}/act/{}", matter.id, row.action.code());
        let fields = encoded(form, &[("version", matter.version.to_string())]);
        let answer = self.visitor(role, binding).await.post_from(&path, &path, &fields).await;
        self.note(role, row.action, &answer)
    }

    async fn open(
        &mut self,
        (role, binding): (Role, &str),
        (kind, action): (Kind, Action),
        under: Option<&str>,
        chosen: &[(&'static str, String)],
    ) -> bool {
        let row = opening(kind, action).unwrap();
        let stage = row.targets()[0];
        let (id, title) = (String::new(), String::new());
        let blank =
            Matter { id, stage, version: 0, title, parties: Parties::default(), body: Body::default(), due: None };
        let form = filled(row, &blank, chosen, self.today());
        let under = under.map_or_else(String::new, |id| format!("?under={id}"));
        let path = format!("/matters/{}/new/{}{under}", kind.code(), action.code());
        let answer = self.visitor(role, binding).await.post_from(&path, &path, &encoded(&form, &[])).await;
        self.note(role, action, &answer)
    }

    fn note(&mut self, role: Role, action: Action, answer: &Answer) -> bool {
        let done = answer.status == StatusCode::SEE_OTHER;
        assert!(
            done || answer.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{role:?} {action:?}: {} {}",
            answer.status,
            answer.body
        );
        if done {
            *self.done.entry(action).or_default() += 1;
            self.roles.insert(role);
        }
        done
    }

    async fn matters(&self, kind: Kind) -> Vec<Matter> {
        let mut tx = self.app.state.desk.database.read().await.unwrap();
        matter::linked(&mut tx, Link::OfKind(kind)).await.unwrap()
    }

    async fn day(&mut self) {
        let day = self.today();
        let at = self.app.state.clock.now();
        clock::pass(&self.app.state.desk, &By { at, login: "console", origin: "console" }).await.unwrap();
        let waiting = matter::awaiting(&mut self.app.state.desk.database.read().await.unwrap()).await.unwrap();
        let reviewing = waiting.iter().any(|kept| kept.matter.stage == Stage::ListingReview);
        let objected = waiting.iter().any(|kept| kept.matter.kind() == Kind::Objection);
        for kept in waiting {
            let seen = Day { date: day, waited: working_days_between(today(kept.moved), day), reviewing, objected };
            if kept.matter.stage == Stage::AssessmentDue {
                self.assess(&kept.matter, day).await;
                continue;
            }
            self.serve(&kept.matter, seen).await;
        }
        self.begin_what_is_due(day).await;
    }

    async fn serve(&mut self, matter: &Matter, seen: Day) {
        for (role, binding) in matter.awaited() {
            let Some((action, chosen)) = self.cast.choose(matter, role, seen) else { continue };
            let Some(rule) = rule_at(matter.stage, action) else { continue };
            let form = filled(rule, matter, &chosen, seen.date);
            if self.act(matter, (role, &binding), rule, &form).await {
                break;
            }
        }
    }

    /// In the window the enterprise rates, the person sums up, the organiser scores with entries of the log.
    async fn assess(&mut self, matter: &Matter, day: NaiveDate) {
        let parties = matter.parties.clone();
        let (enterprise, person) = (parties.enterprise.unwrap_or_default(), parties.person.unwrap_or_default());
        let (who, action, chosen) = if !matter.body.has(&assessment::RATING) {
            ((Role::Enterprise, enterprise.as_str()), Action::RateService, vec![("rating", "85".to_owned())])
        } else if !matter.body.has(&assessment::SUMMARY) {
            ((Role::Person, person.as_str()), Action::SummariseTerm, Vec::new())
        } else {
            let mut tx = self.app.state.desk.database.read().await.unwrap();
            let parent = parties.parent.unwrap_or_default();
            let log = matter::linked(&mut tx, Link::Children(&parent, Kind::Service)).await.unwrap();
            let confirmed = log.iter().filter(|entry| entry.stage == Stage::ServiceConfirmed);
            let confirmed: Vec<&str> = confirmed.map(|entry| entry.id.as_str()).collect();
            let mut form = scores(self.cast.percent(&matter.id, "score"), &confirmed, &[]);
            form.push(("satisfaction", "80".to_owned()));
            let sasac = parties.organiser == SASAC;
            let role = if sasac { Role::Sasac } else { Role::CityScience };
            let binding = if sasac { String::new() } else { parties.organiser };
            self.assess_by(matter, (role, &binding), Action::ScoreAssessment, &form, day).await;
            return;
        };
        self.assess_by(matter, who, action, &chosen, day).await;
    }

    async fn assess_by(
        &mut self,
        matter: &Matter,
        who: (Role, &str),
        action: Action,
        chosen: &[(&'static str, String)],
        day: NaiveDate,
    ) {
        let Some(rule) = rule_at(matter.stage, action) else { return };
        let form = filled(rule, matter, chosen, day);
        self.act(matter, who, rule, &form).await;
    }

    async fn begin_what_is_due(&mut self, day: NaiveDate) {
        let province = (Role::Province, "");
        let rounds = self.matters(Kind::Round).await;
        let Some(round) = rounds.first() else {
            self.open(province, (Kind::Round, Action::DraftRound), None, &notice()).await;
            return;
        };
        let past = |field| round.body.day(field).is_some_and(|last| day > last);
        let drafted = self.matters(Kind::Need).await.len();
        if round.stage == Stage::RoundOpen && drafted < NEEDS {
            for at in drafted..NEEDS {
                self.draft(at).await;
            }
        }
        if round.stage == Stage::RoundCollected
            && past(&round::REPORTS_DAY)
            && self.matters(Kind::Pair).await.is_empty()
        {
            self.match_and_propose(&round.id).await;
        }
        let lists = self.matters(Kind::Listing).await;
        if round.stage == Stage::RoundCollected && past(&round::TALKS_DAY) && lists.is_empty() {
            assert!(self.open(province, (Kind::Listing, Action::OpenListing), Some(&round.id), &[]).await);
        }
        for list in lists {
            self.object(&list, day).await;
        }
        self.in_terms(day).await;
        self.gather(day).await;
    }

    async fn draft(&mut self, at: usize) {
        let code = self.app.province.needs[at].enterprise.as_ref().and_then(|of| of.credit_code.clone()).unwrap();
        let form = self.app.province.forms[at].clone();
        self.open((Role::Enterprise, &code), (Kind::Need, Action::DraftNeed), None, &form).await;
    }

    /// The province starts a run, the worker does it, the province turns it into proposals.
    async fn match_and_propose(&mut self, round: &str) {
        let asked = self.visitor(Role::Province, "").await.post_from("/runs/new", "/runs", "top=20&unit_max=").await;
        let job = asked.location().to_owned();
        assert!(job.starts_with("/runs/jobs/"), "{}", asked.body);
        assert!(self.app.work().await);
        let province = self.visitor(Role::Province, "").await;
        let run = province.get(&job).await.location().to_owned();
        let page = format!("{run}/proposals?round={round}");
        let made = province.post_from(&page, &format!("{run}/proposals"), &format!("round={round}")).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        assert!(!self.matters(Kind::Pair).await.is_empty());
    }

    /// The public objects by name during the notice, without an account.
    async fn object(&mut self, list: &Matter, day: NaiveDate) {
        let started = list.body.day(&listing::NOTICE_START);
        if list.stage != Stage::ListingNotice || started.is_none_or(|start| working_days_between(start, day) != 2) {
            return;
        }
        let mut tx = self.app.state.desk.database.read().await.unwrap();
        let names = matter::final_names(&mut tx, &list.id).await.unwrap();
        drop(tx);
        let mut anybody = self.app.visitor();
        let path = format!("/notice/{}/object", list.id);
        let fields = encoded(
            &[],
            &[
                ("objection_pair", names[0].clone()),
                ("objector", "周某某（演示）".to_owned()),
                ("objector_contact", "0451-00000000".to_owned()),
                ("objection_facts", "该人选与接收企业有未申报的合作（演示）。".to_owned()),
            ],
        );
        let answer = anybody.post_from(&path, &path, &fields).await;
        assert!(matches!(answer.status, StatusCode::OK | StatusCode::SEE_OTHER), "{} {}", answer.status, answer.body);
        *self.done.entry(Action::FileObjection).or_default() += 1;
    }

    /// A day of service each month, one early end.
    async fn in_terms(&mut self, day: NaiveDate) {
        let in_force = |one: &Matter| one.stage == Stage::AppointmentForce;
        let serving: Vec<Matter> = self.matters(Kind::Appointment).await.into_iter().filter(in_force).collect();
        for (place, one) in serving.iter().enumerate() {
            let Some(start) = one.body.day(&appointment::TERM_START).filter(|start| *start <= day) else { continue };
            let person = one.parties.person.clone().unwrap_or_default();
            if day.day() <= 3 && day.weekday() == chrono::Weekday::Tue {
                let what = (Kind::Service, Action::LogService);
                self.open((Role::Person, &person), what, Some(&one.id), &[]).await;
            }
            if place == 0 && serving.len() > 2 && (300..304).contains(&(day - start).num_days()) {
                let enterprise = one.parties.enterprise.clone().unwrap_or_default();
                let rule = rule_at(one.stage, Action::RequestEnd).unwrap();
                let last = (day + TimeDelta::days(30)).to_string();
                let form = filled(rule, one, &[("effective_day", last)], day);
                self.act(one, (Role::Enterprise, &enterprise), rule, &form).await;
            }
        }
    }

    async fn gather(&mut self, day: NaiveDate) {
        let all = self.matters(Kind::Assessment).await;
        let open = all.iter().any(|one| matches!(one.stage, Stage::AssessmentDue | Stage::AssessmentScored));
        let reported = all.iter().any(|one| one.stage == Stage::AssessmentReported);
        let over = all.iter().filter_map(|one| one.body.day(&appointment::TERM_END)).all(|end| end < day);
        if reported && !open && over && self.matters(Kind::Batch).await.is_empty() {
            assert!(self.open((Role::Province, ""), (Kind::Batch, Action::OpenBatch), None, &[]).await);
        }
    }
}

/// The reasons of the statistics add up to the pairs that people declined, and the shares by sex to the people appointed.
async fn the_statistics_add_up(walk: &mut Walk) {
    let pairs = walk.matters(Kind::Pair).await;
    let declined = pairs.iter().filter(|pair| pair.stage == Stage::PairDeclined).count();
    let mut tx = walk.app.state.desk.database.read().await.unwrap();
    let figures = figures::now(&mut tx, &Scope::Province).await.unwrap();
    drop(tx);
    assert_eq!(figures.declines.iter().map(|(_, count)| *count).sum::<u64>(), declined as u64);
    let sexes: Vec<&str> = figures.by_sex.iter().map(|(sex, _)| sex.as_str()).collect();
    let people: u64 = figures.by_sex.iter().map(|(_, people)| people).sum();
    assert_eq!((sexes, people), (vec!["female", "male"], figures.people));
    let page = walk.visitor(Role::Province, "").await.get("/figures").await;
    assert!(page.shows("按性别") && page.shows("女"), "{}", page.body);
    let page = walk.visitor(Role::Province, "").await.get("/statistics").await;
    assert!(page.shows("本人谢绝的原因") && page.shows("时间不允许"), "{}", page.body);
}

/// What a party downloads to sign is what its kept signature verifies.
async fn signed_by_its_own_bytes(walk: &mut Walk) {
    let appointments = walk.matters(Kind::Appointment).await;
    let signed = appointments.iter().find(|one| agreement::signatures(&one.body).len() == 3).unwrap();
    let path = format!("/matter/{}/agreement", signed.id);
    let unit = signed.parties.unit.clone().unwrap();
    let visitor = walk.visitor(Role::Unit, &unit).await;
    let text = visitor.get(&format!("{path}.txt")).await;
    assert_eq!(text.body, signed.body.text(&appointment::AGREEMENT_TEXT));
    assert!(agreement::signatures(&signed.body).iter().all(|one| one.signer(&text.body).is_some()));
    assert!(visitor.get(&path).await.shows("SM2 签名"));
    assert!(visitor.get(&format!("/matter/{}", signed.id)).await.shows("数字签名已核验"));
}

/// The form of the first round's notice.
fn notice() -> Vec<(&'static str, String)> {
    let later = |days| WorkingCalendar::embedded().working_days_later(FIRST_ROUND.notice_day, days).to_string();
    vec![
        ("year", "2025".to_owned()),
        ("notice_title", "2025年度科技总师选派通知（演示）".to_owned()),
        ("notice_day", FIRST_ROUND.notice_day.to_string()),
        ("needs_day", later(20)),
        ("reports_day", later(29)),
        ("answers_day", later(44)),
        ("talks_day", later(56)),
    ]
}

fn encoded(form: &[(String, String)], more: &[(&str, String)]) -> String {
    let form = form.iter().map(|(key, value)| (key.as_str(), value));
    let pairs = form.chain(more.iter().map(|(key, value)| (*key, value)));
    pairs.map(|(key, value)| format!("{key}={}", component(value))).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn from_the_notice_to_the_notified_assessment_by_every_role() {
    on_each(async |database| {
        let app = TestApp::before_the_first_round(database).await;
        let mut walk = Walk {
            app,
            cast: Cast::new(SEED),
            visitors: HashMap::new(),
            done: BTreeMap::new(),
            roles: BTreeSet::new(),
        };
        let calendar = WorkingCalendar::embedded();
        let last = NaiveDate::from_ymd_opt(2027, 8, 31).unwrap();
        while walk.today() <= last {
            if calendar.is_working_day(walk.today()) {
                walk.day().await;
            }
            if walk.matters(Kind::Batch).await.iter().any(|batch| batch.stage == Stage::BatchNotified) {
                break;
            }
            walk.app.state.clock.advance(TimeDelta::days(1));
        }
        signed_by_its_own_bytes(&mut walk).await;
        the_statistics_add_up(&mut walk).await;
        let counted = |action: Action| walk.done.get(&action).copied().unwrap_or_default();
        for action in [
            Action::SignRound,
            Action::IssueRound,
            Action::SubmitNeed,
            Action::ReturnNeed,
            Action::ConfirmReport,
            Action::PushPair,
            Action::DeclinePair,
            Action::VouchPair,
            Action::ConfirmIntention,
            Action::FreezeListing,
            Action::StartNotice,
            Action::FileObjection,
            Action::AnswerObjection,
            Action::SignListing,
            Action::PublishListing,
            Action::SignAgreement,
            Action::FileAgreement,
            Action::ConfirmService,
            Action::FileEnd,
            Action::ScoreAssessment,
            Action::ConsolidateBatch,
            Action::NotifyBatch,
        ] {
            assert!(counted(action) > 0, "{action:?} was never done; done: {:?}", walk.done);
        }
        let acting = [
            Role::Province,
            Role::EducationDepartment,
            Role::IndustryDepartment,
            Role::Sasac,
            Role::CityScience,
            Role::CityIndustry,
            Role::Enterprise,
            Role::Unit,
            Role::Person,
        ];
        assert!(acting.iter().all(|role| walk.roles.contains(role)), "{:?}", walk.roles);
        let mut tx = walk.app.state.desk.database.read().await.unwrap();
        assert!(matches!(store::audit::verify(&mut tx).await.unwrap(), store::audit::Walk::Whole { .. }));
    })
    .await;
}
