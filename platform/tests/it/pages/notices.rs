//! 三（四） through the front door, on both databases: the public reads a notice and objects; a name is held while others go
//! on; who objected is seen by the province alone; a held name is published later.

use std::fmt::Write as _;

use axum::http::StatusCode;
use chrono::TimeDelta;
use paperwork::{Cell, Column, Table};
use platform::usecases::acts::facts::listing::findings_of;
use platform::usecases::acts::{self, clock};
use platform::usecases::notices::OBJECTIONS_PER_ADDRESS_MAX;
use platform::web::captures::{self, CAPTURE_MINUTES};
use platform::web::url;
use programme::access::{Actor, Role, Scope};
use programme::finding::{Force, Outcome as Answered};
use programme::personal_data::scan;
use programme::process::listing::{LIST_HASH, NOTICE_END};
use programme::process::{Action, Body, Doer, Field, Kind, Matter, Parties, Stage, field, rules};
use sm3::{Digest, Sm3};
use sqlx::AssertSqlSafe;
use store::matter::{self, Link};
use store::testing::{on_each, postgres, sqlite};
use store::{By, Database, audit};

use super::TestApp;
use crate::web::light::assert_page_is_light;

const ROUND: &str = "round-000001";
const LISTING: &str = "listing-000001";
const OBJECTOR: &str = "赵六甲乙（演示）";
const CONTACT: &str = "0459-7654321";

pub(super) async fn run(database: &Database, statement: String) {
    let statement = AssertSqlSafe(statement);
    match database {
        Database::Sqlite { writer, .. } => sqlx::raw_sql(statement).execute(writer).await.map(drop),
        Database::Postgres { pool } => sqlx::raw_sql(statement).execute(pool).await.map(drop),
    }
    .unwrap();
}

/// Three pairs that meet every condition: as the talks would leave them.
async fn suggested(app: &TestApp) -> Vec<Matter> {
    let province = &app.province;
    let pairs = province.people.iter().zip(&province.needs).enumerate().map(|(place, (person, need))| {
        let enterprise = need.enterprise.as_ref().and_then(|of| of.credit_code.clone());
        let parties = Parties {
            round: Some(ROUND.to_owned()),
            need: Some(need.id.clone()),
            organiser: "230200".to_owned(),
            enterprise,
            unit: person.unit.clone(),
            person: Some(person.id.clone()),
            ..Parties::default()
        };
        let (id, title) = (format!("pair-{:06}", place + 1), format!("{} → {}", person.id, need.id));
        let (stage, body) = (Stage::PairSuggested, Body::default());
        Matter { id, stage, version: 1, title, parties, body, due: None }
    });
    let mut pairs: Vec<Matter> = pairs.take(60).collect();
    let mut tx = app.state.desk.database.read().await.unwrap();
    let day = "2025-09-15".parse().unwrap();
    let findings = findings_of(&mut tx, &app.state.desk, &pairs, None, day).await.unwrap();
    pairs.retain(|pair| findings[&pair.id].iter().all(|one| one.force != Force::Must || one.outcome == Answered::Met));
    pairs.truncate(3);
    assert_eq!(pairs.len(), 3, "the demonstration has pairs that meet every condition");
    pairs
}

async fn fill(app: &TestApp) -> Vec<Matter> {
    let pairs = suggested(app).await;
    let row = |id: &str, kind: &str, stage: &str, parties: &str, body: &str| {
        let organiser = if kind == "pair" { "'230200'" } else { "''" };
        format!(
            "INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved, round_id, \
             need_id, enterprise_code, unit_name, person_id) VALUES ('{id}', '{kind}', '{stage}', 1, '{id}', {organiser}, \
             '{body}', '{id}', '2025-09-01T00:00:00Z', '2025-09-01T00:00:00Z', {parties});"
        )
    };
    let round = r#"{"year":2025,"notice_day":"2025-03-03","impact_number":"x"}"#;
    let mut script = row(ROUND, "round", "round_collected", "NULL, NULL, NULL, NULL, NULL", round);
    for pair in &pairs {
        let of = |party: &Option<String>| format!("'{}'", party.clone().unwrap());
        let parties = [&pair.parties.round, &pair.parties.need, &pair.parties.enterprise, &pair.parties.unit];
        let mut parties: Vec<String> = parties.map(of).into();
        parties.push(of(&pair.parties.person));
        script += &row(&pair.id, "pair", "pair_suggested", &parties.join(", "), "{}");
        let _ = write!(script, "INSERT INTO suggestion (pair_id, round_id) VALUES ('{}', '{ROUND}');", pair.id);
    }
    run(&app.state.desk.database, script).await;
    pairs
}

