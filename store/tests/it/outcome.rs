//! Outcomes and figures: 1 what was made known is found by its code, by unit, by batch, by person, within the scope alone;
//! 2 counts, stays and frozen figures come back as they were; 3 every figure is read off an index.

use chrono::{NaiveDate, TimeDelta};
use programme::access::{Actor, Role, Scope};
use programme::calendar::WorkingCalendar;
use programme::parameters::Parameters;
use programme::process::assessment::{
    BATCH, BATCH_TITLE, CERTIFICATE, CONTRACT_YUAN, DECLARED_CONTRACT_YUAN, DECLARED_PAID_YUAN, DECLARED_RESULTS,
    GRADE, PAID_YUAN, RESULTS_LANDED,
};
use programme::process::{
    Action, Body, Case, DOCUMENT_DAY, DOCUMENT_NUMBER, Doer, Facts, Kind, Matter, Parties, Stage, decide,
};
use store::matter::{self, Applied};
use store::testing::{on_each, plans};
use store::{Tx, outcome, statistics};

use super::{by, now};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Opens a matter by an act whose conditions hold of themselves.
async fn open(tx: &mut Tx, doer: &Doer, stage: Stage, parties: Parties, (action, inputs): (Action, Body)) -> Matter {
    let title = "考评".to_owned();
    let matter = Matter { id: String::new(), stage, version: 0, title, parties, body: Body::default(), due: None };
    let case = Case {
        matter: &matter,
        inputs: &inputs,
        facts: &Facts::default(),
        doer,
        now: now(),
        today: day("2025-02-10"),
        parameters: Parameters::embedded(),
        calendar: WorkingCalendar::embedded(),
    };
    let transition = decide(&case, action).unwrap();
    match matter::apply(tx, &by(), &transition).await.unwrap() {
        Applied::Done(matter, _) => *matter,
        Applied::Stale => panic!("a new matter is never stale"),
    }
}

async fn batch(tx: &mut Tx) -> Matter {
    let province = Doer::Account(Actor::new("li", Role::Province, None).unwrap());
    let title = Body::default().with(&BATCH_TITLE, "2027 年汇总");
    open(tx, &province, Stage::BatchGathering, Parties::default(), (Action::OpenBatch, title)).await
}

/// Somebody of a unit whose result was made known.
async fn notified(tx: &mut Tx, batch: &str, (person, unit, organiser): (&str, &str, &str), grade: &str) -> Matter {
    let parties = Parties {
        organiser: organiser.to_owned(),
        enterprise: Some(super::CODE_A.to_owned()),
        unit: Some(unit.to_owned()),
        person: Some(person.to_owned()),
        ..Parties::default()
    };
    let opening = (Action::OpenAssessment, Body::default());
    let mut matter = open(tx, &Doer::Act, Stage::AssessmentWaiting, parties, opening).await;
    matter.body = Body::default()
        .with(&BATCH, batch)
        .with(&GRADE, grade)
        .with(&CERTIFICATE, format!("CODE-{person}"))
        .with(&DOCUMENT_NUMBER, "黑科函〔2027〕9号")
        .with(&DOCUMENT_DAY, day("2027-06-15"))
        .with(&DECLARED_RESULTS, 3)
        .with(&RESULTS_LANDED, 2)
        .with(&DECLARED_CONTRACT_YUAN, 900_000)
        .with(&CONTRACT_YUAN, 600_000)
        .with(&DECLARED_PAID_YUAN, 500_000)
        .with(&PAID_YUAN, 400_000);
    outcome::keep(tx, &matter).await.unwrap();
    matter
}

async fn three(tx: &mut Tx) -> Matter {
    let batch = batch(tx).await;
    notified(tx, &batch.id, ("p1", "甲大学", "230100"), "excellent").await;
    notified(tx, &batch.id, ("p2", "甲大学", "230200"), "pass").await;
    notified(tx, &batch.id, ("p3", "乙研究所", "sasac"), "excellent").await;
    batch
}

