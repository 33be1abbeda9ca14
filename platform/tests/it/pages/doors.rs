//! Doors that stand open to few, through the front, on both databases:
//!
//! 1. a personal link answers without an account, once, until its day, for its own pair alone;
//! 2. a new link puts the one before out of use, and only the pair's own unit makes one;
//! 3. a person leaves automated matching and comes back, nobody else for them;
//! 4. a unit checks another of its people, and learns nothing of others';
//! 5. a certificate is found by its code alone, and a slip is told from an unknown code;
//! 6. a third party gets no names, and its result is taken with the right signature alone, by page and by command;
//! 7. a run's plan becomes proposals from the command line, after a look that writes nothing;
//! 8. whoever organises sees where service and contact have stopped, of its own appointments alone;
//! 9. the days ahead come as a calendar file, without what is over.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use chrono::{TimeDelta, TimeZone as _, Utc};
use hmac::{Hmac, KeyInit, Mac};
use platform::demonstration::Account;
use platform::usecases::third_party;
use programme::certificate;
use programme::process::{Kind, Stage};
use programme::record::{Need, Person};
use sm3::Sm3;
use store::matter::{self, Link};
use store::testing::{self, on_each};
use store::{By, Database};

use super::notices::run;
use super::{Answer, TestApp, Visitor};
use crate::web::light::assert_page_is_light;

const ROUND: &str = "round-000001";
const PAIR: &str = "pair-000001";
const NEED: &str = "need-000001";

fn account(app: &TestApp, login: &str) -> Account {
    app.province.accounts.iter().find(|account| account.login == login).unwrap().clone()
}

/// One row of the table of matters; parties in the order round, parent, need, enterprise, unit, person.
fn row(id: &str, stage: &str, body: &str, parties: [Option<&str>; 6], due: Option<&str>) -> String {
    let quoted = |text: Option<&str>| text.map_or_else(|| "NULL".to_owned(), |text| format!("'{text}'"));
    let kind = id.split('-').next().unwrap();
    format!(
        "INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved, due, round_id, \
         parent_id, need_id, enterprise_code, unit_name, person_id) VALUES ('{id}', '{kind}', '{stage}', 1, '{id}', \
         '230100', '{body}', '{id}', '2025-09-01T00:00:00Z', '2025-09-01T00:00:00Z', {}, {});",
        quoted(due),
        parties.map(quoted).join(", ")
    )
}

/// Credit code of the enterprise whose need is the round's.
fn enterprise(app: &TestApp) -> String {
    app.province.needs[0].enterprise.as_ref().and_then(|of| of.credit_code.clone()).unwrap()
}

/// A round under way with a third party engaged and one reported need, whose enterprise qualifies for good.
async fn under_way(app: &TestApp) {
    let (need, enterprise) = (&app.province.needs[0].id, enterprise(app));
    let round = r#"{"year":2025,"notice_day":"2025-03-03","needs_day":"2025-08-29","reports_day":"2025-09-05",
        "answers_day":"2025-09-24","talks_day":"2025-10-24","impact_number":"x","matcher":"某匹配机构（演示）"}"#;
    let of_need = [Some(ROUND), None, Some(need), Some(&*enterprise), None, None];
    let script = [
        row(ROUND, "round_collected", round, [None; 6], None),
        row(NEED, "need_reported", "{}", of_need, None),
        "UPDATE enterprise_qualification SET valid_until = '2099-12-31';".to_owned(),
    ];
    run(&app.state.desk.database, script.concat()).await;
}

/// The same, and the province has pushed the demonstration's person to the unit.
async fn pushed(app: &TestApp) {
    under_way(app).await;
    let (need, enterprise) = (&app.province.needs[0].id, enterprise(app));
    let (unit, person) = (account(app, "danwei").binding.unwrap(), account(app, "geren").binding.unwrap());
    let parties = [Some(ROUND), Some(NEED), Some(need), Some(&*enterprise), Some(&*unit), Some(&*person)];
    run(&app.state.desk.database, row(PAIR, "pair_pushed", "{}", parties, Some("2025-09-24"))).await;
}

