//! What the page of a pair shows beside its content: why, what the rules say, the order, the other person beside it, and
//! what has been opened to whom.

use askama::Template;
use programme::access::{Record, Role, Scope};
use programme::finding::Verdict;
use programme::parameters::Parameters;
use programme::process::need::{CONFIDENTIAL, CONTACT};
use programme::process::proposal::{
    BAND, CONFIDENTIAL_PART, CONTACTS, INSTEAD_OF, ORDER, PERSON_CONTACT, RELEASES, SCORE, is_over, is_released,
};
use programme::process::talks::{INTENTION_DAY, MEETINGS};
use programme::process::{Action, Kind, Matter, Stage};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::clock::{in_beijing, today};
use crate::texts;
use crate::usecases::acts::{facts, sealed};
use crate::usecases::identifiers::Owner;
use crate::usecases::{explain, policy, seal};
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::card::Card;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::notice::Notice;
use crate::web::kit::prose::Prose;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::pages::matters::words;
use crate::web::pages::words::verdict_status;
use crate::web::pages::{answer, proposals};
use crate::web::texts::{Lang, Texts};
use crate::web::url;

texts! {
    pairs_place: "推荐情况", "The proposal";
    pairs_person: "人选", "Person";
    pairs_score: "匹配得分", "Score";
    pairs_evidence: "查看匹配依据", "Evidence";
    pairs_received: "派出单位签收", "Received by the unit";
    pairs_not_received: "尚未签收", "Not yet opened";
    pairs_reminders: "提醒日", "Reminders";
    pairs_why: "为什么推荐此人", "Why this person was proposed";
    pairs_findings: "资格与利益冲突核查（按现有数据）", "Eligibility and conflicts (with the data of today)";
    pairs_same_need: "同一需求的人选和候补", "Everybody proposed for this need";
    pairs_beside: "原人选与单位另荐人选对照", "The original and the unit's other person side by side";
    pairs_beside_lead: "两人按同一标准核查、评分，互不替代，由企业在洽谈中选择（方案三（二））。",
        "Both are checked and scored alike; neither replaces the other, and the enterprise chooses in the talks.";
    pairs_original: "原人选", "Original";
    pairs_other: "单位另荐", "The unit's other person";
    pairs_verdict: "核查结论", "Verdict";
    pairs_releases: "信息开放记录", "What was opened to whom";
    pairs_contacts: "联系方式", "Contacts";
    pairs_contact_person: "科技人员", "Person";
    pairs_contact_enterprise: "接收单位", "Enterprise";
    pairs_contact_enterprise_none: "未登记，请联系组织单位", "None given; ask the organiser";
    pairs_contact_none: "未登记，请联系派出单位", "None given; ask the sending unit";
    pairs_confidential: "需求保密部分", "Confidential part of the need";
    pairs_confidential_lead: "仅限本次对接使用，请勿外传。", "For these talks alone; do not pass it on.";
    pairs_meetings: "洽谈记录", "Meetings";
    pairs_silent(who: &str, days: i64): "尚未确认：{who}，已 {days} 天", "Not yet confirmed: {who}, for {days} days";
    pairs_link: "本人专用链接", "Personal link";
    pairs_link_lead: "本人没有账户也可以答复：生成一次性链接转给本人，期限与推送相同；重新生成后旧链接作废。",
        "The person can answer without an account: make a link and hand it over. It works once, until the push is due; a new one replaces it.";
    pairs_link_ask: "征询本人并生成链接", "Ask the person and make a link";
    pairs_link_again: "重新生成链接", "Make a new link";
    pairs_link_made(when: &str, until: &str): "已于 {when} 生成，{until} 前有效", "Made on {when}, good until {until}";
    pairs_check: "先核查本单位其他人选", "Check another person of the unit first";
}

/// The parts, in the order in which they are read.
pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (pair, role) = (&asked.kept.matter, asked.visitor.actor.role());
    let told = matches!(role, Role::Province | Role::Unit | Role::Person);
    let mut parts = vec![place(tx, asked).await?];
    if let Some(silent) = silent(asked) {
        parts.insert(0, silent.into());
    }
    if told {
        parts.extend(link(tx, asked).await?);
        parts.push(why(asked).await?);
        parts.push(findings(tx, asked).await?);
    }
    parts.extend(beside(tx, asked).await?);
    if role == Role::Province {
        parts.push(same_need(tx, asked).await?.into());
    }
    parts.extend(opened(tx, asked).await?);
    if !pair.body.list(&MEETINGS).is_empty() {
        parts.push(Card::new(asked.t.pairs_meetings(), Prose::new(&pair.body.list(&MEETINGS).join("\n"))).into());
    }
    Ok(parts)
}

