//! What only one kind of matter shows on its page, one file for each section of the policy.

mod appointment;
mod assessment;
mod listing;
mod need;
mod pair;
mod qualification;
mod round;
mod service;

pub(in crate::web::pages) use listing::{Pairs, draft_notice, striker};

use programme::process::Kind;
use store::Tx;
use store::matter::Kept;

use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::session::Visitor;
use crate::web::texts::Texts;

/// The parts that stand between a matter's content and its history.
pub async fn sections(
    state: &AppState,
    tx: &mut Tx,
    visitor: &Visitor,
    kept: &Kept,
    t: Texts,
) -> Result<Vec<Markup>, Failure> {
    let asked = Asked { state, visitor, kept, t };
    match kept.matter.kind() {
        Kind::Round => round::sections(tx, &asked).await,
        Kind::Need => need::sections(tx, &asked).await,
        Kind::Pair => pair::sections(tx, &asked).await,
        Kind::Listing | Kind::Objection => listing::sections(tx, &asked).await,
        Kind::Appointment => appointment::sections(tx, &asked).await,
        Kind::Service | Kind::Difficulty | Kind::Contact | Kind::Confirmation | Kind::Support | Kind::Example => {
            service::sections(tx, &asked).await
        }
        Kind::Assessment | Kind::Batch => assessment::sections(tx, &asked).await,
        Kind::Qualification => qualification::sections(tx, &asked).await,
        Kind::Revision => Ok(Vec::new()),
    }
}

/// What a section may look at.
pub struct Asked<'a> {
    /// Database, clock.
    pub state: &'a AppState,
    /// Who looks.
    pub visitor: &'a Visitor,
    /// The matter.
    pub kept: &'a Kept,
    /// The page's language.
    pub t: Texts,
}