/// The same, and the unit has made a link: the site, the path that it leads to, somebody without an account.
async fn linked(database: Database) -> (TestApp, String, Visitor) {
    let app = TestApp::on(database).await;
    pushed(&app).await;
    let path = link(&mut app.signed_in("danwei").await).await;
    let person = app.visitor();
    (app, path, person)
}

async fn stage(app: &TestApp) -> Stage {
    matter::find(&mut app.state.desk.database.read().await.unwrap(), PAIR).await.unwrap().unwrap().matter.stage
}

/// Lets the unit make a link; the path that it leads to.
async fn link(unit: &mut Visitor) -> String {
    let page = format!("/matter/{PAIR}");
    let issued = unit.post_from(&page, &format!("{page}/link"), "").await;
    assert_eq!(issued.status, StatusCode::OK, "{}", issued.body);
    let token = issued.body.split("/answer/").nth(1).unwrap();
    format!("/answer/{}", &token[..64])
}

const WILLING: &str = "declare_integrity=yes&declare_knowledge=yes&declare_no_holding=yes&person_contact=0451-1234567";

#[tokio::test]
async fn a_personal_link_answers_once_without_an_account() {
    on_each(async |database| {
        let (app, path, mut person) = linked(database).await;
        let shown = person.get(&path).await;
        assert!(shown.shows("同意参加") && shown.shows("2025-09-24"), "{}", shown.body);
        assert_page_is_light(&shown.body);
        let accept = format!("{path}/accept_pair");
        let unsaid = person.post_from(&path, &accept, "declare_integrity=yes").await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "declarations are made, not implied");
        assert_eq!(person.post(&accept, WILLING).await.status, StatusCode::FORBIDDEN, "without the form's token");
        assert_eq!(stage(&app).await, Stage::PairAsked);
        let done = person.post_from(&path, &accept, WILLING).await;
        assert!(done.status == StatusCode::OK && done.shows("答复已收到"), "{}", done.body);
        assert_eq!(stage(&app).await, Stage::PairWilling);
        let again = person.get(&path).await;
        assert!(again.shows("您已于") && !again.shows("<form action=\"/answer"), "{}", again.body);
        let token = person.token("/certificate").await;
        let second = person.post(&format!("{path}/decline_pair"), &format!("csrf={token}&refusal_kind=time")).await;
        assert_eq!((second.status, stage(&app).await), (StatusCode::UNPROCESSABLE_ENTITY, Stage::PairWilling));
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_with_its_day_and_another_token_is_none() {
    on_each(async |database| {
        let (app, path, mut person) = linked(database).await;
        for wrong in ["/answer/x".to_owned(), format!("/answer/{}", "0".repeat(64)), path.to_uppercase()] {
            assert_eq!(person.get(&wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        let token = person.token(&path).await;
        let other = person.post(&format!("{path}/vouch_pair"), &format!("csrf={token}")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "a link is for three acts");
        let last_day = Utc.with_ymd_and_hms(2025, 9, 24, 15, 59, 0).unwrap();
        app.state.clock.advance(last_day - app.state.clock.now());
        assert!(person.get(&path).await.shows("同意参加"), "to the last minute of the day in Beijing");
        app.state.clock.advance(TimeDelta::minutes(2));
        let late = person.get(&path).await;
        assert!(late.shows("本链接已不能答复") && !late.shows("同意参加"), "{}", late.body);
        let refused = person.post(&format!("{path}/accept_pair"), &format!("csrf={token}&{WILLING}")).await;
        assert_eq!((refused.status, stage(&app).await), (StatusCode::UNPROCESSABLE_ENTITY, Stage::PairAsked));
    })
    .await;
}

#[tokio::test]
async fn a_new_link_puts_the_old_one_out_of_use_and_only_the_unit_makes_one() {
    on_each(async |database| {
        let app = TestApp::on(database.clone()).await;
        pushed(&app).await;
        let address = format!("/matter/{PAIR}/link");
        for (login, status) in [("geren", 403), ("kejiting", 403), ("shikeji", 404), ("qiye", 404), ("pipei", 404)] {
            let mut other = app.signed_in(login).await;
            assert_eq!(other.post_from("/account", &address, "").await.status.as_u16(), status, "{login}");
        }
        assert_eq!(stage(&app).await, Stage::PairPushed);
        let mut unit = app.signed_in("danwei").await;
        let (first, second) = (link(&mut unit).await, link(&mut unit).await);
        let mut person = app.visitor();
        assert_eq!(person.get(&first).await.status, StatusCode::NOT_FOUND);
        let declined = person.post_from(&second, &format!("{second}/decline_pair"), "refusal_kind=time").await;
        assert_eq!((declined.status, stage(&app).await), (StatusCode::OK, Stage::PairDeclined));
        let mut tx = database.read().await.unwrap();
        let kept = matter::find(&mut tx, PAIR).await.unwrap().unwrap();
        let events = matter::history(&mut tx, &kept.matter).await.unwrap();
        let secrets = [&first[8..], &second[8..]];
        assert!(events.iter().all(|event| secrets.iter().all(|secret| !event.detail.contains(secret))));
    })
    .await;
}

#[tokio::test]
async fn a_person_leaves_matching_and_comes_back() {
    on_each(async |database| {
        let app = TestApp::on(database.clone()).await;
        let mut unit = app.signed_in("danwei").await;
        assert_eq!(unit.get("/opt-out").await.status, StatusCode::NOT_FOUND);
        assert_eq!(unit.post_from("/account", "/opt-out", "act=leave").await.status, StatusCode::NOT_FOUND);
        let mut person = app.signed_in("geren").await;
        let id = account(&app, "geren").binding.unwrap();
        let out = async || {
            let mut tx = database.read().await.unwrap();
            store::offer::opted_out(&mut tx, &id).await.unwrap().map(|out| out.reason)
        };
        assert!(person.get("/opt-out").await.shows("您目前参加自动匹配"));
        assert_eq!(person.post_from("/opt-out", "/opt-out", "act=else").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(out().await, None);
        let left = person.post_from("/opt-out", "/opt-out", "act=leave&reason=busy").await;
        assert_eq!((left.location(), out().await.as_deref()), ("/opt-out", Some("busy")));
        person.post_from("/opt-out", "/opt-out", "act=leave&reason=twice").await;
        assert_eq!(out().await.as_deref(), Some("busy"), "sent twice is done once");
        assert!(person.get("/opt-out").await.shows("您已于 2025-09-15 退出自动匹配"));
        person.post_from("/opt-out", "/opt-out", "act=come_back").await;
        assert_eq!(out().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_unit_checks_its_own_people_alone() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        pushed(&app).await;
        let unit = account(&app, "danwei").binding;
        let (own, foreign): (Vec<_>, Vec<_>) = app.province.people.iter().partition(|person| person.unit == unit);
        let mut visitor = app.signed_in("danwei").await;
        let address = |person: &str| format!("/check?pair={PAIR}&person={person}");
        let shown = visitor.get(&address(&own[1].id)).await;
        assert!(shown.shows("核查结果") && shown.shows("另荐此人"), "{}", shown.body);
        for unknown in [foreign[0].id.as_str(), "P99999"] {
            let answer = visitor.get(&address(unknown)).await;
            assert!(answer.shows("本单位没有这个编号的人员") && !answer.shows("核查结果"), "{unknown}");
        }
        assert!(!visitor.get(&address("")).await.shows("本单位没有这个编号的人员"), "nothing is asked yet");
        assert_eq!(visitor.get(&format!("/check?pair=pair-000002&person={}", own[1].id)).await.status, 404);
        for login in ["geren", "kejiting", "pipei"] {
            assert_eq!(app.signed_in(login).await.get(&address(&own[1].id)).await.status, 404, "{login}");
        }
    })
    .await;
}

/// A notified assessment with the grade excellent, kept under a code.
async fn assessed(app: &TestApp, code: &str) {
    let (person, enterprise) = (&app.province.people[0], &app.province.enterprises[0]);
    let row = |id: &str, kind: &str| {
        format!(
            "INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved) VALUES \
             ('{id}', '{kind}', '{kind}_notified', 1, '{id}', '230100', '{{}}', '', '2027-06-01T00:00:00Z', \
             '2027-06-01T00:00:00Z');"
        )
    };
    let kept = format!(
        "INSERT INTO assessment_outcome (assessment_id, batch_id, person_id, unit_name, enterprise_code, organiser, grade, \
         certificate, document_number, document_day, results_declared, results_landed, problems_declared, \
         problems_solved, contract_yuan_declared, contract_yuan, paid_yuan, patents_declared, patents, products_declared, \
         new_products) VALUES ('assessment-000001', 'batch-000001', '{}', '{}', '{}', '230100', 'excellent', '{code}', \
         '黑科联发〔2027〕1号（演示）', '2027-06-01', 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0);",
        person.id,
        person.unit.clone().unwrap(),
        enterprise.credit_code.clone().unwrap(),
    );
    let script = [row("batch-000001", "batch"), row("assessment-000001", "assessment"), kept];
    run(&app.state.desk.database, script.concat()).await;
}

#[tokio::test]
async fn a_certificate_is_found_by_its_code_alone() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let code = certificate::code(&["assessment-000001", "excellent"]);
        assessed(&app, &code).await;
        let name = app.province.people[0].name.clone().unwrap();
        let mut public = app.visitor();
        assert_eq!(public.get("/certificate").await.status, StatusCode::OK);
        let led = public.get(&format!("/certificate?code={}", code.to_lowercase().replace('-', ""))).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER);
        for typed in [code.clone(), code.to_lowercase(), code.replace('-', ""), led.location()[13..].to_owned()] {
            let answer = public.get(&format!("/certificate/{typed}")).await;
            assert!(answer.shows("证书有效") && answer.shows("优秀"), "{typed}: {}", answer.body);
            assert!(!answer.shows(&name), "the name is masked");
        }
        let mut slip: Vec<char> = code.chars().collect();
        slip[0] = if slip[0] == '2' { '3' } else { '2' };
        let slip: String = slip.into_iter().collect();
        for typed in [slip.as_str(), &code[..13], "x", "0000-0000-0000"] {
            let answer = public.get(&format!("/certificate/{typed}")).await;
            assert!(answer.shows("核验码输入有误") && !answer.shows("证书有效"), "{typed}");
        }
        let unknown = certificate::code(&["assessment-000002", "excellent"]);
        assert!(public.get(&format!("/certificate/{unknown}")).await.shows("没有使用这个核验码的证书"));
    })
    .await;
}

const BOUNDARY: &str = "zongshi-doors-boundary";

async fn hand_in(matcher: &mut Visitor, signature: &str, result: &str) -> Answer {
    let token = matcher.token("/matcher").await;
    let part = |name: &str, value: &str| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"result\"; filename=\"run.trec\"\r\n\r\n{result}\r\n--{BOUNDARY}--\r\n"
    );
    let body = [part("csrf", &token), part("round", ROUND), part("signature", signature), file].concat();
    let request = Request::post("/matcher").header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    matcher.send(request.body(Body::from(body)).unwrap()).await
}

fn signed(key: &str, result: &str) -> String {
    let pairs = key.as_bytes().chunks_exact(2).map(|pair| std::str::from_utf8(pair).unwrap());
    let key: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    let mut mac = <Hmac<Sm3> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(result.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn ids(jsonl: &str) -> Vec<String> {
    let lines = jsonl.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// Pseudonyms of those whose line of research is the need's, by the titles of their works.
fn related(app: &TestApp, people: &str) -> Vec<String> {
    let close = app.province.truth.iter().filter(|one| one.need == app.province.needs[0].id && one.level == 4);
    let close: Vec<&str> = close.map(|one| one.person.as_str()).collect();
    let titles = |person: &Person| person.works.iter().map(|work| work.title.clone()).collect::<Vec<_>>();
    let known = app.province.people.iter().filter(|person| close.contains(&person.id.as_str()));
    let known: Vec<String> = known.flat_map(titles).collect();
    let lines = people.lines().filter(|line| known.iter().any(|title| line.contains(title)));
    ids(&lines.collect::<Vec<_>>().join("\n"))
}

fn names_nobody(app: &TestApp, text: &str) {
    // A pseudonym may begin as an id does, so an id is looked for as a whole value.
    let people =
        app.province.people.iter().flat_map(|one: &Person| [Some(format!("\"{}\"", one.id)), one.name.clone()]);
    let units = app.province.units.iter().map(|unit| Some(unit.name.clone()));
    let asked = app.province.needs.iter().map(|need: &Need| need.enterprise.as_ref().and_then(|of| of.name.clone()));
    for name in people.chain(units).chain(asked).flatten() {
        assert!(!text.contains(&name), "{name}");
    }
    assert!(!text.contains("birth"), "no birth dates");
}

#[tokio::test]
async fn a_third_party_matches_under_pseudonyms_on_its_page() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut matcher = app.signed_in("pipei").await;
        assert!(matcher.get("/matcher").await.shows("目前没有委托"));
        assert_eq!(matcher.get(&format!("/matcher/{ROUND}/people.jsonl")).await.status, StatusCode::NOT_FOUND);
        under_way(&app).await;
        for login in ["kejiting", "danwei", "geren", "xitong"] {
            let mut other = app.signed_in(login).await;
            for path in ["/matcher".to_owned(), format!("/matcher/{ROUND}/people.jsonl")] {
                assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{login} {path}");
            }
        }
        let people = matcher.get(&format!("/matcher/{ROUND}/people.jsonl")).await.body;
        let needs = matcher.get(&format!("/matcher/{ROUND}/needs.jsonl")).await.body;
        assert_eq!((ids(&needs).len(), ids(&people).len()), (1, app.province.people.len()));
        names_nobody(&app, &people);
        names_nobody(&app, &needs);
        let key = format!("/matcher/{ROUND}/matcher.key");
        assert_eq!(matcher.get(&key).await.status, StatusCode::NOT_FOUND, "the key goes another way");
        let by = By { at: app.state.clock.now(), login: "console", origin: "test" };
        let package = third_party::export(&app.state.desk, &by, &app.state.guard.keys, ROUND).await.unwrap().unwrap();
        let key = package.files()[3].1;
        takes_what_is_signed(&app, &mut matcher, key, &ids(&needs)[0], &related(&app, &people)).await;
    })
    .await;
}

async fn takes_what_is_signed(app: &TestApp, matcher: &mut Visitor, key: &str, need: &str, people: &[String]) {
    let line = |person: &str| format!("{need} Q0 {person} 1 0.9 other\n");
    let unsigned = hand_in(matcher, "", &line(&people[0])).await;
    assert_eq!(unsigned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let tampered = hand_in(matcher, &signed(key, &line(&people[0])), &line(&people[1])).await;
    assert!(tampered.status == StatusCode::UNPROCESSABLE_ENTITY && tampered.shows("签名不符"), "{}", tampered.body);
    let stranger = line("P0000000000000000");
    let unknown = hand_in(matcher, &signed(key, &stranger), &stranger).await;
    assert!(unknown.shows("没有化名为 P0000000000000000 的人员"), "{}", unknown.body);
    let mut province = app.signed_in("kejiting").await;
    assert_eq!(province.get("/runs/1").await.status, StatusCode::NOT_FOUND, "nothing refused has left a run");
    let mut taken = false;
    for person in people {
        let answer = hand_in(matcher, &signed(key, &line(person)), &line(person)).await;
        if answer.status == StatusCode::OK {
            assert!(answer.shows("存为第 1 次匹配运算"), "{}", answer.body);
            taken = true;
            break;
        }
        assert!(answer.shows("结果没有采用") && !answer.shows("签名不符"), "a rule refuses: {}", answer.body);
    }
    assert!(taken, "somebody meets every rule");
    let run = province.get("/runs/1").await;
    assert!(run.shows("第三方：某匹配机构（演示）"), "{}", run.body);
}

fn zongshi(folder: &Path, database: &str, words: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zongshi"));
    let folder_of_keys = folder.join("data");
    command.args(words).args(["--database", database, "--data"]).arg(&folder_of_keys).current_dir(folder);
    let ended = command.output().unwrap();
    let told = [ended.stdout, ended.stderr].concat();
    (ended.status.code().unwrap(), String::from_utf8(told).unwrap())
}

async fn pairs(database: &Database) -> usize {
    matter::linked(&mut database.read().await.unwrap(), Link::OfKind(Kind::Pair)).await.unwrap().len()
}

#[tokio::test]
async fn a_third_partys_result_and_a_plan_go_by_command_too() {
    for database in [Some(testing::sqlite().await), testing::postgres().await].into_iter().flatten() {
        let app = TestApp::on(database.database.clone()).await;
        under_way(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let run =
            |words: &str| zongshi(folder.path(), &database.address, &words.split_whitespace().collect::<Vec<_>>());
        let (code, told) = run(&format!("export matcher --round {ROUND} --out handed-over"));
        assert_eq!(code, 0, "{told}");
        let read = |name: &str| std::fs::read_to_string(folder.path().join("handed-over").join(name)).unwrap();
        names_nobody(&app, &read("people.jsonl"));
        let (key, need) = (read("matcher.key"), ids(&read("needs.jsonl")).remove(0));
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let import = format!("import matcher-result run.trec --round {ROUND}");
        let result = format!("{need} Q0 {} 1 0.9 other\n", ids(&read("people.jsonl"))[0]);
        write("run.trec", &result);
        write("run.trec.sig", &signed(&key, "something else"));
        let (code, told) = run(&import);
        assert!(code == 1 && told.contains("签名不符"), "{told}");
        let mut taken = false;
        for person in related(&app, &read("people.jsonl")) {
            let result = format!("{need} Q0 {person} 1 0.9 other\n");
            write("run.trec", &result);
            write("run.trec.sig", &signed(&key, &result));
            let (code, told) = run(&import);
            if code == 0 {
                assert!(told.contains("第 1 次匹配运算"), "{told}");
                taken = true;
                break;
            }
            assert!(code == 1 && told.contains("整份不予采用"), "{told}");
        }
        assert!(taken, "somebody meets every rule");
        proposes(&app, run, &database.database).await;
    }
}

/// The command decides as the page does: a look writes nothing, the province alone proposes, a run proposes once.
async fn proposes(app: &TestApp, run: impl Fn(&str) -> (i32, String), database: &Database) {
    let before = pairs(database).await;
    let propose = format!("propose --run 1 --round {ROUND} --as");
    let (code, told) = run(&format!("{propose} shikeji"));
    assert!(code == 1 && told.contains("没有这次匹配运算或这个批次，或该账户无权查看"), "{told}");
    let (code, told) = run(&format!("{propose} nobody"));
    assert!(code == 1 && told.contains("没有可用的账户“nobody”"), "{told}");
    let (code, told) = run("propose --run 7 --round round-000001 --as kejiting");
    assert_eq!(code, 1, "{told}");
    let (code, told) = run(&format!("{propose} kejiting --dry-run"));
    assert!(code == 0 && told.contains("将形成 1 项"), "{told}");
    assert_eq!(pairs(database).await, before, "a look writes nothing");
    let (code, told) = run(&format!("{propose} kejiting"));
    assert!(code == 0 && told.contains("已形成 1 项"), "{told}");
    assert_eq!(pairs(database).await, before + 1);
    let (code, told) = run(&format!("{propose} kejiting"));
    assert!(code == 0 && told.contains("已形成 0 项") && told.contains("保持不变 1 项"), "{told}");
    let mut province = app.signed_in("kejiting").await;
    assert!(province.get("/matters/pair").await.shows("共 1 条"));
}

/// Two appointments in force since the spring, one of each of two cities, neither with a day of service or a contact.
async fn in_force(app: &TestApp) {
    under_way(app).await;
    let body =
        r#"{"term_start":"2025-03-01","term_end":"2027-02-28","in_force_on":"2025-03-01","published_on":"2025-02-20"}"#;
    let code = enterprise(app);
    let (unit, person) = (account(app, "danwei").binding.unwrap(), account(app, "geren").binding.unwrap());
    let parties = [Some(ROUND), None, None, Some(&*code), Some(&*unit), Some(&*person)];
    let of = |id: &str| row(id, "appointment_force", body, parties, Some("2027-02-28"));
    let second = "UPDATE matter SET organiser = '230200' WHERE id = 'appointment-000002';".to_owned();
    run(&app.state.desk.database, [of("appointment-000001"), of("appointment-000002"), second].concat()).await;
}

#[tokio::test]
async fn an_organiser_sees_where_service_and_contact_have_stopped() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        in_force(&app).await;
        let mut city = app.signed_in("hakeji").await;
        let shown = city.get("/gaps").await;
        assert!(shown.shows("appointment-000001") && !shown.shows("appointment-000002"), "{}", shown.body);
        assert!(shown.shows("2025-03-01 至 2025-09-15（199 天）"), "{}", shown.body);
        assert!(
            shown.shows("2025 年第 2 季度") && !shown.shows("2025 年第 3 季度"),
            "a quarter under way is not missed"
        );
        assert_page_is_light(&shown.body);
        let contact = r#"{"contact_day":"2025-05-06"}"#;
        let parties = [Some(ROUND), Some("appointment-000001"), None, None, None, None];
        run(&app.state.desk.database, row("contact-000001", "contact_recorded", contact, parties, None)).await;
        assert!(!city.get("/gaps").await.shows("2025 年第 2 季度"));
        let mut province = app.signed_in("kejiting").await;
        let sheets = paperwork::read(&province.get("/gaps.xlsx").await.bytes).unwrap();
        assert_eq!((sheets[0].name.as_str(), sheets[0].rows.len()), ("服务与联系提醒", 1 + 2));
        let own = paperwork::read(&city.get("/gaps.xlsx").await.bytes).unwrap();
        assert_eq!(own[0].rows.len(), 1 + 1);
    })
    .await;
}

#[tokio::test]
async fn the_days_ahead_come_as_a_calendar() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        in_force(&app).await;
        let mut city = app.signed_in("hakeji").await;
        let file = city.get("/diary.ics").await;
        assert_eq!(file.headers[CONTENT_TYPE], "text/calendar; charset=utf-8");
        let days = |file: &Answer| -> Vec<String> {
            let starts = file.body.split("DTSTART;VALUE=DATE:").skip(1);
            starts.map(|rest| rest[..8].to_owned()).collect()
        };
        let ahead = ["20250924", "20251024", "20270128", "20270228"];
        assert_eq!(days(&file), ahead, "{}", file.body);
        assert!(!file.shows("appointment-000002") && file.shows("appointment-000001"));
        app.state.clock.advance(TimeDelta::days(10));
        let mut later = app.signed_in("hakeji").await;
        assert_eq!(days(&later.get("/diary.ics").await), ahead[1..]);
    })
    .await;
}
