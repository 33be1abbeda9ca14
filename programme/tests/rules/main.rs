//! The rules of the policy as statements: parameters, working days, identifiers, every rule, `check` and `calc`.

mod calc;
mod calendar;
mod check;
mod identifiers;
mod messages;
mod need;
mod policy;
mod records;

/// Where facts lie that are not part of the repository; tests that need them say so loudly and pass when they are absent.
fn shared(path: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where the shared facts are")]
    let root = std::env::var("ZONGSHI_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned());
    let found = std::fs::read_to_string(format!("{root}/{path}")).ok();
    if found.is_none() {
        eprintln!("!!! NOT TESTED: {root}/{path} is absent; set ZONGSHI_SHARED");
    }
    found
}

fn day(text: &str) -> chrono::NaiveDate {
    programme::calendar::parse_day(text).expect("a date of a test")
}
