//! What every list shares: which part of it the address asks for, and the links to the parts beside it.

use serde::Deserialize;
use store::page::{Count, Page, Start};

use crate::texts;
use crate::web::kit::table::Pagination;
use crate::web::texts::{Lang, Texts};
use crate::web::url;

/// Rows of one page.
pub const PAGE_ROWS: usize = 50;

texts! {
    listing_count(count: i64): "共 {count} 条", "{count} in all";
    listing_many(count: i64): "{count} 条以上", "More than {count}";
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Part {
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

impl Part {
    /// The same for the store.
    pub fn start(&self) -> Start {
        if !self.after.is_empty() {
            Start::After(self.after.clone())
        } else if !self.before.is_empty() {
            Start::Before(self.before.clone())
        } else {
            Start::First
        }
    }

    /// This part of a list that is in memory, sorted by its key.
    pub fn of<T>(&self, rows: Vec<T>, key: fn(&T) -> &str) -> Page<T> {
        let all = rows.len();
        let first = if !self.after.is_empty() {
            rows.partition_point(|row| key(row) <= self.after.as_str())
        } else if !self.before.is_empty() {
            rows.partition_point(|row| key(row) < self.before.as_str()).saturating_sub(PAGE_ROWS)
        } else {
            0
        };
        let rows: Vec<T> = rows.into_iter().skip(first).take(PAGE_ROWS).collect();
        let count = Count { rows: i64::try_from(all).unwrap_or(i64::MAX), more: false };
        Page { earlier: first > 0, later: first + rows.len() < all, rows, count }
    }
}

/// How long the list is, in words.
pub fn count(count: Count, t: Texts) -> String {
    if count.more { t.listing_many(count.rows) } else { t.listing_count(count.rows) }
}

/// Links to the parts before and after this one; `filters` are the conditions of the list.
pub fn pagination<T>(
    path: &str,
    filters: &[(&str, &str)],
    page: &Page<T>,
    key: fn(&T) -> &str,
    t: Texts,
) -> Pagination {
    let link = |name: &str, row: Option<&T>| {
        row.map(|row| {
            let mut pairs = filters.to_vec();
            pairs.push((name, key(row)));
            format!("{path}{}", url::query(&pairs))
        })
    };
    let previous = if page.earlier { link("before", page.rows.first()) } else { None };
    let next = if page.later { link("after", page.rows.last()) } else { None };
    Pagination::steps(previous, next, t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(part: &Part, all: usize) -> (usize, Option<String>, bool, bool) {
        let rows: Vec<String> = (0..all).map(|at| format!("{at:03}")).collect();
        let page = part.of(rows, String::as_str);
        (page.rows.len(), page.rows.first().cloned(), page.earlier, page.later)
    }

    #[test]
    fn a_list_in_memory_is_read_part_by_part() {
        let after = |key: &str| Part { after: key.to_owned(), ..Part::default() };
        let before = |key: &str| Part { before: key.to_owned(), ..Part::default() };
        assert_eq!(ids(&Part::default(), PAGE_ROWS), (PAGE_ROWS, Some("000".to_owned()), false, false));
        assert_eq!(ids(&Part::default(), PAGE_ROWS + 1), (PAGE_ROWS, Some("000".to_owned()), false, true));
        assert_eq!(ids(&after("049"), PAGE_ROWS + 1), (1, Some("050".to_owned()), true, false));
        assert_eq!(ids(&before("050"), PAGE_ROWS + 1), (PAGE_ROWS, Some("000".to_owned()), false, true));
        assert_eq!(ids(&after("999"), PAGE_ROWS), (0, None, true, false));
    }
}
