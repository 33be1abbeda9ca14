//! Times every list and detail page of a province of full size, through the front door, on both databases.
//!
//! `cargo run --release -p platform --example pages_timing` fills an SQLite file and a throwaway PostgreSQL cluster with what
//! [`fill`] describes, serves each by the real server on a local port, and asks for each of [`ROUTES`] over a connection that is
//! kept alive. It prints milliseconds from the first byte sent to the last received, and ends with 1 when a route's 95th
//! percentile is over [`P95_MILLIS_MAX`]. A new page is a new line of [`ROUTES`].

mod client;
mod fill;
mod process;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use client::{Answer, Client};
use fill::{Cookies, candidate, need_id, person_id};
use platform::clock::Clock;
use platform::jobs::Jobs;
use platform::usecases::Desk;
use platform::usecases::accounts::Hasher;
use platform::usecases::guard::Guard;
use platform::usecases::passwords::TEST_COST;
use platform::usecases::seal::Keys;
use platform::web::serve::serve_until;
use platform::web::session::COOKIE_NAME;
use platform::web::{AppState, Site};
use process::matter_id;
use store::testing::{Throwaway, postgres, sqlite};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What the 95th percentile of every page must stay under.
const P95_MILLIS_MAX: f64 = 50.0;
/// Requests of each route that are counted, after one that is not.
const REQUESTS: usize = 40;

/// Who asks for what; pages to go forward before the page that is timed. `{need}`, `{person}`, `{candidate}`, `{matter_need}`,
/// `{matter_pair}` and `{matter_appointment}` stand for other records in every request, `{first}` for the first need, which
/// belongs to the city, county and enterprise that ask.
const ROUTES: &[(&str, &str, usize)] = &[
    ("province", "/", 0),
    ("province", "/needs", 0),
    ("province", "/needs", 30),
    ("province", "/needs?q=秸秆", 0),
    ("province", "/needs?q=技术", 0),
    ("province", "/needs?q=技", 0),
    ("province", "/needs?q=有限公司+技术+研究", 0),
    ("province", "/needs?q=量子纠缠", 0),
    ("province", "/needs?q=秸秆+还田+深翻+玉米", 0),
    ("province", "/needs?city=230200&industry=C", 0),
    ("province", "/needs?q=技术&city=230200&industry=C", 3),
    ("province", "/needs?sort=title", 0),
    ("province", "/needs?sort=-updated&q=技术", 30),
    ("province", "/needs?sort=enterprise&matching=4&enterprise=第7分公司", 0),
    ("province", "/needs/{need}", 0),
    ("province", "/needs/{need}?pushable=1", 0),
    ("province", "/needs/{need}/why", 0),
    ("province", "/needs/{need}/why?person=王", 0),
    ("province", "/needs/{need}/candidates/{candidate}", 0),
    ("province", "/people", 0),
    ("province", "/people", 30),
    ("province", "/people?q=王", 0),
    ("province", "/people?q=研究院", 0),
    ("province", "/people?q=第99研究院", 0),
    ("province", "/people?q=秸秆+王", 0),
    ("province", "/people?q=量子纠缠", 0),
    ("province", "/people?sort=name", 30),
    ("province", "/people?sort=-unit&degree=doctor&title=associate&age=within", 0),
    ("province", "/people/{person}", 0),
    ("province", "/statistics", 0),
    ("province", "/figures", 0),
    ("city", "/figures", 0),
    ("province", "/gaps", 0),
    ("province", "/gaps", 10),
    ("city", "/gaps", 0),
    ("province", "/qualifications", 0),
    ("city", "/qualifications", 0),
    ("province", "/city-support", 0),
    ("city", "/city-support", 0),
    ("province", "/people/namesakes", 0),
    ("province", "/recheck", 0),
    ("province", "/diary.ics", 0),
    ("province", "/runs", 0),
    ("province", "/runs/1", 0),
    ("province", "/runs/1", 30),
    ("province", "/inbox", 0),
    ("province", "/inbox", 30),
    ("province", "/matters", 0),
    ("province", "/matters/need", 0),
    ("province", "/matters/need?stage=need_review", 3),
    ("province", "/matters/need?q=秸秆", 30),
    ("province", "/matters/need?q=量子纠缠", 0),
    ("province", "/matters/pair", 0),
    ("province", "/matters/pair", 30),
    ("province", "/matters/pair?q=量子纠缠", 0),
    ("province", "/matters/service", 0),
    ("province", "/matter/{matter_need}", 0),
    ("province", "/matter/{matter_pair}", 0),
    ("province", "/matter/{matter_appointment}", 0),
    ("province", "/matter/round-000001", 0),
    ("city", "/", 0),
    ("city", "/needs", 0),
    ("city", "/needs?q=技术", 3),
    ("city", "/needs/{first}", 0),
    ("city", "/inbox", 0),
    ("city", "/matters", 0),
    ("city", "/matters/need", 3),
    ("city", "/matters/pair?q=量子纠缠", 0),
    ("city", "/matter/need-000000", 0),
    ("county", "/needs?q=技术", 0),
    ("county", "/matters", 0),
    ("sasac", "/needs?q=技术", 0),
    ("sasac", "/matters", 0),
    ("enterprise", "/needs", 0),
    ("enterprise", "/needs?q=技术", 0),
    ("enterprise", "/needs/{first}", 0),
    ("enterprise", "/inbox", 0),
    ("enterprise", "/matters", 0),
    ("enterprise", "/matters/need", 0),
    ("unit", "/", 0),
    ("unit", "/people", 0),
    ("unit", "/people?q=王", 0),
    ("unit", "/people/namesakes", 0),
    ("unit", "/diary.ics", 0),
    ("unit", "/inbox", 0),
    ("unit", "/matters", 0),
    ("unit", "/matters/pair", 0),
    ("person", "/people", 0),
    ("person", "/inbox", 0),
    ("person", "/matters/pair", 0),
    ("matcher", "/matcher", 0),
    ("system", "/accounts", 0),
    ("audit", "/audit", 0),
    ("audit", "/audit?q=need-004242", 0),
    ("audit", "/audit?q=没有的", 0),
];

