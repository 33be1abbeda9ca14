//! 六: what a page says of a number of the policy is what the round was signed with, beside a round that was signed with
//! another. On both databases, for the service meter, silences, reminders, the assessment window, the calendar file, the
//! public notice, the figures, the ages of the register and the target. And what a page keeps of its last answer is asked anew.

use axum::http::StatusCode;
use chrono::NaiveDate;
use programme::access::Role;
use programme::parameters::{EMBEDDED, Parameters};
use programme::process::appointment::{IN_FORCE_ON, TERM_END, TERM_START};
use programme::process::listing::{NOTICE_END, NOTICE_START};
use programme::process::{Body, Matter, Parties, Stage, round};
use programme::seal::seal;
use store::By;
use store::testing::{self, on_each};

use super::{TestApp, Visitor};

/// What the second round was signed with, where it differs.
const REVISED: [(&str, &str); 9] = [
    ("people_target", "321"),
    ("age_years_preferred_max", "38"),
    ("reminder_workdays", "[4]"),
    ("notice_first_day_counts", "true"),
    ("service_workdays_per_year_min", "50"),
    ("silent_days_max", "10"),
    ("contacts_per_quarter_min", "0"),
    ("assessment_window_months", "2"),
    ("control_percent_over", "30"),
];

/// The policy file with the entries of [`REVISED`].
fn revised() -> String {
    let mut file: toml::Table = EMBEDDED.parse().unwrap();
    for (name, value) in REVISED {
        let value: toml::Table = format!("value = {value}").parse().unwrap();
        file[name]["value"] = value["value"].clone();
    }
    let content = file.to_string();
    Parameters::parse(&content).unwrap();
    content
}

/// A round with an appointment in force, a pair before its unit, a list in notice and an assessment.
fn matters(app: &TestApp, number: u32, policy: &str) -> Vec<Matter> {
    let person = app.account(Role::Person).binding.clone();
    let about = app.province.people.iter().find(|one| Some(&one.id) == person.as_ref()).unwrap();
    let need = &app.province.needs[0];
    let id = |kind: &str| format!("{kind}-{number:06}");
    let made = |stage: Stage, parent: Option<String>, body: Body, due: Option<&str>| Matter {
        id: id(stage.kind().code()),
        stage,
        version: 1,
        title: format!("第 {number} 批（演示）"),
        parties: Parties {
            round: (stage.kind().code() != "round").then(|| id("round")),
            parent,
            need: Some(need.id.clone()),
            organiser: "230100".to_owned(),
            enterprise: need.enterprise.as_ref().and_then(|of| of.credit_code.clone()),
            unit: about.unit.clone(),
            person: person.clone(),
            ..Parties::default()
        },
        body,
        due: due.map(|day| day.parse().unwrap()),
    };
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let of_round = Body::default()
        .with(&round::NOTICE_DAY, day(&format!("2025-0{number}-10")))
        .with(&round::POLICY_HASH, seal(policy));
    let term = Body::default()
        .with(&IN_FORCE_ON, "2025-08-25")
        .with(&TERM_START, day("2025-06-01"))
        .with(&TERM_END, day("2027-05-31"));
    let notice = Body::default().with(&NOTICE_START, "2025-09-08").with(&NOTICE_END, "2025-09-15");
    vec![
        made(Stage::RoundCollected, None, of_round, None),
        made(Stage::PairPushed, None, Body::default(), Some("2025-09-26")),
        made(Stage::ListingNotice, None, notice, None),
        made(Stage::AppointmentForce, None, term, None),
        made(Stage::AssessmentDue, Some(id("appointment")), Body::default(), None),
    ]
}

/// The first round under the program's file, the second, later one under the revised, which is also adopted for rounds to come.
async fn two_rounds(app: &TestApp) {
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    let revised = revised();
    let mut tx = app.state.desk.database.write().await.unwrap();
    store::policy::keep(&mut tx, &by, &seal(EMBEDDED), "2025-2027", EMBEDDED).await.unwrap();
    store::policy::adopt(&mut tx, &by, &seal(&revised), "2025-2027", &revised).await.unwrap();
    tx.commit().await.unwrap();
    for (number, policy) in [(1, EMBEDDED), (2, &revised)] {
        testing::put_matters(&app.state.desk.database, &by, &matters(app, number, policy)).await;
    }
}

