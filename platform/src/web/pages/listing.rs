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
    Pagination::steps(count(page.count, t), previous, next, t)
}
