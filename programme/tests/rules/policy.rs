//! 1. The clause table is the one of the law, with its forces.
//! 2. No clause has changed since its rules were read against it.
//! 3. Every number quotes the plan.
//! 4. A wrong policy file is refused with every problem at once.

use programme::clause::CLAUSES;
use programme::finding::{Force, Verdict};
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

/// FNV-1a: short, and the same on every machine and in every version of Rust.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A changed text fails here until the rules that cite its clause have been read again and the digest is renewed.
#[test]
fn the_text_of_every_clause_is_the_one_that_its_rules_were_read_against() {
    let Some(law) = shared("policy/CLAUSES.md") else { return };
    let rows = law.lines().filter_map(|line| Some((line.strip_prefix("| ")?.split_once(" | ")?.0, line)));
    let known = |id: &str| CLAUSES.iter().any(|(clause, ..)| *clause == id);
    let digests: Vec<String> =
        rows.filter(|(id, _)| known(id)).map(|(id, line)| format!("{id} {:08x}", digest(line))).collect();
    insta::assert_snapshot!(digests.join("\n"), @"
    1.1 ec194b0e
    1.2 0bb41b4d
    1.3 b3322a07
    2.1.1(1) 2f57f721
    2.1.1(2) 3a96ec5e
    2.1.1(2)b c66c99db
    2.1.1(3) 169f1746
    2.1.1(3)b e6b75db5
    2.1.2 8b461a33
    2.2.1(1) a6f6ff6f
    2.2.1(2) e9405746
    2.2.2 2fbc24c4
    2.3.1(1) dd938570
    2.3.1(2) 10aee3e3
    2.3.1(3) 7b8ec02d
    2.3.1(4) a0039b04
    2.3.2 20230526
    3.1a 8ea250c5
    3.1b c8632dff
    3.1c 3e648cc3
    3.2a bcb6dbd8
    3.2b 84484e83
    3.2c 6fc8671e
    3.3a 5adb8111
    3.3b 0cea3163
    3.4a 8c9b2e1c
    3.4b 4786027a
    3.4c e23effe3
    3.4d 46733f4f
    3.4e cda41d48
    3.5a bfaa4c7e
    3.5b 60a6e24a
    3.5c 440fb5dd
    4.1 28fcc6c6
    4.2 656322f0
    4.3 4bc6aab8
    5.1 8da28297
    5.3a 68abf5f3
    5.4a 49d4ea4d
    5.4b 160f1f6a
    5.5 dbf0e848
    6 85555ffb
    P1 aee2cdcd
    ");
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
fn forces_and_verdicts_are_printed_as_they_are_serialised() {
    for verdict in [Verdict::Ok, Verdict::Warning, Verdict::NeedsOverride, Verdict::Refused] {
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.code());
    }
    for force in [Force::Must, Force::Principle, Force::Declare, Force::Prefer, Force::Record, Force::Warning] {
        assert_eq!(serde_json::to_value(force).unwrap(), force.code());
    }
}
