//! A need's page: why it goes where it goes, how definite it is, what the enterprise fulfils, who agreed to which text,
//! what has changed since, and which needs of the same and of sibling firms it resembles.

use chrono::NaiveDate;
use programme::access::{Role, Scope};
use programme::parameters::Parameters;
use programme::process::deadline::LATE;
use programme::process::need::{
    self, DRAFT, MERGED, MISSING, PROBLEM, ROUTE_LOCKED, ROUTE_WHY, STEP, SUBMITTED, SUBMITTED_BEFORE, TARGETS, TITLE,
    quality, returns, reviews, text_hash,
};
use programme::process::{Action, Body, Field, Kind, Matter, Stage, Value, sight};
use programme::quality::Severity;
use programme::quality::duplicates::{Fingerprint, overlap, similar};
use store::Tx;
use store::matter;

use super::super::words;
use super::Asked;
use super::round::short;
use crate::clock::today;
use crate::texts;
use crate::usecases::{acts, policy, reach, register};
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::evidence::{Passage, SideBySide, marked, marked_at, shortened};
use crate::web::kit::findings::FindingsList;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};

texts! {
    needs_route: "由谁审核", "Who reviews it";
    needs_route_locked(day: &str): "{day} 提交时锁定，之后只有省科技厅可说明理由改变", "fixed on {day}; only the province changes it, with a reason";
    needs_quality(score: u32, least: u32): "需求质量 {score} 分，至少 {least} 分方可提交", "Quality {score}; {least} are needed to submit";
    needs_quality_field: "栏目", "Field";
    needs_quality_question: "问题", "Question";
    needs_quality_points: "分值", "Points";
    needs_quality_all: "没有待回答的问题。", "No open question.";
    needs_quality_move: "须移出公开部分", "must leave the public part";
    needs_reach(people: usize, strong: usize, eligible: usize): "按现有文本，较强相关及以上 {people} 人，其中强相关 {strong} 人；符合条件 {eligible} 人",
        "as it stands it reaches {people} people, {strong} of them strongly; {eligible} fulfil the conditions";
    needs_reach_title: "现在能找到多少人", "Whom it would reach now";
    needs_conditions: "企业条件核查（今天）", "The enterprise's conditions, today";
    needs_reviews: "审核意见", "Reviews";
    needs_reviews_none: "尚无审核意见。", "Nobody has reviewed it yet.";
    needs_reviewer: "审核单位", "Reviewer";
    needs_review_day: "日期", "Date";
    needs_review_text: "同意的文本", "Text agreed to";
    needs_review_standing: "效力", "Standing";
    needs_review_remark: "意见", "Remark";
    needs_review_valid: "有效：与现有文本一致", "stands: the present text";
    needs_review_void: "已失效：文本已改或同意已收回", "void: changed or taken back";
    needs_text_now(hash: &str): "现有文本 {hash}", "present text {hash}";
    needs_returns: "退回记录", "Returns";
    needs_return_line(day: &str, who: &str, step: &str, missing: &str, reason: &str): "{day} {who}退回（{step}）{missing}：{reason}", "{day} {who} ({step}) {missing}: {reason}";
    needs_return_mended(day: &str, days: &str): "；{day} 重新提交，用 {days} 个工作日", "; submitted again on {day} after {days} working days";
    needs_changes: "与上次提交相比", "Changed since the last submission";
    needs_change_field: "栏目", "Field";
    needs_change_before: "上次", "Before";
    needs_change_now: "本次", "Now";
    needs_similar: "相近需求", "Needs like this one";
    needs_similar_lead(percent: u32, whose: &str): "相近 {percent}%，{whose}，重合处已标出", "{percent}% alike, {whose}; common passages are marked";
    needs_similar_same: "同一企业", "same enterprise";
    needs_similar_kin: "同一控制下企业", "sibling enterprise";
    needs_this: "本需求", "This need";
    needs_merged: "已并入的需求", "Needs taken in";
    needs_late: "逾期记录", "Late acts";
    needs_late_line(act: &str, due: &str, day: &str, days: &str): "{act}：期限 {due}，{day} 办理，逾期 {days} 个工作日", "{act}: due {due}, done {day}, {days} working days late";
}

/// Common passages from so many characters on are marked.
const OVERLAP_CHARS_MIN: usize = 6;
/// Needs of the enterprise and its kin that are compared, the newest: a group may have hundreds over the years.
const COMPARED_MAX: u32 = 60;
/// Similar needs that are shown side by side.
const SIMILAR_SHOWN: usize = 3;
/// Characters around a marked passage of a long text.
const SURROUNDING_CHARS: usize = 60;

pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let round = match &matter.parties.round {
        Some(round) => matter::find(tx, round).await?.map(|kept| kept.matter),
        None => None,
    };
    let parameters = policy::of_round(tx, round.as_ref()).await?;
    let mut parts = vec![route(matter, t)];
    if matches!(matter.stage, Stage::NeedDraft | Stage::NeedReview) {
        let failed = acts::facts::need::failed_talks(tx, matter).await?;
        parts.push(meter(matter, &failed, &parameters, t).into());
        parts.push(reached(asked).await?);
    }
    parts.extend(enterprise(tx, asked, &parameters).await?);
    parts.push(reviewed(matter, t).into());
    parts.extend(returned(matter, t));
    parts.extend(changes(matter, asked));
    parts.extend(alike(tx, asked).await?);
    parts.extend(kept_lists(matter, t));
    Ok(parts)
}

fn route(matter: &Matter, t: Texts) -> Markup {
    let why = matter.body.text(&ROUTE_WHY);
    let locked = matter.body.text(&ROUTE_LOCKED);
    let locked = if locked.is_empty() { String::new() } else { t.needs_route_locked(locked) };
    let body = [why.to_owned(), locked].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("；");
    let title = format!("{}：{}", t.needs_route(), words::organiser(&matter.parties.organiser, t));
    Notice::info(t, title).body(body).into()
}

fn meter(matter: &Matter, failed: &[Matter], parameters: &Parameters, t: Texts) -> Table {
    let meter = quality(&matter.body, failed);
    let rows = meter.open().into_iter().map(|item| {
        let points = if item.severity == Severity::Move {
            Cell::new(Status::new(t.needs_quality_move(), Tone::Bad))
        } else {
            Cell::number(item.points.to_string())
        };
        vec![Cell::heading(item.field.chinese()), Cell::new(item.question.clone()), points]
    });
    let columns = [
        Column::text(t.needs_quality_field()),
        Column::text(t.needs_quality_question()),
        Column::number(t.needs_quality_points()),
    ];
    let caption = t.needs_quality(meter.score, parameters.need_quality_min);
    Table::new("need-quality", caption, columns, rows.collect::<Vec<_>>(), t.needs_quality_all())
}

/// Numbers alone: who they are is told by a run of an open round.
async fn reached(asked: &Asked<'_>) -> Result<Markup, Failure> {
    let (state, t) = (asked.state, asked.t);
    let need = need::record(&asked.kept.matter);
    let reach = reach::reach(&state.desk, &need, today(state.clock.now())).await?;
    let body = t.needs_reach(reach.people(), reach.strong, reach.eligible);
    Ok(Notice::info(t, t.needs_reach_title()).body(body).into())
}

async fn enterprise(tx: &mut Tx, asked: &Asked<'_>, parameters: &Parameters) -> Result<Option<Markup>, Failure> {
    let Some(code) = asked.kept.matter.parties.enterprise.as_deref() else { return Ok(None) };
    let Some(enterprise) = store::enterprise::get(tx, &Scope::Province, code).await? else { return Ok(None) };
    let today: NaiveDate = today(asked.state.clock.now());
    let findings = register::of_enterprise(tx, &enterprise, today, parameters).await?;
    Ok(Some(FindingsList::new(asked.t, asked.t.needs_conditions(), &findings).into()))
}

fn reviewed(matter: &Matter, t: Texts) -> Table {
    let now = text_hash(&matter.body);
    let rows = reviews(&matter.body).into_iter().map(|review| {
        let stands = review.hash == now;
        let (word, tone) =
            if stands { (t.needs_review_valid(), Tone::Good) } else { (t.needs_review_void(), Tone::Attention) };
        vec![
            Cell::heading(office(review.role, t)),
            Cell::unbroken(review.day),
            Cell::unbroken(short(review.hash)),
            Cell::new(Status::new(word, tone)),
            Cell::new(review.remark),
        ]
    });
    let columns = [
        t.needs_reviewer(),
        t.needs_review_day(),
        t.needs_review_text(),
        t.needs_review_standing(),
        t.needs_review_remark(),
    ];
    let rows: Vec<Vec<Cell>> = rows.collect();
    Table::new("need-reviews", t.needs_reviews(), columns.map(Column::text), rows, t.needs_reviews_none())
        .summary(t.needs_text_now(&short(&now)))
}

fn office(code: &str, t: Texts) -> String {
    Role::parse(code).map_or_else(|| code.to_owned(), |role| role_word(role, t).to_owned())
}

fn returned(matter: &Matter, t: Texts) -> Option<Markup> {
    let in_words = |field: &Field, code: &str| field.in_words(&Value::from(code));
    let lines: Vec<Markup> = returns(&matter.body)
        .into_iter()
        .map(|one| {
            let missing: Vec<String> =
                one.missing.split(',').filter(|code| !code.is_empty()).map(|code| in_words(&MISSING, code)).collect();
            let step = in_words(&STEP, one.step);
            let mut line = t.needs_return_line(one.day, &office(one.role, t), &step, &missing.join("、"), one.reason);
            if !one.resubmitted.is_empty() {
                line.push_str(&t.needs_return_mended(one.resubmitted, one.workdays));
            }
            Markup::text(line)
        })
        .collect();
    (!lines.is_empty()).then(|| list(t.needs_returns(), lines))
}

