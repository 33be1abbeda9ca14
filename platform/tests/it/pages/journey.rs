//! The main journey in Chromium, with page scripts and without, each page audited by axe-core.

use fantoccini::Locator;
use platform::jobs;
use store::testing;
use tokio::sync::watch;

use super::TestApp;
use crate::browser::{Browser, Scripts};

async fn journey(scripts: Scripts) {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let (tell, told) = watch::channel(false);
    let (desk, clock, wake) = (app.state.desk.clone(), app.state.clock.clone(), app.state.jobs.clone());
    let worker = tokio::spawn(jobs::work(desk, clock, wake, told));
    let browser = Browser::open(app.router(), scripts).await;
    browser.go("/needs").await;
    look(&browser, scripts, "login").await;
    type_in(&browser, "login", "kejiting").await;
    type_in(&browser, "password", app.password("kejiting")).await;
    browser.press("main form button").await;
    browser.arrive("/needs").await;
    look(&browser, scripts, "needs").await;
    for (path, name) in [("/", "home"), ("/people", "people"), ("/account", "account"), ("/import", "import")] {
        browser.go(path).await;
        look(&browser, scripts, name).await;
    }
    browser.go("/runs/new").await;
    look(&browser, scripts, "run-new").await;
    browser.press("main form.form button").await;
    until_over(&browser).await;
    assert_eq!(browser.path().await, "/runs/1");
    look(&browser, scripts, "run").await;
    browser.press("#needs tbody th a").await;
    look(&browser, scripts, "need").await;
    browser.press("#candidates tbody th a").await;
    assert!(browser.path().await.contains("/candidates/"));
    look(&browser, scripts, "pair").await;
    browser.press("main > .actions a").await;
    type_in(&browser, "person", &app.province.people[9].id).await;
    browser.press("main form button").await;
    look(&browser, scripts, "why").await;
    browser.close().await;
    tell.send(true).unwrap();
    worker.await.unwrap();
}

async fn look(browser: &Browser, scripts: Scripts, name: &str) {
    if scripts == Scripts::On {
        browser.assert_accessible(&[]).await;
        browser.picture(&format!("page-{name}")).await;
    }
    browser.assert_fits().await;
}

async fn type_in(browser: &Browser, field: &str, text: &str) {
    let css = format!("main input[name={field}]");
    browser.client.find(Locator::Css(&css)).await.expect(&css).send_keys(text).await.expect(&css);
}

/// Waits for the page of a job to become the page of its result, as a person would: by script, or by the page's own
/// reload without script.
async fn until_over(browser: &Browser) {
    let wait = browser.client.wait().at_most(std::time::Duration::from_mins(2));
    wait.for_element(Locator::Css("#needs")).await.expect("the run ends");
}

#[tokio::test]
async fn the_main_journey_with_scripts() {
    journey(Scripts::On).await;
}

#[tokio::test]
async fn the_main_journey_without_scripts() {
    journey(Scripts::Off).await;
}
