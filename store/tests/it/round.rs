//! What rounds and needs keep beside their matters: 1 a policy file is kept once under its hash; 2 returns are counted by
//! organiser and by what was missing, with the working days until the answer; 3 needs are counted by organiser and stage, and
//! found by their document; 4 a stale need leaves matching and nothing else; 5 kin are the enterprises under one parent; 6 the
//! matters of a round at one stage are found and counted; 7 an open proposal without a day gets the day of its round.

use chrono::NaiveDate;
use programme::access::{Actor, Role, Scope};
use programme::calendar::WorkingCalendar;
use programme::parameters::Parameters;
use programme::process::round::{ANSWERS_DAY, NEEDS_DAY, NOTICE_DAY, NOTICE_TITLE, YEAR};
use programme::process::{Action, Body, Case, Doer, Facts, Kind, Matter, Parties, Stage, decide};
use programme::record::Enterprise;
use store::matter::{self, Applied, Link};
use store::need_return::{self, NewReturn};
use store::page::Start;
use store::testing::{on_each, put_matters};
use store::{Database, Tx, enterprise, need, policy};

use super::{CODE_A, CODE_B, a_need, by, now};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A drafted round: the plainest matter that returns and counts can refer to.
async fn a_round(tx: &mut Tx) -> Matter {
    let blank = Matter {
        id: String::new(),
        stage: Stage::RoundDraft,
        version: 0,
        title: String::new(),
        parties: Parties { organiser: "230100".to_owned(), ..Parties::default() },
        body: Body::default().with(&programme::process::DOCUMENT_NUMBER, "1号"),
        due: None,
    };
    let inputs = [(&NOTICE_DAY, "2025-02-10"), (&NEEDS_DAY, "2025-03-31")]
        .into_iter()
        .fold(Body::default().with(&YEAR, 2025).with(&NOTICE_TITLE, "通知"), |body, (field, day)| {
            body.with(field, day)
        });
    let inputs = ["reports_day", "answers_day", "talks_day"].into_iter().fold(inputs, |mut body, key| {
        body.0.insert(key.to_owned(), "2025-04-30".into());
        body
    });
    let (facts, doer) = (Facts::default(), Doer::Account(Actor::new("li", Role::Province, None).unwrap()));
    let case = Case {
        matter: &blank,
        inputs: &inputs,
        facts: &facts,
        doer: &doer,
        now: now(),
        today: day("2025-02-05"),
        parameters: Parameters::embedded(),
        calendar: WorkingCalendar::embedded(),
    };
    let transition = decide(&case, Action::DraftRound).unwrap();
    match matter::apply(tx, &by(), &transition).await.unwrap() {
        Applied::Done(round, _) => *round,
        Applied::Stale => panic!("a new matter is never stale"),
    }
}

