//! Who visits: the session's cookie, the layer that looks it up, and what handlers take to know the visitor.
//!
//! The layer stands outside the error pages, so that they too show who is signed in. What it finds lies in the request's
//! extensions; a handler that needs somebody signed in takes a [`Visitor`] as an argument and cannot forget to.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use programme::access::{Actor, Binding, Record, Role, Rows, Scope};
use programme::process::{Kind, Reach, reach};
use store::By;
use store::account::Account;

use super::AppState;
use super::appearance::{Appearance, cookie};
use super::errors::Failure;
use super::frame::{NavItem, Viewer};
use super::security::CsrfToken;
use super::texts::{Lang, Texts};
use super::url;
use crate::texts;
use crate::usecases::accounts;
use crate::usecases::token::Token;

/// The cookie that carries the session's token.
pub const COOKIE_NAME: &str = "zongshi_session";

/// Where a password set by somebody else is changed; nothing else opens before.
pub const ACCOUNT_PATH: &str = "/account";

/// Where to sign in.
pub const LOGIN_PATH: &str = "/login";

texts! {
    nav_home: "首页", "Home";
    nav_needs: "需求库", "Needs";
    nav_people: "人才库", "People";
    nav_own_profile: "我的资料", "My profile";
    nav_runs: "匹配运算", "Match runs";
    nav_import: "数据导入", "Import";
    nav_accounts: "账户", "Accounts";
    nav_permissions: "权限与安全", "Permissions";
    nav_audit: "审计记录", "Audit trail";
    role_enterprise: "接收单位", "Enterprise";
    role_city_science: "市（地）科技局", "City science bureau";
    role_city_industry: "市（地）工信局", "City industry bureau";
    role_county: "县（市、区）经办", "County helper";
    role_sasac: "省国资委", "Provincial SASAC";
    role_province: "省科技厅", "Provincial science department";
    role_education: "省教育厅", "Provincial education department";
    role_industry: "省工信厅", "Provincial industry department";
    role_unit: "派出单位", "Sending unit";
    role_person: "科技人员", "Research person";
    role_matcher: "第三方匹配机构", "Third-party matcher";
    role_system: "系统管理员", "System administrator";
    role_security: "安全管理员", "Security administrator";
    role_audit: "审计管理员", "Audit administrator";
    session_not_yours: "您的账户没有这项权限；如工作需要，请联系省科技厅。",
        "Your account may not do this; ask the provincial science department if your work needs it.";
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Role and scope.
    pub actor: Actor,
    /// The account.
    pub account: Account,
    /// The session's token.
    pub token: Token,
    /// Address the request came from, for the audit trail.
    pub origin: String,
}

/// What the layer found; nothing when nobody is signed in.
#[derive(Clone)]
enum Visit {
    Of(Box<Visitor>),
    /// The look-up failed: the handler answers with the fault.
    Fault(Arc<anyhow::Error>),
}

impl Visitor {
    /// What the visitor may read.
    pub fn scope(&self) -> &Scope {
        self.actor.scope()
    }

    /// Who acts, for the audit trail.
    pub fn by(&self, state: &AppState) -> By<'_> {
        By { at: state.clock.now(), login: self.actor.login(), origin: &self.origin }
    }

    /// Whether the visitor reads any row of this kind.
    pub fn reads(&self, record: Record) -> bool {
        self.scope().rows(record) != Rows::None
    }

    /// Refuses, as if there were nothing, a visitor who reads no row of this kind.
    pub fn must_read(&self, record: Record) -> Result<(), Failure> {
        if self.reads(record) { Ok(()) } else { Err(Failure::NotFound) }
    }

    /// Refuses, as if there were nothing, everybody but this role: pages of the three administrators.
    pub fn must_be(&self, role: Role) -> Result<(), Failure> {
        if self.actor.role() == role { Ok(()) } else { Err(Failure::NotFound) }
    }

    /// Refuses a visitor who may know of the act but not do it: only the province does.
    pub fn must_be_province(&self, t: Texts) -> Result<(), Failure> {
        if self.actor.role() == Role::Province {
            Ok(())
        } else {
            Err(Failure::Forbidden(t.session_not_yours().to_owned()))
        }
    }
}

/// Looks the session up and puts what it finds into the request's extensions.
pub async fn find_visitor(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let token = cookie(request.headers(), COOKIE_NAME).and_then(Token::parse);
    if let Some(token) = token.filter(|_| !request.uri().path().starts_with("/assets/")) {
        let origin = peer(request.extensions());
        match visitor(&state, token, origin).await {
            Ok(Some(visitor)) => {
                let t = Texts::new(Appearance::of(request.headers()).lang);
                let extensions = request.extensions_mut();
                extensions.insert(viewer(&visitor, t));
                extensions.insert(CsrfToken::new(visitor.token.form_token()));
                extensions.insert(Visit::Of(Box::new(visitor)));
            }
            Ok(None) => {}
            Err(fault) => _ = request.extensions_mut().insert(Visit::Fault(Arc::new(fault))),
        }
    }
    next.run(request).await
}

async fn visitor(state: &AppState, token: Token, origin: String) -> anyhow::Result<Option<Visitor>> {
    let now = state.clock.now();
    let Some(mut account) = accounts::visit(&state.desk.database, now, &token).await? else {
        return Ok(None);
    };
    account.must_change_password |= state.guard.password_is_old(&account, now);
    Ok(Some(Visitor { actor: account.actor()?, account, token, origin }))
}

/// The peer's address. Behind a proxy it is the proxy's: a header that anybody can write is not evidence.
fn peer(extensions: &Extensions) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(|| "unknown".to_owned(), |ConnectInfo(address)| address.ip().to_string())
}

