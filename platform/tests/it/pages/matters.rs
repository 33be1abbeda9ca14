//! Every matter × every role: what the tables of the process declare is what the pages answer, by `GET` and by a direct
//! `POST`, for one's own and for others' records. Nothing is listed here by hand: the expectation is computed from the tables,
//! the answer comes through the router.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use chrono::NaiveDate;
use platform::demonstration::{Account, FIRST_ROUND, Province};
use platform::usecases::play::play;
use programme::access::{Actor, Role};
use programme::process::sight::concerns_account;
use programme::process::{Action, Body, By, Doer, Kind, Matter, Parties, Reach, Stage, offers, opening, reach};
use store::matter::{self, Link};
use store::testing;

use super::{TestApp, Visitor};
use crate::web::light::assert_page_is_light;

/// Needs of the played round: enough for every stage up to the appointment to be there.
const NEEDS: usize = 60;
/// Matters of one stage that are asked for, whoever sees them; beside them one of each stage that an account sees.
const OF_A_STAGE: usize = 2;

async fn played() -> (TestApp, testing::Throwaway) {
    let database = testing::sqlite().await;
    let mut app = TestApp::before_the_first_round(database.database.clone()).await;
    let mut province: Province = app.province.clone();
    province.needs.truncate(NEEDS);
    province.forms.truncate(NEEDS);
    let until = NaiveDate::from_ymd_opt(2025, 7, 31).unwrap();
    play(&app.state.desk, &province, FIRST_ROUND.notice_day, until).await.unwrap();
    app.admit_parties().await;
    (app, database)
}

/// A few matters of every stage that the play reached, among them some of each account's own.
async fn samples(app: &TestApp) -> Vec<Matter> {
    let mut tx = app.state.desk.database.read().await.unwrap();
    let mut all = Vec::new();
    for &kind in Kind::ALL {
        all.extend(matter::linked(&mut tx, Link::OfKind(kind)).await.unwrap());
    }
    let mut of_stage: BTreeMap<Stage, usize> = BTreeMap::new();
    let mut of_account: BTreeSet<(String, Stage)> = BTreeSet::new();
    let accounts: Vec<Actor> = app.province.accounts.iter().map(actor).collect();
    all.retain(|one| {
        let count = of_stage.entry(one.stage).or_default();
        *count += 1;
        let own = accounts.iter().filter(|actor| concerns_account(actor, one));
        let first_of_somebody =
            own.filter(|actor| of_account.insert((actor.login().to_owned(), one.stage))).count() > 0;
        *count <= OF_A_STAGE || first_of_somebody
    });
    all
}

fn actor(account: &Account) -> Actor {
    Actor::new(account.login, account.role, account.binding.as_deref()).unwrap()
}

async fn everybody(app: &TestApp) -> Vec<(Actor, Visitor)> {
    let mut everybody = Vec::new();
    for account in &app.province.accounts {
        everybody.push((actor(account), app.signed_in(account.login).await));
    }
    everybody
}

