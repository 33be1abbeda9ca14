//! Every address with data, asked by every role: what each may open, what is hidden (404), what is refused (403). Records
//! are asked for twice, one of the visitor's own and one that is not.

use std::fmt::Write as _;

use platform::demonstration::Account;
use programme::access::Role;
use store::testing;

use super::{TestApp, Visitor};

/// Address × role; `✓` opens, `·` is hidden, `✗` is refused, `→` leads to the sign-in page or on.
const ADDRESSES: &[&str] = &[
    "/",
    "/account",
    "/needs",
    "/needs.xlsx",
    "/needs/OWN",
    "/needs/FOREIGN",
    "/needs/OWN/candidates.xlsx",
    "/needs/OWN/why",
    "/needs/OWN/candidates/PERSON",
    "/people",
    "/people.xlsx",
    "/people/namesakes",
    "/people/PERSON",
    "/people/STRANGER",
    "/people/PERSON/identifiers",
    "/people/STRANGER/identifiers",
    "/enterprise",
    "/enterprises/CODE",
    "/enterprises/CODE/identifiers",
    "/runs",
    "/runs.xlsx",
    "/runs/new",
    "/runs/1",
    "/runs/1/changes",
    "/runs/1/result.xlsx",
    "/runs/1/result.jsonl",
    "/runs/jobs/1",
    "/import",
    "/import/templates/needs",
    "/accounts",
    "/accounts/new",
    "/accounts/kejiting",
    "/offices",
    "/permissions",
    "/audit",
    "/audit.xlsx",
    "/notice",
    "/published",
    "/objection",
    "/notice/listing-000001",
    "/service-log",
    "/statistics",
    "/figures",
    "/figures.xlsx",
    "/matcher",
    "/matcher/round-000001/people.jsonl",
    "/opt-out",
    "/gaps",
    "/gaps.xlsx",
    "/recheck",
    "/recheck.xlsx",
    "/diary.ics",
    "/qualifications",
    "/qualifications.xlsx",
    "/city-support",
    "/city-support.xlsx",
    "/captures",
    "/captures/listing-000001",
];

/// Pages that everybody opens from the top or the foot of any page.
const OUTSIDE_THE_MENU: [&str; 4] = ["/account", "/notice", "/published", "/objection"];

/// What happens, one line an address, one column a role in the order of the demonstration's accounts, `公众` last.
const DECLARED: &str = "\
/                             ✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓→
/account                      ✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓→
/needs                        ✓··✓✓✓✓✓✓····✓··✓→
/needs.xlsx                   ✓··✓✓✓✓✓✓····✓··✓→
/needs/OWN                    ✓··✓✓✓✓✓✓····✓··✓→
/needs/FOREIGN                ✓···············✓→
/needs/OWN/candidates.xlsx    ✓···············✓→
/needs/OWN/why                ✓···············✓→
/needs/OWN/candidates/PERSON  ✓···············✓→
/people                       ✓·············✓✓✓→
/people.xlsx                  ✓·············✓✓✓→
/people/namesakes             ✓·············✓✓✓→
/people/PERSON                ✓·············✓✓✓→
/people/STRANGER              ✓···············✓→
/people/PERSON/identifiers    ✓·············✓✓✓→
/people/STRANGER/identifiers  ✓···············✓→
/enterprise                   ·············✓···→
/enterprises/CODE             ✓···✓✓·······✓··✓→
/enterprises/CODE/identifiers ✓···✓✓·······✓··✓→
/runs                         ✓···············✓→
/runs.xlsx                    ✓···············✓→
/runs/new                     ✓···············✓→
/runs/1                       ✓···············✓→
/runs/1/changes               ✓···············✓→
/runs/1/result.xlsx           ✓···············✓→
/runs/1/result.jsonl          ✓···············✓→
/runs/jobs/1                  →···············→→
/import                       ✓✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗✓→
/import/templates/needs       ✓✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗✓→
/accounts                     ··········✓······→
/accounts/new                 ··········✓······→
/accounts/kejiting            ··········✓······→
/offices                      ··········✓······→
/permissions                  ···········✓·····→
/audit                        ············✓····→
/audit.xlsx                   ············✓····→
/notice                       ✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓
/published                    ✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓
/objection                    ✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓
/notice/listing-000001        ··················
/service-log                  ✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗✓✗→
/statistics                   ✓··✓✓✓✓✓······✓·✓→
/figures                      ✓··✓✓✓✓✓········✓→
/figures.xlsx                 ·················→
/matcher                      ·········✓·······→
/matcher/round-000001/people.jsonl ·················→
/opt-out                      ···············✓·→
/gaps                         ✓··✓✓✓✓✓········✓→
/gaps.xlsx                    ✓··✓✓✓✓✓········✓→
/recheck                      ✓✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗✓→
/recheck.xlsx                 ✓✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗✓→
/diary.ics                    ✓✓✓✓✓✓✓✓✓····✓✓✓✓→
/qualifications               ✓··✓✓✓✓✓✓·······✓→
/qualifications.xlsx          ✓··✓✓✓✓✓✓·······✓→
/city-support                 ✓··✓✓✓✓✓········✓→
/city-support.xlsx            ✓··✓✓✓✓✓········✓→
/captures                     ✓···········✓···✓→
/captures/listing-000001      ·················→
";

