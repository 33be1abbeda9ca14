//! Matters of every kind: inbox, lists, one matter, the form of an act, acts on many, taking back.
//!
//! The pages are made from the tables of `programme::process`: what a rule says is what a page offers, asks and cites. What
//! only one kind shows lies in [`sections`].

mod bulk;
mod demands;
mod detail;
pub(super) mod form;
mod inbox;
mod list;
mod log;
mod meter;
mod new;
mod papers;
pub mod sections;
pub mod words;

pub use form::refusal_notice;
pub use inbox::table as waiting;
pub use list::standing;
pub(super) use new::{href as new_href, offered};

use axum::Router;
use axum::routing::{get, post};

use crate::web::AppState;

/// Everything on matters.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/inbox", get(inbox::show))
        .route("/matters", get(list::overview))
        .route("/service-log", get(log::show).post(log::enter))
        .route("/matters/{kind}", get(list::show))
        .route("/matters/{kind}/list.xlsx", get(list::download))
        .route("/matters/{kind}/bulk", get(bulk::ask).post(bulk::act))
        .route("/matters/{kind}/new/{action}", get(new::show).post(new::open))
        .route("/matter/{id}", get(detail::show))
        .route("/matter/{id}/agreement", get(papers::agreement))
        .route("/matter/{id}/agreement.txt", get(papers::agreement_text))
        .route("/matter/{id}/letter", get(papers::certificate))
        .route("/matter/{id}/undo", post(detail::undo))
        .route("/matter/{id}/act/{action}", get(form::show).post(form::act))
}
