//! The person's answer by a personal link, without an account; and the unit's page that shows a new link once.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use programme::process::proposal::BAND;
use programme::process::{Action, Body, Rule, Stage, row};

use super::matters::{form as acts, words};
use super::{pair, words as match_words};
use crate::texts;
use crate::usecases::answers::{self, ACTIONS, Answered, Issued, Opened};
use crate::usecases::explain::Explained;
use crate::usecases::token::Token;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::{DescriptionList, Details};
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::notice::Notice;
use crate::web::kit::prose::Prose;
use crate::web::kit::table::Table;
use crate::web::session::{Origin, Visitor};
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    answer: "科技总师选派：请您答复", "Chief technologist programme: your answer";
    answer_lead: "参加与否由您自愿决定，谢绝不影响您的任何待遇；不答复既不算同意，也不算谢绝。",
        "Whether you take part is your own decision; declining has no effect on your treatment. If you do not answer, that counts as neither yes nor no.";
    answer_until(day: &str): "请在 {day} 前答复；本链接只能使用一次。", "Please answer by {day}. This link can be used only once.";
    answer_closed: "本链接已不能答复", "This link can no longer be used";
    answer_closed_body: "可能已经答复、已过期限，或派出单位重新发了链接；请联系您所在单位。",
        "It may have been answered already, the deadline may have passed, or your sending unit may have issued a new link. Please ask your unit.";
    answer_given(what: &str, when: &str): "您已于 {when} 答复：{what}", "You answered on {when}: {what}";
    answer_thanks: "答复已收到，谢谢", "Your answer has been received; thank you";
    answer_need: "企业需求", "The enterprise's need";
    answer_enterprise: "企业", "Enterprise";
    answer_content: "需求内容（保密部分在您同意后出示）", "Details of the need (the confidential part is shown after you agree)";
    answer_why: "为什么推荐您", "Why you were recommended";
    answer_why_lead: "系统比对企业需求与科技人员的成果，两边都出现的词语如下；推荐由省科技厅人工核对后推送，不由程序自动决定。",
        "The system compares the need with the works of researchers; the phrases below occur in both. The province checked this recommendation before it was pushed; it was not decided by a program.";
    answer_findings: "资格核查", "Eligibility check";
    answer_refused: "不能办理", "This cannot be done";
    answer_accept_lead: "同意后由单位推荐，再由省科技厅转组织单位安排洽谈。", "If you agree, your unit vouches for you, and the province asks the organiser to arrange talks.";
    answer_decline_lead: "您可以只谢绝这一项。", "You can decline just this one need.";
    answer_opt_out_lead: "今后不再用程序为您匹配需求；单位仍可另行联系您，您可随时恢复。",
        "You will no longer be matched to needs by the program. Your unit may still contact you, and you can return at any time.";
    link_title: "本人专用链接", "Personal link";
    link_once: "链接只显示这一次，请现在转给本人", "The link is shown only this once; please pass it on now";
    link_once_body(day: &str): "系统不保存链接原文。{day} 前有效，用后即失效；重新生成后，旧链接作废。",
        "The system does not keep the link. It is valid until {day} and can be used once; making a new one cancels it.";
    link_back: "返回推荐事项", "Back to the recommendation";
}

/// `GET /answer/TOKEN` shows, `POST /answer/TOKEN/ACT` answers, `POST /matter/ID/link` makes a link.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/answer/{token}", get(show))
        .route("/answer/{token}/{action}", post(take))
        .route("/matter/{id}/link", post(issue))
}

struct OneForm {
    title: String,
    lead: &'static str,
    action: String,
    fields: Vec<Markup>,
    submit: Button,
}

#[derive(Template)]
#[template(path = "pages/answer.html")]
struct AnswerPage {
    frame: Frame,
    t: Texts,
    errors: ErrorSummary,
    notices: Vec<Notice>,
    facts: DescriptionList,
    need: Markup,
    why: Option<Markup>,
    findings: Markup,
    forms: Vec<OneForm>,
}

#[derive(Template)]
#[template(source = r#"<p class="hint">{{ lead }}</p>{{ list }}{{ works }}"#, ext = "html")]
struct Why {
    lead: &'static str,
    list: DescriptionList,
    works: Table,
}

#[derive(Template)]
#[template(path = "pages/link_issued.html")]
struct LinkPage {
    frame: Frame,
    notice: Notice,
    link: DescriptionList,
    back: ButtonLink,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    Origin(origin): Origin,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let secret = Token::parse(&token).ok_or(Failure::NotFound)?;
    let by = store::By { at: state.clock.now(), login: "", origin: &origin };
    let opened = answers::open(&state.desk, &by, &secret).await?.ok_or(Failure::NotFound)?;
    Ok(page_with(StatusCode::OK, &page_of(frame, &token, &opened)))
}