#[tokio::test]
async fn every_address_answers_every_role_as_declared() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    province.post_from("/runs/new", "/runs", "top=3").await;
    assert!(app.work().await);
    let mut visitors = Vec::new();
    for account in &app.accounts {
        visitors.push((bound(&app, account.login), app.signed_in(account.login).await));
    }
    let mut found = String::new();
    for address in ADDRESSES {
        let mut line = format!("{address:<29} ");
        for (account, visitor) in &mut visitors {
            line.push(answer(&app, account, visitor, address).await);
        }
        line.push(answer(&app, &bound(&app, "kejiting"), &mut app.visitor(), address).await);
        let _ = writeln!(found, "{line}");
    }
    assert_eq!(found, DECLARED, "\n{found}");
}

async fn answer(app: &TestApp, account: &Account, visitor: &mut Visitor, address: &str) -> char {
    let path = address
        .replace("OWN", &need(app, account, true))
        .replace("FOREIGN", &need(app, account, false))
        .replace("PERSON", &person(app, account, true))
        .replace("STRANGER", &person(app, account, false))
        .replace("CODE", bound(app, "qiye").binding.as_deref().unwrap_or_default());
    let page = visitor.get(&path).await;
    match page.status.as_u16() {
        200 => {
            let is_of_all = OUTSIDE_THE_MENU.contains(&address);
            assert!(marked(&page.body).is_none_or(|marked| marked == 1 || is_of_all), "{path} of {}", account.login);
            '✓'
        }
        303 => '→',
        403 => '✗',
        404 => '·',
        other => panic!("{path} answers {other} to {}", account.login),
    }
}

/// How many entries of the menu a page marks; nothing for a file.
fn marked(body: &str) -> Option<usize> {
    let menu = body.split("<nav class=\"main-nav\"").nth(1)?.split("</nav>").next()?;
    Some(menu.matches("aria-current=").count())
}

/// A need that the role sees, or one that it does not; for roles without needs, any.
fn need(app: &TestApp, account: &Account, own: bool) -> String {
    let (role, binding) = (account.role, account.binding.as_deref().unwrap_or_default());
    let is_own = |need: &&programme::record::Need| {
        let Some(enterprise) = &need.enterprise else { return false };
        let region = enterprise.region.as_deref().unwrap_or_default();
        let code = enterprise.credit_code.as_deref().unwrap_or_default();
        match role {
            Role::CityScience | Role::CityIndustry => region.starts_with(&binding[..4]),
            Role::County => region == binding,
            Role::Enterprise => code == binding,
            Role::Sasac => app.supervised.iter().any(|supervised| supervised == code),
            _ => true,
        }
    };
    let mut needs = app.province.needs.iter();
    let found = if own || role == Role::Province { needs.find(is_own) } else { needs.find(|need| !is_own(need)) };
    found.unwrap_or(&app.province.needs[0]).id.clone()
}

/// A person whom the role sees, or one whom it does not; for roles without people, any.
fn person(app: &TestApp, account: &Account, own: bool) -> String {
    let (role, binding) = (account.role, account.binding.as_deref().unwrap_or_default());
    let is_own = |person: &&programme::record::Person| match role {
        Role::Unit => person.unit.as_deref() == Some(binding),
        Role::Person => person.id == binding,
        _ => true,
    };
    let mut people = app.province.people.iter();
    let found = if own { people.find(is_own) } else { people.find(|person| !is_own(person)) };
    found.unwrap_or(&app.province.people[0]).id.clone()
}

fn bound(app: &TestApp, login: &str) -> Account {
    app.province.accounts.iter().find(|account| account.login == login).unwrap().clone()
}

#[tokio::test]
async fn matching_is_asked_for_by_the_province_alone() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut city = app.signed_in("shikeji").await;
    let (own, foreign) = (need(&app, &bound(&app, "shikeji"), true), need(&app, &bound(&app, "shikeji"), false));
    assert_eq!(city.post_from("/", &format!("/needs/{own}/match"), "").await.status.as_u16(), 403);
    assert_eq!(city.post_from("/", &format!("/needs/{foreign}/match"), "").await.status.as_u16(), 404);
    assert_eq!(city.post_from("/", "/runs", "top=5").await.status.as_u16(), 404);
    assert!(!app.work().await);
}
