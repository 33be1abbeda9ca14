//! Every function of the store on both databases: properties as test names, smallest rows that show them.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod account;
mod attachment;
mod audit;
mod capture;
mod catalogue;
mod database;
mod enterprise;
mod job;
mod listing;
mod match_overview;
mod match_run;
mod matter;
mod namesake;
mod need;
mod offer;
mod outcome;
mod person;
mod plans;
mod registers;
mod round;
mod route;
mod sealed;
mod session;
mod unit;
mod vector;

use chrono::{TimeDelta, TimeZone as _, Utc};
use programme::access::{Actor, Role};
use programme::record::{Enterprise, Need, Person};
use store::{By, Timestamp};

/// The tests' present.
fn now() -> Timestamp {
    Utc.with_ymd_and_hms(2025, 2, 10, 1, 2, 3).unwrap() + TimeDelta::microseconds(4)
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn by() -> By<'static> {
    by_at(now())
}

fn by_at(at: Timestamp) -> By<'static> {
    By { at, login: "li", origin: "console" }
}

fn province() -> Actor {
    Actor::new("li", Role::Province, None).unwrap()
}

fn a_need(id: &str, title: &str) -> Need {
    Need { id: id.to_owned(), title: title.to_owned(), posts: 1, ..Need::default() }
}

fn need_of(id: &str, enterprise: Enterprise) -> Need {
    Need { enterprise: Some(enterprise), ..a_need(id, "石墨提纯") }
}

fn enterprise(code: &str, region: &str) -> Enterprise {
    Enterprise {
        name: Some(format!("企业{code}")),
        credit_code: Some(code.to_owned()),
        region: Some(region.to_owned()),
        ..Enterprise::default()
    }
}

fn a_person(id: &str, unit: &str) -> Person {
    Person { id: id.to_owned(), unit: Some(unit.to_owned()), ..Person::default() }
}

const CODE_A: &str = "91230199MA0000015K";
const CODE_B: &str = "91230299MA0000025F";
