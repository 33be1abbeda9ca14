//! Matters: 1 a move is written with who is awaited and its audit event; 2 of two who act at once one wins; 3 an act that is
//! cut off at any await leaves the old or the new state, never half; 4 lists and inboxes hold one's own alone; 5 the last act
//! can be taken back once, by nobody else; 6 a final name that was not suggested is refused by the database itself; 7 a list
//! shows every act that was committed before it was asked for, narrowed and page by page.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use chrono::NaiveDate;
use programme::access::{Actor, Role, Scope};
use programme::calendar::WorkingCalendar;
use programme::parameters::Parameters;
use programme::process::{
    Action, Body, Case, Doer, Facts, Kind, Matter, Parties, SASAC, Stage, Transition, appointment, decide,
};
use store::catalogue::Catalogue;
use store::matter::{self, Applied, Filter, Link};
use store::page::Start;
use store::testing::on_each;
use store::{Database, Tx, audit};

use super::{by, now};

const CITY: &str = "230100";

fn account(role: Role, binding: Option<&str>) -> Actor {
    Actor::new(role.code(), role, binding).unwrap()
}

fn science() -> Actor {
    account(Role::CityScience, Some(CITY))
}

fn province() -> Actor {
    account(Role::Province, None)
}

fn parties(organiser: &str) -> Parties {
    Parties {
        organiser: organiser.to_owned(),
        enterprise: Some(super::CODE_A.to_owned()),
        unit: Some("示例大学".to_owned()),
        person: Some("p1".to_owned()),
        ..Parties::default()
    }
}

/// A matter to be opened; only acts whose guards ask for nothing are used here.
fn blank(stage: Stage, parties: Parties) -> Matter {
    let title = "走访记录".to_owned();
    Matter { id: String::new(), stage, version: 0, title, parties, body: Body::default(), due: None }
}

fn decided(matter: &Matter, actor: &Actor, action: Action, inputs: &Body) -> Transition {
    let facts = Facts { parent: Some(in_force(&matter.parties)), ..Facts::default() };
    let case = Case {
        matter,
        inputs,
        facts: &facts,
        doer: &Doer::Account(actor.clone()),
        now: now(),
        today: NaiveDate::from_ymd_opt(2025, 2, 10).unwrap(),
        parameters: Parameters::embedded(),
        calendar: WorkingCalendar::embedded(),
    };
    decide(&case, action).unwrap()
}

/// The appointment under which a problem is raised.
fn in_force(parties: &Parties) -> Matter {
    let first = "2025-01-01";
    let body = Body::default()
        .with(&appointment::TERM_START, first)
        .with(&appointment::TERM_END, "2026-12-31")
        .with(&appointment::IN_FORCE_ON, first);
    Matter {
        id: "appointment-000001".to_owned(),
        stage: Stage::AppointmentForce,
        version: 1,
        title: "聘任".to_owned(),
        parties: parties.clone(),
        body,
        due: None,
    }
}

fn raised(organiser: &str) -> (Matter, Body) {
    let inputs = Body::default().with(&programme::process::service::DIFFICULTY, "缺少中试场地");
    (blank(Stage::DifficultyRaised, parties(organiser)), inputs)
}

/// A problem raised by the organiser: the plainest matter that moves on.
async fn open(tx: &mut Tx, organiser: &str) -> Matter {
    let actor =
        if organiser == SASAC { account(Role::Sasac, None) } else { account(Role::CityScience, Some(organiser)) };
    let (matter, inputs) = raised(organiser);
    let transition = decided(&matter, &actor, Action::RaiseDifficulty, &inputs);
    match matter::apply(tx, &by(), &transition).await.unwrap() {
        Applied::Done(matter, _) => *matter,
        Applied::Stale => panic!("a new matter is never stale"),
    }
}

fn solved(matter: &Matter) -> Transition {
    let inputs = Body::default().with(&programme::process::service::SOLUTION, "已协调省级中试基地");
    decided(matter, &science(), Action::SolveDifficulty, &inputs)
}

async fn events(tx: &mut Tx, matter: &Matter) -> Vec<String> {
    matter::history(tx, matter).await.unwrap().into_iter().map(|event| event.act).collect()
}

