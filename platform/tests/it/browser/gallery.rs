//! The gallery in Chromium:
//!
//! 1. axe-core finds nothing, in every theme, at the largest type, in both languages;
//! 2. nothing is wider than a telephone's screen;
//! 3. the keyboard reaches the content first;
//! 4. settings work with page scripts turned off;
//! 5. a running job's bar moves by script without a reload;
//! 6. dark colours are taken from the system until a person chooses;
//! 7. the page prints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use fantoccini::Locator;
use fantoccini::key::Key;
use platform::web::{Site, around, assets, public_router};

use super::{Browser, Scripts};

async fn open(scripts: Scripts) -> Browser {
    Browser::open(public_router(Site::default()), scripts).await
}

#[tokio::test]
async fn the_gallery_is_accessible_in_every_theme() {
    let browser = open(Scripts::On).await;
    for theme in ["light", "dark"] {
        browser.choose(theme, "normal", "zh").await;
        browser.assert_accessible(&[]).await;
        browser.picture(&format!("gallery-{theme}")).await;
    }
    browser.choose("contrast", "normal", "zh").await;
    browser.assert_accessible(&["wcag2aaa"]).await;
    browser.picture("gallery-contrast").await;
    browser.close().await;
}

#[tokio::test]
async fn the_gallery_is_accessible_at_the_largest_type_and_in_english() {
    let browser = open(Scripts::On).await;
    browser.choose("light", "larger", "en").await;
    browser.assert_accessible(&[]).await;
    browser.assert_fits().await;
    browser.picture("gallery-larger-english").await;
    browser.go("/appearance").await;
    browser.assert_accessible(&[]).await;
    browser.picture("appearance").await;
    browser.go("/no-such-page").await;
    browser.assert_accessible(&[]).await;
    browser.picture("not-found").await;
    browser.close().await;
}

#[tokio::test]
async fn the_gallery_fits_a_telephone() {
    let browser = Browser::open_phone(public_router(Site::default())).await;
    browser.go("/gallery").await;
    browser.assert_fits().await;
    let script =
        "const frame = document.getElementById('sentences').parentNode; return frame.scrollWidth - frame.clientWidth";
    let beyond = browser.client.execute(script, vec![]).await.expect("the table is measured");
    assert_eq!(beyond.as_i64(), Some(0), "a table of sentences stacks instead of being scrolled");
    browser.assert_accessible(&[]).await;
    browser.screenshot("gallery-phone").await;
    browser.close().await;
}

#[tokio::test]
async fn the_first_key_leads_past_the_navigation() {
    let browser = open(Scripts::On).await;
    browser.go("/gallery").await;
    let body = browser.client.find(Locator::Css("body")).await.expect("a body");
    body.send_keys(&Key::Tab.to_string()).await.expect("Tab");
    let first = browser.client.active_element().await.expect("an element has the focus");
    assert_eq!(first.attr("href").await.expect("an attribute").as_deref(), Some("#content"));
    first.send_keys(&Key::Enter.to_string()).await.expect("Enter");
    let now = browser.client.active_element().await.expect("an element has the focus");
    assert_eq!(now.attr("id").await.expect("an attribute").as_deref(), Some("content"));
    browser.close().await;
}

#[tokio::test]
async fn settings_work_with_page_scripts_turned_off() {
    let browser = open(Scripts::Off).await;
    browser.choose("dark", "large", "en").await;
    assert_eq!(browser.path().await, "/gallery");
    assert_eq!(browser.text("h1").await, "Interface components");
    browser.press(".top button[name=lang]").await;
    browser.client.wait().for_element(Locator::Css("html[lang=zh-CN].theme-dark")).await.expect("back in Chinese");
    browser.close().await;
}

#[tokio::test]
async fn a_running_jobs_bar_moves_by_script_without_a_reload() {
    let seen = Arc::new(AtomicU8::new(0));
    let counted = Arc::clone(&seen);
    let job = move || async move { Html(job_page(counted.fetch_add(1, Ordering::SeqCst))) };
    let routes = Router::new().route("/job", get(job)).merge(assets::routes());
    let browser = Browser::open(around(routes, Site::default()), Scripts::On).await;
    browser.go("/job").await;
    let first = browser.client.find(Locator::Css("h1")).await.expect("a heading");
    browser.client.wait().for_element(Locator::Css("progress[value='2']")).await.expect("the bar moves");
    assert_eq!(first.text().await.expect("the same page is still there"), "任务");
    browser.close().await;
}

fn job_page(done: u8) -> String {
    let script = assets::href("zongshi.js");
    format!(
        "<!DOCTYPE html><title>任务</title><script src='{script}' defer></script><h1>任务</h1>\
         <div id='progress' data-poll-seconds='1'><p class='progress-line'>{done}</p><progress max='9' value='{done}'>\
         </progress></div>"
    )
}

#[tokio::test]
async fn dark_colours_come_from_the_system_until_a_person_chooses() {
    const DARK_GROUND: &str = "rgba(17, 23, 30, 1)";
    let browser = Browser::open_dark(public_router(Site::default())).await;
    browser.go("/gallery").await;
    assert_eq!(browser.ground().await, DARK_GROUND);
    browser.choose("light", "normal", "zh").await;
    assert_ne!(browser.ground().await, DARK_GROUND);
    browser.close().await;
}

#[tokio::test]
async fn the_gallery_prints() {
    let browser = open(Scripts::On).await;
    browser.choose("dark", "normal", "zh").await;
    let pdf = browser.printed("gallery").await;
    assert!(pdf.starts_with(b"%PDF"), "not a PDF");
    browser.close().await;
}
