//! What a page for somebody signed in begins with.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;

use super::AppState;
use super::frame::Frame;
use super::session::Visitor;

/// A request of somebody signed in; anybody else is sent to sign in.
pub struct Call {
    /// Database, clock, keys.
    pub state: AppState,
    /// What surrounds the page.
    pub frame: Frame,
    /// Who asks.
    pub visitor: Visitor,
}

impl FromRequestParts<AppState> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let Ok(frame) = Frame::from_request_parts(parts, state).await;
        Ok(Self { state: state.clone(), frame, visitor })
    }
}
