//! What handlers can reach.

use crate::clock::Clock;
use crate::jobs::Jobs;
use crate::usecases::Desk;
use crate::usecases::accounts::Hasher;
use crate::usecases::calendar::Today;
use crate::usecases::guard::Guard;

/// What the frame around every page needs to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Site {
    /// Whether visitors come by HTTPS: cookies are then marked `Secure`.
    pub https: bool,
}

/// What the handlers of pages with data can reach.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The site.
    pub site: Site,
    /// The clock: the system's, or one that tests move.
    pub clock: Clock,
    /// Database and indexed people.
    pub desk: Desk,
    /// Keys, the age of passwords, failures of addresses.
    pub guard: Guard,
    /// Checks passwords.
    pub hasher: Hasher,
    /// Wakes the worker of background jobs.
    pub jobs: Jobs,
}

impl AppState {
    /// The day and the working days in force, for what is told of deadlines.
    pub async fn today(&self) -> anyhow::Result<Today> {
        self.desk.calendars.today(&mut self.desk.database.read().await?, self.clock.now()).await
    }
}
