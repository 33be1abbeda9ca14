//! Tables: a caption, headings that may sort, rows of finished cells, an empty state, pages.

use askama::Template;

use super::Markup;
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    table_sort_ascending: "按升序排列", "sort ascending";
    table_sort_descending: "按降序排列", "sort descending";
    table_pages: "分页", "Pages";
    table_page_previous: "上一页", "Previous";
    table_page_next: "下一页", "Next";
    table_page_number(page: usize): "第 {page} 页", "Page {page}";
    table_shown(first: usize, last: usize, total: usize): "第 {first}–{last} 条，共 {total} 条", "{first}–{last} of {total}";
}

/// How a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorted {
    /// Not by this column.
    No,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A heading.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    numeric: bool,
    sort_href: String,
    sort_hint: &'static str,
    sorted: &'static str,
}

impl Column {
    /// A column of text.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false, sort_href: String::new(), sort_hint: "", sorted: "" }
    }

    /// A column of numbers, aligned to the right.
    pub fn number(label: impl Into<String>) -> Self {
        Self { numeric: true, ..Self::text(label) }
    }

    /// The heading leads to the same list in another order; `now` is the order of this one.
    #[must_use]
    pub fn sortable(mut self, href: impl Into<String>, now: Sorted, t: Texts) -> Self {
        self.sort_href = href.into();
        (self.sorted, self.sort_hint) = match now {
            Sorted::No => ("none", t.table_sort_ascending()),
            Sorted::Ascending => ("ascending", t.table_sort_descending()),
            Sorted::Descending => ("descending", t.table_sort_ascending()),
        };
        self
    }
}

/// One cell; headings of rows are marked as such for those who listen to the table.
#[derive(Clone, Debug)]
pub struct Cell {
    content: Markup,
    class: &'static str,
    heads_row: bool,
}

impl Cell {
    /// Text or a component.
    pub fn new(content: impl Into<Markup>) -> Self {
        Self { content: content.into(), class: "", heads_row: false }
    }

    /// The cell that names its row, such as the record's title with its link.
    pub fn heading(content: impl Into<Markup>) -> Self {
        Self { heads_row: true, ..Self::new(content) }
    }

    /// A number, already in words: `1,234.5`.
    pub fn number(number: impl Into<Markup>) -> Self {
        Self { class: "number", ..Self::new(number) }
    }

    /// Short text that must not break: a date, an id.
    pub fn unbroken(text: impl Into<Markup>) -> Self {
        Self { class: "unbroken", ..Self::new(text) }
    }
}

/// A table.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/table.html")]
pub struct Table {
    id: &'static str,
    caption: String,
    summary: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    empty: Markup,
    stacks: bool,
}

/// Links to the pages of a long list.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/pagination.html")]
pub struct Pagination {
    label: &'static str,
    shown: String,
    previous: Option<PageLink>,
    next: Option<PageLink>,
    pages: Vec<Option<PageLink>>,
}

#[derive(Clone, Debug)]
struct PageLink {
    number: String,
    label: String,
    href: String,
    current: bool,
}

super::components!(Table, Pagination);

impl Table {
    /// A table with a caption; `id` is unique on the page. `empty` is shown when there are no rows: why, and what to do.
    pub fn new(
        id: &'static str,
        caption: impl Into<String>,
        columns: impl IntoIterator<Item = Column>,
        rows: impl IntoIterator<Item = Vec<Cell>>,
        empty: impl Into<Markup>,
    ) -> Self {
        Self {
            id,
            caption: caption.into(),
            summary: String::new(),
            columns: columns.into_iter().collect(),
            rows: rows.into_iter().collect(),
            empty: empty.into(),
            stacks: false,
        }
    }

    /// On a narrow screen each row becomes a block, its cells under their headings: for tables of sentences, which would
    /// otherwise be read by scrolling to and fro. Figures stay a table, to be compared.
    #[must_use]
    pub fn stacking(mut self) -> Self {
        self.stacks = true;
        self
    }

    /// A few words beside the caption: how many rows, of when.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }
}

impl Pagination {
    /// Pages of `size` rows, `page` from 1; `href` gives the address of a page.
    pub fn new(total: usize, size: usize, page: usize, href: impl Fn(usize) -> String, t: Texts) -> Self {
        let last = total.div_ceil(size.max(1)).max(1);
        let page = page.clamp(1, last);
        let link = |number: usize| PageLink {
            number: number.to_string(),
            label: t.table_page_number(number),
            href: href(number),
            current: number == page,
        };
        let step = |number: usize, label: &'static str| PageLink { label: label.to_owned(), ..link(number) };
        let first_row = if total == 0 { 0 } else { (page - 1) * size + 1 };
        Self {
            label: t.table_pages(),
            shown: t.table_shown(first_row, (page * size).min(total), total),
            previous: (page > 1).then(|| step(page - 1, t.table_page_previous())),
            next: (page < last).then(|| step(page + 1, t.table_page_next())),
            pages: shown_pages(page, last).into_iter().map(|number| number.map(link)).collect(),
        }
    }

    /// Steps through a list that is read by key: the addresses of the parts before and after this one.
    pub fn steps(previous: Option<String>, next: Option<String>, t: Texts) -> Self {
        let step = |href: Option<String>, label: &'static str| {
            href.map(|href| PageLink { number: String::new(), label: label.to_owned(), href, current: false })
        };
        Self {
            label: t.table_pages(),
            shown: String::new(),
            previous: step(previous, t.table_page_previous()),
            next: step(next, t.table_page_next()),
            pages: Vec::new(),
        }
    }

    /// Whether there is more than this one page.
    fn has_links(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

/// First, last and the two on either side of the current page; a gap stands for those left out.
fn shown_pages(page: usize, last: usize) -> Vec<Option<usize>> {
    let mut pages = Vec::new();
    if last == 1 {
        return pages;
    }
    for number in 1..=last {
        if number == 1 || number == last || number.abs_diff(page) <= 2 {
            pages.push(Some(number));
        } else if pages.last() != Some(&None) {
            pages.push(None);
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::shown_pages;

    #[test]
    fn long_lists_show_the_ends_and_the_neighbours() {
        assert_eq!(shown_pages(1, 1), []);
        assert_eq!(shown_pages(2, 3), [Some(1), Some(2), Some(3)]);
        let middle = [Some(1), None, Some(8), Some(9), Some(10), Some(11), Some(12), None, Some(20)];
        assert_eq!(shown_pages(10, 20), middle);
    }
}