/// Level, score, order; when the unit took the push in. Its first look is the receipt.
async fn place(tx: &mut Tx, asked: &Asked<'_>) -> Result<Markup, Failure> {
    let (pair, role, t) = (&asked.kept.matter, asked.visitor.actor.role(), asked.t);
    let receipt = receipt(tx, asked).await?;
    let person = pair.parties.person.as_deref().unwrap_or_default();
    let known = store::person::get(tx, &Scope::Province, person).await?;
    let name = known.as_ref().map_or(person, explain::name_of);
    let mut list = DescriptionList::new().entry(
        t.pairs_person(),
        if asked.visitor.reads(Record::Person) && role != Role::Person {
            Markup::link(url::person(person), name)
        } else {
            Markup::text(name)
        },
    );
    list = list
        .entry(t.level_label(), pair.body.text(&BAND))
        .entry(t.pairs_score(), pair.body.text(&SCORE))
        .entry(t.proposals_order(), proposals::order(pair, t));
    if pair.body.has(&INSTEAD_OF) {
        let id = pair.body.text(&INSTEAD_OF);
        list = list.entry(t.pairs_original(), Markup::link(words::href(id), id));
    }
    let is_pushed = !matches!(pair.stage, Stage::PairProposed | Stage::PairStandby | Stage::PairUnused);
    if matches!(role, Role::Province | Role::Unit) && is_pushed {
        list = list.entry(t.pairs_received(), receipt.unwrap_or_else(|| t.pairs_not_received().to_owned()));
    }
    if let Some(due) = pair.due.filter(|_| matches!(pair.stage, Stage::PairPushed | Stage::PairAsked)) {
        let parameters = policy::of_matter(tx, pair).await?;
        let calendar = asked.state.desk.calendars.current(tx).await?;
        list = list.entry(t.pairs_reminders(), reminders(due, &parameters, &calendar));
    }
    let mut card = Card::new(t.pairs_place(), list);
    if asked.visitor.reads(Record::Match) {
        let need = pair.parties.need.as_deref().unwrap_or_default();
        card = card.actions(ButtonLink::secondary(t.pairs_evidence(), url::pair(need, person)));
    }
    Ok(card.into())
}

/// The days on which the remaining time is called to mind.
fn reminders(
    due: chrono::NaiveDate,
    parameters: &Parameters,
    calendar: &programme::calendar::WorkingCalendar,
) -> String {
    let before = |workdays: &u32| {
        let mut day = due;
        let mut left = *workdays;
        while left > 0 {
            day = day.pred_opt()?;
            left -= u32::from(calendar.is_working_day(day));
        }
        Some(day.to_string())
    };
    parameters.reminder_workdays.iter().filter_map(before).collect::<Vec<_>>().join("、")
}

async fn receipt(tx: &mut Tx, asked: &Asked<'_>) -> Result<Option<String>, Failure> {
    let pair = &asked.kept.matter;
    if asked.visitor.actor.role() == Role::Unit && pair.stage == Stage::PairPushed {
        let mut write = asked.state.desk.database.write().await?;
        store::offer::receive(&mut write, &asked.visitor.by(asked.state), &pair.id).await?;
        write.commit().await?;
        return Ok(Some(moment(asked.state.clock.now())));
    }
    let receipt = store::offer::receipt(tx, &pair.id).await?;
    Ok(receipt.map(|receipt| moment(receipt.received)))
}

fn moment(at: store::Timestamp) -> String {
    in_beijing(at).format("%Y-%m-%d %H:%M").to_string()
}

/// 3.3b: one silent bureau holds an intention up, and is named.
fn silent(asked: &Asked<'_>) -> Option<Notice> {
    let pair = &asked.kept.matter;
    let since = pair.body.day(&INTENTION_DAY).filter(|_| pair.stage == Stage::PairIntention)?;
    let days = (today(asked.state.clock.now()) - since).num_days();
    let t = asked.t;
    Some(Notice::warning(t, t.pairs_silent(&words::awaited(pair, t), days)))
}

