use chrono::NaiveDate;
use programme::access::Scope;
use programme::process::{Body, Matter, Parties, Stage};
use programme::record::{Enterprise, Qualification, QualificationKind};
use store::page::Start;
use store::testing::{on_each, put_matters};
use store::{Written, enterprise as enterprises};

use super::{CODE_A, CODE_B, by, enterprise};

fn certificate(kind: QualificationKind, number: &str) -> Qualification {
    Qualification { kind, number: Some(number.to_owned()), valid_until: NaiveDate::from_ymd_opt(2026, 10, 16) }
}

fn full() -> Enterprise {
    Enterprise {
        main_business: Some("石墨制品".to_owned()),
        qualifications: vec![
            certificate(QualificationKind::HighTech, "GR2023"),
            certificate(QualificationKind::HighTech, "GR2020"),
            Qualification { kind: QualificationKind::LittleGiant, number: None, valid_until: None },
        ],
        platforms: vec!["省重点实验室".to_owned(), "工程技术研究中心".to_owned()],
        ..enterprise(CODE_A, "230102")
    }
}

#[tokio::test]
async fn an_enterprise_comes_back_as_written_with_certificates_in_the_order_of_the_file() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let both = [full(), enterprise(CODE_B, "230202")];
        let done = enterprises::insert_all(&mut tx, &by(), &both).await.unwrap();
        assert_eq!(done, Written { inserted: 2, updated: 0 });
        assert_eq!(enterprises::get(&mut tx, &Scope::Province, CODE_A).await.unwrap(), Some(full()));
        assert_eq!(enterprises::all(&mut tx, &Scope::Province).await.unwrap(), both);
        assert_eq!(enterprises::some(&mut tx, &[CODE_B, "unknown"]).await.unwrap(), both[1..]);
    })
    .await;
}

#[tokio::test]
async fn writing_a_known_enterprise_replaces_its_certificates_and_platforms() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[full()]).await.unwrap();
        let newer = Enterprise { platforms: vec!["新平台".to_owned()], ..enterprise(CODE_A, "230103") };
        let done = enterprises::insert_all(&mut tx, &by(), std::slice::from_ref(&newer)).await.unwrap();
        assert_eq!(done, Written { inserted: 0, updated: 1 });
        assert_eq!(enterprises::get(&mut tx, &Scope::Province, CODE_A).await.unwrap(), Some(newer));
    })
    .await;
}

#[tokio::test]
async fn a_checked_certificate_stands_beside_the_imported_ones_until_it_is_cancelled() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[full()]).await.unwrap();
        tx.commit().await.unwrap();
        let (id, title, parties) = ("qualification-1".to_owned(), "证书".to_owned(), Parties::default());
        let (stage, body) = (Stage::QualificationConfirmed, Body::default());
        put_matters(&database, &by(), &[Matter { id, stage, version: 1, title, parties, body, due: None }]).await;
        let mut tx = database.write().await.unwrap();
        let (new, day) = (certificate(QualificationKind::HighTech, "GR2026"), "2025-03-03".parse().unwrap());
        enterprises::confirm(&mut tx, ("qualification-1", CODE_A), &new, day).await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[full()]).await.unwrap();
        let held = enterprises::held(&mut tx, CODE_A).await.unwrap();
        let checked: Vec<_> = held.iter().map(|one| one.checked.clone()).collect();
        assert_eq!(checked, [None, None, None, Some(("qualification-1".to_owned(), day))]);
        let kept = enterprises::get(&mut tx, &Scope::Province, CODE_A).await.unwrap().unwrap();
        assert_eq!(kept.qualifications[3..], [new]);
        let certified = enterprises::certified(&mut tx, &[CODE_A, CODE_B]).await.unwrap();
        let of_first = enterprises::Certified { name: kept.name, qualifications: kept.qualifications };
        assert_eq!(certified, [(CODE_A.to_owned(), of_first)].into());
        assert_eq!(enterprises::updated(&mut tx, CODE_A).await.unwrap(), Some(by().at));
        assert_eq!(enterprises::updated(&mut tx, CODE_B).await.unwrap(), None);
        enterprises::cancel(&mut tx, ("qualification-1", CODE_A)).await.unwrap();
        assert_eq!(enterprises::held(&mut tx, CODE_A).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_without_a_credit_code_and_one_code_twice_are_refused() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        assert!(enterprises::insert_all(&mut tx, &by(), &[Enterprise::default()]).await.is_err());
        assert!(enterprises::insert_all(&mut tx, &by(), &[full(), full()]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn each_scope_reads_its_own_enterprises_and_no_other() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[full(), enterprise(CODE_B, "230202")]).await.unwrap();
        for (scope, expected) in [
            (Scope::Province, vec![CODE_A, CODE_B]),
            (Scope::City("230100".to_owned()), vec![CODE_A]),
            (Scope::County("230202".to_owned()), vec![CODE_B]),
            (Scope::Enterprise(CODE_B.to_owned()), vec![CODE_B]),
            (Scope::Sasac, vec![]),
            (Scope::Unit("某大学".to_owned()), vec![]),
            (Scope::Public, vec![]),
        ] {
            let page = enterprises::list(&mut tx, &scope, "", &Start::First, 9).await.unwrap();
            assert_eq!(
                page.rows.iter().map(|line| line.credit_code.as_str()).collect::<Vec<_>>(),
                expected,
                "{scope:?}"
            );
            let seen = enterprises::get(&mut tx, &scope, CODE_B).await.unwrap().is_some();
            assert_eq!(seen, expected.contains(&CODE_B), "{scope:?}");
            assert_eq!(enterprises::all(&mut tx, &scope).await.unwrap().len(), expected.len());
        }
    })
    .await;
}

#[tokio::test]
async fn enterprises_are_searched_by_name_code_and_business() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[full(), enterprise(CODE_B, "230202")]).await.unwrap();
        for (search, found) in [("石墨", 1), ("企业", 2), ("ma0000015k", 1), ("农机", 0)] {
            let page = enterprises::list(&mut tx, &Scope::Province, search, &Start::First, 9).await.unwrap();
            assert_eq!(page.count.rows, found, "{search}");
        }
    })
    .await;
}
