//! Style sheet, script and icon inside the binary, under names that carry their content's hash: caches keep them for a
//! year and a new version is a new name.
//!
//! The style sheet's source uses custom properties alone. What is served gives each such declaration its literal value in
//! the light theme first, so a browser that knows no custom properties still shows the light theme.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use programme::seal::hex;
use rust_embed::RustEmbed;
use sm3::{Digest, Sm3};

use super::Site;
use super::errors::Failure;

const FOR_A_YEAR: &str = "public, max-age=31536000, immutable";
const HASH_BYTES: usize = 6;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// One file as it is served.
pub struct Asset {
    /// Path with the hash: `/assets/zongshi-0f3a….css`.
    pub href: String,
    /// Media type.
    pub kind: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> =
    LazyLock::new(|| Files::iter().filter_map(|name| Some((name.to_string(), prepared(&name)?))).collect());

/// Every file by its plain name.
pub fn all() -> &'static BTreeMap<String, Asset> {
    &ASSETS
}

/// The path to put into a page for the file of this plain name.
///
/// # Panics
/// When there is no such file: names are written in code.
pub fn href(name: &str) -> &'static str {
    &ASSETS.get(name).unwrap_or_else(|| panic!("no asset is called {name}")).href
}

/// `GET /assets/{name-hash.ending}`.
pub fn routes() -> Router<Site> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let Some(asset) = ASSETS.values().find(|asset| asset.href == path) else {
        return Failure::NotFound.into_response();
    };
    ([(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, FOR_A_YEAR)], asset.bytes.as_slice()).into_response()
}

fn prepared(name: &str) -> Option<Asset> {
    let (stem, ending) = name.rsplit_once('.')?;
    let source = Files::get(name)?.data.into_owned();
    let (kind, bytes) = match ending {
        "css" => ("text/css; charset=utf-8", with_literals(&String::from_utf8(source).ok()?).into_bytes()),
        "js" => ("text/javascript; charset=utf-8", source),
        "svg" => ("image/svg+xml", source),
        _ => return None,
    };
    let hash = hex(&Sm3::digest(&bytes)[..HASH_BYTES]);
    Some(Asset { href: format!("/assets/{stem}-{hash}.{ending}"), kind, bytes })
}

/// Puts before each declaration with `var(--x)` the same one with the literal values of `:root`.
///
/// The source keeps each declaration on a line of its own; short rules may stand whole on one line.
pub fn with_literals(css: &str) -> String {
    let values = tokens(css, ":root");
    let mut out = String::with_capacity(css.len() * 2);
    for line in css.lines() {
        if line.trim_start().starts_with("--") {
            out.push_str(line);
        } else {
            line.split_inclusive(';').for_each(|part| push_declaration(&mut out, part, &values));
        }
        out.push('\n');
    }
    out
}

fn push_declaration(out: &mut String, part: &str, values: &BTreeMap<&str, &str>) {
    if part.contains("var(") && part.ends_with(';') {
        let (opening, declaration) = part.split_at(part.rfind('{').map_or(0, |brace| brace + 1));
        let literal = values
            .iter()
            .fold(declaration.to_owned(), |text, (name, value)| text.replace(&format!("var({name})"), value));
        out.push_str(opening);
        out.push_str(&literal);
        out.push_str(declaration);
    } else {
        out.push_str(part);
    }
}

/// The custom properties that the first rule with exactly this selector sets.
pub fn tokens<'a>(css: &'a str, selector: &str) -> BTreeMap<&'a str, &'a str> {
    let Some(start) = css.find(&format!("{selector} {{")) else { return BTreeMap::new() };
    let body = css[start..].split(['{', '}']).nth(1).unwrap_or_default();
    body.split(';')
        .filter_map(|declaration| declaration.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(name, _)| name.starts_with("--"))
        .collect()
}