/// An act by an account, with the fields as a form sends them.
async fn act(app: &TestApp, (login, role): (&str, Role), id: &str, action: Action, sent: &[(&str, &str)]) -> Matter {
    let fields: Vec<&Field> =
        rules().filter(|rule| rule.action == action).flat_map(|rule| rule.fields).copied().collect();
    let sent: Vec<(String, String)> = sent.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect();
    let (inputs, _) = field::read(&fields, &sent);
    let doer = Doer::Account(Actor::new(login, role, None).unwrap());
    let by = By { at: app.state.clock.now(), login, origin: "test" };
    let desk = &app.state.desk;
    let outcome = if action == Action::OpenListing {
        acts::open(desk, &by, &doer, (Kind::Listing, action), Some(id), &inputs).await
    } else {
        acts::act(desk, &by, &doer, id, None, action, &inputs).await
    };
    outcome.unwrap().done().unwrap()
}

const PROVINCE: (&str, Role) = ("kejiting", Role::Province);

async fn sign_and_publish(app: &TestApp, submit: Action, number: &str) -> Matter {
    act(app, PROVINCE, LISTING, submit, &[]).await;
    for (login, role) in [
        PROVINCE,
        ("jiaoyuting", Role::EducationDepartment),
        ("gongxinting", Role::IndustryDepartment),
        ("guoziwei", Role::Sasac),
    ] {
        act(app, (login, role), LISTING, Action::SignListing, &[]).await;
    }
    let day = platform::clock::today(app.state.clock.now()).to_string();
    let document = [("document_number", number), ("document_day", day.as_str())];
    act(app, PROVINCE, LISTING, Action::PublishListing, &document).await
}

async fn at_stage(app: &TestApp, id: &str) -> Stage {
    matter::find(&mut app.state.desk.database.read().await.unwrap(), id).await.unwrap().unwrap().matter.stage
}

async fn appointments(app: &TestApp) -> usize {
    let mut tx = app.state.desk.database.read().await.unwrap();
    matter::linked(&mut tx, Link::OfKind(Kind::Appointment)).await.unwrap().len()
}

async fn pass(app: &TestApp, days: i64) {
    for _ in 0..days {
        app.state.clock.advance(TimeDelta::days(1));
        let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
        clock::pass(&app.state.desk, &by).await.unwrap();
    }
}

fn objection(pair: &str) -> String {
    let encoded = |text: &str| url::component(text);
    format!(
        "objection_pair={pair}&objection_facts={}&objector={}&objector_contact={CONTACT}",
        encoded("存在未申报的合作关系（演示）"),
        encoded(OBJECTOR)
    )
}

