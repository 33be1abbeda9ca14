//! Lists in pages: by key, so that page 200 costs what page 1 costs, with a bounded count and search in plain text.
//!
//! A search in SQL (`LIKE`) reads the search text of the scope's rows from the key on; it is for lists of some thousands,
//! such as enterprises and accounts. The lists that outgrow it, needs and people, are a [`Catalogue`](crate::catalogue::Catalogue).

use unicode_normalization::UnicodeNormalization;

use crate::sql::{Row, Sql};
use crate::{Result, Tx};

/// Most rows of one page.
pub const PAGE_ROWS_MAX: usize = 100;
/// Counting stops here: "10 000 or more" tells an official as much and costs no scan of a growing table.
pub const COUNT_MAX: i64 = 10_000;
/// Words of a search that are looked at; more add cost, not precision.
pub const SEARCH_WORDS_MAX: usize = 8;

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the first row.
    #[default]
    First,
    /// After the row with this key: the last of the page before.
    After(String),
    /// Before the row with this key: the first of the page after.
    Before(String),
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// Whether rows stand before them.
    pub earlier: bool,
    /// Whether rows stand after them.
    pub later: bool,
    /// How many rows the whole list has.
    pub count: Count,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), earlier: false, later: false, count: Count::default() }
    }
}

/// How many rows a list has, counted up to [`COUNT_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Rows counted.
    pub rows: i64,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// Text as it is kept for search and as a search is compared: half width, small letters, no spaces.
pub fn searchable<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts {
        // A line break keeps a search from matching across two parts.
        text.extend(part.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()));
        text.push('\n');
    }
    text
}

/// The words of a search as they are compared with [`searchable`] text: each has to occur in it.
pub fn words(search: &str) -> Vec<String> {
    let word = |word| searchable([word]).trim_end().to_owned();
    search.split_whitespace().take(SEARCH_WORDS_MAX).map(word).collect()
}

/// The `LIKE` patterns of a search: one for each word, wildcards taken literally.
pub(crate) fn patterns(search: &str) -> Vec<String> {
    let pattern = |word: String| {
        let mut pattern = String::from("%");
        for c in word.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    };
    words(search).into_iter().map(pattern).collect()
}

/// A list to page through.
pub(crate) struct List<'a> {
    /// `SELECT … FROM …`, without `WHERE`.
    pub select: &'static str,
    /// `FROM …` as in `select`.
    pub from: &'static str,
    /// The key that orders the list, unique.
    pub key: &'static str,
    /// Adds the conditions, each beginning with ` AND `.
    pub filter: &'a (dyn Fn(&mut Sql) + Send + Sync),
}

/// Reads one page of at most `rows` rows and counts the list.
pub(crate) async fn page<R: Row>(tx: &mut Tx, list: List<'_>, start: &Start, rows: usize) -> Result<Page<R>> {
    let rows = rows.clamp(1, PAGE_ROWS_MAX);
    let mut found: Vec<R> = selection(&list, start, rows).all(tx).await?;
    let beyond = found.len() > rows;
    found.truncate(rows);
    let backwards = matches!(start, Start::Before(_));
    if backwards {
        found.reverse();
    }
    let (earlier, later) = match start {
        Start::First => (false, beyond),
        Start::After(_) => (true, beyond),
        Start::Before(_) => (beyond, true),
    };
    // A list that fits on its first page is counted already; a search that finds little is not run twice.
    let count = match i64::try_from(found.len()) {
        Ok(rows) if !earlier && !later => Count { rows, more: false },
        _ => count(tx, &list).await?,
    };
    Ok(Page { rows: found, earlier, later, count })
}

fn selection(list: &List<'_>, start: &Start, rows: usize) -> Sql {
    let mut sql = Sql::new(list.select);
    sql.push(" WHERE ").push(list.key);
    // Every key is longer than the empty text, so the first page is read off the index like the others.
    match start {
        Start::First => sql.push(" > ").bind(""),
        Start::After(key) => sql.push(" > ").bind(key),
        Start::Before(key) => sql.push(" < ").bind(key),
    };
    (list.filter)(&mut sql);
    sql.push(" ORDER BY ").push(list.key);
    if matches!(start, Start::Before(_)) {
        sql.push(" DESC");
    }
    // One row more than asked for tells whether the list goes on.
    sql.push(" LIMIT ").bind(i64::try_from(rows + 1).unwrap_or(i64::MAX));
    sql
}

async fn count(tx: &mut Tx, list: &List<'_>) -> Result<Count> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
    sql.push(list.from).push(" WHERE ").push(list.key).push(" > ").bind("");
    (list.filter)(&mut sql);
    sql.push(" LIMIT ").bind(COUNT_MAX + 1).push(") AS counted");
    let (rows,): (i64,) = sql.first(tx).await?.unwrap_or_default();
    Ok(Count { rows: rows.min(COUNT_MAX), more: rows > COUNT_MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_compared_without_width_case_and_spaces() {
        assert_eq!(searchable(["石墨 ＡＢ c", "新材料"]), "石墨abc\n新材料\n");
        assert_eq!(patterns("石墨　Ｃ35"), ["%石墨%", "%c35%"]);
    }

    #[test]
    fn wildcards_of_sql_are_taken_literally() {
        assert_eq!(patterns(r"20% a_b \"), [r"%20\%%", r"%a\_b%", r"%\\%"]);
    }

    #[test]
    fn words_beyond_the_bound_are_left_out() {
        for (words, kept) in [(7, 7), (8, 8), (9, 8)] {
            assert_eq!(patterns(&"词 ".repeat(words)).len(), kept);
        }
    }
}
