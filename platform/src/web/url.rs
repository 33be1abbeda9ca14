//! Addresses of pages: ids from files may hold any character, so each part is percent-encoded.

use std::fmt::Write as _;

use axum::http::{HeaderMap, header};

use super::Site;

/// Percent-encodes everything but letters, digits and `-_.~` (RFC 3986 unreserved).
pub fn component(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A query: `?name=value&…` without the empty values, or nothing.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let sign = if query.is_empty() { '?' } else { '&' };
        let _ = write!(query, "{sign}{name}={}", component(value));
    }
    query
}

/// A path as somebody outside can type it: on paper, in a message. The host is the one that was asked.
pub fn outside(site: Site, headers: &HeaderMap, path: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if site.https { "https" } else { "http" };
    format!("{scheme}://{host}{path}")
}

/// The page of a need.
pub fn need(id: &str) -> String {
    format!("/needs/{}", component(id))
}

/// The page of a need and a person.
pub fn pair(need_id: &str, person_id: &str) -> String {
    format!("/needs/{}/candidates/{}", component(need_id), component(person_id))
}

/// The page of a person.
pub fn person(id: &str) -> String {
    format!("/people/{}", component(id))
}

/// The page of a run.
pub fn run(id: i64) -> String {
    format!("/runs/{id}")
}

/// The page of a job that makes a run.
pub fn job(id: i64) -> String {
    format!("/runs/jobs/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_with_any_character_stay_one_part_of_the_address() {
        assert_eq!(need("a/b?c#d 需"), "/needs/a%2Fb%3Fc%23d%20%E9%9C%80");
    }

    #[test]
    fn empty_values_are_left_out_of_a_query() {
        assert_eq!(query(&[("q", ""), ("city", "230100"), ("x", "a&b")]), "?city=230100&x=a%26b");
        assert_eq!(query(&[("q", "")]), "");
    }
}