#[tokio::test]
async fn a_policy_file_is_kept_once_under_its_hash() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let hash = "a".repeat(64);
        policy::keep(&mut tx, &by(), &hash, "1", "old").await.unwrap();
        policy::keep(&mut tx, &by(), &hash, "2", "new").await.unwrap();
        assert_eq!(policy::content(&mut tx, &hash).await.unwrap().as_deref(), Some("old"));
        assert_eq!(policy::content(&mut tx, &"b".repeat(64)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn returns_are_counted_by_organiser_and_by_what_was_missing() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let round = a_round(&mut tx).await;
        let returned = |step, missing| NewReturn {
            matter: &round.id,
            round: &round.id,
            organiser: "230100",
            step,
            missing,
            day: day("2025-03-03"),
        };
        need_return::insert(&mut tx, &returned("enterprise", "figures")).await.unwrap();
        need_return::answer(&mut tx, &round.id, day("2025-03-07"), 4).await.unwrap();
        need_return::insert(&mut tx, &returned("enterprise", "figures")).await.unwrap();
        need_return::insert(&mut tx, &returned("science", "")).await.unwrap();
        let counted = need_return::count(&mut tx, &round.id).await.unwrap();
        let counts: Vec<_> =
            counted.iter().map(|one| (one.missing.as_str(), one.returns, one.answered, one.workdays)).collect();
        assert_eq!(counts, [("", 1, 0, 0), ("figures", 2, 1, 4)]);
        let needs = need_return::needs_returned(&mut tx, &round.id).await.unwrap();
        assert_eq!(needs, [("230100".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn matters_are_counted_by_organiser_and_stage_and_only_needs_are_found_by_document() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let round = a_round(&mut tx).await;
        assert_eq!(matter::progress(&mut tx, &round.id, Kind::Need).await.unwrap(), []);
        assert_eq!(matter::linked(&mut tx, Link::OfDocument("230100", "1号")).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_matters_of_a_round_at_one_stage_are_found_and_counted() {
    on_each(async |database| {
        let made = |stage: Stage, number: u32, round: Option<&str>| Matter {
            id: format!("{}-{number:06}", stage.kind().code()),
            stage,
            version: 1,
            title: format!("第 {number} 项"),
            parties: Parties { round: round.map(str::to_owned), organiser: "230100".to_owned(), ..Parties::default() },
            body: Body::default(),
            due: None,
        };
        let (open, talks, pushed) = (Stage::RoundOpen, Stage::PairTalks, Stage::PairPushed);
        let (first, second) = (Some("round-000001"), Some("round-000002"));
        let matters = [
            made(open, 1, None),
            made(open, 2, None),
            made(talks, 1, first),
            made(pushed, 2, first),
            made(talks, 3, second),
        ];
        put_matters(&database, &by(), &matters).await;
        let mut tx = database.read().await.unwrap();
        let found = matter::linked(&mut tx, Link::OfRoundAt("round-000001", talks)).await.unwrap();
        assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["pair-000001"]);
        assert_eq!(matter::count_at(&mut tx, "round-000001", talks).await.unwrap(), 1);
        assert_eq!(matter::count_at(&mut tx, "round-000003", talks).await.unwrap(), 0);
        let titles = matter::titles(&mut tx, &["pair-000003", "pair-000009"]).await.unwrap();
        assert_eq!(titles, [("pair-000003".to_owned(), "第 3 项".to_owned())].into());
    })
    .await;
}

/// Migration 0039 as the two databases run it.
const DUE_OF_PROPOSALS: [&str; 2] = [
    include_str!("../../migrations/0039_due_of_proposals.sqlite.sql"),
    include_str!("../../migrations/0039_due_of_proposals.postgres.sql"),
];

#[tokio::test]
async fn a_proposal_that_was_open_without_a_day_gets_the_day_of_its_round() {
    on_each(async |database| {
        let made = |stage: Stage, number: u32, round: bool, due| Matter {
            id: format!("{}-{number:06}", stage.kind().code()),
            stage,
            version: 1,
            title: String::new(),
            parties: Parties { round: round.then(|| "round-000001".to_owned()), ..Parties::default() },
            body: if round { Body::default() } else { Body::default().with(&ANSWERS_DAY, day("2025-04-04")) },
            due,
        };
        let earlier = Some(day("2025-04-01"));
        let matters = [
            made(Stage::RoundCollected, 1, false, None),
            made(Stage::PairProposed, 1, true, None),
            made(Stage::PairStandby, 2, true, None),
            made(Stage::PairProposed, 3, true, earlier),
            made(Stage::PairTalks, 4, true, None),
        ];
        put_matters(&database, &by(), &matters).await;
        match &database {
            Database::Sqlite { writer, .. } => _ = sqlx::raw_sql(DUE_OF_PROPOSALS[0]).execute(writer).await.unwrap(),
            Database::Postgres { pool } => _ = sqlx::raw_sql(DUE_OF_PROPOSALS[1]).execute(pool).await.unwrap(),
        }
        let mut tx = database.read().await.unwrap();
        let pairs = matter::linked(&mut tx, Link::OfRound("round-000001", Kind::Pair)).await.unwrap();
        let days: Vec<_> = pairs.iter().map(|pair| pair.due).collect();
        assert_eq!(days, [Some(day("2025-04-04")), Some(day("2025-04-04")), earlier, None]);
        let province = Actor::new("kejiting", Role::Province, None).unwrap();
        let waiting = matter::inbox(&mut tx, &province, &Start::First, 9).await.unwrap().rows;
        let waiting: Vec<_> = waiting.iter().map(|kept| kept.matter.id.as_str()).collect();
        assert_eq!(waiting[..2], ["pair-000003", "pair-000001"]);
    })
    .await;
}

#[tokio::test]
async fn a_stale_need_leaves_matching_and_nothing_else() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        need::insert_all(&mut tx, &by(), &[a_need("n1", "一"), a_need("n2", "二")]).await.unwrap();
        need::set_stale(&mut tx, "n1", true).await.unwrap();
        let ids = |needs: Vec<need::Kept>| needs.into_iter().map(|kept| kept.need.id).collect::<Vec<_>>();
        assert_eq!(ids(need::current(&mut tx, &Scope::Province).await.unwrap()), ["n2"]);
        assert_eq!(ids(need::all(&mut tx, &Scope::Province).await.unwrap()), ["n1", "n2"]);
        need::set_stale(&mut tx, "n1", false).await.unwrap();
        assert_eq!(need::current(&mut tx, &Scope::Province).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn kin_are_the_enterprises_under_one_parent() {
    const PARENT: &str = "91230000MA0000013T";
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let under = |code: &str| Enterprise { parent: Some(PARENT.to_owned()), ..super::enterprise(code, "230102") };
        let firms = [under(CODE_A), under(CODE_B), super::enterprise(PARENT, "230103")];
        enterprise::insert_all(&mut tx, &by(), &firms).await.unwrap();
        assert_eq!(enterprise::kin(&mut tx, CODE_A).await.unwrap(), [PARENT, CODE_B]);
        assert_eq!(enterprise::kin(&mut tx, PARENT).await.unwrap(), [CODE_A, CODE_B]);
    })
    .await;
}
