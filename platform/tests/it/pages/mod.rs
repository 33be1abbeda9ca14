//! Pages with data, through the front door: the real router on a real database with the demonstration province, a clock
//! that moves, a worker that is called by hand.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod calendar;
mod contacts;
mod doors;
mod enterprises;
mod excellent;
mod import;
mod journey;
mod matters;
mod must;
mod namesakes;
mod notices;
mod pinned;
mod qualifications;
mod rerun;
mod results;
mod round_end;
mod sign_in;
mod sweep;
mod trust;
mod vectors;
mod walk;
mod what_if;
mod whole_walk;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{TimeZone as _, Utc};
use platform::clock::Clock;
use platform::demonstration::{self, Account, Province};
use platform::jobs::{self, Jobs};
use platform::usecases::Desk;
use platform::usecases::accounts::Hasher;
use platform::usecases::demonstration::{Issued, fill, issue, parties_of_terms};
use platform::usecases::guard::Guard;
use platform::usecases::passwords::TEST_COST;
use platform::usecases::seal::Keys;
use platform::web::{AppState, Site, router};
use programme::access::{Role, Scope};
use programme::process::Parties;
use store::{By, Database, Timestamp, enterprise};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

/// The site in front of a database.
pub struct TestApp {
    pub state: AppState,
    pub province: Province,
    pub accounts: Vec<Issued>,
    /// Credit codes of the enterprises whose needs go to 省国资委.
    pub supervised: Vec<String>,
    /// A folder of its own, for keys and models.
    pub data: TempDir,
}

impl TestApp {
    /// The demonstration province in this database, on a morning of its round.
    pub async fn on(database: Database) -> Self {
        let province = demonstration::province(demonstration::FIRST_ROUND);
        let filled = province.clone();
        Self::filled(database, province, &filled, Utc.with_ymd_and_hms(2025, 9, 15, 1, 0, 0).unwrap()).await
    }

    /// The same province before anybody has asked for anything: its needs come through the process.
    pub async fn before_the_first_round(database: Database) -> Self {
        let province = demonstration::province(demonstration::FIRST_ROUND);
        let empty = Province { needs: Vec::new(), ..province.clone() };
        Self::filled(database, province, &empty, Utc.with_ymd_and_hms(2025, 1, 24, 1, 0, 0).unwrap()).await
    }

    async fn filled(database: Database, province: Province, filled: &Province, now: Timestamp) -> Self {
        let clock = Clock::standing_at(now);
        let accounts = fill(&database, filled, TEST_COST, clock.now()).await.unwrap();
        let supervised = enterprise::all(&mut database.read().await.unwrap(), &Scope::Sasac).await.unwrap();
        let supervised = supervised.into_iter().filter_map(|enterprise| enterprise.credit_code).collect();
        let keys = Keys::draw().unwrap();
        let state = AppState {
            site: Site::default(),
            clock,
            desk: Desk::new(database).with_keys(keys.clone()),
            guard: Guard::new(keys, 3_650),
            hasher: Hasher::new(TEST_COST).unwrap(),
            jobs: Jobs::default(),
        };
        Self { state, province, accounts, supervised, data: TempDir::new().unwrap() }
    }

    /// Gives accounts to those whose matters went furthest, in place of the enterprise, unit and person that have some.
    pub async fn admit_parties(&mut self) {
        let by = By { at: self.state.clock.now(), login: "console", origin: "console" };
        let mut tx = self.state.desk.database.write().await.unwrap();
        for mut account in parties_of_terms(&mut tx, &self.province).await.unwrap() {
            if self.accounts.iter().any(|known| known.login == account.login) {
                account.login = PARTY_LOGINS.iter().find(|(login, _)| *login == account.login).unwrap().1;
            }
            self.accounts.push(issue(&mut tx, &by, &account, TEST_COST).await.unwrap());
            self.province.accounts.push(account);
        }
        tx.commit().await.unwrap();
    }

    pub fn router(&self) -> Router {
        router(self.state.clone())
    }

    /// The city, enterprise, unit and person that have accounts, as the parties of one matter.
    pub fn parties(&self) -> Parties {
        let binding = |role| self.account(role).binding.clone();
        Parties {
            organiser: binding(Role::CityScience).unwrap(),
            enterprise: binding(Role::Enterprise),
            unit: binding(Role::Unit),
            person: binding(Role::Person),
            ..Parties::default()
        }
    }

    /// The demonstration's account of a role.
    pub fn account(&self, role: Role) -> &Account {
        self.province.accounts.iter().find(|one| one.role == role).unwrap_or_else(|| panic!("an account of {role:?}"))
    }

    pub fn password(&self, login: &str) -> &str {
        &self.accounts.iter().find(|account| account.login == login).unwrap().password
    }

    pub fn visitor(&self) -> Visitor {
        Visitor { router: self.router(), cookies: Vec::new() }
    }

    pub async fn signed_in(&self, login: &str) -> Visitor {
        let mut visitor = self.visitor();
        let answer = visitor.sign_in(login, self.password(login)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login}: {}", answer.body);
        visitor
    }

    /// Lets the worker do one job; whether there was one.
    pub async fn work(&self) -> bool {
        self.work_while_stopping(false).await
    }

    /// The same while the process is being told to stop, or not.
    pub async fn work_while_stopping(&self, stopping: bool) -> bool {
        let (_tell, told) = watch::channel(stopping);
        jobs::work_once(&self.state.desk, &self.state.clock, &told).await.unwrap()
    }
}

/// Names for parties beside the accounts that the province has from the beginning.
const PARTY_LOGINS: [(&str, &str); 3] = [("qiye", "qiye1"), ("danwei", "danwei1"), ("geren", "geren1")];

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn shows(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

/// A browser without script: it keeps cookies and sends back what forms hold.
pub struct Visitor {
    router: Router,
    pub cookies: Vec<(String, String)>,
}

impl Visitor {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.post_from("/login", "/login", &format!("login={login}&password={password}")).await
    }

    /// Opens a page, takes its form's token, and posts fields to an address.
    pub async fn post_from(&mut self, page: &str, to: &str, fields: &str) -> Answer {
        let token = self.token(page).await;
        self.post(to, &format!("csrf={token}&{fields}")).await
    }

    pub async fn post(&mut self, to: &str, body: &str) -> Answer {
        let request = Request::post(to).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Opens a page, takes its form's token, and uploads a file to an address.
    pub async fn upload(&mut self, page: &str, to: &str, name: &str, bytes: &[u8]) -> Answer {
        const BOUNDARY: &str = "zongshi-test-boundary";
        let token = self.token(page).await;
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--{BOUNDARY}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(to).header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The token that the forms of a page carry.
    pub async fn token(&mut self, page: &str) -> String {
        let shown = self.get(page).await.body;
        let start = shown.find(r#"name="csrf" value=""#).expect("the page has a form") + 19;
        shown[start..].split('"').next().unwrap().to_owned()
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(COOKIE, cookies.join("; ").parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for header in parts.headers.get_all(SET_COOKIE) {
            let (name, value) = header.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, bytes, body }
    }
}
