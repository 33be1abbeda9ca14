//! The lists of needs and people:
//!
//! 1. a search finds what a naive reading of every text finds, in any order, whatever the words;
//! 2. each scope reads its own lines and no other;
//! 3. filters narrow, orders sort, parts go on;
//! 4. what any connection has committed is in the next reading, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use programme::access::Scope;
use programme::record::{Degree, Enterprise, Need, Person, TitleLevel};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::json;
use store::catalogue::{Asked, Catalogue};
use store::need::{self, Matching};
use store::page::{Page, Start, searchable, words};
use store::person::{self, Ages};
use store::testing::on_each;
use store::{Database, enterprise as enterprises, match_run, unit};

use super::{CODE_A, CODE_B, a_need, a_person, by, by_at, enterprise, minutes, need_of, now};

async fn keep_needs(database: &Database, needs: &[Need]) {
    let mut tx = database.write().await.unwrap();
    need::insert_all(&mut tx, &by(), needs).await.unwrap();
    tx.commit().await.unwrap();
}

async fn keep_people(database: &Database, people: &[Person]) {
    let mut tx = database.write().await.unwrap();
    person::insert_all(&mut tx, &by(), people).await.unwrap();
    tx.commit().await.unwrap();
}

fn all<O: Default>() -> Asked<O> {
    Asked { rows: 1_000, ..Asked::default() }
}

fn ids_of(page: &Page<need::Found>) -> String {
    page.rows.iter().map(|found| found.line.id.as_str()).collect::<Vec<_>>().join(" ")
}

async fn needs(database: &Database, scope: &Scope, filter: &need::Filter) -> String {
    ids_of(&Catalogue::default().needs(database, scope, filter, &all()).await.unwrap())
}