#[tokio::test]
async fn a_move_is_written_with_who_is_awaited_and_its_audit_event() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let raised = open(&mut tx, CITY).await;
        assert_eq!((raised.id.as_str(), raised.version), ("difficulty-000001", 1));
        assert_eq!(inbox(&mut tx, &science()).await, ["difficulty-000001"]);
        let Applied::Done(now, opened) = matter::apply(&mut tx, &by(), &solved(&raised)).await.unwrap() else {
            panic!("nobody moved it first")
        };
        assert_eq!((now.stage, now.version, opened.len()), (Stage::DifficultySolved, 2, 0));
        assert_eq!(matter::find(&mut tx, &now.id).await.unwrap().unwrap().matter, *now);
        assert!(inbox(&mut tx, &science()).await.is_empty());
        assert_eq!(events(&mut tx, &now).await, ["raise_difficulty", "solve_difficulty"]);
        assert!(matches!(audit::verify(&mut tx).await.unwrap(), audit::Walk::Whole { events: 2, .. }));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_act_at_once_one_wins_and_the_other_is_told() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let raised = open(&mut tx, CITY).await;
        tx.commit().await.unwrap();
        let (one, other) = (solved(&raised), solved(&raised));
        let first = async {
            let mut tx = database.write().await.unwrap();
            let done = matter::apply(&mut tx, &by(), &one).await.unwrap();
            tx.commit().await.unwrap();
            done
        };
        let second = async {
            let mut tx = database.write().await.unwrap();
            let done = matter::apply(&mut tx, &by(), &other).await.unwrap();
            tx.commit().await.unwrap();
            done
        };
        let (first, second) = tokio::join!(first, second);
        let stale = [first, second].into_iter().filter(|applied| *applied == Applied::Stale).count();
        assert_eq!(stale, 1);
        let mut tx = database.read().await.unwrap();
        assert_eq!(events(&mut tx, &raised).await, ["raise_difficulty", "solve_difficulty"]);
    })
    .await;
}

/// How often the same cuts are tried: how many awaits a poll gets past depends on how quick the driver is.
const PASSES: usize = 4;

/// Polls a future so many times and drops it there, as a process that dies does; whether it came to its end.
async fn cut_off<F: Future>(work: F, polls: usize) -> bool {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        work.as_mut().poll(context).map(|_| true)
    })
    .await
}