#[derive(Template)]
#[template(
    source = r#"<form action="{{ action }}" method="post">{{ csrf }}<p class="hint">{{ lead }}</p><p>{{ made }}</p>{{ submit }} {{ check }}</form>"#,
    ext = "html"
)]
struct LinkForm {
    action: String,
    csrf: Hidden,
    lead: &'static str,
    made: String,
    submit: Button,
    check: ButtonLink,
}

/// The unit's way to ask somebody who has no account.
async fn link(tx: &mut Tx, asked: &Asked<'_>) -> Result<Option<Markup>, Failure> {
    let (pair, t) = (&asked.kept.matter, asked.t);
    let asks = matches!(pair.stage, Stage::PairPushed | Stage::PairAsked);
    if asked.visitor.actor.role() != Role::Unit || !asks {
        return Ok(None);
    }
    let kept = store::offer::link_of(tx, &pair.id).await?;
    let made = kept.map(|link| t.pairs_link_made(&moment(link.issued), &link.last_day.to_string()));
    let label = if pair.stage == Stage::PairPushed { t.pairs_link_ask() } else { t.pairs_link_again() };
    let form = LinkForm {
        action: format!("{}/link", words::href(&pair.id)),
        csrf: Hidden::new("csrf", asked.visitor.token.form_token()),
        lead: t.pairs_link_lead(),
        made: made.unwrap_or_default(),
        submit: Button::secondary(label),
        check: ButtonLink::secondary(t.pairs_check(), format!("/check?pair={}", pair.id)),
    };
    Ok(Some(Card::new(t.pairs_link(), Markup::of(&form)).into()))
}

async fn why(asked: &Asked<'_>) -> Result<Markup, Failure> {
    let (pair, t) = (&asked.kept.matter, asked.t);
    let (need, person) = (pair.parties.need.as_deref(), pair.parties.person.as_deref());
    let Some((need, person)) = need.zip(person) else { return Ok(Markup::default()) };
    let day = today(asked.state.clock.now());
    let explained = explain::pair(&asked.state.desk, &Scope::Province, day, need, person).await?;
    Ok(explained.map(|one| Card::new(t.pairs_why(), answer::why(&one, t)).into()).unwrap_or_default())
}

async fn findings(tx: &mut Tx, asked: &Asked<'_>) -> Result<Markup, Failure> {
    let found = checked(tx, asked, &asked.kept.matter).await?;
    Ok(FindingsList::new(asked.t, asked.t.pairs_findings(), &found).into())
}

async fn checked(tx: &mut Tx, asked: &Asked<'_>, pair: &Matter) -> Result<Vec<programme::finding::Finding>, Failure> {
    let day = today(asked.state.clock.now());
    let facts = facts::load(tx, &asked.state.desk, pair, Action::PushPair, None, day).await?;
    Ok(facts.findings)
}