/// No page, list or file that another role opens says who objected.
async fn nobody_else_learns_who_objected(app: &TestApp, pairs: &[Matter]) {
    let mut addresses: Vec<String> = [
        "/",
        "/inbox",
        "/matters/objection",
        "/matters/objection/list.xlsx",
        "/matter/objection-000001",
        "/matter/objection-000001/act/accept_objection",
        "/matter/objection-000001/identifiers",
        "/matters/pair",
        "/matters/pair/list.xlsx",
        "/matters/listing",
        "/matter/listing-000001",
        "/listing/listing-000001/proof",
        "/listing/listing-000001/letters",
        "/notice/listing-000001",
        "/published/listing-000001",
        "/audit",
    ]
    .map(str::to_owned)
    .into();
    addresses.extend(pairs.iter().map(|pair| format!("/matter/{}", pair.id)));
    let accounts: Vec<(&str, Role)> = app.accounts.iter().map(|account| (account.login, account.role)).collect();
    for (login, role) in accounts {
        let mut visitor = app.signed_in(login).await;
        for address in &addresses {
            let answer = visitor.get(address).await;
            let told = answer.shows(OBJECTOR) || answer.shows(CONTACT);
            assert!(!told, "{login} reads at {address} who objected");
            if role != Role::Province && address.contains("objection") {
                assert_ne!(answer.status, StatusCode::OK, "{login} {address}");
            }
        }
    }
    let mut province = app.signed_in("kejiting").await;
    let page = "/matter/objection-000001/identifiers";
    assert!(province.get("/matter/objection-000001").await.shows(page));
    let whole = province.post_from(page, page, &format!("reason={}", url::component("联系异议人核实"))).await;
    assert!(whole.shows(OBJECTOR) && whole.shows(CONTACT), "{}", whole.body);
    let mut tx = app.state.desk.database.read().await.unwrap();
    let looks = audit::list(&mut tx, &Scope::AuditTrail, "identifier.reveal objection-000001", None).await.unwrap();
    assert!(looks.events[0].detail.contains("联系异议人核实"));
}

/// Whatever the database holds in its tables, and for a file every byte of it.
async fn who_objected_is_nowhere_in(database: &Database, file: Option<&str>) {
    let bytes = file.map(|file| ["", "-wal"].map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default()));
    let held = bytes.map_or_else(Vec::new, |parts| parts.concat());
    assert_eq!(held.is_empty(), file.is_none());
    let mut texts = vec![held];
    if let Database::Postgres { pool } = database {
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(pool)
                .await
                .unwrap();
        for table in tables {
            let rows = AssertSqlSafe(format!("SELECT row_to_json(t)::text FROM {table} t"));
            let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(pool).await.unwrap();
            texts.push(rows.concat().into_bytes());
        }
    }
    let holds = |text: &[u8], what: &str| text.windows(what.len()).any(|part| part == what.as_bytes());
    assert!(texts.iter().any(|text| holds(text, "objection-000001")), "the objection itself is there");
    for what in [OBJECTOR, CONTACT] {
        assert!(!texts.iter().any(|text| holds(text, what)), "{what} is in the database");
    }
}

/// A page as somebody reads it.
fn text_of(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        text.push('\n');
    }
    text
}

fn workbook(heading: &str, text: &str) -> Vec<u8> {
    let row = [Cell::Text("张三（演示）".to_owned()), Cell::Text(text.to_owned())].map(Some).into();
    let columns = ["姓名", heading].map(|heading| Column::text(heading, 12.0)).into();
    paperwork::write(&[Table { name: "名单".to_owned(), columns, rows: vec![row] }]).unwrap()
}

