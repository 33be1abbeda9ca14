use programme::access::Scope;
use programme::record::{Enterprise, Need};
use store::testing::on_each;
use store::{Error, Written, enterprise as enterprises, need};

use super::{CODE_A, CODE_B, a_need, by, by_at, enterprise, minutes, need_of, now};

#[tokio::test]
async fn a_need_comes_back_as_it_was_written() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let written = Need {
            content: "提纯至 99.9%".to_owned(),
            keywords: vec!["石墨".to_owned(), "提纯".to_owned()],
            industry: Some("C30".to_owned()),
            posts: 2,
            ..need_of("n1", Enterprise { platforms: vec!["省重点实验室".to_owned()], ..enterprise(CODE_A, "230102") })
        };
        let bare = a_need("n2", "一句话");
        let done = need::insert_all(&mut tx, &by(), &[written.clone(), bare.clone()]).await.unwrap();
        assert_eq!(done, Written { inserted: 2, updated: 0 });
        let kept = need::get(&mut tx, &Scope::Province, "n1").await.unwrap().unwrap();
        assert_eq!((kept.need, kept.version, kept.created, kept.updated), (written.clone(), 1, now(), now()));
        let all = need::all(&mut tx, &Scope::Province).await.unwrap();
        assert_eq!(all.into_iter().map(|kept| kept.need).collect::<Vec<_>>(), [written, bare]);
    })
    .await;
}

#[tokio::test]
async fn what_a_file_states_of_an_enterprise_without_a_credit_code_is_kept() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let stated =
            Enterprise { name: Some("某厂".to_owned()), region: Some("230102".to_owned()), ..Enterprise::default() };
        need::insert_all(&mut tx, &by(), &[need_of("n1", stated.clone())]).await.unwrap();
        let kept = need::get(&mut tx, &Scope::City("230100".to_owned()), "n1").await.unwrap().unwrap();
        assert_eq!(kept.need.enterprise, Some(stated));
    })
    .await;
}

#[tokio::test]
async fn writing_a_known_need_overwrites_it_and_counts_its_version_up() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        need::insert_all(&mut tx, &by(), &[a_need("n1", "旧")]).await.unwrap();
        assert_eq!(need::known(&mut tx, &["n0", "n1"]).await.unwrap(), ["n1"]);
        let later = by_at(now() + minutes(1));
        let done = need::insert_all(&mut tx, &later, &[a_need("n0", "另"), a_need("n1", "新")]).await.unwrap();
        assert_eq!(done, Written { inserted: 1, updated: 1 });
        let kept = need::get(&mut tx, &Scope::Province, "n1").await.unwrap().unwrap();
        assert_eq!((kept.need.title.as_str(), kept.version), ("新", 2));
        assert_eq!((kept.created, kept.updated), (now(), now() + minutes(1)));
    })
    .await;
}

#[tokio::test]
async fn one_id_twice_in_one_write_is_refused_and_names_the_id() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let error = need::insert_all(&mut tx, &by(), &[a_need("n1", "一"), a_need("n1", "二")]).await.unwrap_err();
        assert!(matches!(error, Error::Twice { kind: "need", id } if id == "n1"));
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing_behind() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        need::insert_all(&mut tx, &by(), &[need_of("n1", enterprise(CODE_A, "230102"))]).await.unwrap();
        drop(tx);
        let mut tx = database.read().await.unwrap();
        assert!(need::all(&mut tx, &Scope::Province).await.unwrap().is_empty());
        assert!(enterprises::all(&mut tx, &Scope::Province).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_registered_enterprise_keeps_its_facts_and_its_needs_follow_it() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let registered = Enterprise { name: Some("登记名".to_owned()), ..enterprise(CODE_A, "230202") };
        enterprises::insert_all(&mut tx, &by(), std::slice::from_ref(&registered)).await.unwrap();
        need::insert_all(&mut tx, &by(), &[need_of("n1", enterprise(CODE_A, "230102"))]).await.unwrap();
        let kept = need::get(&mut tx, &Scope::City("230200".to_owned()), "n1").await.unwrap().unwrap();
        assert_eq!(kept.need.enterprise, Some(registered));
        enterprises::insert_all(&mut tx, &by(), &[enterprise(CODE_A, "231002")]).await.unwrap();
        assert!(need::get(&mut tx, &Scope::City("231000".to_owned()), "n1").await.unwrap().is_some());
        assert!(need::get(&mut tx, &Scope::City("230200".to_owned()), "n1").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn each_scope_reads_its_own_needs_and_no_other() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let needs = [
            need_of("n1", enterprise(CODE_A, "230102")),
            need_of("n2", enterprise(CODE_B, "230202")),
            a_need("n3", "无企业"),
        ];
        need::insert_all(&mut tx, &by(), &needs).await.unwrap();
        let scopes = [
            (Scope::Province, "n1 n2 n3"),
            (Scope::City("230100".to_owned()), "n1"),
            (Scope::County("230202".to_owned()), "n2"),
            (Scope::Enterprise(CODE_B.to_owned()), "n2"),
            (Scope::Sasac, ""),
            (Scope::Unit("某大学".to_owned()), ""),
            (Scope::Person("p1".to_owned()), ""),
            (Scope::Matcher, ""),
            (Scope::Public, ""),
            (Scope::Accounts, ""),
            (Scope::Nothing, ""),
        ];
        for (scope, expected) in scopes {
            let titles = need::titles(&mut tx, &scope, &["n1", "n2", "n3"]).await.unwrap();
            assert_eq!(titles.len(), expected.split_whitespace().count(), "{scope:?}");
            let seen = need::get(&mut tx, &scope, "n2").await.unwrap().is_some();
            assert_eq!(seen, expected.contains("n2"), "{scope:?}");
            assert_eq!(need::all(&mut tx, &scope).await.unwrap().len(), expected.split_whitespace().count());
        }
    })
    .await;
}
