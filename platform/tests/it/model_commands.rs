//! `zongshi model` and `--model` as a script sees them.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::small_model;

fn zongshi(folder: &Path, words: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zongshi"));
    command.current_dir(folder).args(words.split_whitespace()).output().expect("the program starts")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("the test's own file");
    write("needs.jsonl", "{\"id\":\"n1\",\"title\":\"石墨烯防腐涂层\"}\n");
    write("people.jsonl", "{\"id\":\"p1\",\"works\":[{\"id\":\"w1\",\"kind\":\"paper\",\"title\":\"石墨烯涂层\"}]}\n");
    folder
}

/// The `model` of the record with which a run begins.
fn model_of_run(folder: &Path, words: &str) -> String {
    let words = format!("match --needs needs.jsonl --people people.jsonl --out run.jsonl {words}");
    let output = zongshi(folder, &words);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let run = std::fs::read_to_string(folder.join("run.jsonl")).expect("the run");
    let record: Value = serde_json::from_str(run.lines().next().expect("a record")).expect("JSON");
    record["run"]["model"].as_str().expect("a model").to_owned()
}

#[test]
fn without_models_the_list_says_how_to_get_one() {
    let folder = folder();
    let output = zongshi(folder.path(), "model list");
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output.stdout).contains("zongshi model install"));
}

#[test]
fn a_file_with_another_hash_is_not_installed() {
    let folder = folder();
    std::fs::write(folder.path().join("e5-small-q4.bin"), small_model::bytes()).expect("the test's own file");
    let output = zongshi(folder.path(), "model install --from e5-small-q4.bin");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output.stderr).contains("没有安装"), "{}", said(&output.stderr));
    assert!(!folder.path().join("data/models").exists());
}

#[test]
fn a_run_names_the_model_of_the_folder_the_installed_one_or_none() {
    let folder = folder();
    assert_eq!(model_of_run(folder.path(), ""), "none");
    for place in ["mine", "data/models/e5-small"] {
        let place = folder.path().join(place);
        std::fs::create_dir_all(&place).expect("a folder");
        std::fs::write(place.join("e5-small-q4.bin"), small_model::bytes()).expect("the test's own file");
    }
    let identity = model_of_run(folder.path(), "--model mine");
    assert_eq!(identity.len(), 64);
    assert_eq!(model_of_run(folder.path(), ""), identity);
    assert_eq!(model_of_run(folder.path(), "--model none"), "none");
    let list = said(&zongshi(folder.path(), "model list --json").stdout);
    assert!(list.contains(&identity) && list.contains("\"dimensions\":32"), "{list}");
}

#[test]
fn a_folder_without_a_model_is_refused_with_what_lies_there() {
    let folder = folder();
    for (choice, found) in
        [("absent", "没有这个目录"), (".", "目录中有 needs.jsonl、people.jsonl"), ("needs.jsonl", "不能用")]
    {
        let words = format!("match --needs needs.jsonl --people people.jsonl --out run.jsonl --model {choice}");
        let output = zongshi(folder.path(), &words);
        assert_eq!(output.status.code(), Some(1), "{choice}");
        assert!(said(&output.stderr).contains(found), "{choice}: {}", said(&output.stderr));
    }
}
