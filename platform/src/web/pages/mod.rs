//! The pages: one file for each, its struct of finished values beside its handler.

pub mod account;
pub mod accounts;
pub mod answer;
pub mod attachments;
pub mod audit;
pub mod captures;
pub mod certificate;
pub mod check;
pub mod city_support;
pub mod enterprise;
pub mod figures;
pub mod gaps;
pub mod home;
pub mod identifiers;
pub mod import;
pub mod listing;
pub mod login;
pub mod matcher;
pub mod matters;
mod measured;
pub mod namesakes;
mod need;
pub mod needs;
pub mod notices;
pub mod offices;
pub mod opt_out;
pub mod pair;
pub mod papers;
pub mod people;
pub mod permissions;
pub mod policy;
pub mod proposals;
pub mod qualifications;
pub mod recheck;
pub mod rerun;
pub mod runs;
pub mod statistics;
pub mod what_if;
pub mod why;
pub mod words;

use axum::Router;

use super::AppState;

/// Every page that knows its visitor.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(account::routes())
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(answer::routes())
        .merge(attachments::routes())
        .merge(captures::routes())
        .merge(certificate::routes())
        .merge(check::routes())
        .merge(qualifications::routes())
        .merge(city_support::routes())
        .merge(enterprise::routes())
        .merge(figures::routes())
        .merge(gaps::routes())
        .merge(home::routes())
        .merge(identifiers::routes())
        .merge(import::routes())
        .merge(login::routes())
        .merge(matcher::routes())
        .merge(matters::routes())
        .merge(namesakes::routes())
        .merge(need::routes())
        .merge(needs::routes())
        .merge(opt_out::routes())
        .merge(notices::routes())
        .merge(offices::routes())
        .merge(pair::routes())
        .merge(papers::routes())
        .merge(people::routes())
        .merge(permissions::routes())
        .merge(policy::routes())
        .merge(proposals::routes())
        .merge(recheck::routes())
        .merge(rerun::routes())
        .merge(runs::routes())
        .merge(statistics::routes())
        .merge(what_if::routes())
        .merge(why::routes())
}