async fn people(database: &Database, scope: &Scope, filter: &person::Filter) -> String {
    let page = Catalogue::default().people(database, scope, filter, &all()).await.unwrap();
    page.rows.iter().map(|line| line.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn search(words: &str) -> need::Filter {
    need::Filter { search: words.to_owned(), ..need::Filter::default() }
}

/// Texts of few different characters, so that words occur, occur in part and do not occur.
fn text() -> impl Strategy<Value = String> {
    prop::string::string_regex("[石墨提纯技术aB9%_ ＡＢ\u{3000}]{0,12}").expect("a pattern of characters")
}

fn generated_needs() -> impl Strategy<Value = Vec<Need>> {
    let need = (text(), text(), prop::option::of(text()));
    prop::collection::vec(need, 1..40).prop_map(|needs| {
        let need = |(number, (title, content, enterprise)): (usize, (String, String, Option<String>))| Need {
            content,
            enterprise: enterprise.map(|name| Enterprise { name: Some(name), ..Enterprise::default() }),
            ..a_need(&format!("n{number:03}"), &title)
        };
        needs.into_iter().enumerate().map(need).collect()
    })
}

/// What the search is to find: every word somewhere in the need or in the enterprise's name.
fn naive(needs: &[Need], search: &str) -> String {
    let fits = |need: &&Need| {
        let own = searchable([need.title.as_str(), &need.id, &need.content]);
        let enterprise = searchable(need.enterprise.as_ref().and_then(|enterprise| enterprise.name.as_deref()));
        words(search).iter().all(|word| own.contains(word) || enterprise.contains(word))
    };
    needs.iter().filter(fits).map(|need| need.id.as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_search_finds_what_a_naive_reading_finds_also_after_changes() {
    on_each(async |database| {
        let catalogue = Catalogue::default();
        let mut runner = TestRunner::deterministic();
        let searches = prop::collection::vec("[石墨提纯技术ab9%_]{1,4}", 0..4);
        let mut found_some = 0;
        for _ in 0..12 {
            let written = generated_needs().new_tree(&mut runner).unwrap().current();
            keep_needs(&database, &written).await;
            for _ in 0..20 {
                let asked = searches.new_tree(&mut runner).unwrap().current().join(" ");
                let found = catalogue.needs(&database, &Scope::Province, &search(&asked), &all()).await.unwrap();
                // What an earlier round wrote beyond this one's needs is still there.
                let found: Vec<_> =
                    found.rows.iter().filter(|one| written.iter().any(|need| need.id == one.line.id)).collect();
                let found = found.iter().map(|one| one.line.id.as_str()).collect::<Vec<_>>().join(" ");
                assert_eq!(found, naive(&written, &asked), "{asked}");
                found_some += usize::from(!asked.is_empty() && !found.is_empty());
            }
        }
        assert!(found_some > 20, "the searches find something");
    })
    .await;
}

#[tokio::test]
async fn a_search_finds_title_body_keywords_and_enterprise_and_needs_every_word() {
    on_each(async |database| {
        let written = [
            Need { content: "纯度达到 99.9%".to_owned(), ..need_of("n1", enterprise(CODE_A, "230102")) },
            Need { keywords: vec!["深松".to_owned()], ..a_need("n2", "Ｃ３５ 农机 100_200") },
        ];
        keep_needs(&database, &written).await;
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
            assert_eq!(needs(&database, &Scope::Province, &search(words)).await, found, "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_scope_lists_its_own_needs_and_no_other() {
    on_each(async |database| {
        let written = [
            need_of("n1", enterprise(CODE_A, "230102")),
            need_of("n2", enterprise(CODE_B, "230202")),
            a_need("n3", "无企业"),
        ];
        keep_needs(&database, &written).await;
        for (scope, expected) in [
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
            (Scope::AuditTrail, ""),
            (Scope::Nothing, ""),
        ] {
            assert_eq!(needs(&database, &scope, &need::Filter::default()).await, expected, "{scope:?}");
        }
        let foreign = need::Filter { city: Some("230200".to_owned()), ..need::Filter::default() };
        assert_eq!(needs(&database, &Scope::City("230100".to_owned()), &foreign).await, "");
    })
    .await;
}

#[tokio::test]
async fn each_scope_lists_its_own_people_and_no_other() {
    on_each(async |database| {
        let bare = Person { id: "p3".to_owned(), ..Person::default() };
        keep_people(&database, &[a_person("p1", "甲大学"), a_person("p2", "乙大学"), bare]).await;
        for (scope, expected) in [
            (Scope::Province, "p1 p2 p3"),
            (Scope::Unit("甲大学".to_owned()), "p1"),
            (Scope::Person("p2".to_owned()), "p2"),
            (Scope::City("230100".to_owned()), ""),
            (Scope::County("230102".to_owned()), ""),
            (Scope::Enterprise(CODE_A.to_owned()), ""),
            (Scope::Sasac, ""),
            (Scope::Matcher, ""),
            (Scope::Public, ""),
            (Scope::Nothing, ""),
        ] {
            assert_eq!(people(&database, &scope, &person::Filter::default()).await, expected, "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn needs_are_narrowed_by_city_industry_and_enterprise() {
    on_each(async |database| {
        let of = |id: &str, industry: &str, code: &str, region: &str| Need {
            industry: Some(industry.to_owned()),
            ..need_of(id, enterprise(code, region))
        };
        let written = [
            of("n1", "C35", CODE_A, "230102"),
            of("n2", "C3091", CODE_A, "230102"),
            of("n3", "D44", CODE_B, "230202"),
            a_need("n4", "无企业"),
        ];
        keep_needs(&database, &written).await;
        let filter = |city: &str, industry: &str, enterprise: &str| need::Filter {
            city: (!city.is_empty()).then(|| city.to_owned()),
            industry: (!industry.is_empty()).then(|| industry.to_owned()),
            enterprise: enterprise.to_owned(),
            ..need::Filter::default()
        };
        for (city, industry, enterprise, found) in [
            ("230100", "", "", "n1 n2"),
            ("230200", "", "", "n3"),
            ("", "C", "", "n1 n2"),
            ("", "C3", "", "n1 n2"),
            ("", "C30", "", "n2"),
            ("", "C3091", "", "n2"),
            ("", "A", "", ""),
            ("", "", CODE_B, "n3"),
            ("", "", "企业 91230199", "n1 n2"),
            ("", "", "没有", ""),
            ("230100", "C35", CODE_A, "n1"),
        ] {
            let filter = filter(city, industry, enterprise);
            assert_eq!(needs(&database, &Scope::Province, &filter).await, found, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn needs_are_narrowed_by_what_their_latest_run_reached_for_those_who_read_runs() {
    on_each(async |database| {
        let ids = ["n1", "n2", "n3"];
        keep_needs(&database, &ids.map(|id| need_of(id, enterprise(CODE_A, "230102")))).await;
        keep_people(&database, &[a_person("p1", "甲大学"), a_person("p2", "甲大学")]).await;
        let catalogue = Catalogue::default();
        run(&database, &[("n1", "p1", 1, 2), ("n1", "p2", 2, 4), ("n2", "p1", 1, 3)]).await;
        let city = Scope::City("230100".to_owned());
        let by = |matching| need::Filter { matching: Some(matching), ..need::Filter::default() };
        let found = async |scope: &Scope, matching| {
            ids_of(&catalogue.needs(&database, scope, &by(matching), &all()).await.unwrap())
        };
        assert_eq!(found(&Scope::Province, Matching::Level(4)).await, "n1");
        assert_eq!(found(&Scope::Province, Matching::Level(3)).await, "n2");
        assert_eq!(found(&Scope::Province, Matching::Matched).await, "n1 n2");
        assert_eq!(found(&Scope::Province, Matching::Unmatched).await, "n3");
        assert_eq!(
            (found(&city, Matching::Level(4)).await, found(&city, Matching::Unmatched).await),
            (String::new(), "n1 n2 n3".to_owned())
        );
        run(&database, &[("n1", "p1", 1, 1)]).await;
        assert_eq!(found(&Scope::Province, Matching::Level(1)).await, "n1");
        assert_eq!(found(&Scope::Province, Matching::Matched).await, "n1 n2");
        let page = catalogue.needs(&database, &Scope::Province, &need::Filter::default(), &all()).await.unwrap();
        let runs: Vec<_> = page.rows.iter().map(|found| found.reached.map(|reached| reached.run)).collect();
        assert_eq!(runs, [Some(2), Some(1), None]);
    })
    .await;
}

/// A run with these candidates: need, person, rank, level.
async fn run(database: &Database, candidates: &[(&str, &str, u32, u8)]) {
    let candidate = |(need, person, rank, level): &(&str, &str, u32, u8)| match_run::Candidate {
        need: (*need).to_owned(),
        person: (*person).to_owned(),
        rank: *rank,
        score: 0.5,
        level: *level,
        probability: None,
        verdict: programme::finding::Verdict::Ok,
        flags: Vec::new(),
        eligibility: json!([]),
        evidence: json!({}),
    };
    let candidates: Vec<_> = candidates.iter().map(candidate).collect();
    let mut tx = database.write().await.unwrap();
    match_run::create(&mut tx, &by(), super::match_run::NEW, &candidates, &[]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn people_are_narrowed_by_unit_degree_title_and_age() {
    on_each(async |database| {
        let born = |year| NaiveDate::from_ymd_opt(year, 3, 2);
        let young = Person { birth: born(1985), degree: Some(Degree::Doctor), ..a_person("p1", "甲大学") };
        let older = Person { birth: born(1984), title_level: Some(TitleLevel::Senior), ..a_person("p2", "乙大学") };
        keep_people(&database, &[young, older, a_person("p3", "乙研究院")]).await;
        let ages = |years| Some(Ages { years, on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() });
        let any = person::Filter::default();
        for (filter, found) in [
            (person::Filter { unit: "大学".to_owned(), ..any.clone() }, "p1 p2"),
            (person::Filter { unit: "乙".to_owned(), search: "大学".to_owned(), ..any.clone() }, "p2"),
            (person::Filter { degree: Some(Degree::Doctor), ..any.clone() }, "p1"),
            (person::Filter { title_level: Some(TitleLevel::Senior), ..any.clone() }, "p2"),
            (person::Filter { ages: ages(0..=40), ..any.clone() }, "p1"),
            (person::Filter { ages: ages(41..=55), ..any.clone() }, "p2"),
            (person::Filter { ages: ages(56..=u32::MAX), ..any.clone() }, ""),
            (any, "p1 p2 p3"),
        ] {
            assert_eq!(people(&database, &Scope::Province, &filter).await, found, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn lists_are_ordered_by_pinyin_and_by_time_and_parts_go_on() {
    on_each(async |database| {
        let catalogue = Catalogue::default();
        keep_needs(&database, &[a_need("n1", "张家口"), a_need("n2", "阿城")]).await;
        let mut tx = database.write().await.unwrap();
        let later = by_at(now() + minutes(1));
        need::insert_all(&mut tx, &later, &[a_need("n0", "李四光")]).await.unwrap();
        tx.commit().await.unwrap();
        let list = async |order, descending, start| {
            let asked = Asked { order, descending, start, rows: 2 };
            catalogue.needs(&database, &Scope::Province, &need::Filter::default(), &asked).await.unwrap()
        };
        let first = list(need::Order::Title, false, Start::First).await;
        assert_eq!(
            (ids_of(&first), first.earlier, first.later, first.count.rows),
            ("n2 n0".to_owned(), false, true, 3)
        );
        let place = store::catalogue::place(&first.rows[1], need::Order::Title);
        let second = list(need::Order::Title, false, Start::After(place)).await;
        assert_eq!((ids_of(&second), second.earlier, second.later), ("n1".to_owned(), true, false));
        assert_eq!(ids_of(&list(need::Order::Updated, true, Start::First).await), "n0 n2");
        assert_eq!(ids_of(&list(need::Order::Id, true, Start::First).await), "n2 n1");
    })
    .await;
}

#[tokio::test]
async fn what_any_connection_committed_is_in_the_next_reading_and_nothing_else() {
    on_each(async |database| {
        let catalogue = Catalogue::default();
        let titles = async || {
            let page = catalogue.needs(&database, &Scope::Province, &need::Filter::default(), &all()).await.unwrap();
            page.rows.iter().map(|found| found.line.title.clone()).collect::<Vec<_>>().join(" ")
        };
        keep_needs(&database, &[need_of("n1", enterprise(CODE_A, "230102")), a_need("n2", "旧")]).await;
        assert_eq!(titles().await, "石墨提纯 旧");
        let mut tx = database.write().await.unwrap();
        need::insert_all(&mut tx, &by(), &[a_need("n2", "新")]).await.unwrap();
        assert_eq!(titles().await, "石墨提纯 旧", "not committed yet");
        drop(tx);
        assert_eq!(titles().await, "石墨提纯 旧", "taken back");
        keep_needs(&database, &[a_need("n2", "新")]).await;
        assert_eq!(titles().await, "石墨提纯 新");
        let mut tx = database.write().await.unwrap();
        let renamed = Enterprise { name: Some("改名厂".to_owned()), ..enterprise(CODE_A, "230102") };
        enterprises::insert_all(&mut tx, &by(), &[renamed]).await.unwrap();
        tx.commit().await.unwrap();
        let found = catalogue.needs(&database, &Scope::Province, &search("改名"), &all()).await.unwrap();
        assert_eq!(found.rows[0].line.enterprise.as_deref(), Some("改名厂"));
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_is_renamed_takes_its_people_along_in_the_list() {
    on_each(async |database| {
        let unit = |name: &str| programme::record::Unit {
            credit_code: CODE_B.to_owned(),
            name: name.to_owned(),
            ..programme::record::Unit::default()
        };
        let keep = async |name: &str| {
            let mut tx = database.write().await.unwrap();
            unit::insert_all(&mut tx, &by(), &[unit(name)]).await.unwrap();
            tx.commit().await.unwrap();
        };
        keep("旧名大学").await;
        keep_people(&database, &[a_person("p1", "旧名大学")]).await;
        let catalogue = Catalogue::default();
        let units = async || {
            let page = catalogue.people(&database, &Scope::Province, &person::Filter::default(), &all()).await.unwrap();
            page.rows.iter().map(|line: &Arc<person::Line>| line.unit.clone().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(units().await, ["旧名大学"]);
        keep("新名大学").await;
        assert_eq!(units().await, ["新名大学"]);
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_commits_late_is_not_overlooked() {
    on_each(async |database| {
        // Both databases make the second writer wait for the first, so its numbers are the later ones.
        let catalogue = Catalogue::default();
        let mut first = database.write().await.unwrap();
        person::insert_all(&mut first, &by(), &[a_person("p1", "甲")]).await.unwrap();
        let other = database.clone();
        let mut second = tokio::spawn(async move { keep_people(&other, &[a_person("p2", "乙")]).await });
        let ended = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
        assert!(ended.is_err(), "the second writer waits");
        let ids = async || {
            let page = catalogue.people(&database, &Scope::Province, &person::Filter::default(), &all()).await.unwrap();
            page.rows.iter().map(|line| line.id.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ids().await, "");
        first.commit().await.unwrap();
        second.await.unwrap();
        assert_eq!(ids().await, "p1 p2");
    })
    .await;
}
