//! 1. The clause table is the one of the law, with its forces.
//! 2. Every number quotes the plan.
//! 3. A wrong policy file is refused with every problem at once.

use programme::clause::CLAUSES;
use programme::finding::Force;
use programme::parameters::{EMBEDDED, ENTRIES, Parameters};

use crate::{day, shared};

#[test]
fn the_clause_table_is_the_one_of_the_law() {
    let Some(law) = shared("policy/CLAUSES.md") else { return };
    let rows: Vec<(String, Vec<String>)> = law
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
            let words = cells.last()?.split(|symbol: char| !symbol.is_ascii_alphabetic());
            let known = ["must", "principle", "declare", "prefer", "record", "warning"];
            let forces = words.filter(|word| known.contains(word)).map(str::to_owned).collect();
            (cells.len() == 4 && cells[0] != "id").then(|| (cells[0].to_owned(), forces))
        })
        .collect();
    let ours: Vec<(String, Vec<String>)> = CLAUSES
        .iter()
        .map(|(id, _, forces)| ((*id).to_owned(), forces.iter().map(|force| force.code().to_owned()).collect()))
        .collect();
    assert_eq!(rows, ours);
}

#[test]
fn every_number_quotes_the_plan() {
    let Some(plan) = shared("policy/plan-2025-2027.zh.txt") else { return };
    let file: toml::Table = EMBEDDED.parse().unwrap();
    for entry in ENTRIES {
        let quoted = file[entry.name]["text"].as_str().unwrap();
        assert!(plan.contains(quoted), "{}：“{quoted}”不在方案中", entry.name);
        assert!(!quoted.is_empty() || file[entry.name].get("reading").is_some(), "{}", entry.name);
    }
}

#[test]
fn every_entry_has_a_force_of_its_clause() {
    for entry in ENTRIES {
        assert!(entry.clause.forces().contains(&entry.force), "{}", entry.name);
    }
}

#[test]
fn the_embedded_policy_holds_the_numbers_of_the_plan() {
    let parameters = Parameters::embedded();
    assert_eq!((parameters.age_years_max, parameters.age_years_preferred_max), (55, 40));
    assert_eq!((parameters.notice_workdays_min, parameters.notice_first_day_counts), (5, false));
    assert_eq!((parameters.term_years_min, parameters.term_years_floor), (2, 1));
    assert_eq!((parameters.service_workdays_per_year_min, parameters.assessment_window_months), (62, 1));
    assert_eq!((parameters.excellent_percent_max, parameters.people_target), (20, 500));
    assert_eq!((parameters.alternates_max, parameters.enterprises_per_person_max), (3, 1));
    assert_eq!(parameters.qualifications.len(), 5);
    assert!(parameters.covers(day("2025-01-01")) && parameters.covers(day("2027-12-31")));
    assert!(!parameters.covers(day("2024-12-31")) && !parameters.covers(day("2028-01-01")));
}

#[test]
fn a_wrong_policy_file_names_every_problem() {
    let wrong = EMBEDDED
        .replace("value = 55", "value = \"五十五\"")
        .replace("[alternates_max]", "[alternate_max]")
        .replace("value = 2025-01-01", "value = 2025-01-01T00:00:00")
        .replace(
            "value = 20\nclause = \"5.4b\"\nforce = \"must\"",
            "value = 101\nclause = \"5.4a\"\nforce = \"principle\"\nnote = 1",
        )
        .replace("\"high_tech\"", "\"hightech\"")
        .replace("value = false", "value = 0");
    insta::assert_snapshot!(Parameters::parse(&wrong).unwrap_err().0.join("\n"), @r#"
    valid_from.value：应为不加引号的日期，如 2025-01-01，现为 2025-01-01T00:00:00
    age_years_max.value：应为 18 到 120 的整数，现为 "五十五"
    qualifications.value：不是可用的词："hightech"
    alternates_max：缺少这一项（方案三（二））
    notice_first_day_counts.value：应为 true 或 false，现为 0
    excellent_percent_max.clause：应为“5.4b”，现为“5.4a”
    excellent_percent_max.force：应为“must”，现为“principle”
    excellent_percent_max.note：没有这一项，请核对拼写
    excellent_percent_max.value：应为 0 到 100 的整数，现为 101
    alternate_max：没有这一项，请核对拼写
    "#);
}

#[test]
fn numbers_that_contradict_each_other_are_refused() {
    let wrong = EMBEDDED
        .replace("value = 2027-12-31", "value = 2024-12-31")
        .replace("value = 40", "value = 60")
        .replace("value = \"23\"", "value = \"黑\"")
        .replace("[term_years_floor]\nvalue = 1", "[term_years_floor]\nvalue = 3");
    assert_eq!(Parameters::parse(&wrong).unwrap_err().0.len(), 4);
}

#[test]
fn text_that_is_no_toml_is_refused_in_one_line() {
    let problems = Parameters::parse("[age").unwrap_err();
    assert_eq!(problems.0.len(), 1);
    assert!(problems.to_string().starts_with("政策文件有 1 处问题：不是合法的 TOML"), "{problems}");
}

#[test]
fn forces_are_printed_as_they_are_serialised() {
    for force in [Force::Must, Force::Principle, Force::Declare, Force::Prefer, Force::Record, Force::Warning] {
        assert_eq!(serde_json::to_value(force).unwrap(), force.code());
    }
}
