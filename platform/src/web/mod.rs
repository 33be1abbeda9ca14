//! Pages: server-rendered, each a plain form or a list, each working without script.
//!
//! The way of a request, outermost first: request number, security headers, the forms' token, the error page, the check
//! of foreign posts, the catch for panics, the handler. Handlers take a [`frame::Frame`] and return a page or a
//! [`errors::Failure`]; what a page is made of lies in [`kit`].

pub mod appearance;
pub mod assets;
pub mod errors;
pub mod form;
pub mod frame;
pub mod gallery;
pub mod kit;
pub mod security;
pub mod texts;

use axum::Router;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

/// What every handler can reach.
#[derive(Clone, Debug, Default)]
pub struct AppState {
    /// Whether visitors come by HTTPS: cookies are then marked `Secure`.
    pub https: bool,
}

/// The whole site.
pub fn router(state: AppState) -> Router {
    let routes = Router::new()
        .route("/", get(|| async { Redirect::to("/gallery") }))
        .merge(appearance::routes())
        .merge(assets::routes())
        .merge(gallery::routes())
        .fallback(|| async { errors::Failure::NotFound });
    around(routes, state)
}

/// Puts what every answer needs around `routes`; see the module for the order.
pub fn around(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn(security::refuse_foreign_posts))
        .layer(from_fn(errors::show_failures))
        .layer(from_fn_with_state(state.clone(), security::give_token))
        .layer(from_fn_with_state(state.clone(), security::set_headers))
        .layer(from_fn(errors::number_requests))
        .with_state(state)
}

/// `path` when it leads to this site, else `/`: forms say where to return to, and a link to another host must not.
pub fn local_path(path: &str) -> &str {
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    if local && path.is_ascii() { path } else { "/" }
}