#[tokio::test]
async fn what_was_made_known_is_found_within_the_scope_alone() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let batch = three(&mut tx).await;
        let found = outcome::by_certificate(&mut tx, "CODE-p1").await.unwrap().unwrap();
        assert_eq!((found.unit_name.as_str(), found.grade.as_str()), ("甲大学", "excellent"));
        assert_eq!(outcome::by_certificate(&mut tx, "CODE-p9").await.unwrap(), None);
        let scopes = [
            (Scope::Province, 3, 2),
            (Scope::Unit("甲大学".to_owned()), 2, 1),
            (Scope::City("230100".to_owned()), 1, 1),
            (Scope::City("230200".to_owned()), 1, 0),
            (Scope::Sasac, 1, 1),
            (Scope::Person("p2".to_owned()), 1, 0),
            (Scope::Public, 0, 0),
        ];
        for (scope, all, excellent) in scopes {
            let people = outcome::of_batch(&mut tx, &scope, &batch.id).await.unwrap();
            let best = outcome::excellent(&mut tx, &scope, day("2027-06-15")).await.unwrap();
            assert_eq!((people.len(), best.len()), (all, excellent), "{scope:?}");
        }
        assert!(outcome::excellent(&mut tx, &Scope::Province, day("2027-06-16")).await.unwrap().is_empty());
        assert_eq!(outcome::excellent_since(&mut tx, "p3").await.unwrap(), Some(day("2027-06-15")));
        assert_eq!(outcome::excellent_since(&mut tx, "p2").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn declared_and_verified_results_are_summed_apart() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        three(&mut tx).await;
        let all = statistics::results(&mut tx, &Scope::Province).await.unwrap();
        assert_eq!((all.people, all.excellent, all.results_declared, all.results_landed), (3, 2, 9, 6));
        assert_eq!((all.contract_yuan_declared, all.contract_yuan), (2_700_000, 1_800_000));
        assert_eq!((all.paid_yuan_declared, all.paid_yuan), (1_500_000, 1_200_000));
        let own = statistics::results(&mut tx, &Scope::Unit("乙研究所".to_owned())).await.unwrap();
        assert_eq!((own.people, own.results_landed), (1, 2));
        assert_eq!(statistics::results(&mut tx, &Scope::Public).await.unwrap().people, 0);
    })
    .await;
}

#[tokio::test]
async fn stays_follow_one_another_and_counts_are_by_stage() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let batch = batch(&mut tx).await;
        let opened = now();
        let (first, second) = (opened + TimeDelta::days(3), opened + TimeDelta::days(10));
        statistics::note_stay(&mut tx, &batch.id, 2, Stage::BatchGathering, first).await.unwrap();
        statistics::note_stay(&mut tx, &batch.id, 3, Stage::BatchDeliberated, second).await.unwrap();
        let stages = [Stage::BatchDeliberated, Stage::NeedReview, Stage::BatchGathering];
        let stays = statistics::stays(&mut tx, &Scope::Province, &stages).await.unwrap();
        let of_each =
            [(Stage::BatchGathering, vec![(opened, first)]), (Stage::BatchDeliberated, vec![(first, second)])];
        assert_eq!(stays, of_each.into());
        assert!(statistics::stays(&mut tx, &Scope::Sasac, &stages).await.unwrap().is_empty());
        let counts = statistics::by_stage(&mut tx, &Scope::Province, Kind::Batch).await.unwrap();
        assert_eq!(counts, [(Stage::BatchGathering, 1)]);
    })
    .await;
}

#[tokio::test]
async fn the_figures_of_a_day_are_kept_once() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let figures = |people: i64| serde_json::json!({ "people": people });
        let today = day("2027-06-30");
        assert!(statistics::freeze(&mut tx, &by(), today, "", figures(7)).await.unwrap());
        assert!(!statistics::freeze(&mut tx, &by(), today, "", figures(8)).await.unwrap());
        assert_eq!(statistics::frozen(&mut tx, today, "").await.unwrap(), Some(figures(7)));
        assert_eq!(statistics::frozen(&mut tx, today, "sasac").await.unwrap(), None);
        assert_eq!(statistics::frozen_days(&mut tx).await.unwrap(), [today]);
    })
    .await;
}

async fn read_figures(tx: &mut Tx) {
    for scope in [Scope::Province, Scope::City("230100".to_owned()), Scope::Sasac, Scope::Unit("甲大学".to_owned())]
    {
        for kind in [Kind::Need, Kind::Pair, Kind::Assessment] {
            statistics::by_stage(tx, &scope, kind).await.unwrap();
        }
        statistics::appointed(tx, &scope).await.unwrap();
        statistics::pushed_by_unit(tx, &scope, &[Stage::PairPushed, Stage::PairTalks]).await.unwrap();
        statistics::failures(tx, &scope).await.unwrap();
        statistics::declines(tx, &scope).await.unwrap();
        statistics::results(tx, &scope).await.unwrap();
        statistics::stays(tx, &scope, &[Stage::NeedReview, Stage::PairTalks]).await.unwrap();
        outcome::of_batch(tx, &scope, "batch-000001").await.unwrap();
        outcome::excellent(tx, &scope, day("2025-01-01")).await.unwrap();
    }
    statistics::frozen_days(tx).await.unwrap();
    outcome::by_certificate(tx, "x").await.unwrap();
    outcome::excellent_since(tx, "p1").await.unwrap();
}

#[tokio::test]
async fn every_figure_is_read_off_an_index() {
    let sqlite = store::testing::sqlite().await;
    let mut tx = sqlite.database.read().await.unwrap();
    let plans = plans(read_figures(&mut tx)).await;
    // The last stays at each stage, as many as are looked at, are put together from an inner result.
    let is_scan = |line: &&String| line.starts_with("SCAN") && *line != "SCAN of_stage";
    let scans: Vec<_> = plans.iter().flat_map(|one| &one.plan).filter(is_scan).collect();
    assert!(scans.is_empty(), "{scans:#?}");
    assert!(plans.len() > 40, "the plans were looked at: {}", plans.len());
}