#[tokio::test]
async fn every_matter_answers_every_role_as_the_tables_declare() {
    let (app, _database) = played().await;
    let samples = samples(&app).await;
    let stages = samples.iter().map(|one| one.stage).collect::<BTreeSet<_>>().len();
    assert!(stages >= 12, "the play reached {stages} stages");
    let (mut shown, mut hidden) = (0, 0);
    for (actor, visitor) in &mut everybody(&app).await {
        for matter in &samples {
            let seen = concerns_account(actor, matter);
            let answer = visitor.get(&format!("/matter/{}", matter.id)).await;
            let expected = if seen { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(answer.status, expected, "{:?} {} {:?}", actor.role(), matter.id, matter.stage);
            if seen {
                assert_page_is_light(&answer.body);
                assert!(answer.shows(matter.stage.chinese()), "{} says where it is", matter.id);
                shown += 1;
            } else {
                hidden += 1;
            }
        }
    }
    assert!(shown > 150 && hidden > 150, "{shown} shown, {hidden} hidden");
}

#[tokio::test]
async fn every_act_is_offered_and_taken_only_as_the_tables_declare() {
    let (app, _database) = played().await;
    let samples = samples(&app).await;
    let mut counted: BTreeMap<u16, usize> = BTreeMap::new();
    for (actor, visitor) in &mut everybody(&app).await {
        let token = visitor.token("/account").await;
        for matter in &samples {
            let doer = Doer::Account(actor.clone());
            let offered: Vec<Action> = offers(matter, &doer).into_iter().map(|rule| rule.action).collect();
            for &action in Action::ALL.iter().filter(|action| moves(**action, matter.stage.kind())) {
                let path = format!("/matter/{}/act/{}", matter.id, action.code());
                let expected = match (concerns_account(actor, matter), offered.contains(&action)) {
                    (false, _) => StatusCode::NOT_FOUND,
                    (true, false) => StatusCode::FORBIDDEN,
                    (true, true) => StatusCode::OK,
                };
                let answer = visitor.get(&path).await;
                assert_eq!(answer.status, expected, "GET {path} as {:?}", actor.role());
                *counted.entry(expected.as_u16()).or_default() += 1;
                if expected != StatusCode::OK {
                    let fields = format!("csrf={token}&version={}", matter.version);
                    let posted = visitor.post(&path, &fields).await;
                    assert_eq!(posted.status, expected, "POST {path} as {:?}: {}", actor.role(), posted.body);
                }
            }
        }
    }
    assert!(counted.len() == 3 && counted.values().all(|count| *count > 50), "{counted:?}");
}

/// Whether an act moves matters of a kind; the others do not exist for it.
fn moves(action: Action, kind: Kind) -> bool {
    programme::process::rules().any(|rule| rule.action == action && rule.from.iter().any(|stage| stage.kind() == kind))
}

#[tokio::test]
async fn every_list_and_every_form_for_a_new_matter_answers_as_the_tables_declare() {
    let database = testing::sqlite().await;
    let app = TestApp::before_the_first_round(database.database.clone()).await;
    for (actor, visitor) in &mut everybody(&app).await {
        for &kind in Kind::ALL {
            let known = reach(actor.role(), kind) != Reach::None;
            let expected = if known { StatusCode::OK } else { StatusCode::NOT_FOUND };
            for path in [format!("/matters/{}", kind.code()), format!("/matters/{}/list.xlsx", kind.code())] {
                assert_eq!(visitor.get(&path).await.status, expected, "{path} as {:?}", actor.role());
            }
            for &action in Action::ALL {
                let Some(rule) = opening(kind, action) else { continue };
                let path = format!("/matters/{}/new/{}", kind.code(), action.code());
                let may = rule.by.contains(&By::Account(actor.role()));
                let expected = match (known, may) {
                    (false, _) => StatusCode::NOT_FOUND,
                    (true, false) => StatusCode::FORBIDDEN,
                    (true, true) => StatusCode::OK,
                };
                assert_eq!(visitor.get(&path).await.status, expected, "{path} as {:?}", actor.role());
            }
        }
        let administrator = matches!(
            actor.role(),
            Role::SystemAdministrator | Role::SecurityAdministrator | Role::AuditAdministrator | Role::Matcher
        );
        let overview = visitor.get("/matters").await;
        assert_eq!(overview.status, StatusCode::OK);
        assert_eq!(overview.shows("class=\"card\""), !administrator, "{:?}", actor.role());
    }
}

#[tokio::test]
async fn a_form_says_before_it_is_filled_in_what_refuses_the_act() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let pair = Matter {
        id: "pair-000001".to_owned(),
        stage: Stage::PairProposed,
        version: 1,
        title: "初步推荐（演示）".to_owned(),
        parties: Parties { organiser: "230100".to_owned(), ..Parties::default() },
        body: Body::default(),
        due: None,
    };
    let by = store::By { at: app.state.clock.now(), login: "console", origin: "console" };
    testing::put_matters(&app.state.desk.database, &by, &[pair]).await;
    let mut province = app.signed_in("kejiting").await;
    let form = province.get("/matter/pair-000001/act/push_pair").await;
    let told = ["现在还不能办理", "不符合", "未登记个人信息保护影响评估", "提交时核对", "项已符合"];
    assert!(told.iter().all(|word| form.shows(word)), "{}", form.body);
    // What needs nothing beforehand says nothing of the kind.
    let withdraw = province.get("/matter/pair-000001/act/withdraw_pair").await;
    assert!(!withdraw.shows("现在还不能办理"));
}

