//! `zongshi match`, `why` and `evaluate` as a script sees them: files, output and exit codes.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

const NEEDS: &str = r#"{"id":"n1","title":"高韧性立方氮化硼ＣＢＮ单晶研制","content":"触媒配方与高温高压合成工艺，抗冲击韧性≥67%。"}
{"id":"n2","title":"电池"}
"#;

const PEOPLE: &str = r#"{"id":"p1","name":"甲","unit":"大学","unit_kind":"university","birth":"1960-01-01","degree":"doctor","team":"超硬材料","works":[{"id":"w1","kind":"paper","title":"立方氮化硼CBN单晶的高温高压合成"},{"id":"w2","title":"触媒制备"}]}
{"id":"p2","name":"=乙","birth":"1990-01-01","degree":"doctor","team":"超硬材料","works":[{"id":"w3","title":"立方氮化硼刀具"}]}
{"id":"p3","works":[{"id":"w4","title":"锂离子电池隔膜"}]}
{"id":"p4"}
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("the test's own file"));
        std::fs::write(folder.path("needs.jsonl"), NEEDS).expect("the test's own file");
        std::fs::write(folder.path("people.jsonl"), PEOPLE).expect("the test's own file");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program inside the folder.
    fn zongshi(&self, words: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zongshi"));
        command.current_dir(self.0.path()).args(words.split_whitespace()).output().expect("the program starts")
    }

    fn matched(&self, words: &str) -> Output {
        self.zongshi(&format!("match --needs needs.jsonl --people people.jsonl {words}"))
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(name)).expect("the test's own file");
        text.lines().map(|line| serde_json::from_str(line).expect("the test's own file")).collect()
    }
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_run_begins_with_its_record_and_lists_everybody_when_asked() {
    let folder = Folder::new();
    assert_eq!(code(&folder.matched("--out run.jsonl --top all")), Some(0));
    let lines = folder.lines("run.jsonl");
    assert_eq!(lines.len(), 1 + 2 * 4);
    assert_eq!((&lines[0]["run"]["needs"], &lines[0]["run"]["top"]), (&2.into(), &Value::Null));
    assert_eq!(
        (&lines[1]["need_id"], &lines[1]["person_id"], &lines[1]["rank"]),
        (&"n1".into(), &"p1".into(), &1.into())
    );
    let without_works = lines.iter().find(|line| line["person_id"] == "p4").unwrap();
    assert_eq!(without_works["flags"], serde_json::json!(["no_works", "nothing_shared"]));
    assert!(lines[5..].iter().all(|line| line["flags"][0] == "short_need"));
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::new();
    let bytes = |threads: u8| {
        assert_eq!(code(&folder.matched(&format!("--out run.jsonl --explain --threads {threads}"))), Some(0));
        std::fs::read(folder.path("run.jsonl")).unwrap()
    };
    assert_eq!(bytes(1), bytes(3));
}

#[test]
fn a_broken_rule_is_shown_and_nobody_is_removed() {
    let folder = Folder::new();
    assert_eq!(code(&folder.matched("--out run.jsonl --date 2025-02-10")), Some(0));
    let lines = folder.lines("run.jsonl");
    let old = lines.iter().find(|line| line["person_id"] == "p1").unwrap();
    assert_eq!((&old["rank"], &old["eligibility"]["verdict"]), (&1.into(), &"refused".into()));
    assert_eq!(old["eligibility"]["findings"][0]["code"], "age.within_limit");
}

#[test]
fn the_plan_pushes_nobody_whom_a_rule_refuses() {
    let folder = Folder::new();
    let output = folder.matched("--out run.jsonl --date 2025-02-10 --plan plan.jsonl");
    assert_eq!(code(&output), Some(0), "{}", errors(&output));
    let pushes: Vec<Value> = folder.lines("plan.jsonl").into_iter().filter(|line| line["role"] == "push").collect();
    let pairs: Vec<_> = pushes.iter().map(|line| (line["need_id"].as_str(), line["person_id"].as_str())).collect();
    assert_eq!(pairs, [(Some("n1"), Some("p2")), (Some("n2"), Some("p3"))]);
}

#[test]
fn a_workbook_holds_the_candidates_and_no_formula() {
    let folder = Folder::new();
    assert_eq!(code(&folder.matched("--out run.xlsx --top 2")), Some(0));
    let sheets = paperwork::read(&std::fs::read(folder.path("run.xlsx")).unwrap()).unwrap();
    assert_eq!(sheets[0].rows.len(), 1 + 2 * 2);
    let cells: Vec<_> = sheets[0].rows.iter().flat_map(|row| &row.cells).map(|(_, cell)| cell).collect();
    assert!(cells.contains(&&paperwork::Cell::Text("=乙".into())));
    assert!(!cells.iter().any(|cell| matches!(cell, paperwork::Cell::Formula(_))));
}

#[test]
fn a_trec_run_has_top_lines_a_need_and_is_evaluated() {
    let folder = Folder::new();
    assert_eq!(code(&folder.matched("--out run.trec --top 3")), Some(0));
    assert_eq!(std::fs::read_to_string(folder.path("run.trec")).unwrap().lines().count(), 2 * 3);
    std::fs::write(folder.path("qrels.tsv"), "need_id\tperson_id\tlevel\nn1\tp1\t4\nn1\tp2\t2\nn2\tp3\t3\n").unwrap();
    let output = folder.zongshi("evaluate --run run.trec --qrels qrels.tsv --json");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["full"]["ndcg_at_10"], &report["judged"]["mrr_at_10"]), (&1.0.into(), &1.0.into()));
    assert_eq!(report["level_error"], Value::Null);
    let text = folder.zongshi("evaluate --run run.trec --qrels qrels.tsv").stdout;
    assert!(String::from_utf8(text).unwrap().contains("nDCG@10         1.0000    1.0000"));
}

#[test]
fn why_adds_up_and_names_the_gap() {
    let folder = Folder::new();
    let words = "why --needs needs.jsonl --people people.jsonl --need n1 --person p2 --top 1";
    let text = String::from_utf8(folder.zongshi(words).stdout).unwrap();
    for part in ["第 2 名（共 4 人）", "“立方氮化硼”", "未列入前 1 名：比末位 p1", "团队 超硬材料：可替补 p1"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let answer: Value = serde_json::from_slice(&folder.zongshi(&format!("{words} --json")).stdout).unwrap();
    assert_eq!(answer["reason"]["score"], answer["score"]);
    assert_eq!(answer["gap"]["last_chosen"], "p1");
}

#[test]
fn what_cannot_be_done_is_refused_with_the_way_out() {
    let folder = Folder::new();
    let model = folder.matched("--out run.jsonl --model somewhere");
    assert_eq!((code(&model), errors(&model).contains("--model none")), (Some(1), true));
    assert_eq!(code(&folder.matched("--out run.csv")), Some(2));
    let unknown = folder.zongshi("why --needs needs.jsonl --people people.jsonl --need n9 --person p9");
    assert_eq!((code(&unknown), errors(&unknown).matches("没有编号").count()), (Some(1), 2));
    std::fs::write(folder.path("people.jsonl"), [PEOPLE, PEOPLE].concat()).unwrap();
    assert_eq!(code(&folder.matched("--out twice.jsonl")), Some(1));
    std::fs::write(folder.path("people.jsonl"), "").unwrap();
    assert_eq!(code(&folder.matched("--out empty.jsonl")), Some(1));
    assert!(!folder.path("twice.jsonl").exists() && !folder.path("empty.jsonl").exists());
}
