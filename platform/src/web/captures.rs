//! Evidence that a public notice stood, and what it said (3.4c): while a list is in notice the site asks itself for the page
//! as anybody would, at least once an hour, and keeps moment, status, SM3 and text. A gap shows that the site was not up.
//!
//! Turned down: keeping what the page was made of, which says nothing of what was served; and asking over the network, which
//! tests the office's own line and not what the public gets.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::TimeDelta;
use programme::process::Matter;
use programme::seal::hex;
use sm3::{Digest, Sm3};
use store::{By, capture};
use tokio::sync::watch;
use tower::ServiceExt;

use super::{AppState, router, url};
use crate::usecases::notices;

/// Minutes between two captures of a notice.
pub const CAPTURE_MINUTES: i64 = 60;
/// Bytes of a page that are kept; a notice of five hundred names has a quarter of it.
pub const PAGE_BYTES_MAX: usize = 1 << 20;
/// How often it is looked whether a capture is due.
const LOOK_SECONDS: u64 = 60;

/// Takes captures until `stop` becomes true.
pub async fn keep(state: AppState, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(fault) = pass(&state).await {
            tracing::error!("capture the public notices: {fault:#}");
        }
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_secs(LOOK_SECONDS)) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Captures every notice whose last capture is an hour old; how many that were.
pub async fn pass(state: &AppState) -> anyhow::Result<usize> {
    let listings = notices::on_notice(&mut state.desk.database.read().await?).await?;
    let mut taken = 0;
    for listing in listings {
        taken += usize::from(capture_if_due(state, &listing).await?);
    }
    Ok(taken)
}

async fn capture_if_due(state: &AppState, listing: &Matter) -> anyhow::Result<bool> {
    let now = state.clock.now();
    let last = capture::last(&mut state.desk.database.read().await?, &listing.id).await?;
    if last.is_some_and(|last| now - last.taken < TimeDelta::minutes(CAPTURE_MINUTES)) {
        return Ok(false);
    }
    let (status, page) = served(state, &listing.id).await?;
    let page = without_tokens(&page);
    let by = By { at: now, login: "console", origin: "console" };
    let mut tx = state.desk.database.write().await?;
    capture::add(&mut tx, &by, &listing.id, status, &hex(&Sm3::digest(&page)), &page).await?;
    tx.commit().await?;
    Ok(true)
}

/// A page without the tokens of its forms, which are drawn anew for each answer: pages that say the same are the same.
pub fn without_tokens(page: &str) -> String {
    let mut parts = page.split(TOKEN);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(TOKEN);
        kept.push_str(part.find('"').map_or("", |end| &part[end..]));
    }
    kept
}

/// What stands before the value of a token ([`super::kit::hidden`]).
const TOKEN: &str = r#"name="csrf" value=""#;

/// The public page of a notice, as somebody who is not signed in gets it.
async fn served(state: &AppState, listing: &str) -> anyhow::Result<(u16, String)> {
    let request = Request::get(format!("/notice/{}", url::component(listing))).body(Body::empty())?;
    let response = router(state.clone()).oneshot(request).await?;
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), PAGE_BYTES_MAX).await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_without_the_tokens_of_its_forms() {
        let page = |token: &str| format!(r#"<p>甲</p><input type="hidden" name="csrf" value="{token}"><p>乙</p>"#);
        assert_eq!(without_tokens(&page("0123")), page(""));
        assert_eq!(without_tokens("<p>甲</p>"), "<p>甲</p>");
        assert_eq!(without_tokens(&page("1").repeat(2)), page("").repeat(2));
    }
}
