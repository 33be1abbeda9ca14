//! `zongshi train` as a script sees it.
//!
//! 1. Trained weights lie in a folder that `--model` takes, and a run names them; a broken file is refused.
//! 2. Counts that do not fit are wrong usage, too few graded needs a refusal.
//! 3. Trained again from scratch on the shared sets, the published weights come out byte for byte.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::small_model;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../matching/tests/corpus");

fn zongshi(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zongshi"));
    command.current_dir(folder).args(words).output().expect("the program starts")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn train(folder: &Path, further: &[&str]) -> Output {
    let [needs, people, qrels] = ["needs.jsonl", "people.jsonl", "qrels.tsv"].map(|file| format!("{CORPUS}/{file}"));
    let words = ["train", "--needs", &needs, "--people", &people, "--qrels", &qrels, "--out", "mine"];
    zongshi(folder, &words.into_iter().chain(further.iter().copied()).collect::<Vec<_>>())
}

fn matched(folder: &Path) -> Output {
    let [needs, people] = ["needs.jsonl", "people.jsonl"].map(|file| format!("{CORPUS}/{file}"));
    zongshi(folder, &["match", "--needs", &needs, "--people", &people, "--out", "run.jsonl", "--model", "mine"])
}

#[test]
fn trained_weights_are_used_where_the_model_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("e5-small-q4.bin");
    std::fs::write(&model, small_model::bytes()).expect("the test's own file");
    for model in ["none", "e5-small-q4.bin"] {
        let _ = std::fs::remove_dir_all(folder.path().join("mine"));
        let output = train(folder.path(), &["--model", model, "--about", "自编语料"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        assert!(said(&output.stdout).contains("自编语料：已分级需求 12 条"), "{}", said(&output.stdout));
        let output = matched(folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        let run = std::fs::read_to_string(folder.path().join("run.jsonl")).expect("the run");
        let record: serde_json::Value = serde_json::from_str(run.lines().next().expect("a record")).expect("JSON");
        assert!(record["run"]["weights"].as_str().is_some_and(|name| name.starts_with("trained-")), "{record}");
        assert_eq!(record["run"]["model"] == "none", model == "none", "{record}");
        let line: serde_json::Value = serde_json::from_str(run.lines().nth(1).expect("a candidate")).expect("JSON");
        assert!(line["probability"].as_f64().is_some_and(|probability| (0.0..=1.0).contains(&probability)), "{line}");
    }
}

#[test]
fn weights_of_another_model_or_broken_ones_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("e5-small-q4.bin"), small_model::bytes()).expect("the test's own file");
    assert_eq!(train(folder.path(), &["--model", "e5-small-q4.bin"]).status.code(), Some(0));
    let file = folder.path().join("mine/weights.json");
    let weights = std::fs::read_to_string(&file).expect("the weights");
    let place = weights.find("\"model\": \"").expect("a model") + 10;
    let mut other = weights.clone();
    other.replace_range(place..place + 4, "0000");
    for (text, told) in [(other.as_str(), "训练时的向量模型是 0000"), ("{}", "不能用")] {
        std::fs::write(&file, text).expect("the test's own file");
        let output = matched(folder.path());
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output.stderr).contains(told), "{}", said(&output.stderr));
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = train(folder.path(), &["--model", "none", "--needs", "more.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stderr).contains("现为 2、1、1 个"), "{}", said(&output.stderr));
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("the test's own file");
    write("needs.jsonl", "{\"id\":\"n1\",\"title\":\"石墨烯\"}\n");
    write("people.jsonl", "{\"id\":\"p1\"}\n");
    write("qrels.tsv", "n1\tp1\t4\nn2\tp1\t4\n");
    let words = "train --needs needs.jsonl --people people.jsonl --qrels qrels.tsv --model none --out mine";
    let output = zongshi(folder.path(), &words.split(' ').collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(1));
    let told = said(&output.stderr);
    assert!(told.contains("有 1 个需求编号不在需求文件中") && told.contains("至少要 5 条"), "{told}");
    assert!(!folder.path().join("mine").exists());
}

fn shared() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where the shared data is")]
    let told = std::env::var("ZONGSHI_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let found = told.unwrap_or(beside).join("data");
    found.is_dir().then_some(found)
}

/// The installed model: the one `ZONGSHI_MODEL` names, or the one in the checkout's data folder.
fn installed() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where the model is")]
    let told = std::env::var("ZONGSHI_MODEL").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/models/e5-small/e5-small-q4.bin");
    Some(told.unwrap_or(beside)).filter(|file| file.is_file())
}

#[test]
fn training_again_gives_the_published_weights() {
    let Some(data) = shared() else {
        eprintln!("\n*** THE PUBLISHED WEIGHTS WERE NOT TRAINED AGAIN: no ../shared/data, set ZONGSHI_SHARED ***\n");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let model = installed();
    let file = |set: &str, name: &str| data.join(set).join(name).display().to_string();
    let mut words: Vec<String> = vec!["train".into(), "--json".into(), "--out".into(), "mine".into()];
    for (set, about) in [("bdci-dev", ABOUT_NEEDS), ("people-dev", ABOUT_PROJECTS)] {
        for (option, name) in [("--needs", "needs.jsonl"), ("--people", "people.jsonl"), ("--qrels", "qrels.tsv")] {
            words.extend([option.to_owned(), file(set, name)]);
        }
        words.extend(["--about".to_owned(), about.to_owned()]);
    }
    words.push("--model".to_owned());
    words.push(model.as_ref().map_or("none".to_owned(), |file| file.display().to_string()));
    let output = zongshi(folder.path(), &words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let published = include_str!("../../../matching/data/weights.json");
    let trained = std::fs::read_to_string(folder.path().join("mine/weights.json")).expect("the weights");
    if model.is_some() {
        assert_eq!(trained, published);
        return;
    }
    eprintln!("\n*** THE PUBLISHED WEIGHTS WERE TRAINED AGAIN WITHOUT VECTORS: no model, set ZONGSHI_MODEL ***\n");
    let by_words = |text: &str| {
        let mut trained: serde_json::Value = serde_json::from_str(text).expect("JSON");
        trained["model"].take();
        trained["sets"].as_array_mut().expect("sets").iter_mut().for_each(|set| drop(set["meaning"].take()));
        trained
    };
    assert_eq!(by_words(&trained), by_words(published));
}

/// What the published weights say of their data.
const ABOUT_NEEDS: &str = "企业技术需求与科技成果（CCF BDCI 2019 竞赛 359，技术转移人员分级）";
const ABOUT_PROJECTS: &str = "项目与负责人（国家自然科学基金、社会科学基金 2017 年立项名单）";