#[tokio::test]
async fn what_goes_out_with_a_notice_is_looked_through_before() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        fill(&app).await;
        act(&app, PROVINCE, ROUND, Action::OpenListing, &[]).await;
        act(&app, ("fuhe", Role::Province), LISTING, Action::FreezeListing, &[]).await;
        let (mut province, files) = (app.signed_in("kejiting").await, "/matter/listing-000001/files");
        assert!(!province.get(files).await.shows("选择文件"), "nothing goes out before the meeting");
        let meeting = [("meeting_decision_day", "2025-09-15"), ("meeting_decision_number", "纪要9号（演示）")];
        act(&app, PROVINCE, LISTING, Action::RecordMeetingDecision, &meeting).await;

        let pdf = province.upload(files, files, "a.pdf", b"%PDF-1.7").await;
        assert_eq!(pdf.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(pdf.shows("逐项检查"), "{}", pdf.body);
        let leaking = workbook("联系电话", "13800138000");
        assert_eq!(province.upload(files, files, "名单.xlsx", &leaking).await.status, StatusCode::SEE_OTHER);
        let page = province.get(files).await;
        assert!(page.shows("不能发布公示") && page.shows("工作表“名单”B2含手机号码（138＊＊＊00）"), "{}", page.body);
        assert_page_is_light(&page.body);
        let start = "/matter/listing-000001/act/start_notice";
        let refused = province.post_from(start, start, "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.shows("notice.personal_data") && refused.shows("栏目“联系电话”不在公开栏目之内"));
        province.post_from(files, &format!("{files}/1/remove"), "").await;
        let clean = workbook("派出单位", "示例大学（演示）");
        province.upload(files, files, "附件.xlsx", &clean).await;
        assert!(province.get(files).await.shows("公开前检查未发现问题"));
        let mut public = app.visitor();
        let file = "/notice/listing-000001/files/1";
        assert_eq!(public.get(file).await.status, StatusCode::NOT_FOUND, "not before the notice");
        act(&app, PROVINCE, LISTING, Action::StartNotice, &[]).await;
        assert_eq!(public.get(file).await.bytes, clean);
        assert!(public.get("/notice/listing-000001").await.shows("附件.xlsx"));
        assert_eq!(province.upload("/account", files, "b.xlsx", &clean).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            province.post_from("/account", &format!("{files}/1/remove"), "").await.status,
            StatusCode::FORBIDDEN
        );

        pass(&app, 8).await;
        sign_and_publish(&app, Action::SubmitListing, "黑科联发〔2025〕12号（演示）").await;
        for page in
            ["/notice", "/notice/listing-000001/object", "/objection", "/published", "/published/listing-000001"]
        {
            let shown = public.get(page).await;
            assert_eq!(scan(&text_of(&shown.body)), [], "{page}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_notice_is_captured_as_served_while_it_stands() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        fill(&app).await;
        act(&app, PROVINCE, ROUND, Action::OpenListing, &[]).await;
        act(&app, ("fuhe", Role::Province), LISTING, Action::FreezeListing, &[]).await;
        let meeting = [("meeting_decision_day", "2025-09-15"), ("meeting_decision_number", "纪要9号（演示）")];
        act(&app, PROVINCE, LISTING, Action::RecordMeetingDecision, &meeting).await;
        assert_eq!(captures::pass(&app.state).await.unwrap(), 0, "nothing stands yet");
        act(&app, PROVINCE, LISTING, Action::StartNotice, &[]).await;
        for (minutes, taken) in [(0, 1), (CAPTURE_MINUTES - 1, 0), (1, 1), (3 * CAPTURE_MINUTES, 1)] {
            app.state.clock.advance(TimeDelta::minutes(minutes));
            assert_eq!(captures::pass(&app.state).await.unwrap(), taken, "{minutes}");
        }
        let served = app.visitor().get("/notice/listing-000001").await;
        let stated = captures::without_tokens(&served.body);
        let sm3 = programme::seal::hex(&Sm3::digest(&stated));
        for login in ["kejiting", "shenji"] {
            let mut visitor = app.signed_in(login).await;
            assert!(visitor.get("/captures").await.shows("2025年度科技总师选派名单"), "{login}");
            let page = visitor.get("/captures/listing-000001").await;
            assert!(page.shows(&sm3) && page.shows("180 分钟") && page.shows("正常显示"), "{}", page.body);
            assert_page_is_light(&page.body);
            let kept = visitor.get(&format!("/captures/listing-000001/pages/{sm3}")).await;
            assert_eq!(kept.body, stated);
            assert_eq!(visitor.get("/captures/listing-000001/record.csv").await.body.lines().count(), 4);
        }
        for login in ["shikeji", "danwei", "xitong"] {
            let mut visitor = app.signed_in(login).await;
            for page in ["/captures", "/captures/listing-000001", "/captures/listing-000001/record.csv"] {
                assert_eq!(visitor.get(page).await.status, StatusCode::NOT_FOUND, "{login} {page}");
            }
        }
        pass(&app, 8).await;
        assert_eq!(captures::pass(&app.state).await.unwrap(), 0, "the notice is over");
    })
    .await;
}

#[tokio::test]
async fn who_objected_is_sealed_at_rest() {
    let object = async |database: &Database| {
        let app = TestApp::on(database.clone()).await;
        let pairs = fill(&app).await;
        act(&app, PROVINCE, ROUND, Action::OpenListing, &[]).await;
        act(&app, ("fuhe", Role::Province), LISTING, Action::FreezeListing, &[]).await;
        let meeting = [("meeting_decision_day", "2025-09-15"), ("meeting_decision_number", "纪要9号（演示）")];
        act(&app, PROVINCE, LISTING, Action::RecordMeetingDecision, &meeting).await;
        act(&app, PROVINCE, LISTING, Action::StartNotice, &[]).await;
        let (mut public, form) = (app.visitor(), "/notice/listing-000001/object");
        public.post_from(form, form, &objection(&pairs[0].id)).await;
        assert_eq!(at_stage(&app, "objection-000001").await, Stage::ObjectionReceived);
    };
    let sqlite = sqlite().await;
    object(&sqlite.database).await;
    who_objected_is_nowhere_in(&sqlite.database, sqlite.address.strip_prefix("sqlite:")).await;
    if let Some(postgres) = postgres().await {
        object(&postgres.database).await;
        who_objected_is_nowhere_in(&postgres.database, None).await;
    }
}

#[tokio::test]
async fn a_list_is_noticed_objected_to_and_published_with_one_name_held() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let pairs = fill(&app).await;
        act(&app, PROVINCE, ROUND, Action::OpenListing, &[]).await;
        act(&app, ("fuhe", Role::Province), LISTING, Action::FreezeListing, &[]).await;
        let mut public = app.visitor();
        assert_eq!(public.get("/notice/listing-000001").await.status, StatusCode::NOT_FOUND);
        let meeting =
            [("meeting_decision_day", "2025-09-15"), ("meeting_decision_number", "黑科党组纪要〔2025〕9号（演示）")];
        act(&app, PROVINCE, LISTING, Action::RecordMeetingDecision, &meeting).await;
        let listing = act(&app, PROVINCE, LISTING, Action::StartNotice, &[]).await;
        assert_eq!(listing.body.text(&NOTICE_END), "2025-09-22");

        assert!(public.get("/notice").await.shows("2025年度科技总师选派名单"));
        let notice = public.get("/notice/listing-000001").await;
        assert!(notice.shows("第 5 个工作日") && notice.shows(listing.body.text(&LIST_HASH)), "{}", notice.body);
        for pair in &pairs {
            let person = app.province.people.iter().find(|one| Some(&one.id) == pair.parties.person.as_ref()).unwrap();
            assert!(notice.shows(person.name.as_deref().unwrap()));
            let birth = person.birth.map(|birth| birth.to_string());
            assert!(birth.is_none_or(|birth| !notice.shows(&birth)) && !notice.shows(&person.id));
        }
        assert_page_is_light(&notice.body);
        assert_eq!(scan(&text_of(&notice.body)), []);

        let (form, held) = ("/notice/listing-000001/object", &pairs[0].id);
        assert_eq!(public.post(form, &objection(held)).await.status, StatusCode::FORBIDDEN);
        let incomplete = public.post_from(form, form, &format!("objection_pair={held}")).await;
        assert_eq!(incomplete.status, StatusCode::UNPROCESSABLE_ENTITY);
        let taken = public.post_from(form, form, &objection(held)).await;
        assert!(taken.location().starts_with("/objection/objection-000001?code="), "{}", taken.body);
        let told = public.get(taken.location()).await;
        assert!(told.shows("已收到，待受理") && told.shows("2025-09-15"), "{}", told.body);
        assert_eq!(public.get("/objection/objection-000001?code=0").await.status, StatusCode::NOT_FOUND);
        for _ in 1..OBJECTIONS_PER_ADDRESS_MAX {
            assert_eq!(public.post_from(form, form, &objection("")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
            let anonymous = format!("objection_pair={held}&objection_facts=x");
            assert_eq!(public.post_from(form, form, &anonymous).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(public.post_from(form, form, &objection(held)).await.status, StatusCode::FORBIDDEN);

        act(&app, PROVINCE, "objection-000001", Action::AcceptObjection, &[]).await;
        assert_eq!(at_stage(&app, held).await, Stage::PairHeld);
        nobody_else_learns_who_objected(&app, &pairs).await;

        pass(&app, 7).await;
        assert_eq!(at_stage(&app, LISTING).await, Stage::ListingNotice);
        pass(&app, 1).await;
        assert_eq!(at_stage(&app, LISTING).await, Stage::ListingNoticed);
        let published = sign_and_publish(&app, Action::SubmitListing, "黑科联发〔2025〕12号（演示）").await;
        assert_eq!(published.stage, Stage::ListingPublished);
        let stages =
            [at_stage(&app, held).await, at_stage(&app, &pairs[1].id).await, at_stage(&app, &pairs[2].id).await];
        assert_eq!(stages, [Stage::PairHeld, Stage::PairPublished, Stage::PairPublished]);
        assert_eq!(appointments(&app).await, 2);

        act(&app, PROVINCE, "objection-000001", Action::InvestigateObjection, &[("findings", "查无此事")]).await;
        let decision = [("decision", "not_upheld"), ("reason", "经核实不存在合作关系")];
        act(&app, PROVINCE, "objection-000001", Action::DecideObjection, &decision).await;
        act(&app, PROVINCE, "objection-000001", Action::AnswerObjection, &[("answer", "经核实，所反映情况不存在。")])
            .await;
        assert!(public.get(taken.location()).await.shows("所反映情况不存在"));
        sign_and_publish(&app, Action::SubmitHeld, "黑科联发〔2025〕13号（演示）").await;
        assert_eq!(at_stage(&app, held).await, Stage::PairPublished);
        assert_eq!(appointments(&app).await, 3);
        let page = public.get("/published/listing-000001").await;
        assert!(page.shows("〔2025〕12号") && page.shows("〔2025〕13号") && page.shows("3 名"), "{}", page.body);
        let mut province = app.signed_in("kejiting").await;
        for address in ["/matter/listing-000001", "/listing/listing-000001/proof", "/listing/listing-000001/letters"] {
            let answer = province.get(address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}");
            assert_page_is_light(&answer.body);
        }
    })
    .await;
}

#[tokio::test]
async fn an_upheld_objection_strikes_the_name_and_a_second_one_holds_it_on() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let pairs = fill(&app).await;
        act(&app, PROVINCE, ROUND, Action::OpenListing, &[]).await;
        act(&app, ("fuhe", Role::Province), LISTING, Action::FreezeListing, &[]).await;
        let meeting = [("meeting_decision_day", "2025-09-15"), ("meeting_decision_number", "纪要9号（演示）")];
        act(&app, PROVINCE, LISTING, Action::RecordMeetingDecision, &meeting).await;
        act(&app, PROVINCE, LISTING, Action::StartNotice, &[]).await;
        let mut public = app.visitor();
        let (form, held) = ("/notice/listing-000001/object", &pairs[0].id);
        for number in ["objection-000001", "objection-000002"] {
            public.post_from(form, form, &objection(held)).await;
            act(&app, PROVINCE, number, Action::AcceptObjection, &[]).await;
            act(&app, PROVINCE, number, Action::InvestigateObjection, &[("findings", "已查")]).await;
        }
        let no = [("decision", "not_upheld"), ("reason", "不属实")];
        act(&app, PROVINCE, "objection-000001", Action::DecideObjection, &no).await;
        assert_eq!(at_stage(&app, held).await, Stage::PairHeld);
        let yes = [("decision", "upheld"), ("reason", "持有企业股份"), ("group_told_day", "2025-09-15")];
        act(&app, PROVINCE, "objection-000002", Action::DecideObjection, &yes).await;
        assert_eq!(at_stage(&app, held).await, Stage::PairStruck);
        let names = matter::final_names(&mut app.state.desk.database.read().await.unwrap(), LISTING).await.unwrap();
        assert_eq!(names, [pairs[1].id.clone(), pairs[2].id.clone()]);
        let mut province = app.signed_in("kejiting").await;
        let letters = province.get("/listing/listing-000001/letters").await;
        assert!(letters.shows("公示异议成立：持有企业股份") && letters.shows("申请复核"), "{}", letters.body);
        assert!(!letters.shows(OBJECTOR));
    })
    .await;
}
