//! Files through the page: taken whole, or refused with every problem and given back with the problems marked.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use platform::web::upload::UPLOAD_BYTES_MAX;
use programme::access::Role;
use programme::process::{Body as Kept, Matter, Parties, Stage};
use store::{By, testing};

use super::{Answer, TestApp, Visitor};

const BOUNDARY: &str = "zongshi-test-boundary";

async fn send(visitor: &mut Visitor, kind: &str, button: &str, file: &[u8]) -> Answer {
    let body = body(visitor, kind, button, file).await;
    post(visitor, body).await
}

async fn post(visitor: &mut Visitor, body: Vec<u8>) -> Answer {
    let request = Request::post("/import").header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    visitor.send(request.body(Body::from(body)).unwrap()).await
}

async fn body(visitor: &mut Visitor, kind: &str, button: &str, file: &[u8]) -> Vec<u8> {
    let token = visitor.token("/import").await;
    let mut body = Vec::new();
    for (name, value) in [("csrf", token.as_str()), ("kind", kind), (button, "1")] {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
    body.extend(head.as_bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

#[tokio::test]
async fn an_upload_at_and_below_the_bound_is_read_and_one_above_is_refused_with_the_bound() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    let frame = body(&mut province, "needs", "send", b"").await.len();
    for (bytes, status) in [(UPLOAD_BYTES_MAX - 1, 422), (UPLOAD_BYTES_MAX, 422), (UPLOAD_BYTES_MAX + 1, 413)] {
        let file = vec![b'x'; bytes - frame];
        let sent = body(&mut province, "needs", "send", &file).await;
        assert_eq!(sent.len(), bytes);
        let answer = post(&mut province, sent).await;
        assert_eq!(answer.status.as_u16(), status, "{bytes}");
        assert_eq!(answer.shows("上限为 64 MB"), status == 413, "{bytes}");
    }
}

#[tokio::test]
async fn a_good_file_is_taken_and_a_bad_one_is_refused_whole() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    let good = "{\"id\":\"X-1\",\"title\":\"石墨负极材料首次效率提升\"}\n";
    let taken = send(&mut province, "needs", "send", good.as_bytes()).await;
    assert_eq!(taken.status, StatusCode::OK);
    assert!(taken.shows("新增 1 条，更新 0 条"), "{}", taken.body);
    assert_eq!(province.get("/needs/X-1").await.status, StatusCode::OK);
    let bad = "{\"id\":\"X-2\",\"title\":\"题\"}\n{\"title\":\"没有编号\"}\n";
    let refused = send(&mut province, "needs", "send", bad.as_bytes()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("文件有 1 处问题，一条也没有写入") && refused.shows("第 2 行"), "{}", refused.body);
    assert_eq!(province.get("/needs/X-2").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_file_is_given_back_as_a_workbook_with_its_problems() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    let answer = send(&mut province, "needs", "give_back", "{\"title\":\"没有编号\"}\n".as_bytes()).await;
    assert!(answer.headers[CONTENT_TYPE].to_str().unwrap().contains("spreadsheetml"));
    assert!(!paperwork::read(&answer.bytes).unwrap().is_empty());
}

#[tokio::test]
async fn a_form_without_a_file_or_kind_comes_back_with_both_problems() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    let answer = send(&mut province, "", "send", b"").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("请选择要导入的文件") && answer.shows("请选择文件内容"), "{}", answer.body);
}

#[tokio::test]
async fn an_import_of_people_is_seen_by_the_next_match() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    let need = app.province.needs[0].clone();
    let page = format!("/needs/{}", need.id);
    province.post_from(&page, &format!("{page}/match"), "").await;
    assert!(!province.get(&page).await.shows("/candidates/X-P1"));
    let person = serde_json::json!({"id": "X-P1", "name": "新人", "works": [{"id": "X-W1", "title": need.title, "abstract": need.content}]});
    let taken = send(&mut province, "people", "send", format!("{person}\n").as_bytes()).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    province.post_from(&page, &format!("{page}/match"), "").await;
    assert!(province.get(&page).await.shows("/candidates/X-P1"));
}

/// The row of a list that names a matter.
fn row<'a>(body: &'a str, id: &str) -> &'a str {
    body.split("<tr>").find(|row| row.contains(id)).unwrap_or_default()
}

/// 2.3.1(4): the table of holdings is asked again on every import, for whatever goes on.
#[tokio::test]
async fn an_import_of_holdings_tells_which_live_matters_it_speaks_against() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let person = app.account(Role::Person).binding.clone().unwrap();
    let about = app.province.people.iter().find(|one| one.id == person).unwrap();
    let code = app.province.needs[0].enterprise.as_ref().and_then(|of| of.credit_code.clone()).unwrap();
    let matter = |id: &str, stage| Matter {
        id: id.to_owned(),
        stage,
        version: 1,
        title: format!("在办（演示）{id}"),
        parties: Parties {
            organiser: "230100".to_owned(),
            enterprise: Some(code.clone()),
            unit: about.unit.clone(),
            person: Some(person.clone()),
            ..Parties::default()
        },
        body: Kept::default(),
        due: None,
    };
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    let matters = [
        matter("pair-000001", Stage::PairTalks),
        matter("pair-000002", Stage::PairWithdrawn),
        matter("pair-000003", Stage::PairProposed),
        matter("appointment-000001", Stage::AppointmentForce),
        matter("appointment-000002", Stage::AppointmentChanging),
    ];
    testing::put_matters(&app.state.desk.database, &by, &matters).await;
    let mut province = app.signed_in("kejiting").await;
    assert!(province.get("/recheck").await.shows("都符合现有登记"));
    let holding = format!(
        "{{\"enterprise\":\"{code}\",\"holder\":\"{}\",\"holder_id\":\"{person}\",\"share_percent\":1}}\n",
        about.name.as_deref().unwrap()
    );
    let taken = send(&mut province, "shareholders", "send", holding.as_bytes()).await;
    assert!(taken.shows("4 件在办事项与现有登记不符"), "{}", taken.body);
    let page = province.get("/recheck").await;
    assert!(page.shows("pair-000001") && page.shows("appointment-000001") && !page.shows("pair-000002"));
    assert!(page.shows("登记对接未成（方案三（三））"));
    let in_force = row(&page.body, "appointment-000001");
    assert!(in_force.contains("持有企业股份 1%，不得持有任何股份"), "{in_force}");
    assert!(in_force.contains("由组织单位联系企业和本人协商提前终止") && !in_force.contains("另行匹配"), "{in_force}");
    assert!(row(&page.body, "appointment-000002").contains("先由任一方“不同意变更”，再协商提前终止"));
    assert_eq!(province.get("/recheck.xlsx").await.status, StatusCode::OK);
    let entry = format!(
        "{{\"subject\":\"{code}\",\"name\":\"某企业（演示）\",\"from\":\"2025-01-01\",\"basis\":\"演示文件\"}}\n"
    );
    assert!(!page.shows("科研失信"));
    let taken = send(&mut province, "misconduct", "send", entry.as_bytes()).await;
    assert!(taken.shows("4 件在办事项与现有登记不符"), "{}", taken.body);
    assert!(row(&province.get("/recheck").await.body, "appointment-000001").contains("科研失信"));
    assert!(province.get("/recheck").await.shows("在办（演示）pair-000003"));
    let form = "/matter/pair-000003/act/withdraw_pair";
    let done = province.post_from(form, form, "version=1&reason=x").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(!province.get("/recheck").await.shows("pair-000003"));
}
