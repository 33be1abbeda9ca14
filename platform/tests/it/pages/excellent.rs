//! People notified as excellent: 1 they are marked wherever their eligibility is asked; 2 the
//! list for other systems is signed over the file's bytes; 3 a key too short to sign is refused.

use std::process::{Command, Output};

use chrono::NaiveDate;
use platform::clock::today;
use platform::usecases::excellent::KEY_BYTES_MIN;
use platform::usecases::register::Register;
use platform::usecases::token::signature;
use programme::process::assessment::{BATCH, CERTIFICATE, GRADE};
use programme::process::{Body, DOCUMENT_DAY, DOCUMENT_NUMBER, Matter, Parties, Stage};
use sqlx::AssertSqlSafe;
use store::{Database, outcome, testing};

use super::TestApp;

const MARK: &str = "2027-06-15 通报考评优秀";

/// The first two people of the province as assessed in one batch, the first as excellent.
async fn notified(app: &TestApp) {
    let Database::Sqlite { writer, .. } = &app.state.desk.database else { unreachable!("the test opened SQLite") };
    for (id, kind, stage) in [
        ("batch-000001", "batch", "batch_notified"),
        ("assessment-1", "assessment", "assessment_notified"),
        ("assessment-2", "assessment", "assessment_notified"),
    ] {
        let sql = format!(
            "INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved) VALUES \
             ('{id}', '{kind}', '{stage}', 1, '', '', '{{}}', '', '2027-06-15', '2027-06-15')"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(writer).await.unwrap();
    }
    let mut tx = app.state.desk.database.write().await.unwrap();
    for (number, grade) in [(1, "excellent"), (2, "pass")] {
        let person = &app.province.people[number - 1];
        let parties = Parties { person: Some(person.id.clone()), unit: person.unit.clone(), ..Parties::default() };
        let body = Body::default()
            .with(&BATCH, "batch-000001")
            .with(&GRADE, grade)
            .with(&CERTIFICATE, format!("CODE-{number}"))
            .with(&DOCUMENT_NUMBER, "黑科函〔2027〕9号（演示）")
            .with(&DOCUMENT_DAY, NaiveDate::from_ymd_opt(2027, 6, 15).unwrap());
        let (id, stage) = (format!("assessment-{number}"), Stage::AssessmentNotified);
        let one = Matter { id, stage, version: 1, title: String::new(), parties, body, due: None };
        outcome::keep(&mut tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_was_excellent_is_marked_wherever_eligibility_is_asked() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    notified(&app).await;
    let mut province = app.signed_in("kejiting").await;
    let registers = {
        let mut tx = app.state.desk.database.read().await.unwrap();
        Register::load(&mut tx, today(app.state.clock.now())).await.unwrap()
    };
    let need = &app.province.needs[0].id;
    for (number, is_marked) in [(0, true), (1, false)] {
        let person = &app.province.people[number];
        let marks = registers.person(person).into_iter().filter(|finding| finding.message.starts_with(MARK));
        assert_eq!(marks.count(), usize::from(is_marked));
        for page in [format!("/people/{}", person.id), format!("/needs/{need}/candidates/{}", person.id)] {
            assert_eq!(province.get(&page).await.shows(MARK), is_marked, "{page}");
        }
    }
}

#[tokio::test]
async fn the_list_for_other_systems_is_signed_and_names_the_excellent_alone() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    notified(&app).await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name);
    let export = |out: &str, key: &[u8]| -> Output {
        std::fs::write(file("key"), key).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_zongshi"));
        command.args(["export", "excellent", "--database", &database.address]);
        command.arg("--out").arg(file(out)).arg("--key-file").arg(file("key")).output().unwrap()
    };
    for bytes in [KEY_BYTES_MIN, KEY_BYTES_MIN + 1] {
        let key = vec![7; bytes];
        for out in ["list.jsonl", "list.xlsx"] {
            let ended = export(out, &key);
            assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
            let signed = std::fs::read_to_string(file(&format!("{out}.sig"))).unwrap();
            let list = std::fs::read(file(out)).unwrap();
            assert_eq!(signed, signature(&key, &list));
            assert_ne!(signed, signature(&key, &list[1..]));
            assert_ne!(signed, signature(&[8; KEY_BYTES_MIN], &list));
        }
    }
    let list = std::fs::read_to_string(file("list.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let name = app.province.people[0].name.as_deref();
    assert_eq!(lines.len(), 1, "{list}");
    assert_eq!((lines[0]["name"].as_str(), lines[0]["certificate"].as_str()), (name, Some("CODE-1")));
    let short = export("short.jsonl", &[7; KEY_BYTES_MIN - 1]);
    assert_eq!(short.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&short.stderr).contains("31 字节，至少 32 字节"));
    assert!(!file("short.jsonl").exists());
}