/// The address of the request, as an argument of handlers that nobody has to be signed in for.
pub struct Origin(pub String);

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(peer(&parts.extensions)))
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match parts.extensions.get::<Visit>() {
            Some(Visit::Of(visitor)) if visitor.account.must_change_password && parts.uri.path() != ACCOUNT_PATH => {
                Err(Redirect::to(ACCOUNT_PATH).into_response())
            }
            Some(Visit::Of(visitor)) => Ok((**visitor).clone()),
            Some(Visit::Fault(fault)) => Err(Failure::Fault(anyhow::anyhow!("{fault:#}")).into_response()),
            None => Err(to_login(parts).into_response()),
        }
    }
}

/// Whoever is signed in, on pages that nobody has to be signed in for.
impl<S: Sync> OptionalFromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Response> {
        match parts.extensions.get::<Visit>() {
            Some(Visit::Of(visitor)) => Ok(Some((**visitor).clone())),
            Some(Visit::Fault(fault)) => Err(Failure::Fault(anyhow::anyhow!("{fault:#}")).into_response()),
            None => Ok(None),
        }
    }
}

/// To the sign-in page, and back to the wanted page afterwards; a post cannot be repeated, so it leads to the first page.
fn to_login(parts: &Parts) -> Redirect {
    let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if parts.method == Method::GET && wanted != "/" {
        Redirect::to(&format!("{LOGIN_PATH}?return={}", super::url::component(wanted)))
    } else {
        Redirect::to(LOGIN_PATH)
    }
}

/// The `Set-Cookie` header that starts a session in the browser.
pub fn set_cookie(token: &Token, https: bool) -> String {
    cookie_line(&token.cookie(), "", https)
}

/// The `Set-Cookie` header that ends it.
pub fn clear_cookie(https: bool) -> String {
    cookie_line("", "; Max-Age=0", https)
}

fn cookie_line(value: &str, age: &str, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={value}; Path=/; SameSite=Lax; HttpOnly{age}{secure}")
}

fn viewer(visitor: &Visitor, t: Texts) -> Viewer {
    let role = role_word(visitor.actor.role(), t);
    let role = match (visitor.actor.role().binding(), visitor.account.binding.as_deref()) {
        (Binding::City | Binding::County, Some(code)) => {
            format!("{role} · {}", programme::regions::by_code(code).map_or(code, |region| region.name))
        }
        (Binding::Unit, Some(name)) => format!("{role} · {name}"),
        _ => role.to_owned(),
    };
    Viewer { name: visitor.account.name.clone(), role, navigation: navigation(visitor, t) }
}

/// What a role may open. Records that it reads no row of are not offered.
fn navigation(visitor: &Visitor, t: Texts) -> Vec<NavItem> {
    let mut items = vec![NavItem::new("/", t.nav_home())];
    if Kind::ALL.iter().any(|kind| reach(visitor.actor.role(), *kind) != Reach::None) {
        items.push(NavItem::new("/inbox", t.inbox()));
        items.push(NavItem::new("/matters", t.matters()));
    }
    // An enterprise finds its own needs among its matters; the register of needs is for those who look after many.
    if visitor.reads(Record::Need) && visitor.actor.role() != Role::Enterprise {
        items.push(NavItem::new("/needs", t.nav_needs()));
    }
    if let Scope::Person(id) = visitor.scope() {
        items.push(NavItem::new(url::person(id), t.nav_own_profile()));
    } else if visitor.reads(Record::Person) {
        items.push(NavItem::new("/people", t.nav_people()));
    }
    if visitor.actor.role() == Role::Unit {
        items.push(NavItem::new("/people/namesakes", t.namesakes()));
    }
    if visitor.reads(Record::Match) {
        items.push(NavItem::new("/runs", t.nav_runs()));
    }
    if visitor.actor.role() == Role::Province {
        items.push(NavItem::new("/import", t.nav_import()));
    }
    if super::pages::statistics::has_figures(visitor) {
        items.push(NavItem::new("/statistics", t.statistics()));
    }
    if visitor.actor.role() == Role::Person {
        items.push(NavItem::new("/opt-out", t.opt_out_title()));
    }
    items.extend(own_page(visitor.actor.role(), t));
    if visitor.actor.role() == Role::AuditAdministrator {
        items.push(NavItem::new("/captures", t.captures()));
    }
    items
}

/// The one page that a role has for itself.
pub fn own_page(role: Role, t: Texts) -> Option<NavItem> {
    match role {
        Role::SystemAdministrator => Some(NavItem::new("/accounts", t.nav_accounts())),
        Role::SecurityAdministrator => Some(NavItem::new("/permissions", t.nav_permissions())),
        Role::AuditAdministrator => Some(NavItem::new("/audit", t.nav_audit())),
        Role::Person => Some(NavItem::new("/service-log", t.log())),
        Role::Enterprise => Some(NavItem::new(super::pages::enterprise::OWN, t.enterprise_own())),
        Role::Matcher => Some(NavItem::new(super::pages::matcher::PATH, t.matcher())),
        _ => None,
    }
}

/// The role in the page's language.
pub fn role_word(role: Role, t: Texts) -> &'static str {
    match role {
        Role::Enterprise => t.role_enterprise(),
        Role::CityScience => t.role_city_science(),
        Role::CityIndustry => t.role_city_industry(),
        Role::County => t.role_county(),
        Role::Sasac => t.role_sasac(),
        Role::Province => t.role_province(),
        Role::EducationDepartment => t.role_education(),
        Role::IndustryDepartment => t.role_industry(),
        Role::Unit => t.role_unit(),
        Role::Person => t.role_person(),
        Role::Matcher => t.role_matcher(),
        Role::SystemAdministrator => t.role_system(),
        Role::SecurityAdministrator => t.role_security(),
        Role::AuditAdministrator => t.role_audit(),
    }
}
