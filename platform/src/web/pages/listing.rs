//! What every list shares: the part and the order that the address asks for, headings that sort, the links to the parts
//! beside this one, the way to the same list as a workbook.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use store::catalogue::{Asked, Listed, place};
use store::page::{Count, Page, Start};

use crate::texts;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::table::{Cell, Column, Pagination, Sorted, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::texts::{Lang, Texts};
use crate::web::url;

/// Rows of one page.
pub const PAGE_ROWS: usize = 50;

/// The name of the order in an address.
const SORT: &str = "sort";

texts! {
    listing_count(count: i64): "共 {count} 条", "{count} in all";
    listing_many(count: i64): "{count} 条以上", "More than {count}";
    listing_download: "下载 Excel", "Download Excel";
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

/// The orders of a list by their words in an address, the usual one first.
pub type Orders<O> = &'static [(&'static str, O)];

/// The order that an address states: `sort=title`, `sort=-title` for the largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting<O: 'static> {
    orders: Orders<O>,
    order: O,
    descending: bool,
}

impl<O: Copy + PartialEq> Sorting<O> {
    /// Reads the words of an address; those that say nothing mean the usual order.
    pub fn of(orders: Orders<O>, stated: &str) -> Self {
        let (descending, word) = stated.strip_prefix('-').map_or((false, stated), |word| (true, word));
        let known = orders.iter().find(|(known, _)| *known == word);
        let (_, order) = known.unwrap_or(&orders[0]);
        Self { orders, order: *order, descending: descending && known.is_some() }
    }

    /// What the store is asked for.
    pub fn asked(&self, part: &Part, rows: usize) -> Asked<O> {
        Asked { order: self.order, descending: self.descending, start: part.start(), rows }
    }

    /// The words of the address; nothing for the usual order.
    fn words(&self) -> String {
        if *self == Self::of(self.orders, "") { String::new() } else { self.words_of(self.order, self.descending) }
    }

    fn words_of(&self, order: O, descending: bool) -> String {
        let word = self.orders.iter().find(|(_, known)| *known == order).map_or("", |(word, _)| word);
        format!("{}{word}", if descending { "-" } else { "" })
    }

    /// How a column that sorts by `order` stands now, and the words of the order that its heading leads to.
    fn heading(&self, order: O) -> (Sorted, String) {
        match (order == self.order, self.descending) {
            (false, _) => (Sorted::No, self.words_of(order, false)),
            (true, false) => (Sorted::Ascending, self.words_of(order, true)),
            (true, true) => (Sorted::Descending, self.words_of(order, false)),
        }
    }
}

/// A column of a list: its heading, the order that the heading leads to, and the cell of a line.
pub struct ListColumn<T: Listed> {
    /// The heading.
    pub column: Column,
    /// The order by this column.
    pub order: Option<T::Order>,
    /// The cell.
    pub cell: fn(&T, Texts) -> Cell,
}

impl<T: Listed> ListColumn<T> {
    /// A column that the list is not sorted by.
    pub fn plain(column: Column, cell: fn(&T, Texts) -> Cell) -> Self {
        Self { column, order: None, cell }
    }

    /// A column whose heading sorts the list.
    pub fn sorting(column: Column, order: T::Order, cell: fn(&T, Texts) -> Cell) -> Self {
        Self { column, order: Some(order), cell }
    }
}

/// A list of the catalogue on a page.
pub struct List<T: Listed + 'static> {
    /// Id of the table.
    pub id: &'static str,
    /// Address of the page; the workbook's is the same and `.xlsx`.
    pub path: &'static str,
    /// Title of the page.
    pub title: &'static str,
    /// Name of the search to those who listen.
    pub search: &'static str,
    /// Fields of the search.
    pub fields: Vec<Markup>,
    /// The conditions as the address states them, the empty ones too.
    pub conditions: Vec<(&'static str, String)>,
    /// The order.
    pub sorting: Sorting<T::Order>,
    /// The columns.
    pub columns: Vec<ListColumn<T>>,
    /// What stands in place of the rows when no line fits the conditions.
    pub none: &'static str,
    /// The same when there is no line at all.
    pub none_at_all: &'static str,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListPage {
    frame: Frame,
    toolbar: Toolbar,
    table: Table,
    pagination: Pagination,
}

