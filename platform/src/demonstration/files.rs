//! The demonstration as files, in the formats that every command reads.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use programme::record::Shareholder;
use serde::Serialize;
use serde_json::json;

use super::Province;

/// Writes `needs.jsonl`, `people.jsonl`, `enterprises.jsonl`, `units.jsonl`, `shareholders.jsonl`, `misconduct.jsonl` and
/// `qrels.tsv` into a folder, which is made when missing.
pub fn write_files(province: &Province, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))?;
    for (name, text) in texts(province)? {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// Names and contents of the files.
pub(super) fn texts(province: &Province) -> anyhow::Result<[(&'static str, String); 7]> {
    Ok([
        ("needs.jsonl", json_lines(&province.needs)?),
        ("people.jsonl", json_lines(&province.people)?),
        ("enterprises.jsonl", json_lines(&province.enterprises)?),
        ("units.jsonl", json_lines(&province.units)?),
        ("shareholders.jsonl", json_lines(&holdings(province))?),
        ("misconduct.jsonl", json_lines(&province.misconduct)?),
        ("qrels.tsv", qrels(province)),
    ])
}

/// Shares in per cent, as people write them; records keep basis points.
fn holdings(province: &Province) -> Vec<serde_json::Value> {
    let line = |of: &Shareholder| {
        json!({
            "enterprise": of.enterprise,
            "holder": of.holder,
            "holder_id": of.holder_id,
            "share_percent": format!("{}.{:02}", of.share_basis_points / 100, of.share_basis_points % 100),
            "founder": of.founder,
        })
    };
    province.shareholders.iter().map(line).collect()
}

fn json_lines<T: Serialize>(records: &[T]) -> serde_json::Result<String> {
    let mut text = String::new();
    for record in records {
        text.push_str(&serde_json::to_string(record)?);
        text.push('\n');
    }
    Ok(text)
}

fn qrels(province: &Province) -> String {
    let mut text = String::from("need_id\tperson_id\tlevel\n");
    for pair in &province.truth {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\t{}\t{}", pair.need, pair.person, pair.level);
    }
    text
}
