//! What lints cannot check about the repository:
//!
//! 1. our crates depend on each other in the stated direction only;
//! 2. the pure crates do no I/O and read no clock;
//! 3. each outside dependency says what it is for;
//! 4. each outside dependency's licence is one that we may ship;
//! 5. each template is used;
//! 6. each column of a file is in `docs/files.md` as it is;
//! 7. the locked benchmarks of `matching` lock the dependencies that it has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use programme::intake::Kind;

/// Which of our crates each of our crates may name under `[dependencies]`.
const DIRECTION: &[(&str, &[&str])] = &[
    ("programme", &[]),
    ("matching", &[]),
    ("paperwork", &[]),
    ("store", &["programme"]),
    ("platform", &["programme", "matching", "paperwork", "store"]),
];

const PURE: &[&str] = &["programme", "matching", "paperwork"];

/// Words of `std` and of the ecosystem that would make a pure crate impure.
const IMPURE: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "std::time::Instant", "SystemTime", "tokio::", "Utc::now"];

/// One of these has to be offered by a dependency's licence expression.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "Unicode-3.0",
    "MPL-2.0",
    "CDLA-Permissive-2.0",
    "BSL-1.0",
    "CC0-1.0",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("read {}: {error}", path.display()))
}

pub fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("list a folder of the repository").path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn manifest(crate_name: &str) -> toml::Table {
    read(&root().join(crate_name).join("Cargo.toml")).parse().expect("a manifest is TOML")
}

#[test]
fn our_crates_depend_on_each_other_in_one_direction() {
    let ours: BTreeSet<&str> = DIRECTION.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in DIRECTION {
        let manifest = manifest(name);
        let dependencies = manifest["dependencies"].as_table().expect("[dependencies] is a table");
        let named: BTreeSet<&str> =
            dependencies.keys().map(String::as_str).filter(|dependency| ours.contains(dependency)).collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(named.is_subset(&allowed), "{name} depends on {named:?}, allowed are {allowed:?}");
    }
}

#[test]
fn pure_crates_do_no_io_and_read_no_clock() {
    let mut broken = Vec::new();
    for name in PURE {
        for path in files_below(&root().join(name).join("src"), "rs") {
            let text = read(&path);
            broken.extend(
                IMPURE.iter().filter(|word| text.contains(*word)).map(|word| format!("{}: {word}", path.display())),
            );
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// A form tells beforehand which conditions hold; one that reads what is filled in must not be among them.
#[test]
fn each_guard_that_reads_the_form_is_left_to_the_form() {
    let mut unlisted = Vec::new();
    for path in files_below(&root().join("programme/src/process"), "rs") {
        let source = read(&path);
        for guard in source.split("Guard = Guard {").skip(1).filter_map(|rest| rest.split("\n};").next()) {
            let code = guard.split("code: \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let reads = guard.contains("case.inputs") || guard.contains("asked(case");
            if reads && !programme::process::foresight::is_of_the_form(code) {
                unlisted.push(code.to_owned());
            }
        }
    }
    assert!(unlisted.is_empty(), "{unlisted:?}");
}

#[test]
fn each_outside_dependency_says_what_it_is_for() {
    let text = read(&root().join("Cargo.toml"));
    let section = text.split("[workspace.dependencies]").nth(1).expect("the section exists");
    let section = section.split("\n[").next().expect("split gives at least one part");
    let silent: Vec<&str> = section
        .lines()
        .filter(|line| line.contains('=') && !line.contains("path = ") && !line.contains(" # "))
        .collect();
    assert!(silent.is_empty(), "say in one line what each is for: {silent:#?}");
}

#[test]
fn each_dependency_may_be_shipped() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let mut refused = BTreeMap::new();
    for package in metadata["packages"].as_array().expect("packages is a list") {
        let licence = package["license"].as_str().unwrap_or("none stated");
        if !may_be_shipped(licence) {
            refused.insert(package["name"].as_str().unwrap_or_default().to_owned(), licence.to_owned());
        }
    }
    assert!(refused.is_empty(), "licences that we may not ship: {refused:#?}");
}

/// Reads an SPDX expression as far as crates use it: each `AND` part must offer, among its `OR` parts, one of [`LICENCES`].
fn may_be_shipped(licence: &str) -> bool {
    licence.replace(['(', ')'], " ").replace('/', " OR ").split(" AND ").all(|part| {
        part.split(" OR ").any(|one| LICENCES.contains(&one.split(" WITH ").next().unwrap_or_default().trim()))
    })
}

#[test]
fn licence_expressions_are_read_part_by_part() {
    assert!(may_be_shipped("MIT OR Apache-2.0"));
    assert!(may_be_shipped("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(may_be_shipped("Apache-2.0 WITH LLVM-exception"));
    assert!(!may_be_shipped("GPL-2.0-or-later"));
    assert!(!may_be_shipped("MIT AND GPL-3.0"));
    assert!(!may_be_shipped("none stated"));
}

#[test]
fn each_template_is_used() {
    let templates = root().join("platform/templates");
    let mut uses = String::new();
    for path in files_below(&root().join("platform/src"), "rs").into_iter().chain(files_below(&templates, "html")) {
        uses.push_str(&read(&path));
    }
    let unused: Vec<String> = files_below(&templates, "html")
        .iter()
        .map(|path| path.strip_prefix(&templates).expect("listed below it").to_string_lossy().replace('\\', "/"))
        .filter(|name| !uses.contains(&format!("\"{name}\"")))
        .collect();
    assert!(unused.is_empty(), "templates that nothing names: {unused:#?}");
}

#[test]
fn each_column_of_a_file_is_described_as_it_is() {
    let page = read(&root().join("docs/files.md"));
    let sections: Vec<&str> = page.split("\n#").collect();
    for kind in Kind::ALL {
        let title = format!("## {}: sheet {}\n", kind.code(), kind.sheet());
        let section = sections.iter().find(|section| section.starts_with(&title));
        let section = section.unwrap_or_else(|| panic!("docs/files.md lacks {title}"));
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
        let described: Vec<&str> = rows.filter_map(|row| row.rsplit_once(" | ").map(|(names, _)| names)).collect();
        let columns: Vec<String> =
            kind.columns().iter().map(|column| format!("{}` | {}", column.name, column.heading)).collect();
        assert_eq!(described, columns, "{title}");
    }
}

/// `--locked` refuses to build them otherwise, and nobody builds them in a test.
#[test]
fn each_benchmark_s_lock_knows_what_matching_depends_on() {
    let wanted: BTreeSet<String> =
        manifest("matching")["dependencies"].as_table().expect("a table").keys().cloned().collect();
    let locks = files_below(&root().join("benchmarks"), "lock");
    assert!(!locks.is_empty(), "there are benchmarks that lock their dependencies");
    for lock in locks {
        let table: toml::Table = read(&lock).parse().expect("TOML");
        let packages = table["package"].as_array().expect("packages");
        let matching = packages.iter().find(|package| package["name"].as_str() == Some("matching")).expect("matching");
        let locked = matching["dependencies"].as_array().expect("names").iter().filter_map(toml::Value::as_str);
        // A name stands with its version where there are several.
        let locked: BTreeSet<String> = locked.filter_map(|name| Some(name.split(' ').next()?.to_owned())).collect();
        assert_eq!(locked, wanted, "{}: run `cargo update -w` beside it", lock.display());
    }
}