impl<T: Listed> List<T>
where
    T::Order: PartialEq,
{
    /// The page with this part of the list.
    pub fn page(self, lines: &Page<T>, frame: Frame) -> Response {
        let t = frame.t;
        let is_narrowed = self.conditions.iter().any(|(_, value)| !value.is_empty());
        let order = self.sorting.words();
        let pairs: Vec<(&str, &str)> = self
            .conditions
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain([(SORT, order.as_str())])
            .collect();
        let empty = if is_narrowed { self.none } else { self.none_at_all };
        let cells = |line: &T| self.columns.iter().map(|column| (column.cell)(line, t)).collect::<Vec<_>>();
        let rows: Vec<_> = lines.rows.iter().map(cells).collect();
        let table = Table::new(self.id, self.title, self.headings(t), rows, empty).summary(count(lines.count, t));
        let download = format!("{}.xlsx{}", self.path, url::query(&pairs));
        let pagination = steps(self.path, &pairs, lines, |line| place(line, self.sorting.order), t);
        let toolbar = Toolbar::new(t, self.search, self.path, self.fields)
            .actions(ButtonLink::secondary(t.listing_download(), download));
        let toolbar = if order.is_empty() { toolbar } else { toolbar.keeping(SORT, order) };
        page(&ListPage { toolbar, table, pagination, frame: frame.titled(self.title) })
    }

    fn headings(&self, t: Texts) -> Vec<Column> {
        let heading = |column: &ListColumn<T>| {
            let Some(order) = column.order else { return column.column.clone() };
            let (now, words) = self.sorting.heading(order);
            let mut pairs: Vec<(&str, &str)> =
                self.conditions.iter().map(|(name, value)| (*name, value.as_str())).collect();
            pairs.push((SORT, &words));
            column.column.clone().sortable(format!("{}{}", self.path, url::query(&pairs)), now, t)
        };
        self.columns.iter().map(heading).collect()
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
    steps(path, filters, page, |row| key(row).to_owned(), t)
}

fn steps<T>(path: &str, filters: &[(&str, &str)], page: &Page<T>, key: impl Fn(&T) -> String, t: Texts) -> Pagination {
    let link = |name: &str, row: Option<&T>| {
        row.map(|row| {
            let key = key(row);
            let mut pairs = filters.to_vec();
            pairs.push((name, &key));
            format!("{path}{}", url::query(&pairs))
        })
    };
    let previous = if page.earlier { link("before", page.rows.first()) } else { None };
    let next = if page.later { link("after", page.rows.last()) } else { None };
    Pagination::steps(previous, next, t)
}

#[cfg(test)]
mod tests {
    use store::need::Order;

    use super::*;

    const ORDERS: Orders<Order> = &[("id", Order::Id), ("title", Order::Title)];

    #[test]
    fn an_order_is_read_off_the_address_and_written_back() {
        for (stated, order, descending, words) in [
            ("", Order::Id, false, ""),
            ("id", Order::Id, false, ""),
            ("-id", Order::Id, true, "-id"),
            ("title", Order::Title, false, "title"),
            ("-title", Order::Title, true, "-title"),
            ("nonsense", Order::Id, false, ""),
            ("-nonsense", Order::Id, false, ""),
        ] {
            let sorting = Sorting::of(ORDERS, stated);
            assert_eq!((sorting.order, sorting.descending, sorting.words().as_str()), (order, descending, words));
        }
    }

    #[test]
    fn a_heading_leads_to_the_other_direction_of_its_order() {
        let heading = |stated| Sorting::of(ORDERS, stated).heading(Order::Title);
        assert_eq!(heading(""), (Sorted::No, "title".to_owned()));
        assert_eq!(heading("title"), (Sorted::Ascending, "-title".to_owned()));
        assert_eq!(heading("-title"), (Sorted::Descending, "title".to_owned()));
    }
}
