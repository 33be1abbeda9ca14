//! How far a job has come. The page reloads itself (`Frame::refreshed_after`); a script, where there is one, fetches the
//! page and replaces this part alone.

use askama::Template;

use super::Markup;

/// A bar with its percentage in words.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/progress.html")]
pub struct Progress {
    label: String,
    percent: u8,
    detail: String,
    actions: Markup,
    seconds: u32,
}

super::components!(Progress);

impl Progress {
    /// A job that has done `done` of `total`.
    pub fn new(label: impl Into<String>, done: u64, total: u64) -> Self {
        let percent =
            (done.min(total) * 100).checked_div(total).and_then(|percent| u8::try_from(percent).ok()).unwrap_or(0);
        Self { label: label.into(), percent, detail: String::new(), actions: Markup::default(), seconds: 0 }
    }

    /// What is being done, how long it may still take.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A form with a button to cancel, or links to the result.
    #[must_use]
    pub fn actions(mut self, actions: impl Into<Markup>) -> Self {
        self.actions = actions.into();
        self
    }

    /// While the job runs: the script looks again after this many seconds.
    #[must_use]
    pub fn polled_after(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }
}