/// 3.2c: the original and the other person, each with the same questions.
async fn beside(tx: &mut Tx, asked: &Asked<'_>) -> Result<Option<Markup>, Failure> {
    let (pair, t) = (&asked.kept.matter, asked.t);
    let Some(need) = pair.parties.need.as_deref() else { return Ok(None) };
    let all = matter::linked(tx, Link::OfNeed(need, Kind::Pair)).await?;
    let original = if pair.body.has(&INSTEAD_OF) { pair.body.text(&INSTEAD_OF) } else { &pair.id };
    let group: Vec<&Matter> =
        all.iter().filter(|one| one.id == original || one.body.text(&INSTEAD_OF) == original).collect();
    let actor = &asked.visitor.actor;
    let seen = |one: &&Matter| programme::process::sight::concerns_account(actor, one);
    let group: Vec<&Matter> = group.into_iter().filter(seen).collect();
    if group.len() < 2 {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for one in group {
        let verdict = Verdict::of(&checked(tx, asked, one).await?);
        let which = if one.id == original { t.pairs_original() } else { t.pairs_other() };
        rows.push(vec![
            Cell::heading(Markup::link(words::href(&one.id), one.title.as_str())),
            Cell::new(which),
            Cell::new(one.body.text(&BAND)),
            Cell::new(one.body.text(&SCORE)),
            Cell::new(verdict_status(verdict, t)),
            Cell::new(words::stage_status(one, t)),
        ]);
    }
    let columns = [
        Column::text(t.proposals_pair()),
        Column::text(""),
        Column::text(t.level_label()),
        Column::text(t.pairs_score()),
        Column::text(t.pairs_verdict()),
        Column::text(t.proposals_stage()),
    ];
    let table = Table::new("beside", t.pairs_beside(), columns, rows, "").summary(t.pairs_beside_lead());
    Ok(Some(table.into()))
}

/// Everybody proposed for the need, in the plan's order.
async fn same_need(tx: &mut Tx, asked: &Asked<'_>) -> Result<Table, Failure> {
    let (pair, t) = (&asked.kept.matter, asked.t);
    let mut pairs = match pair.parties.need.as_deref() {
        Some(need) => matter::linked(tx, Link::OfNeed(need, Kind::Pair)).await?,
        None => Vec::new(),
    };
    pairs.retain(|one| one.parties.round == pair.parties.round);
    pairs.sort_by_key(|one| (one.body.whole(&ORDER), one.id.clone()));
    let columns = [
        Column::text(t.proposals_order()),
        Column::text(t.proposals_pair()),
        Column::text(t.proposals_unit()),
        Column::text(t.level_label()),
        Column::text(t.proposals_stage()),
    ];
    let rows = pairs.iter().map(|one| {
        vec![
            Cell::new(proposals::order(one, t)),
            Cell::heading(Markup::link(words::href(&one.id), one.title.as_str())),
            Cell::new(one.parties.unit.clone().unwrap_or_default()),
            Cell::new(one.body.text(&BAND)),
            Cell::new(words::stage_status(one, t)),
        ]
    });
    Ok(Table::new("same-need", t.pairs_same_need(), columns, rows.collect::<Vec<_>>(), ""))
}

/// How the enterprise is reached: what it wrote in the need, and to those who hold the talks what the register keeps sealed
/// (三（三）). The release log of the pair says since when.
async fn contact_of_enterprise(tx: &mut Tx, asked: &Asked<'_>) -> Result<String, Failure> {
    let (pair, role, t) = (&asked.kept.matter, asked.visitor.actor.role(), asked.t);
    let need = match pair.parties.parent.as_deref() {
        Some(id) => matter::find(tx, id).await?.map(|kept| kept.matter),
        None => None,
    };
    let mut known: Vec<String> = need.map(|need| need.body.text(&CONTACT).to_owned()).into_iter().collect();
    let in_talks = matches!(role, Role::Person | Role::Unit | Role::CityScience | Role::CityIndustry | Role::Sasac);
    if let (true, Some(code)) = (in_talks, pair.parties.enterprise.as_deref()) {
        let keys = &asked.state.guard.keys;
        known.extend(
            seal::opened(tx, keys, (Owner::Enterprise.record(), code)).await?.into_iter().map(|(_, full)| full),
        );
    }
    known.retain(|contact| !contact.is_empty());
    Ok(if known.is_empty() { t.pairs_contact_enterprise_none().to_owned() } else { known.join(" ") })
}

/// What has been opened: contacts with the talks, the confidential part to those who agreed.
async fn opened(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (pair, role, t) = (&asked.kept.matter, asked.visitor.actor.role(), asked.t);
    let mut parts = Vec::new();
    if is_released(pair, CONTACTS) && !is_over(pair.stage) {
        let sealed = sealed::opened(tx, &asked.state.desk, pair).await?;
        let given = sealed.into_iter().find(|(key, _)| key == PERSON_CONTACT.key).map(|(_, given)| given);
        let given = given.unwrap_or_else(|| t.pairs_contact_none().to_owned());
        let list = DescriptionList::new().entry(t.pairs_contact_person(), given);
        let list = list.entry(t.pairs_contact_enterprise(), contact_of_enterprise(tx, asked).await?);
        parts.push(Card::new(t.pairs_contacts(), list).into());
    }
    if is_released(pair, CONFIDENTIAL_PART) && matches!(role, Role::Person | Role::Unit) {
        let need = match pair.parties.parent.as_deref() {
            Some(id) => matter::find(tx, id).await?.map(|kept| kept.matter),
            None => None,
        };
        let text = need.map(|need| need.body.text(&CONFIDENTIAL).to_owned()).unwrap_or_default();
        if !text.is_empty() {
            parts.push(Card::new(t.pairs_confidential(), Prose::new(&text)).aside(t.pairs_confidential_lead()).into());
        }
    }
    let releases = pair.body.list(&RELEASES);
    if !releases.is_empty() {
        parts.push(Card::new(t.pairs_releases(), Prose::new(&releases.join("\n"))).into());
    }
    Ok(parts)
}