/// What is judged over a whole list, its files or all assessments is told beside the button as well.
#[tokio::test]
async fn a_page_says_beside_each_button_what_refuses_it() {
    testing::on_each(async |database| {
        let app = TestApp::on(database).await;
        let of_round = |round: &str| Parties { round: Some(round.to_owned()), ..Parties::default() };
        let matter = |id: &str, stage, parties, body| Matter {
            id: id.to_owned(),
            stage,
            version: 1,
            title: "事项（演示）".to_owned(),
            parties,
            body,
            due: None,
        };
        let (none, nothing) = (Parties::default, Body::default);
        let rounds = ["round-000008", "round-000009"];
        let rounds = rounds.map(|id| matter(id, Stage::RoundCollected, none(), nothing()));
        let (review, approved) = (of_round("round-000008"), of_round("round-000009"));
        let term = nothing().with(&programme::process::appointment::TERM_END, "2027-05-31");
        let told = [
            (matter("listing-000008", Stage::ListingReview, review, nothing()), "freeze_listing", "没有可以冻结的名单"),
            (
                matter("listing-000009", Stage::ListingApproved, approved, nothing()),
                "start_notice",
                "尚未登记党组会日期",
            ),
            (matter("batch-000001", Stage::BatchGathering, none(), nothing()), "consolidate_batch", "没有已报省的考评"),
            (
                matter("assessment-000001", Stage::AssessmentWaiting, app.parties(), term),
                "score_assessment",
                "尚未开始",
            ),
        ];
        let by = store::By { at: app.state.clock.now(), login: "console", origin: "console" };
        let matters: Vec<Matter> = rounds.into_iter().chain(told.iter().map(|(matter, ..)| matter.clone())).collect();
        testing::put_matters(&app.state.desk.database, &by, &matters).await;
        let (mut province, mut city) = (app.signed_in("kejiting").await, app.signed_in("shikeji").await);
        for (matter, act, sentence) in &told {
            let visitor = if matter.kind() == Kind::Assessment { &mut city } else { &mut province };
            let page = visitor.get(&format!("/matter/{}", matter.id)).await;
            let barred = page.body.split("现在还不能办理的操作").nth(1).unwrap_or_default();
            assert!(barred.contains(&format!("/act/{act}\"")) && barred.contains(sentence), "{act}: {}", page.body);
        }
        assert!(province.get("/matter/listing-000008").await.shows("名单尚未公示，公示后方可提出异议"));
        // What is waited for stands out, what may be done any time does not.
        let draft = nothing().with(&programme::process::round::NEEDS_DAY, "2030-01-30");
        let draft = matter("round-000007", Stage::RoundDraft, none(), draft);
        testing::put_matters(&app.state.desk.database, &by, &[draft]).await;
        let main = async |province: &mut Visitor, path: &str| {
            province.get(path).await.body.split("<main").nth(1).unwrap_or_default().to_owned()
        };
        let draft = main(&mut province, "/matter/round-000007").await;
        let standing_out = draft.split("button-primary").nth(1).expect("one button stands out");
        assert!(standing_out.split("</a>").next().is_some_and(|link| link.contains("/act/submit_round")), "{draft}");
        assert!(!main(&mut province, "/matter/round-000008").await.contains("button-primary"));
        testing::clear_matters(&app.state.desk.database).await;
    })
    .await;
}

/// What the forms of all acts say by themselves; what a condition found in a case is said in Chinese and marked as such.
#[tokio::test]
async fn a_form_in_english_says_nothing_in_chinese_that_it_does_not_mark_so() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let of = |place: usize, stage: Stage| Matter {
        id: format!("{}-9{place:05}", stage.kind().code()),
        stage,
        version: 1,
        title: "A matter".to_owned(),
        parties: app.parties(),
        body: Body::default(),
        due: None,
    };
    // The database takes a listed pair with its list alone.
    let is_free = |stage: &Stage| !matches!(stage, Stage::PairListed | Stage::PairHeld | Stage::PairPublished);
    let stages = Stage::ALL.iter().copied().filter(is_free);
    let matters: Vec<Matter> = stages.enumerate().map(|(place, stage)| of(place, stage)).collect();
    let by = store::By { at: app.state.clock.now(), login: "console", origin: "console" };
    testing::put_matters(&app.state.desk.database, &by, &matters).await;
    let mut asked = BTreeSet::new();
    for (actor, mut visitor) in everybody(&app).await {
        visitor.post_from("/appearance", "/appearance", "lang=en&return=%2F").await;
        for matter in &matters {
            for rule in offers(matter, &Doer::Account(actor.clone())) {
                let form = visitor.get(&format!("/matter/{}/act/{}", matter.id, rule.action.code())).await;
                if form.status != StatusCode::OK {
                    continue;
                }
                let said = form.body.split("<p class=\"hint\">").skip(1).collect::<Vec<_>>().join(" ");
                let said = said.split("</main>").next().unwrap_or_default();
                assert_eq!(chinese(said), "", "{} on {}", rule.action.code(), matter.id);
                asked.insert(rule.action);
            }
        }
    }
    assert!(asked.len() > ACTS_ASKED_MIN, "{}", asked.len());
}

/// Acts whose forms are seen above: more than this many.
const ACTS_ASKED_MIN: usize = 90;

/// The Chinese of a page outside what is marked as Chinese.
fn chinese(html: &str) -> String {
    let unmarked = html
        .split("<span lang=\"zh-CN\">")
        .enumerate()
        .map(|(place, part)| if place == 0 { part } else { part.split_once("</span>").map_or("", |(_, rest)| rest) });
    unmarked.flat_map(str::chars).filter(|c| matches!(c, '\u{2e80}'..='\u{ffef}')).collect()
}
