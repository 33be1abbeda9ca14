use programme::access::Scope;
use programme::record::{Enterprise, Need};
use store::need::{self, Filter};
use store::page::{PAGE_ROWS_MAX, Start};
use store::testing::on_each;
use store::{Error, Tx, Written, enterprise as enterprises};

use super::{CODE_A, CODE_B, a_need, by, by_at, enterprise, minutes, need_of, now};

async fn ids(tx: &mut Tx, scope: &Scope, filter: &Filter) -> Vec<String> {
    let page = need::list(tx, scope, filter, &Start::First, PAGE_ROWS_MAX).await.unwrap();
    page.rows.into_iter().map(|line| line.id).collect()
}

fn search(words: &str) -> Filter {
    Filter { search: words.to_owned(), ..Filter::default() }
}

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
        let page = need::list(&mut tx, &Scope::Province, &search("某厂"), &Start::First, 9).await.unwrap();
        assert_eq!(page.rows[0].enterprise.as_deref(), Some("某厂"));
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
        assert_eq!(ids(&mut tx, &Scope::City("231000".to_owned()), &Filter::default()).await, ["n1"]);
        assert_eq!(ids(&mut tx, &Scope::City("230200".to_owned()), &Filter::default()).await, [""; 0]);
        assert_eq!(ids(&mut tx, &Scope::Province, &search(&format!("企业{CODE_A}"))).await, ["n1"]);
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
            assert_eq!(ids(&mut tx, &scope, &Filter::default()).await.join(" "), expected, "{scope:?}");
            let seen = need::get(&mut tx, &scope, "n2").await.unwrap().is_some();
            assert_eq!(seen, expected.contains("n2"), "{scope:?}");
            assert_eq!(need::all(&mut tx, &scope).await.unwrap().len(), expected.split_whitespace().count());
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_finds_title_body_keywords_and_enterprise_and_needs_every_word() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let needs = [
            Need { content: "纯度达到 99.9%".to_owned(), ..need_of("n1", enterprise(CODE_A, "230102")) },
            Need { keywords: vec!["深松".to_owned()], ..a_need("n2", "Ｃ３５ 农机 100_200") },
        ];
        need::insert_all(&mut tx, &by(), &needs).await.unwrap();
        for (words, found) in [
            ("石墨", "n1"),
            ("石墨 深松", ""),
            ("99.9%", "n1"),
            ("9%9", ""),
            ("c35农机", "n2"),
            ("深松", "n2"),
            ("0_2", "n2"),
            ("0_0", ""),
            (&format!("企业{CODE_A} 提纯"), "n1"),
            ("", "n1 n2"),
        ] {
            assert_eq!(ids(&mut tx, &Scope::Province, &search(words)).await.join(" "), found, "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_is_narrowed_by_city_and_industry() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let needs = [
            Need { industry: Some("C35".to_owned()), ..need_of("n1", enterprise(CODE_A, "230102")) },
            Need { industry: Some("C30".to_owned()), ..need_of("n2", enterprise(CODE_A, "230102")) },
            Need { industry: Some("C35".to_owned()), ..need_of("n3", enterprise(CODE_B, "230202")) },
        ];
        need::insert_all(&mut tx, &by(), &needs).await.unwrap();
        let filter = Filter { city: Some("230100".to_owned()), industry: Some("C35".to_owned()), ..Filter::default() };
        assert_eq!(ids(&mut tx, &Scope::Province, &filter).await, ["n1"]);
        let foreign = Filter { city: Some("230200".to_owned()), ..Filter::default() };
        assert_eq!(ids(&mut tx, &Scope::City("230100".to_owned()), &foreign).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn an_industry_takes_in_every_class_within_it() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let codes = ["C", "C27", "C2720", "C35", "C3591", "B09", "D44", "I65"];
        let of = |code: &str| Need { industry: Some(code.to_owned()), ..a_need(code, "题") };
        let mut needs: Vec<Need> = codes.iter().map(|code| of(code)).collect();
        needs.push(Need { industry: None, ..a_need("none", "题") });
        need::insert_all(&mut tx, &by(), &needs).await.unwrap();
        for (industry, found) in [
            ("C", "C C27 C2720 C35 C3591"),
            ("C27", "C27 C2720"),
            ("C2720", "C2720"),
            ("C35", "C35 C3591"),
            ("D", "D44"),
            ("A", ""),
        ] {
            let filter = Filter { industry: Some(industry.to_owned()), ..Filter::default() };
            assert_eq!(ids(&mut tx, &Scope::Province, &filter).await.join(" "), found, "{industry}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_go_forth_and_back_without_losing_a_row() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let needs: Vec<Need> = (0..=PAGE_ROWS_MAX).map(|n| a_need(&format!("n{n:04}"), "题")).collect();
        need::insert_all(&mut tx, &by(), &needs).await.unwrap();
        let all = Filter::default();
        let first = need::list(&mut tx, &Scope::Province, &all, &Start::First, PAGE_ROWS_MAX + 1).await.unwrap();
        assert_eq!((first.rows.len(), first.earlier, first.later), (PAGE_ROWS_MAX, false, true));
        assert_eq!((first.count.rows, first.count.more), (101, false));
        let last = Start::After(first.rows.last().unwrap().id.clone());
        let second = need::list(&mut tx, &Scope::Province, &all, &last, PAGE_ROWS_MAX).await.unwrap();
        assert_eq!((second.rows.len(), second.earlier, second.later), (1, true, false));
        let before = Start::Before(second.rows[0].id.clone());
        let back = need::list(&mut tx, &Scope::Province, &all, &before, PAGE_ROWS_MAX).await.unwrap();
        assert_eq!((back.rows == first.rows, back.earlier, back.later), (true, false, true));
        assert_eq!(need::list(&mut tx, &Scope::Province, &all, &Start::First, 0).await.unwrap().rows.len(), 1);
    })
    .await;
}
