//! Style sheet, script and icon: served under hashed names, small, fit for old browsers, calling nobody.

use axum::http::StatusCode;
use platform::web::assets::{all, href, tokens, with_literals};

use super::Visitor;

const STYLE_BYTES_MAX: usize = 40 * 1024;

/// What Firefox 52 and Chromium 49 do not understand; an unknown selector drops its whole rule.
const TOO_NEW: &[&str] = &[
    ":has(",
    ":is(",
    ":where(",
    ":focus-visible",
    "@container",
    "@layer",
    "inset:",
    " gap:",
    "clamp(",
    " min(",
    " max(",
    "aspect-ratio",
    "color-mix(",
    "&:",
    "margin-inline",
    "padding-inline",
    "overflow-wrap: anywhere",
];

fn style() -> String {
    String::from_utf8(all()["zongshi.css"].bytes.clone()).expect("the style sheet is text")
}

#[tokio::test]
async fn assets_are_kept_for_a_year_under_names_that_change_with_their_content() {
    let answer = Visitor::new().get(href("zongshi.css")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(Visitor::new().get("/assets/zongshi.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(Visitor::new().get("/assets/zongshi-000000000000.css").await.status, StatusCode::NOT_FOUND);
}

#[test]
fn the_style_sheet_is_small() {
    assert!(style().len() <= STYLE_BYTES_MAX, "{} bytes", style().len());
}

#[test]
fn no_asset_reaches_another_host() {
    for (name, asset) in all() {
        let text = String::from_utf8_lossy(&asset.bytes).replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("://") && !text.contains("url(") && !text.contains("@import"), "{name}");
    }
}

#[test]
fn the_style_sheet_asks_nothing_that_old_browsers_do_not_know() {
    let found: Vec<&&str> = TOO_NEW.iter().filter(|word| style().contains(**word)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_script_is_written_for_browsers_of_2015() {
    let script = String::from_utf8_lossy(&all()["zongshi.js"].bytes).into_owned();
    let found: Vec<&str> = ["=>", "let ", "const ", "`", "class ", "async ", "fetch(", "?."]
        .into_iter()
        .filter(|word| script.contains(word))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn each_class_of_the_style_sheet_is_used() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut uses = String::new();
    for (below, ending) in [("templates", "html"), ("src/web", "rs")] {
        for path in crate::tidy::files_below(&folder.join(below), ending) {
            uses.push_str(&std::fs::read_to_string(path).expect("a source file is text"));
        }
    }
    let css = style();
    assert!(classes(&css).contains("table-frame"));
    let unused: Vec<&str> = classes(&css).into_iter().filter(|class| !is_used(class, &uses)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// The names after a dot, outside declarations.
fn classes(css: &str) -> std::collections::BTreeSet<&str> {
    let selectors = css.split(['}', ';']).filter_map(|part| part.rsplit_once('{')).map(|(selector, _)| selector);
    selectors
        .flat_map(|selector| selector.split('.').skip(1))
        .map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap_or_default())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

/// A class stands in a template whole, or its last part is a value: `status-{{ tone }}`.
fn is_used(class: &str, uses: &str) -> bool {
    let varies = class
        .rsplit_once('-')
        .is_some_and(|(stem, _)| uses.contains(&format!("{stem}-{{{{")) || uses.contains(&format!("{stem}-{{}}")));
    varies || uses.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == class)
}

#[test]
fn every_custom_property_is_preceded_by_its_literal_value() {
    let mut before = String::new();
    for declaration in style().split([';', '{', '}']).map(str::trim).map(str::to_owned) {
        if let Some((property, value)) = declaration.split_once(':')
            && value.contains("var(")
        {
            let literal = before.split_once(':').map_or("", |(name, _)| name);
            assert_eq!(literal.trim(), property.trim(), "{declaration}");
            assert!(!before.contains("var("), "{before}");
        }
        before = declaration;
    }
}

#[test]
fn literals_are_written_before_their_properties() {
    let css = ":root {\n  --ink: #111;\n}\na { color: var(--ink); border: 1px solid var(--ink); }\nb {\n  top: 0;\n  color: var(--ink);\n}\n";
    let body = with_literals(css);
    assert!(
        body.contains("a { color: #111; color: var(--ink); border: 1px solid #111; border: 1px solid var(--ink); }")
    );
    assert!(body.contains("  top: 0;\n  color: #111;  color: var(--ink);\n"), "{body}");
}

#[test]
fn the_systems_dark_colours_are_those_of_the_dark_theme() {
    let css = style();
    assert_eq!(tokens(&css, ".theme-auto"), tokens(&css, ".theme-dark"));
}