async fn solve_and_commit(database: &Database, transition: &Transition) {
    let mut tx = database.write().await.unwrap();
    matter::apply(&mut tx, &by(), transition).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_act_cut_off_at_any_moment_leaves_the_old_or_the_new_state_with_its_event() {
    on_each(async |database| {
        let (mut cut, mut whole, mut polls) = (0, 0, 0);
        while whole < PASSES {
            polls += 1;
            let mut tx = database.write().await.unwrap();
            let raised = open(&mut tx, CITY).await;
            tx.commit().await.unwrap();
            let finished = cut_off(solve_and_commit(&database, &solved(&raised)), polls).await;
            let mut tx = database.write().await.unwrap();
            let kept = matter::find(&mut tx, &raised.id).await.unwrap().unwrap().matter;
            let acts = events(&mut tx, &raised).await;
            match kept.stage {
                Stage::DifficultyRaised => assert_eq!((acts.len(), kept.version), (1, 1), "after {polls} polls"),
                _ => assert_eq!((acts.len(), kept.version), (2, 2), "after {polls} polls"),
            }
            assert_eq!(kept.stage.waits().is_empty(), !inbox(&mut tx, &science()).await.contains(&raised.id));
            assert!(matches!(audit::verify(&mut tx).await.unwrap(), audit::Walk::Whole { .. }));
            drop(tx);
            if finished {
                assert_eq!(kept.stage, Stage::DifficultySolved);
                (whole, polls) = (whole + 1, 0);
            } else {
                cut += 1;
            }
        }
        assert!(cut >= PASSES, "an act has several statements, cut off {cut} times");
    })
    .await;
}

async fn inbox(tx: &mut Tx, actor: &Actor) -> Vec<String> {
    let page = matter::inbox(tx, actor, &Start::First, 50).await.unwrap();
    page.rows.into_iter().map(|kept| kept.matter.id).collect()
}

async fn listed(catalogue: &Catalogue, database: &Database, actor: &Actor, filter: &Filter) -> Vec<String> {
    let page = catalogue.matters(database, actor, Kind::Difficulty, filter, (&Start::First, 50)).await.unwrap();
    assert_eq!(page.count.rows, i64::try_from(page.rows.len()).unwrap());
    page.rows.into_iter().map(|kept| kept.matter.id).collect()
}

#[tokio::test]
async fn lists_and_inboxes_hold_ones_own_alone() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let (harbin, qiqihar, sasac) =
            (open(&mut tx, CITY).await, open(&mut tx, "230200").await, open(&mut tx, SASAC).await);
        tx.commit().await.unwrap();
        let mut tx = database.read().await.unwrap();
        let catalogue = Catalogue::default();
        let own = |role, binding| account(role, binding);
        for (actor, seen) in [
            (province(), vec![&harbin, &qiqihar, &sasac]),
            (science(), vec![&harbin]),
            (own(Role::CityIndustry, Some("230200")), vec![&qiqihar]),
            (own(Role::Sasac, None), vec![&sasac]),
            (own(Role::Enterprise, Some(super::CODE_A)), vec![&harbin, &qiqihar, &sasac]),
            (own(Role::Enterprise, Some(super::CODE_B)), vec![]),
            (own(Role::Person, Some("p1")), vec![&harbin, &qiqihar, &sasac]),
            (own(Role::Person, Some("p2")), vec![]),
            (own(Role::EducationDepartment, None), vec![]),
            (own(Role::SystemAdministrator, None), vec![]),
            (own(Role::AuditAdministrator, None), vec![]),
            (own(Role::Matcher, None), vec![]),
        ] {
            let ids: Vec<&String> = seen.iter().map(|matter| &matter.id).collect();
            let listed = listed(&catalogue, &database, &actor, &Filter::default()).await;
            assert_eq!(listed.iter().collect::<Vec<_>>(), ids, "{:?}", actor.role());
            let counted = catalogue.stages(&database, &actor).await.unwrap();
            let count = counted.get(&Kind::Difficulty).and_then(|stages| stages.get(&Stage::DifficultyRaised));
            assert_eq!(count.copied().unwrap_or_default(), i64::try_from(ids.len()).unwrap());
            for matter in [&harbin, &qiqihar, &sasac] {
                let got = matter::get(&mut tx, &actor, &matter.id).await.unwrap().is_some();
                assert_eq!(got, ids.contains(&&matter.id), "{:?} {}", actor.role(), matter.id);
            }
        }
        assert_eq!(inbox(&mut tx, &account(Role::Sasac, None)).await, [sasac.id]);
        assert!(inbox(&mut tx, &province()).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_list_shows_what_was_done_before_it_was_asked_for() {
    on_each(async |database| {
        let (catalogue, actor) = (Catalogue::default(), province());
        let mut tx = database.write().await.unwrap();
        let first = open(&mut tx, CITY).await;
        tx.commit().await.unwrap();
        let at = |stage| Filter { stage: Some(stage), ..Filter::default() };
        assert_eq!(listed(&catalogue, &database, &actor, &at(Stage::DifficultyRaised)).await, [first.id.as_str()]);
        let mut tx = database.write().await.unwrap();
        let assigned = decided(
            &first,
            &science(),
            Action::AssignDifficulty,
            &Body::default()
                .with(&programme::process::service::OWNER, "市科技局成果科（演示）")
                .with(&programme::process::service::SOLVE_BY, "2025-05-01"),
        );
        matter::apply(&mut tx, &by(), &assigned).await.unwrap();
        let second = open(&mut tx, "230200").await;
        tx.commit().await.unwrap();
        assert_eq!(listed(&catalogue, &database, &actor, &at(Stage::DifficultyRaised)).await, [second.id.as_str()]);
        assert_eq!(listed(&catalogue, &database, &actor, &at(Stage::DifficultyAssigned)).await, [first.id.as_str()]);
        let word = |text: &str| Filter { search: text.to_owned(), ..Filter::default() };
        let all = [first.id.as_str(), second.id.as_str()];
        for (search, found) in [("", &all[..]), ("DIFFICULTY", &all), ("000002 difficulty", &all[1..]), ("没有的", &[])]
        {
            assert_eq!(listed(&catalogue, &database, &actor, &word(search)).await, found, "{search}");
        }
        let of_city = Filter { organiser: Some("230200".to_owned()), ..Filter::default() };
        assert_eq!(listed(&catalogue, &database, &actor, &of_city).await, [second.id.as_str()]);
        let none = Filter { parent: Some("round-000001".to_owned()), ..Filter::default() };
        assert!(listed(&catalogue, &database, &actor, &none).await.is_empty());
        let after = Start::After(first.id.clone());
        let page =
            catalogue.matters(&database, &actor, Kind::Difficulty, &Filter::default(), (&after, 1)).await.unwrap();
        assert_eq!((page.rows.len(), page.earlier, page.later, page.count.rows), (1, true, false, 2));
        let city = Scope::City(CITY.to_owned());
        let matters = catalogue.every_matter(&database).await.unwrap();
        let within = matters.within(&city, Kind::Difficulty).map(|line| &line.matter.id);
        assert_eq!(within.collect::<Vec<_>>(), [&first.id]);
    })
    .await;
}

#[tokio::test]
async fn an_inbox_begins_with_the_earliest_deadline() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let mut ids = Vec::new();
        for solve_by in ["2025-05-01", "2025-03-01", "2025-04-01"] {
            let raised = open(&mut tx, CITY).await;
            let inputs = Body::default()
                .with(&programme::process::service::OWNER, "市科技局成果科（演示）")
                .with(&programme::process::service::SOLVE_BY, solve_by);
            let assigned = decided(&raised, &science(), Action::AssignDifficulty, &inputs);
            matter::apply(&mut tx, &by(), &assigned).await.unwrap();
            ids.push(raised.id);
        }
        // Ten working days to assign it: before the others are due.
        let fresh = open(&mut tx, CITY).await.id;
        assert_eq!(inbox(&mut tx, &science()).await, [&fresh, &ids[1], &ids[2], &ids[0]].map(String::clone));
        let overdue =
            matter::linked(&mut tx, Link::Overdue(NaiveDate::from_ymd_opt(2025, 4, 1).unwrap())).await.unwrap();
        assert_eq!(overdue.len(), 2);
        let first = matter::first_at(&mut tx, Stage::DifficultyAssigned).await.unwrap();
        assert_eq!(first.map(|one| one.id).as_ref(), ids.iter().min());
        assert_eq!(matter::first_at(&mut tx, Stage::DifficultySolved).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_last_act_is_taken_back_to_what_was_before_it() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let id = entry(&mut tx).await;
        let logged = matter::find(&mut tx, &id).await.unwrap().unwrap().matter;
        assert!(matter::before_last_act(&mut tx, &logged).await.unwrap().is_none());
        let person = account(Role::Person, Some("p1"));
        let withdrawn = decided(&logged, &person, Action::WithdrawService, &Body::default());
        matter::apply(&mut tx, &by(), &withdrawn).await.unwrap();
        let kept = matter::find(&mut tx, &id).await.unwrap().unwrap();
        assert_eq!(kept.undo, Some((Action::WithdrawService, "li".to_owned())));
        let before = matter::before_last_act(&mut tx, &kept.matter).await.unwrap().unwrap();
        let back = programme::process::undo(&kept.matter, before, Action::WithdrawService).unwrap();
        let Applied::Done(again, _) = matter::apply(&mut tx, &by(), &back).await.unwrap() else {
            panic!("nobody moved it")
        };
        assert_eq!((again.stage, again.version, &again.body), (Stage::ServiceLogged, 3, &logged.body));
        assert!(matter::find(&mut tx, &id).await.unwrap().unwrap().undo.is_none());
    })
    .await;
}