fn main() -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    println!(
        "{} people with {} works each, {} needs, {} enterprises, {} units, a run with {} candidates each, \
         {} pairs, {} service entries, {} audit events; {REQUESTS} requests a route",
        fill::PEOPLE,
        fill::WORKS_OF_EACH,
        fill::NEEDS,
        fill::ENTERPRISES,
        fill::UNITS,
        fill::CANDIDATES,
        process::PAIRS,
        process::SERVICES,
        process::EVENTS
    );
    let mut slow = time(&runtime, "SQLite", &runtime.block_on(sqlite()))?;
    match runtime.block_on(postgres()) {
        Some(postgres) => slow += time(&runtime, "PostgreSQL", &postgres)?,
        None => println!("PostgreSQL: not installed, not timed"),
    }
    println!("{slow} routes over {P95_MILLIS_MAX} ms");
    Ok(if slow == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Fills, serves and times one database; how many routes are slow.
fn time(runtime: &tokio::runtime::Runtime, name: &str, database: &Throwaway) -> anyhow::Result<usize> {
    let start = Instant::now();
    let cookies = runtime.block_on(fill::fill(&database.database)).context("fill the database")?;
    runtime.block_on(settle(database)).context("settle the database")?;
    println!("\n{name}: filled in {:.0} s", start.elapsed().as_secs_f64());
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let server = listener.local_addr()?;
    let state = AppState {
        site: Site::default(),
        clock: Clock::default(),
        desk: Desk::new(database.database.clone()),
        guard: Guard::new(Keys::draw()?, 90),
        hasher: Hasher::new(TEST_COST)?,
        jobs: Jobs::default(),
    };
    // The people are indexed when the office starts its server, not by the first visitor.
    runtime.block_on(state.desk.collections.current(&state.desk)).context("index the people")?;
    let serving = runtime.spawn(serve_until(listener, state, async {
        let _ = stopped.await;
    }));
    let slow = time_routes(server, &cookies);
    let _ = stop.send(());
    runtime.block_on(serving)??;
    runtime.block_on(database.database.close());
    slow
}

/// What a database in service has done by itself before long: PostgreSQL's own maintenance runs within a minute.
async fn settle(database: &Throwaway) -> anyhow::Result<()> {
    if let store::Database::Postgres { pool } = &database.database {
        sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await?;
    }
    Ok(())
}

fn time_routes(server: SocketAddr, cookies: &Cookies) -> anyhow::Result<usize> {
    println!("{:>8} {:>8} {:>8} {:>8}", "first", "p50", "p95", "max");
    let mut slow = 0;
    // Words of the command line choose routes; without any all are timed.
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |path: &str| wanted.is_empty() || wanted.iter().any(|word| path.contains(word.as_str()));
    for (login, path, forward) in ROUTES.iter().filter(|(_, path, _)| is_wanted(path)) {
        let (_, cookie) =
            cookies.iter().find(|(known, _)| known == login).context("a login of ROUTES has no account")?;
        let mut client = Client::new(server, format!("{COOKIE_NAME}={cookie}"))?;
        let page = forwarded(&mut client, path, *forward)?;
        let first = asked(&mut client, &page, 0)?.time;
        let mut times = Vec::with_capacity(REQUESTS);
        for number in 1..=REQUESTS {
            times.push(asked(&mut client, &page, number)?.time);
        }
        times.sort_unstable();
        let p95 = millis(times[(times.len() * 95).div_ceil(100) - 1]);
        let mark = if p95 > P95_MILLIS_MAX { "  <<< SLOW" } else { "" };
        slow += usize::from(p95 > P95_MILLIS_MAX);
        let (first, p50, max) = (millis(first), millis(times[times.len() / 2]), millis(times[times.len() - 1]));
        let deep = if *forward > 0 { format!(", {forward} pages on") } else { String::new() };
        println!("{first:8.1} {p50:8.1} {p95:8.1} {max:8.1}  {login} {path}{deep}{mark}");
    }
    Ok(slow)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The address that many pages further on has, found as a reader finds it: by the link to the next page.
fn forwarded(client: &mut Client, path: &str, pages: usize) -> anyhow::Result<String> {
    let mut path = encoded(path);
    for _ in 0..pages {
        let page = asked(client, &path, 0)?.body;
        let link = page.split_once(r#"rel="next" href=""#).and_then(|(_, rest)| rest.split_once('"'));
        let (link, _) = link.with_context(|| format!("{path} has no next page"))?;
        path = link.replace("&amp;", "&").replace("&#38;", "&");
    }
    Ok(path)
}

fn asked(client: &mut Client, path: &str, number: usize) -> anyhow::Result<Answer> {
    let need = number * 241 % fill::NEEDS;
    let path = path
        .replace("{need}", &need_id(need))
        .replace("{candidate}", &person_id(candidate(need, number % fill::CANDIDATES)))
        .replace("{person}", &person_id(number * 1_201 % fill::PEOPLE))
        .replace("{first}", &need_id(0))
        .replace("{matter_need}", &matter_id("need", need))
        .replace("{matter_pair}", &matter_id("pair", number * 701 % process::PAIRS))
        .replace("{matter_appointment}", &matter_id("appointment", number * 47 % process::APPOINTMENTS));
    let answer = client.get(&path).with_context(|| path.clone())?;
    ensure!(answer.status == 200, "{path}: {}", answer.status);
    Ok(answer)
}

/// Percent-encodes what is not ASCII.
fn encoded(path: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(byte).collect()
}