async fn take(
    State(state): State<AppState>,
    frame: Frame,
    Origin(origin): Origin,
    Path((token, action)): Path<(String, String)>,
    mut sent: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let secret = Token::parse(&token).ok_or(Failure::NotFound)?;
    let action = ACTIONS.into_iter().find(|known| known.code() == action).ok_or(Failure::NotFound)?;
    let rule = row(Stage::PairAsked, action).ok_or(Failure::NotFound)?;
    let by = store::By { at: state.clock.now(), login: "", origin: &origin };
    let inputs = acts::read(rule, &mut sent);
    let mut reasons = Vec::new();
    if !sent.has_problems() {
        match answers::answer(&state.desk, &by, &secret, action, &inputs).await? {
            Answered::Done => {
                let opened = answers::open(&state.desk, &by, &secret).await?.ok_or(Failure::NotFound)?;
                let mut page = page_of(frame, &token, &opened);
                page.notices.insert(0, Notice::success(t, t.answer_thanks()));
                return Ok(page_with(StatusCode::OK, &page));
            }
            Answered::Closed => {}
            Answered::Refused(refusals) => reasons = refusals,
        }
    }
    let opened = answers::open(&state.desk, &by, &secret).await?.ok_or(Failure::NotFound)?;
    let mut page = page_of(frame, &token, &opened);
    page.errors = ErrorSummary::of(&sent);
    page.notices.extend(
        reasons
            .iter()
            .map(|reason| Notice::error(t, t.answer_refused()).body(reason.message.clone()).clause(reason.clause, t)),
    );
    if let Some(form) = page.forms.iter_mut().find(|form| form.action.ends_with(action.code())) {
        form.fields = rule.fields.iter().map(|field| acts::sent_control(field, &sent, t)).collect();
    }
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn page_of(frame: Frame, token: &str, opened: &Opened) -> AnswerPage {
    let t = frame.t;
    let need = opened.explained.as_ref().map(|explained| &explained.need);
    let facts = DescriptionList::new()
        .entry(t.answer_need(), need.map_or_else(|| opened.pair.title.clone(), |need| need.title.clone()))
        .entry(t.answer_enterprise(), opened.enterprise.clone())
        .entry(t.level_label(), opened.pair.body.text(&BAND));
    let content = need.map(|need| Details::new(t.answer_content(), Markup::from(Prose::new(&need.content))).into());
    AnswerPage {
        errors: ErrorSummary::none(),
        notices: notices(opened, t),
        facts,
        need: content.unwrap_or_default(),
        why: opened.explained.as_ref().map(|explained| why(explained, t)),
        findings: FindingsList::new(t, t.answer_findings(), &opened.findings).into(),
        forms: if opened.is_open {
            ACTIONS.iter().filter_map(|act| form(*act, token, t)).collect()
        } else {
            Vec::new()
        },
        frame: frame.titled(t.answer()),
        t,
    }
}

fn notices(opened: &Opened, t: Texts) -> Vec<Notice> {
    if opened.is_open {
        let until = t.answer_until(&opened.link.last_day.to_string());
        return vec![Notice::info(t, until).body(t.answer_lead())];
    }
    let given = opened.link.answer.as_deref().and_then(Action::parse).zip(opened.link.answered);
    let given = given.map(|(what, when)| {
        let when = crate::clock::in_beijing(when).format("%Y-%m-%d %H:%M").to_string();
        Notice::info(t, t.answer_given(&words::action(what, t), &when))
    });
    vec![given.unwrap_or_else(|| Notice::warning(t, t.answer_closed()).body(t.answer_closed_body()))]
}

/// The evidence in words: level, and the key works with what they share with the need.
pub fn why(explained: &Explained, t: Texts) -> Markup {
    let candidate = &explained.explanation.candidate;
    let level = match_words::level_badge(candidate.level, Some(candidate.probability), &candidate.flags, t);
    let list = DescriptionList::new().entry(t.level_label(), level);
    Markup::of(&Why { lead: t.answer_why_lead(), list, works: pair::key_works(explained, t) })
}

fn form(action: Action, token: &str, t: Texts) -> Option<OneForm> {
    let rule: &Rule = row(Stage::PairAsked, action)?;
    let label = words::action(action, t);
    let (lead, submit) = match action {
        Action::AcceptPair => (t.answer_accept_lead(), Button::primary(&label)),
        Action::DeclinePair => (t.answer_decline_lead(), Button::secondary(&label)),
        _ => (t.answer_opt_out_lead(), Button::secondary(&label)),
    };
    let fields = rule.fields.iter().map(|field| acts::control(field, Body::default().get(field), t)).collect();
    Some(OneForm { title: label, lead, action: format!("/answer/{token}/{}", action.code()), fields, submit })
}

async fn issue(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    match answers::issue(&state.desk, &visitor.by(&state), &visitor.actor, &id).await? {
        Issued::Refused(reasons) => {
            let first = reasons.into_iter().next().map(|reason| (reason.code, reason.message));
            match first {
                Some(("act.unseen", _)) | None => Err(Failure::NotFound),
                Some((_, message)) => Err(Failure::Forbidden(message)),
            }
        }
        Issued::Done { token, last_day, pair } => {
            let address = url::outside(state.site, &headers, &format!("/answer/{}", token.cookie()));
            let notice = Notice::warning(t, t.link_once()).body(t.link_once_body(&last_day.to_string()));
            let page = LinkPage {
                notice,
                link: DescriptionList::new().entry(t.link_title(), Markup::link(address.clone(), address)),
                back: ButtonLink::secondary(t.link_back(), words::href(&pair.id)),
                frame: frame.titled(t.link_title()),
            };
            Ok(page_with(StatusCode::OK, &page))
        }
    }
}