/// An entry of the service log, put there as an earlier act would have left it.
async fn entry(tx: &mut Tx) -> String {
    const SQL: &str = "INSERT INTO matter (id, kind, stage, version, title, organiser, enterprise_code, person_id, body, \
        search_text, opened, moved) VALUES ('service-000001', 'service', 'service_logged', 1, '服务记录', '230100', \
        '91230199MA0000015K', 'p1', '{\"result\":\"指导工艺\"}', '', '2025-02-10T00:00:00+00:00', '2025-02-10T00:00:00+00:00')";
    run(tx, SQL).await.unwrap();
    "service-000001".to_owned()
}

async fn run(tx: &mut Tx, sql: &'static str) -> Result<(), sqlx::Error> {
    match tx {
        Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(|_| ()),
        Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(|_| ()),
    }
}

#[tokio::test]
async fn a_final_name_that_was_not_suggested_is_refused_by_the_database() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let pair = open(&mut tx, CITY).await.id;
        assert_eq!(pair, "difficulty-000001");
        let refused = run(
            &mut tx,
            "INSERT INTO final_name (pair_id, listing_id) VALUES ('difficulty-000001', 'difficulty-000001')",
        )
        .await;
        let why = refused.unwrap_err().to_string();
        assert!(why.contains("a final name is a suggestion of the same round"), "{why}");
    })
    .await;
}
