//! How kinds hang together, and which of their fields a list shows.

use super::field::Field;
use super::vocabulary::Kind;
use super::{
    DOCUMENT_NUMBER, appointment, assessment, listing, need, proposal, qualification, revision, round, service,
};

/// The fields that a list of this kind shows beside title, stage, organiser and deadline.
pub const fn columns(kind: Kind) -> &'static [&'static Field] {
    match kind {
        Kind::Round => &[&round::YEAR, &round::NOTICE_DAY, &round::NEEDS_DAY],
        Kind::Need => &[&need::INDUSTRY, &need::POSTS, &DOCUMENT_NUMBER],
        Kind::Pair => &[&proposal::ORDER, &proposal::BAND],
        Kind::Listing => &[&listing::NOTICE_START, &listing::NOTICE_END],
        Kind::Objection => &[&listing::OBJECTION_PAIR, &listing::DECISION],
        Kind::Appointment => &[&appointment::TERM_START, &appointment::TERM_END],
        Kind::Service => &[&service::SERVICE_DAY, &service::HALF_DAYS, &service::DUTY],
        Kind::Difficulty => &[&service::OWNER, &service::SOLVE_BY],
        Kind::Contact => &[&service::CONTACT_DAY],
        Kind::Confirmation => &[&service::CONFIRMED_YEAR],
        Kind::Support => &[&service::FUND, &service::AMOUNT_YUAN, &service::SUPPORT_YEAR],
        Kind::Example => &[],
        Kind::Assessment => &[&assessment::SCORE, &assessment::GRADE],
        Kind::Batch => &[&DOCUMENT_NUMBER],
        Kind::Revision => &[&revision::VERSION],
        Kind::Qualification => {
            &[&qualification::QUALIFICATION_KIND, &qualification::QUALIFICATION_NUMBER, &qualification::VALID_UNTIL]
        }
    }
}

/// The kind of matter that a matter of this kind hangs on as its parent.
pub const fn hangs_on(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Round | Kind::Need | Kind::Listing | Kind::Batch | Kind::Revision | Kind::Qualification => None,
        Kind::Pair => Some(Kind::Need),
        Kind::Objection => Some(Kind::Listing),
        Kind::Appointment => Some(Kind::Pair),
        Kind::Service
        | Kind::Difficulty
        | Kind::Contact
        | Kind::Confirmation
        | Kind::Support
        | Kind::Example
        | Kind::Assessment => Some(Kind::Appointment),
    }
}

/// The kind of matter on whose page this kind is opened; none when it is opened from its own list.
pub const fn opened_under(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Listing => Some(Kind::Round),
        _ => hangs_on(kind),
    }
}
