//! What acts on pairs write beside the pair: opting out, receipts, why talks failed.

use programme::process::proposal::OPT_OUT_REASON;
use programme::process::talks::FAILURE;
use programme::process::{Action, Matter, Transition};
use store::offer::{self, Failed};
use store::{By, Tx};

/// Carries what was decided.
pub async fn carry(tx: &mut Tx, by: &By<'_>, transition: &Transition, now: &Matter) -> anyhow::Result<()> {
    match transition.action() {
        Action::OptOut => {
            let person = now.parties.person.as_deref().unwrap_or_default();
            offer::opt_out(tx, by, person, transition.inputs().text(&OPT_OUT_REASON)).await?;
        }
        // Whoever acts on a push has it before him, even when no page was opened.
        Action::AskPerson | Action::RefusePair | Action::SuggestOther => {
            offer::receive(tx, by, &now.id).await?;
        }
        Action::FailTalks => {
            let (need, enterprise) = (now.parties.need.as_deref(), now.parties.enterprise.as_deref());
            let reasons = transition.inputs().list(&FAILURE);
            let about = Failed { need: need.unwrap_or_default(), enterprise: enterprise.unwrap_or_default(), reasons };
            offer::keep_failure(tx, by, &now.id, about).await?;
        }
        _ => {}
    }
    Ok(())
}
