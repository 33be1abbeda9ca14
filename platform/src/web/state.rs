//! What handlers can reach.

use std::path::PathBuf;

use crate::clock::Clock;
use crate::jobs::Jobs;
use crate::usecases::Desk;
use crate::usecases::accounts::Hasher;
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
    /// The data folder, where an import of working days is kept.
    pub data: PathBuf,
    /// Wakes the worker of background jobs.
    pub jobs: Jobs,
}