fn list(name: &str, lines: Vec<Markup>) -> Markup {
    lines.into_iter().fold(DescriptionList::new(), |list, line| list.entry(name, line)).into()
}

/// What the enterprise changed between its last two submissions, field by field; sealed fields only for those who see them.
fn changes(matter: &Matter, asked: &Asked<'_>) -> Option<Markup> {
    let t = asked.t;
    let before = need::submitted(&matter.body, &SUBMITTED_BEFORE)?;
    let now = need::submitted(&matter.body, &SUBMITTED)?;
    let role = asked.visitor.actor.role();
    let shown = |body: &Body, field: &Field| body.get(field).map(|value| field.in_words(value)).unwrap_or_default();
    let rows: Vec<Vec<Cell>> = DRAFT
        .iter()
        .filter(|field| field.is_seen_by(Some(role)) && before.get(field) != now.get(field))
        .map(|field| {
            let (before, now) = (shown(&before, field), shown(&now, field));
            vec![Cell::heading(words::label(field, t)), Cell::new(before), Cell::new(now)]
        })
        .collect();
    let columns = [t.needs_change_field(), t.needs_change_before(), t.needs_change_now()].map(Column::text);
    (!rows.is_empty()).then(|| Table::new("need-changes", t.needs_changes(), columns, rows, "").into())
}

/// Needs of the same and of sibling enterprises that the visitor sees, side by side with this one.
async fn alike(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let Some(code) = matter.parties.enterprise.as_deref() else { return Ok(Vec::new()) };
    let kin = store::enterprise::kin(tx, code).await?;
    let firms: Vec<&str> = std::iter::once(code).chain(kin.iter().map(String::as_str)).collect();
    let mut others = matter::newest_of_enterprises(tx, &firms, Kind::Need, COMPARED_MAX).await?;
    others.retain(|other| other.id != matter.id && sight::concerns_account(&asked.visitor.actor, other));
    let fingerprints: Vec<Fingerprint> = others.iter().map(|other| Fingerprint::of(&public_text(other))).collect();
    let own = public_text(matter);
    let found = similar(&Fingerprint::of(&own), &fingerprints);
    Ok(found
        .into_iter()
        .take(SIMILAR_SHOWN)
        .map(|(place, permille)| side_by_side(matter, &own, &others[place], permille, t))
        .collect())
}

fn public_text(need: &Matter) -> String {
    [&TITLE, &PROBLEM, &TARGETS].map(|field| need.body.text(field)).join("\n")
}

fn side_by_side(own: &Matter, own_text: &str, other: &Matter, permille: u32, t: Texts) -> Markup {
    let whose =
        if own.parties.enterprise == other.parties.enterprise { t.needs_similar_same() } else { t.needs_similar_kin() };
    let other_text = public_text(other);
    let passages = overlap(own_text, &other_text, OVERLAP_CHARS_MIN);
    let (left, right): (Vec<_>, Vec<_>) =
        passages.into_iter().zip(1..).map(|((own, other), number)| ((own, number), (other, number))).unzip();
    let passage = |kind: &str, need: &Matter, text: &str, marks| {
        let segments = shortened(marked_at(text, marks), SURROUNDING_CHARS);
        Passage::of(kind, marked(&need.title, &[]), Markup::link(words::href(&need.id), need.id.clone()), segments)
    };
    let left = passage(t.needs_this(), own, own_text, left);
    let right = passage(whose, other, &other_text, right);
    let lead = t.needs_similar_lead(permille / 10, whose);
    SideBySide::new(format!("{}：{lead}", t.needs_similar()), left, right).into()
}

fn kept_lists(matter: &Matter, t: Texts) -> Vec<Markup> {
    let late = matter.body.list(&LATE).iter().filter_map(|entry| {
        let mut parts = entry.splitn(4, '|');
        let action = Action::parse(parts.next()?)?;
        Some(Markup::text(t.needs_late_line(&words::action(action, t), parts.next()?, parts.next()?, parts.next()?)))
    });
    let merged = matter.body.list(&MERGED).iter().map(|entry| {
        let id = entry.split('|').next().unwrap_or_default();
        Markup::link(words::href(id), entry.replace('|', " · "))
    });
    let lists = [(t.needs_merged(), merged.collect::<Vec<_>>()), (t.needs_late(), late.collect())];
    lists.into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(name, lines)| list(name, lines)).collect()
}
