//! Import, export and template as a person at a terminal meets them: exit codes, both streams, files that come and go.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn zongshi(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_zongshi")).args(words).current_dir(folder).output().expect("run zongshi");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("a code"), text(stdout), text(stderr))
}

fn folder_with(name: &str, content: &str) -> TempDir {
    let folder = TempDir::new().expect("make a folder");
    std::fs::write(folder.path().join(name), content).expect("write the file");
    folder
}

const NEED: &str = concat!(
    r#"{"id":"N1","title":"=大型风电轴承的寿命","keywords":["轴承","疲劳"],"posts":2,"#,
    r#""enterprise":{"name":"示例轴承有限公司","credit_code":"91230199MA0000015K","region":"230103"}}"#,
    "\n"
);

#[test]
fn what_is_imported_exported_and_imported_again_is_the_same() {
    let folder = folder_with("needs.jsonl", NEED);
    for data in ["one", "two"] {
        assert_eq!(zongshi(folder.path(), &["migrate", "--data", data]).0, 0);
    }
    let imported = zongshi(folder.path(), &["import", "needs", "needs.jsonl", "--data", "one"]);
    assert_eq!((imported.0, imported.1.as_str()), (0, "已导入需求：新增 1 条，更新 0 条\n"), "{}", imported.2);
    assert_eq!(zongshi(folder.path(), &["export", "needs", "needs.xlsx", "--data", "one"]).0, 0);
    assert_eq!(zongshi(folder.path(), &["import", "needs", "needs.xlsx", "--data", "two"]).0, 0);
    assert_eq!(zongshi(folder.path(), &["export", "needs", "again.jsonl", "--data", "two"]).0, 0);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect(name);
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(parsed(&read("again.jsonl")), parsed(NEED));
}

#[test]
fn a_refused_file_ends_with_1_lists_every_problem_and_comes_back_marked() {
    let folder = folder_with("needs.jsonl", "{\"id\":1,\"title\":\"题\"}\n{\"id\":\"N2\"}\n");
    let words = ["import", "needs", "needs.jsonl", "--check-only", "--annotated", "marked.xlsx"];
    let (code, out, err) = zongshi(folder.path(), &words);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        err,
        "第 1 行 id “需求编号”写成了数字 1；请加引号写成文本\n第 2 行 “需求题目”没有填；必须填写\n\
         没有写入任何需求：共 2 处问题，请改正后重新导入\n批注后的工作簿：marked.xlsx\n"
    );
    assert!(folder.path().join("marked.xlsx").exists());

    let (code, out, _) = zongshi(folder.path(), &["import", "needs", "needs.jsonl", "--check-only", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, report["problems_count"].as_u64(), report["written"].is_null()), (1, Some(2), true));
    assert_eq!(report["problems"][0]["code"], "id.number");
}

#[test]
fn wrong_words_end_with_2_and_a_missing_file_with_3() {
    let folder = folder_with("needs.jsonl", NEED);
    assert_eq!(zongshi(folder.path(), &["import", "wishes", "needs.jsonl", "--check-only"]).0, 2);
    assert_eq!(zongshi(folder.path(), &["export", "needs", "needs.csv"]).0, 2);
    let (code, _, err) = zongshi(folder.path(), &["import", "needs", "absent.jsonl", "--check-only"]);
    assert_eq!(code, 3);
    assert!(err.contains("读取文件 absent.jsonl"), "{err}");
}

#[test]
fn a_template_that_nobody_filled_in_is_refused_as_empty() {
    let folder = folder_with("unused", "");
    for kind in ["needs", "people", "works", "units", "enterprises", "shareholders", "misconduct", "calendar"] {
        assert_eq!(zongshi(folder.path(), &["template", kind, "t.xlsx"]).0, 0);
        let (code, _, err) = zongshi(folder.path(), &["import", kind, "t.xlsx", "--check-only"]);
        assert_eq!(code, 1);
        assert!(err.contains("只有表头，没有一行数据"), "{kind}: {err}");
    }
}
