//! A person's own say on automated matching (P1): out at any time, back at any time, with what it means.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use programme::access::{Role, Scope};
use programme::clause;
use store::offer;

use crate::clock::in_beijing;
use crate::texts;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page};
use crate::web::kit::button::Button;
use crate::web::kit::field::TextField;
use crate::web::kit::notice::Notice;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

/// Longest reason.
const REASON_CHARS_MAX: usize = 500;
const ACT: &str = "act";
const LEAVE: &str = "leave";
const COME_BACK: &str = "come_back";

texts! {
    opt_out_title: "自动匹配", "Automated matching";
    opt_out_lead: "系统用您的成果资料与企业需求比对，给出推荐人选；每次推送都由省科技厅人工核对，并先征询您本人。您可以随时退出，退出后不再参加匹配，已在洽谈的事项不受影响。",
        "Your works are compared with needs to find people to propose; somebody at the province confirms each push, and you are asked first. You may leave at any time: you are then matched no more, and talks under way go on.";
    opt_out_in: "您目前参加自动匹配", "You take part in automated matching";
    opt_out_out(since: &str): "您已于 {since} 退出自动匹配", "You left automated matching on {since}";
    opt_out_reason: "退出原因（可以不填）", "Why (may stay empty)";
    opt_out_leave: "退出自动匹配", "Leave";
    opt_out_back: "恢复参加", "Take part again";
}

/// `GET` shows, `POST` changes.
pub fn routes() -> Router<AppState> {
    Router::new().route("/opt-out", get(show).post(change))
}

#[derive(Template)]
#[template(path = "pages/opt_out.html")]
struct OptOutPage {
    frame: Frame,
    t: Texts,
    notice: Notice,
    reason: Option<TextField>,
    submit: Button,
}

fn reason_field(t: Texts) -> TextField {
    TextField::area("reason", t.opt_out_reason(), 3).at_most(REASON_CHARS_MAX)
}

/// The person that the visitor is; others find nothing here.
fn person(visitor: &Visitor) -> Result<&str, Failure> {
    match (visitor.actor.role(), visitor.scope()) {
        (Role::Person, Scope::Person(id)) => Ok(id),
        _ => Err(Failure::NotFound),
    }
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    let t = frame.t;
    let out = offer::opted_out(&mut state.desk.database.read().await?, person(&visitor)?).await?;
    let since = out.map(|out| in_beijing(out.since).format("%Y-%m-%d").to_string());
    let notice = since
        .as_deref()
        .map_or_else(|| Notice::info(t, t.opt_out_in()), |since| Notice::warning(t, t.opt_out_out(since)));
    Ok(page(&OptOutPage {
        notice: notice.clause(clause!("P1"), t),
        reason: since.is_none().then(|| reason_field(t)),
        // The button says what is meant: a form that is sent twice does not take the first one back.
        submit: if since.is_none() {
            Button::primary(t.opt_out_leave()).sending(ACT, LEAVE)
        } else {
            Button::primary(t.opt_out_back()).sending(ACT, COME_BACK)
        },
        frame: frame.titled(t.opt_out_title()),
        t,
    }))
}

async fn change(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Failure> {
    let reason = form.text(&reason_field(frame.t));
    let id = person(&visitor)?;
    let by = visitor.by(&state);
    let mut tx = state.desk.database.write().await?;
    match form.value(ACT) {
        LEAVE => offer::opt_out(&mut tx, &by, id, &reason).await?,
        COME_BACK => _ = offer::opt_in(&mut tx, &by, id).await?,
        _ => return Err(Failure::Malformed),
    }
    tx.commit().await?;
    Ok(Redirect::to("/opt-out").into_response())
}