/// That the page of a kind shows one text in the first round, another in the second, and not the other way round.
async fn each_shows(visitor: &mut Visitor, path: impl Fn(u32) -> String, [first, second]: [&str; 2]) {
    for (number, own, other) in [(1, first, second), (2, second, first)] {
        let path = path(number);
        let shown = visitor.get(&path).await;
        assert!(shown.shows(own), "{path} shows {own}: {}", shown.body);
        assert!(!shown.shows(other), "{path} shows {other}");
    }
}

fn matter(kind: &'static str) -> impl Fn(u32) -> String {
    move |number| format!("/matter/{kind}-{number:06}")
}

#[tokio::test]
async fn each_round_shows_the_numbers_that_it_was_signed_with() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        two_rounds(&app).await;
        let mut province = app.signed_in("kejiting").await;
        let meter = [">62</td>", ">50</td>"];
        each_shows(&mut province, matter("appointment"), meter).await;
        each_shows(&mut province, matter("appointment"), ["2027-04-30 — 2027-05-31", "2027-03-31 — 2027-05-31"]).await;
        each_shows(&mut province, matter("assessment"), ["聘期最后 1 个月", "聘期最后 2 个月"]).await;
        each_shows(&mut province, matter("pair"), ["2025-09-23、2025-09-25", "2025-09-22"]).await;
        let notice = |number| format!("/notice/listing-{number:06}");
        each_shows(&mut province, notice, ["共 5 个工作日（发布当日不计入）", "共 6 个工作日（发布当日计入）"]).await;
        each_shows(&mut province, matter("listing"), ["发布当日，不计入", "第 6 个工作日"]).await;
        let figures = |number| format!("/figures?round=round-{number:06}");
        each_shows(&mut province, figures, ["36–40", "36–38"]).await;

        let gaps = province.get("/gaps").await.body;
        let row = |id: &str| gaps.split("<tr").find(|row| row.contains(id)).unwrap().to_owned();
        assert!(!row("appointment-000001").contains("22 天"), "{gaps}");
        assert!(row("appointment-000002").contains("22 天"), "{gaps}");

        let mut person = app.signed_in("geren").await;
        let log = person.get("/service-log").await;
        assert!(meter.iter().all(|number| log.shows(number)), "{}", log.body);
        let diary = person.get("/diary.ics").await.body;
        assert!(diary.contains("DATE:20270430") && diary.contains("DATE:20270331"), "{diary}");

        let statistics = province.get("/statistics").await;
        assert!(statistics.shows("38/40 周岁及以下的") && statistics.shows("321"), "{}", statistics.body);
        assert!(app.visitor().get("/progress").await.shows("目标约 321 人"));
        let people = province.get("/people").await;
        assert!(people.shows("38 周岁及以下") && !people.shows("40 周岁及以下"), "{}", people.body);
    })
    .await;
}

#[tokio::test]
async fn figures_leave_out_a_proposal_that_was_withdrawn_after_they_were_last_looked_at() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        two_rounds(&app).await;
        let mut province = app.signed_in("kejiting").await;
        let pushed = |page: &str| {
            let table = page.split("id=\"all\"").nth(1).and_then(|rest| rest.split("</table>").next()).unwrap_or(page);
            table.split("<td").nth(1).and_then(|cell| cell.split(['>', '<']).nth(1)).map(str::to_owned)
        };
        let path = "/figures?round=round-000001";
        let before = province.get(path).await.body;
        assert_eq!(pushed(&before), pushed(&province.get(path).await.body));
        let statistics = province.get("/statistics").await.body;
        assert_eq!(statistics, province.get("/statistics").await.body);
        let form = "/matter/pair-000001/act/withdraw_pair";
        let done = province.post_from(form, form, "version=1&reason=x").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let after = province.get(path).await.body;
        assert_ne!(pushed(&before), pushed(&after), "{after}");
        assert_ne!(statistics, province.get("/statistics").await.body);
    })
    .await;
}
