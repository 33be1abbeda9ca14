//! `zongshi check` and `zongshi calc` as a script sees them: output, errors and exit codes.

use std::process::{Command, Output};

fn zongshi(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zongshi")).args(words).output().expect("the program starts")
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("answers are UTF-8")
}

#[test]
fn calc_prints_one_answer_a_line() {
    for (words, answer) in [
        ("notice-end 2025-09-26", "2025-10-10\n"),
        ("notice-end --published 2025-09-26", "2025-10-10\n"),
        ("earliest-next-step 2025-09-26", "2025-10-11\n"),
        ("excellent 23", "4\n"),
        ("excellent --graded 23", "4\n"),
        ("assessment-window 2027-05-31", "2027-04-30 2027-05-31\n"),
        ("service-days 2025-06-01 2027-05-31", "62\n62\n"),
        ("service-days --start 2025-06-01 --end 2027-05-31", "62\n62\n"),
        ("term-end 2025-06-01", "2027-05-31\n"),
        ("working-days 2025-01-01 2025-12-31", "248\n"),
        ("age 1970-02-11 2025-02-10", "54\n"),
        ("age --birth 1970-02-11 --on 2025-02-11", "55\n"),
    ] {
        let words: Vec<&str> = ["calc"].into_iter().chain(words.split(' ')).collect();
        let output = zongshi(&words);
        assert_eq!((printed(&output).as_str(), output.status.code()), (answer, Some(0)), "{words:?}");
    }
}

#[test]
fn calc_as_json_cites_the_clause() {
    let output = zongshi(&["calc", "excellent", "23", "--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["answers"][0], &answer["clause"]), (&"4".into(), &"5.4b".into()));
}

#[test]
fn calc_consolidates_what_the_organisers_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let person = |number: u32, grade: &str| {
        let score = 90 - number;
        format!(
            r#"{{"id":"a{number}","organiser":"230100","score":{score},"results_landed":1,"problems_solved":1,"grade":"{grade}"}}"#
        )
    };
    let people: Vec<String> =
        (1..=2).map(|one| person(one, "excellent")).chain((3..=5).map(|one| person(one, "pass"))).collect();
    let (good, bad) = (path("good.jsonl"), path("bad.jsonl"));
    std::fs::write(&good, people.join("\n")).unwrap();
    std::fs::write(&bad, people.join("\n").replace("a5", "a4")).unwrap();

    let output = zongshi(&["calc", "consolidate", &good]);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<String> = printed(&output).lines().map(str::to_owned).collect();
    assert_eq!((lines[0].as_str(), lines.len()), ("a1\t优秀\t第 1 名，名额 1：得分 89.00，列入优秀", 6));
    assert_eq!(lines[1], "a2\t合格\t第 2 名，名额 1：得分低（88.00，末位优秀 89.00）");
    assert_eq!(lines[5], "230100\t参考名额 1\t参加考评 5 人");

    let answer: serde_json::Value =
        serde_json::from_slice(&zongshi(&["calc", "consolidate", &good, "--json"]).stdout).unwrap();
    assert_eq!(
        (&answer["clause"], &answer["cut"], &answer["shares"][0]["places"]),
        (&"5.4b".into(), &1.into(), &1.into())
    );
    assert_eq!((&answer["grades"][0]["grade"], &answer["order"][0]), (&"excellent".into(), &"得分".into()));

    let refused = zongshi(&["calc", "consolidate", &bad]);
    assert_eq!((printed(&refused).as_str(), refused.status.code()), ("", Some(1)));
    assert_eq!(String::from_utf8(refused.stderr).unwrap(), "第 5 行：编号 a4 重复，每人一行\n");
    assert_eq!(zongshi(&["calc", "consolidate", &path("absent.jsonl")]).status.code(), Some(3));
    assert_eq!(zongshi(&["calc", "consolidate"]).status.code(), Some(2));
}

#[test]
fn calc_tells_wrong_usage_from_a_question_without_answer() {
    for words in
        [&["calc", "notice-end", "2025-02-30"][..], &["calc", "age", "1970-02-11"], &["calc", "excellent", "-1"]]
    {
        assert_eq!(zongshi(words).status.code(), Some(2), "{words:?}");
    }
    assert_eq!(zongshi(&["calc", "age", "2025-02-11", "2025-02-10"]).status.code(), Some(1));
}

#[test]
fn check_answers_every_line_and_says_when_one_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (good, bad, out) = (path("good.jsonl"), path("bad.jsonl"), path("out.jsonl"));
    let case = r#"{"id":"n1","kind":"notice","published":"2025-09-26","closed":"2025-10-09"}"#;
    std::fs::write(&good, format!("{case}\n")).unwrap();
    std::fs::write(&bad, format!("{{\"id\":\"x\"\n{case}\n")).unwrap();

    let output = zongshi(&["check", "--cases", &good, "--out", &out]);
    assert_eq!((printed(&output).as_str(), output.status.code()), ("", Some(0)));
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(written.starts_with(r#"{"id":"n1","verdict":"refused","findings":[{"clause":"3.4c","force":"must","code":"notice.long_enough","ok":false,"message":"#));

    let output = zongshi(&["check", "--cases", &bad]);
    let lines: Vec<String> = printed(&output).lines().map(str::to_owned).collect();
    assert_eq!((lines.len(), output.status.code()), (2, Some(1)));
    assert!(lines[0].starts_with(r#"{"id":"x","error":"第 1 行"#), "{}", lines[0]);
    assert_eq!(lines[1], written.trim_end());

    assert_eq!(zongshi(&["check", "--cases", &path("absent.jsonl")]).status.code(), Some(3));
    assert_eq!(zongshi(&["check"]).status.code(), Some(2));
}

#[test]
fn check_runs_under_the_policy_that_is_named_and_refuses_a_wrong_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (cases, policy) = (path("cases.jsonl"), path("policy.toml"));
    std::fs::write(&cases, r#"{"id":"n1","kind":"notice","published":"2025-09-26","closed":"2025-10-09"}"#).unwrap();
    let under = |text: String| {
        std::fs::write(&policy, text).unwrap();
        zongshi(&["check", "--cases", &cases, "--policy", &policy])
    };
    let embedded = programme::parameters::EMBEDDED;
    assert!(printed(&under(embedded.replace("value = false", "value = true"))).contains(r#""verdict":"ok""#));
    let end = zongshi(&["calc", "notice-end", "2025-09-26", "--policy", &policy]);
    assert_eq!(printed(&end), "2025-10-09\n");
    let refused = under(embedded.replace("value = 55", "value = -1").replace("value = 500", "value = 0"));
    let problems = String::from_utf8(refused.stderr.clone()).unwrap();
    assert_eq!((printed(&refused).as_str(), refused.status.code()), ("", Some(1)));
    assert!(problems.contains("age_years_max.value") && problems.contains("people_target.value"), "{problems}");
}
