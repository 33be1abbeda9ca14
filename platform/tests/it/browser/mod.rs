//! Pages in a real headless Chromium, driven by its WebDriver: accessibility by axe-core, keyboard, small screens, paper,
//! with page scripts and without.
//!
//! Each test opens its own [`Browser`] around a real router. Pictures of what was seen are left in `target/pictures/`.
//! A missing browser or axe-core fails the test; `make tools` installs both.

mod gallery;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use axum::Router;
use fantoccini::wd::PrintConfigurationBuilder;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Whether pages may run scripts: without, Chromium's own preference turns them off, as an office's policy would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

const CHROMIUM_FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
];

const WINDOW_WIDTH: u32 = 1280;
const WINDOW_HEIGHT: u32 = 900;
const PHONE_WIDTH: u32 = 390;

/// Rules of axe-core: WCAG 2.2 A and AA and its good practice; AAA contrast is asked for in the high-contrast theme.
const RULES: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// A browser in front of a router; close it with [`Browser::close`].
pub struct Browser {
    pub client: Client,
    base: String,
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Starts a server, a driver and a browser with an empty profile.
    pub async fn open(router: Router, scripts: Scripts) -> Self {
        let off = json!({ "prefs": { "profile.managed_default_content_settings.javascript": 2 } });
        Self::start(router, &[], if scripts == Scripts::Off { off } else { json!({}) }).await
    }

    /// The same on a system that asks for dark colours.
    pub async fn open_dark(router: Router) -> Self {
        Self::start(router, &["--force-dark-mode"], json!({})).await
    }

    /// The same with a screen as wide as a telephone's, and tall enough for a picture of a whole page.
    pub async fn open_phone(router: Router) -> Self {
        let screen = json!({ "width": PHONE_WIDTH, "height": 6000, "pixelRatio": 1, "mobile": true, "touch": false });
        Self::start(router, &[], json!({ "mobileEmulation": { "deviceMetrics": screen } })).await
    }

    async fn start(router: Router, flags: &[&str], options: Value) -> Self {
        let driver = Driver::start();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(profile.path(), flags, options))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium starts: install it with `make tools`");
        Self { client, base: served(router).await, _driver: driver, _profile: profile }
    }

    /// Opens a path of the site.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.expect("the page opens");
    }

    /// Follows a link or presses a button.
    pub async fn press(&self, css: &str) {
        self.client.find(Locator::Css(css)).await.expect(css).click().await.expect(css);
    }

    /// Waits for a page: a busy machine may tell of a click before the answer to its form has come.
    pub async fn arrive(&self, path: &str) {
        let address = self.client.current_url().await.expect("an address").join(path).expect("a path");
        self.client.wait().for_url(&address).await.expect("the page comes");
    }

    /// The path of the page that is open.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("an address").path().to_owned()
    }

    /// The text of the first element.
    pub async fn text(&self, css: &str) -> String {
        self.client.find(Locator::Css(css)).await.expect(css).text().await.expect(css)
    }

    /// The colour of the page's ground.
    pub async fn ground(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await.expect("a body");
        body.css_value("background-color").await.expect("a colour")
    }

    /// Chooses theme, size of type and language on the settings page, as a person would.
    pub async fn choose(&self, theme: &str, size: &str, lang: &str) {
        self.go("/appearance?return=/gallery").await;
        for (name, value) in [("theme", theme), ("type", size), ("lang", lang)] {
            self.press(&format!("main input[name={name}][value={value}]")).await;
        }
        self.press("main .button-primary").await;
        self.client.wait().for_element(Locator::Css(&format!("html.theme-{theme}.type-{size}"))).await.expect("saved");
    }

    /// Fails with everything that axe-core finds on the open page. Needs page scripts.
    pub async fn assert_accessible(&self, more_rules: &[&str]) {
        let tags: Vec<&str> = RULES.iter().chain(more_rules).copied().collect();
        let run = "const done = arguments[arguments.length - 1]; axe.run(document, { runOnly: arguments[0] }).then(\
             found => done(found.violations.map(rule => rule.id + ': ' + rule.nodes.map(node => \
             node.target.join(' ') + ' ' + node.failureSummary).join('; '))), fault => done([String(fault)]));";
        self.client.execute(&format!("{}; window.axe = axe;", axe_source()), vec![]).await.expect("axe-core loads");
        let found = self.client.execute_async(run, vec![json!(tags)]).await.expect("axe-core runs");
        assert_eq!(found, json!([]), "{found:#}");
    }

    /// Fails when the page has to be scrolled sideways.
    pub async fn assert_fits(&self) {
        let script = "return [document.documentElement.scrollWidth, window.innerWidth]";
        let found = self.client.execute(script, vec![]).await.expect("the page is measured");
        assert!(found[0].as_u64() <= found[1].as_u64(), "content is {} wide, the window {}", found[0], found[1]);
    }

    /// Leaves a picture of the whole page in `target/pictures/`.
    pub async fn picture(&self, name: &str) {
        self.client.set_window_size(WINDOW_WIDTH, WINDOW_HEIGHT).await.expect("the window shrinks");
        let script = "return document.documentElement.scrollHeight + window.outerHeight - window.innerHeight";
        let height = self.client.execute(script, vec![]).await.expect("the page is measured").as_u64().unwrap_or(0);
        let height = u32::try_from(height).expect("a page is not that long");
        self.client.set_window_size(WINDOW_WIDTH, height).await.expect("the window grows");
        self.screenshot(name).await;
    }

    /// Leaves a picture of what the screen shows in `target/pictures/`.
    pub async fn screenshot(&self, name: &str) {
        let png = self.client.screenshot().await.expect("a picture");
        std::fs::write(pictures().join(format!("{name}.png")), png).expect("the picture is written");
    }

    /// Prints the page on A4 and leaves the PDF in `target/pictures/`.
    pub async fn printed(&self, name: &str) -> Vec<u8> {
        let settings = PrintConfigurationBuilder::default().build().expect("the browser's own settings");
        let pdf = self.client.print(settings).await.expect("the page prints");
        std::fs::write(pictures().join(format!("{name}.pdf")), &pdf).expect("the print is written");
        pdf
    }

    /// Closes browser and driver.
    pub async fn close(self) {
        self.client.close().await.expect("the browser closes");
    }
}

/// The driver's process; it ends its browser when it is told to end.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: install it with `make tools`");
        let said = BufReader::new(process.stdout.take().expect("its output is piped"));
        let port =
            said.lines().map_while(Result::ok).find_map(|line| port_in(&line)).expect("chromedriver says its port");
        Self { process, port }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

fn port_in(line: &str) -> Option<u16> {
    line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').parse().ok()
}

fn capabilities(profile: &Path, more_flags: &[&str], mut options: Value) -> serde_json::Map<String, Value> {
    let mut flags: Vec<String> = CHROMIUM_FLAGS.iter().chain(more_flags).map(|flag| (*flag).to_owned()).collect();
    flags.push(format!("--user-data-dir={}", profile.display()));
    options["args"] = json!(flags);
    let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
    wanted.as_object().expect("an object").clone()
}

async fn served(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await.expect("the server runs") });
    format!("http://{address}")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

fn axe_source() -> String {
    let path = root().join("target/test-tools/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; install axe-core with `make tools`", path.display()))
}

fn pictures() -> PathBuf {
    let folder = root().join("target/pictures");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder
}
