//! What the page of this kind shows beside its content.

use store::Tx;

use super::Asked;
use crate::web::errors::Failure;
use crate::web::kit::Markup;

/// The parts, in the order in which they are read.
#[expect(clippy::unused_async, reason = "every kind is asked in the same way")]
pub(super) async fn sections(_tx: &mut Tx, _asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    Ok(Vec::new())
}
