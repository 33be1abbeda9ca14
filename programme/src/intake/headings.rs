//! Headings of a sheet to columns, and the nearest known name to one that nobody knows.

use std::collections::HashMap;

use super::columns::{Column, Within};
use super::{Kind, Place, Problem, Problems};

/// Edits between an unknown name and the name suggested for it.
const SUGGESTION_EDITS_MAX: usize = 2;

/// Heading of the column that a workbook given back carries its problems in; it is passed over when it comes again.
pub const PROBLEMS_HEADING: &str = "问题";

/// How many of the texts are headings of this kind: tells the row of headings from a title above it.
pub fn heading_count<'a>(kind: Kind, texts: impl Iterator<Item = &'a str>) -> usize {
    texts.filter(|text| recognise(kind, text).is_some()).count()
}

/// The column that each heading stands for; `None` for headings that are blank or wrong, which `problems` tells.
///
/// A heading is the Chinese one or the machine name, without regard to blanks and the mark `*` of required columns.
pub fn recognise_headings(
    kind: Kind,
    headings: &[(Place, String)],
    problems: &mut Problems,
) -> Vec<Option<&'static Column>> {
    let mut seen: HashMap<&str, &Place> = HashMap::new();
    let mut columns = Vec::new();
    for (place, heading) in headings {
        let column = recognise(kind, heading);
        if let Some(column) = column {
            if let Some(first) = seen.insert(column.name, place) {
                let message = format!("表头“{}”与{first}重复；一列只能出现一次", column.heading);
                problems.push(problem(place, column.name, "column.duplicate", message));
            }
        } else if !heading.trim().is_empty() && heading != PROBLEMS_HEADING {
            problems.push(unknown(kind, place, heading));
        }
        columns.push(column);
    }
    require(kind, headings, &columns, problems);
    columns
}

fn recognise(kind: Kind, heading: &str) -> Option<&'static Column> {
    let plain: String = heading.chars().filter(|letter| !letter.is_whitespace() && *letter != '*').collect();
    sheet_columns(kind).find(|column| column.heading == plain || column.name == plain)
}

fn sheet_columns(kind: Kind) -> impl Iterator<Item = &'static Column> {
    kind.columns().iter().filter(|column| column.within != Within::Json)
}

fn unknown(kind: Kind, place: &Place, heading: &str) -> Problem {
    let known = sheet_columns(kind).map(|column| column.heading);
    let hint = match nearest(heading.trim(), known) {
        Some(near) => format!("是不是“{near}”"),
        None => {
            format!("可用的表头：{}", sheet_columns(kind).map(|column| column.heading).collect::<Vec<_>>().join("、"))
        }
    };
    problem(place, heading, "column.unknown", format!("{}没有“{heading}”这一列；{hint}", kind.sheet()))
}

fn require(kind: Kind, headings: &[(Place, String)], found: &[Option<&Column>], problems: &mut Problems) {
    let place = headings.first().map_or(Place::Whole, |(place, _)| place.clone());
    for column in sheet_columns(kind).filter(|column| column.required) {
        if !found.iter().flatten().any(|present| present.name == column.name) {
            let message = format!("表头缺少必填的“{}”；请补上这一列", column.heading);
            problems.push(problem(&place, column.name, "column.missing", message));
        }
    }
}

fn problem(place: &Place, column: &str, code: &'static str, message: String) -> Problem {
    Problem { place: place.clone(), column: column.to_owned(), code, message }
}

/// The known name that differs least, when the difference is small enough to be a slip.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.map(|candidate| (edits(name, candidate), candidate));
    let (distance, candidate) = distances.min_by_key(|(distance, _)| *distance)?;
    let shorter = name.chars().count().min(candidate.chars().count());
    (distance <= SUGGESTION_EDITS_MAX && distance < shorter).then_some(candidate)
}

/// Levenshtein's distance; names are short, a long unknown key is cut where it can no longer be near.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.chars().take(right.len() + SUGGESTION_EDITS_MAX + 1).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for column in 0..right.len() {
            let replaced = diagonal + usize::from(letter != right[column]);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(texts: &[&str]) -> Vec<(Place, String)> {
        let place = |column| Place::Cell { sheet: "需求表".into(), row: 1, column: Some(column) };
        (0..).zip(texts).map(|(column, text)| (place(column), (*text).to_owned())).collect()
    }

    fn messages(texts: &[&str]) -> Vec<String> {
        let mut problems = Problems::default();
        recognise_headings(Kind::Needs, &headings(texts), &mut problems);
        problems.listed().iter().map(|problem| format!("{} {}", problem.place, problem.message)).collect()
    }

    #[test]
    fn chinese_headings_and_machine_names_are_known_with_blanks_and_stars() {
        let mut problems = Problems::default();
        let columns = recognise_headings(Kind::Needs, &headings(&["需求 编号*", "title", ""]), &mut problems);
        assert!(problems.is_empty());
        assert_eq!(
            columns.iter().map(|column| column.map(|c| c.name)).collect::<Vec<_>>(),
            [Some("id"), Some("title"), None]
        );
    }

    #[test]
    fn an_unknown_heading_is_refused_with_the_nearest_known_one() {
        assert_eq!(
            messages(&["需求编号", "需求题目", "关健词"]),
            ["需求表!C1 需求表没有“关健词”这一列；是不是“关键词”"]
        );
    }

    #[test]
    fn a_heading_given_twice_is_refused_with_both_places() {
        let found = messages(&["需求编号", "需求题目", "需求题目"]);
        assert_eq!(found, ["需求表!C1 表头“需求题目”与需求表!B1重复；一列只能出现一次"]);
    }

    #[test]
    fn a_missing_required_heading_is_named() {
        assert_eq!(messages(&["需求编号"]), ["需求表!A1 表头缺少必填的“需求题目”；请补上这一列"]);
    }

    #[test]
    fn edits_are_counted_as_levenshtein_counts_them() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("关键词", "关键词"), 0);
    }
}
