//! Pages: server-rendered, each a plain form or a list, each working without script.
//!
//! The way of a request, outermost first: request number, security headers, the forms' token, the session, the error
//! page, the check of foreign posts, the catch for panics, the handler. Handlers take a [`frame::Frame`] and return a page
//! or a [`errors::Failure`]; what a page is made of lies in [`kit`], the pages themselves in [`pages`].

pub mod appearance;
pub mod assets;
pub mod call;
pub mod captures;
pub mod errors;
pub mod form;
pub mod frame;
pub mod gallery;
pub mod kit;
pub mod pages;
pub mod security;
pub mod serve;
pub mod session;
pub mod state;
pub mod texts;
pub mod upload;
pub mod url;

use axum::Router;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;

pub use serve::serve;
pub use state::{AppState, Site};

/// The whole site.
pub fn router(state: AppState) -> Router {
    let site = state.site;
    let routes = pages::routes().with_state(state.clone()).merge(public_routes().with_state(site));
    let routes = inside(routes.fallback(|| async { errors::Failure::NotFound }));
    outside(routes.layer(from_fn_with_state(state, session::find_visitor)), site)
}

/// The pages that hold no data and know no visitor.
pub fn public_router(site: Site) -> Router {
    around(public_routes().fallback(|| async { errors::Failure::NotFound }), site)
}

/// Puts what every answer needs around `routes`, without a session.
pub fn around(routes: Router<Site>, site: Site) -> Router {
    outside(inside(routes.with_state(site)), site)
}

fn public_routes() -> Router<Site> {
    Router::new().merge(appearance::routes()).merge(assets::routes()).merge(gallery::routes())
}

fn inside(routes: Router) -> Router {
    routes
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn(security::refuse_foreign_posts))
        .layer(from_fn(errors::show_failures))
}

fn outside(routes: Router, site: Site) -> Router {
    routes
        .layer(from_fn_with_state(site, security::give_token))
        .layer(from_fn_with_state(site, security::set_headers))
        .layer(from_fn(errors::number_requests))
}

/// `path` when it leads to this site, else `/`: forms say where to return to, and a link to another host must not.
pub fn local_path(path: &str) -> &str {
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    if local && path.is_ascii() { path } else { "/" }
}
