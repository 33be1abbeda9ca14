//! A need and a person: the evidence side by side, the score taken apart, what the rules say, who could stand in.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use matching::engine::WorkEvidence;
use matching::evidence::{Field, Place, SharedPhrase};
use matching::indicator::{Compared, Outcome};
use matching::reason::{Feature, Reason, What};
use programme::access::Record;
use programme::finding::Verdict;
use programme::record::{Need, Person, Work};

use super::words::{level_badge, verdict_status};
use crate::clock::today;
use crate::texts;
use crate::usecases::explain::{self, Explained};
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::contributions::Contributions;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::evidence::{Passage, SideBySide, marked_at, shortened};
use crate::web::kit::findings::FindingsList;
use crate::web::kit::level::LevelBadge;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

/// Works shown beside the need; the others stand in the score's parts.
const WORKS_SHOWN_MAX: usize = 3;

/// A person's key works for a need (F17): as many as carry the score and are read at a glance.
const KEY_WORKS_MAX: usize = 5;
/// Shared phrases that are named of a key work.
const PHRASES_SHOWN_MAX: usize = 6;

/// A text up to this length is shown whole.
const WHOLE_TEXT_CHARS_MAX: usize = 600;

/// Characters shown of a longer text on either side of a shared phrase; what lies further off is left out.
const SURROUNDING_CHARS: usize = 80;

texts! {
    pair_title(name: &str): "{name}：匹配依据", "{name}: evidence";
    pair_key_works: "代表性成果", "Key works";
    pair_key_works_lead: "对本需求最相关的成果，按单项得分排列", "The works that fit this need best, by their own points";
    pair_key_why: "为什么相关", "Why";
    pair_key_phrases(phrases: &str): "两边都有：{phrases}", "on both sides: {phrases}";
    pair_key_figures(need: &str, work: &str): "需求“{need}”，成果“{work}”", "the need “{need}”, the work “{work}”";
    pair_key_meaning: "没有共同词语，按语义相近计分", "no shared phrase; near in meaning";
    pair_key_scattered: "没有共同词语，只有零散的相同字", "no shared phrase; scattered characters alone";
    pair_key_none: "没有与本需求相关的成果。", "No work fits this need.";
    pair_colleagues: "团队其他成员的匹配成果（最近一次运算）", "What other members of the team have to show, in the latest run";
    pair_role: "团队角色", "Place in the team";
    pair_evidence: "依据对照", "Evidence side by side";
    pair_evidence_lead: "两边都原样出现的词语已标出，编号相同的互相对应。", "Phrases that occur verbatim on both sides are marked; equal numbers belong together.";
    pair_no_evidence: "需求与成果没有共同的词语。", "Need and works share no phrase.";
    pair_evidence_of(title: &str): "需求与成果《{title}》对照", "The need beside the work “{title}”";
    pair_indicators: "指标对照", "Figures side by side";
    pair_indicators_lead: "需求与成果都写明数值的同一指标，按同一单位换算后比较；只比较文字所写，是否可信请核对原文。",
        "The same quantity where both sides state a figure, compared in one unit; only what is written is compared, check the originals.";
    pair_indicator: "指标", "Quantity";
    pair_indicator_need: "需求要求", "The need asks for";
    pair_indicator_work: "成果所述", "The work states";
    pair_indicator_source: "成果", "Work";
    pair_indicator_outcome: "比较", "Comparison";
    pair_score: "得分构成", "What the score is made of";
    pair_score_lead: "各项相加即为总分；最强的一项成果计全分，其次最多四项按递减份额计入。", "The parts add up to the score: the best work counts in full, up to four further ones by falling shares.";
    pair_parts: "各项成果的得分", "Points of each work";
    pair_best_work: "最相关成果", "Best work";
    pair_further_work(percent: &str): "其他成果，按 {percent}% 计入", "Further work, counted at {percent}%";
    pair_directions: "本人填写的研究方向", "Directions in the person's own words";
    pair_rules: "资格与利益冲突核查", "Eligibility and conflicts";
    pair_team: "团队与候补", "Team and alternates";
    pair_team_name: "科研团队", "Team";
    pair_team_best: "团队中最相关的成果", "Best work in the team";
    pair_team_alternates: "可递补的团队成员", "Members who could stand in";
    pair_rank: "排名", "Rank";
    pair_rank_of(rank: usize, people: usize): "第 {rank} 名（共 {people} 人）", "{rank} of {people}";
    pair_total: "得分", "Score";
    pair_verdict: "核查结论", "Verdict";
    pair_plan: "推送方案", "Plan";
    pair_why: "查询其他人为何未入选", "Why not somebody else?";
    pair_changed: "数据在匹配运算之后有变化", "The data have changed since the run";
    pair_changed_body(then: &str, now: &str): "运算时得分 {then}，按现有数据为 {now}。以下为现有数据的结果；需要一致时请重新运算。",
        "The run's score was {then}; with the present data it is {now}. What follows is of the present data; run again to make both agree.";
    pair_need: "需求", "Need";
    pair_work: "成果", "Work";
}

/// The page of a pair.
pub fn routes() -> Router<AppState> {
    Router::new().route("/needs/{need}/candidates/{person}", get(show))
}

#[derive(Template)]
#[template(path = "pages/pair.html")]
struct PairPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    notices: Vec<Notice>,
    facts: DescriptionList,
    key_works: Table,
    evidence: Vec<SideBySide>,
    indicators: Option<Table>,
    contributions: Contributions,
    findings: FindingsList,
    team: Option<DescriptionList>,
    colleagues: Option<Table>,
    why: ButtonLink,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path((need, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let t = frame.t;
    let explained = explain::pair(&state.desk, visitor.scope(), today(state.clock.now()), &need, &person).await?;
    let explained = explained.ok_or(Failure::NotFound)?;
    let name = explain::name_of(&explained.person);
    let above = [("/", t.nav_home()), ("/needs", t.needs()), (&url::need(&need), &explained.need.title)];
    Ok(page(&PairPage {
        breadcrumb: Breadcrumb::new(t, &above, name),
        notices: notices(&explained, t),
        facts: facts(&explained, t),
        key_works: key_works(&explained, t),
        evidence: evidence(&explained, t),
        indicators: indicators(&explained, t),
        contributions: contributions(&explained.explanation.reason, t),
        findings: FindingsList::new(t, t.pair_rules(), &explained.findings),
        team: team(&explained, t),
        colleagues: colleagues(&explained, t),
        why: ButtonLink::secondary(t.pair_why(), format!("{}/why", url::need(&need))),
        frame: frame.titled(t.pair_title(name)),
        t,
    }))
}

fn notices(explained: &Explained, t: Texts) -> Vec<Notice> {
    let mut notices = Vec::new();
    let now = explained.explanation.candidate.score;
    if let Some(then) = explained.score_of_run.filter(|then| *then != now) {
        let body = t.pair_changed_body(&then.to_string(), &now.to_string());
        notices.push(Notice::warning(t, t.pair_changed()).body(body));
    }
    for flag in &explained.explanation.candidate.flags {
        notices.push(Notice::warning(t, super::words::flag(*flag, t)));
    }
    notices
}

fn facts(explained: &Explained, t: Texts) -> DescriptionList {
    let candidate = &explained.explanation.candidate;
    let person = &explained.person;
    let mut facts = DescriptionList::new()
        .entry(t.pair_need(), Markup::link(url::need(&explained.need.id), explained.need.title.clone()))
        .entry(t.people_name(), Markup::link(url::person(&person.id), explain::name_of(person)))
        .entry(t.people_unit(), person.unit.clone().unwrap_or_default())
        .entry(t.level_label(), level_badge(candidate.level, Some(candidate.probability), &candidate.flags, t))
        .entry(t.pair_total(), candidate.score.to_string())
        .entry(t.pair_rank(), t.pair_rank_of(candidate.rank, explained.people()))
        .entry(t.pair_verdict(), verdict_status(Verdict::of(&explained.findings), t));
    if let Some(sentence) = &explained.plan_sentence {
        facts = facts.entry(t.pair_plan(), sentence.clone());
    }
    facts
}

/// 2.1.1(3): the works that carry the score, best first, each with why.
pub fn key_works(explained: &Explained, t: Texts) -> Table {
    let works = explained.explanation.candidate.works.iter().take(KEY_WORKS_MAX);
    let has_meaning = explained.explanation.reason.by_feature().contains_key(&Feature::Meaning);
    let unnamed = if has_meaning { t.pair_key_meaning() } else { t.pair_key_scattered() };
    let rows = works.map(|scored| {
        let work = explained.person.works.iter().find(|work| work.id == scored.id);
        let title = work.map_or_else(|| t.pair_directions(), |work| work.title.as_str());
        let evidence = explained.explanation.evidence.iter().find(|one| one.work == scored.id);
        vec![
            Cell::heading(Markup::of(&KeyWork { title: title.to_owned(), why: why_related(evidence, unnamed, t) })),
            Cell::unbroken(work.and_then(|work| work.kind).map_or("", |kind| kind.chinese())),
            Cell::number(work.and_then(|work| work.year).map_or_else(String::new, |year| year.to_string())),
            Cell::number(scored.score.to_string()),
        ]
    });
    let columns = [
        Column::text(t.person_work()),
        Column::text(t.person_kind()),
        Column::number(t.person_year()),
        Column::number(t.pair_total()),
    ];
    let rows: Vec<Vec<Cell>> = rows.collect();
    Table::new("key-works", t.pair_key_works(), columns, rows, t.pair_key_none()).summary(t.pair_key_works_lead())
}

#[derive(Template)]
#[template(source = r#"{{ title }}<p class="told hint">{{ why }}</p>"#, ext = "html")]
struct KeyWork {
    title: String,
    why: String,
}

/// The phrases and the figures that need and work share, or what is said when there are none to name.
fn why_related(evidence: Option<&WorkEvidence>, unnamed: &str, t: Texts) -> String {
    let phrases = evidence.into_iter().flat_map(|one| one.phrases.iter().take(PHRASES_SHOWN_MAX));
    let phrases: Vec<&str> = phrases.map(SharedPhrase::phrase).collect();
    let figures = evidence.into_iter().flat_map(|one| &one.indicators);
    let figures = figures.map(|both| t.pair_key_figures(&both.need.text, &both.work.text));
    let shared = (!phrases.is_empty()).then(|| t.pair_key_phrases(&phrases.join("、")));
    let told: Vec<String> = shared.into_iter().chain(figures).collect();
    if told.is_empty() { unnamed.to_owned() } else { told.join("；") }
}

/// F15: the team beside its member, as far as the latest run found the others related.
fn colleagues(explained: &Explained, t: Texts) -> Option<Table> {
    let rows = explained.colleagues.iter().map(|one| {
        vec![
            Cell::heading(link_to(explained, &one.person)),
            Cell::unbroken(one.role.map_or("", |role| role.chinese())),
            Cell::number(one.rank.to_string()),
            Cell::new(LevelBadge::new(super::words::level(one.level), t)),
            Cell::new(one.work.as_str()),
            Cell::new(one.phrases.join("、")),
        ]
    });
    let columns = [
        Column::text(t.people_name()),
        Column::text(t.pair_role()),
        Column::number(t.pair_rank()),
        Column::text(t.level_label()),
        Column::text(t.pair_best_work()),
        Column::text(t.pair_key_why()),
    ];
    let rows: Vec<Vec<Cell>> = rows.collect();
    (!rows.is_empty()).then(|| Table::new("colleagues", t.pair_colleagues(), columns, rows, ""))
}

/// The need beside each of the works that carry the score.
fn evidence(explained: &Explained, t: Texts) -> Vec<SideBySide> {
    let shown = explained.explanation.evidence.iter().filter(|one| !one.phrases.is_empty());
    shown.take(WORKS_SHOWN_MAX).map(|one| side_by_side(&explained.need, &explained.person, one, t)).collect()
}

fn side_by_side(need: &Need, person: &Person, evidence: &WorkEvidence, t: Texts) -> SideBySide {
    let work = person.works.iter().find(|work| work.id == evidence.work);
    let (left, right) = (Side::of_need(need), work.map_or_else(|| Side::of_directions(person, t), Side::of_work));
    let numbered = || (1..).zip(&evidence.phrases);
    let need_marks = numbered().flat_map(|(pair, shared)| shared.need().iter().map(move |place| (*place, pair)));
    let work_marks = numbered().flat_map(|(pair, shared)| shared.work().iter().map(move |place| (*place, pair)));
    let kind = work.and_then(|work| work.kind).map_or(t.pair_work(), |kind| kind.chinese());
    let year = work.and_then(|work| work.year).map(|year| year.to_string()).unwrap_or_default();
    let caption = t.pair_evidence_of(&right.title);
    SideBySide::new(caption, left.passage(t.pair_need(), &need.id, need_marks), right.passage(kind, &year, work_marks))
}

/// Quantities that the need and a work that carries the score both state; nothing when there are none.
fn indicators(explained: &Explained, t: Texts) -> Option<Table> {
    let title = |id: &str| {
        let work = explained.person.works.iter().find(|work| work.id == id);
        work.map_or_else(|| t.pair_directions().to_owned(), |work| work.title.clone())
    };
    let row = |work: &str, compared: &Compared| {
        let tone = match compared.outcome {
            Outcome::Met => Tone::Good,
            Outcome::Short => Tone::Attention,
            Outcome::Stated => Tone::Neutral,
        };
        let word = match t.lang {
            Lang::Chinese => compared.outcome.in_chinese(),
            Lang::English => compared.outcome.in_english(),
        };
        vec![
            Cell::heading(compared.need.name.clone()),
            Cell::new(compared.need.text.clone()),
            Cell::new(compared.work.text.clone()),
            Cell::new(Status::new(word, tone)),
            Cell::new(title(work)),
        ]
    };
    let evidence = explained.explanation.evidence.iter();
    let rows: Vec<_> = evidence.flat_map(|one| one.indicators.iter().map(|both| row(&one.work, both))).collect();
    let columns = [
        t.pair_indicator(),
        t.pair_indicator_need(),
        t.pair_indicator_work(),
        t.pair_indicator_outcome(),
        t.pair_indicator_source(),
    ];
    let columns = columns.map(Column::text);
    (!rows.is_empty()).then(|| Table::new("indicators", t.pair_indicators(), columns, rows, ""))
}

/// A text as it is shown: title, and body with the keywords under it.
struct Side {
    title: String,
    body: String,
    /// Where each keyword begins in `body`.
    keywords: Vec<usize>,
}

impl Side {
    fn new(title: &str, body: &str, keywords: &[String]) -> Self {
        let mut side = Self { title: title.to_owned(), body: body.to_owned(), keywords: Vec::new() };
        for (at, keyword) in keywords.iter().enumerate() {
            side.body.push_str(if at > 0 {
                "；"
            } else if body.is_empty() {
                ""
            } else {
                "\n"
            });
            side.keywords.push(side.body.len());
            side.body.push_str(keyword);
        }
        side
    }

    fn of_need(need: &Need) -> Self {
        Self::new(&need.title, &need.content, &need.keywords)
    }

    fn of_work(work: &Work) -> Self {
        Self::new(&work.title, &work.summary, &work.keywords)
    }

    fn of_directions(person: &Person, t: Texts) -> Self {
        Self::new(t.pair_directions(), person.directions.as_deref().unwrap_or_default(), &[])
    }

    fn passage(&self, kind: &str, source: &str, marks: impl Iterator<Item = (Place, usize)>) -> Passage {
        let (mut in_title, mut in_body) = (Vec::new(), Vec::new());
        for (place, pair) in marks {
            let start = match place.field {
                Field::Keyword(number) => self.keywords.get(number).copied().unwrap_or_default(),
                Field::Title | Field::Body => 0,
            };
            let range = start + place.from..start + place.to;
            if place.field == Field::Title { in_title.push((range, pair)) } else { in_body.push((range, pair)) }
        }
        let is_long = self.body.chars().count() > WHOLE_TEXT_CHARS_MAX;
        let body = marked_at(&self.body, in_body);
        let body = if is_long { shortened(body, SURROUNDING_CHARS) } else { body };
        Passage::of(kind, marked_at(&self.title, in_title), source, body)
    }
}

/// The parts of the score: one for each work, its kinds of terms in words.
fn contributions(reason: &Reason, t: Texts) -> Contributions {
    let parts: Vec<_> = reason.parts.iter().map(|part| contribution(part, t)).collect();
    Contributions::new(t, t.pair_parts(), &parts, reason.score.value())
}

fn contribution(part: &Reason, t: Texts) -> (String, String, f64) {
    let (title, weight) = match &part.what {
        What::BestWork { title, .. } => (title.clone(), t.pair_best_work().to_owned()),
        What::SupportingWork { title, share_percent, .. } => {
            (title.clone(), t.pair_further_work(&format!("{share_percent:.0}")))
        }
        _ => (String::new(), String::new()),
    };
    let title = if title.is_empty() { t.pair_directions().to_owned() } else { title };
    let features = part.parts.iter().filter_map(|feature| match &feature.what {
        What::Feature { feature: kind } => Some(format!("{} {}", super::words::feature(*kind, t), feature.score)),
        _ => None,
    });
    let features: Vec<String> = features.collect();
    (title, format!("{weight}：{}", features.join("，")), part.score.value())
}

fn team(explained: &Explained, t: Texts) -> Option<DescriptionList> {
    let team = explained.explanation.candidate.team.as_ref()?;
    let mut list = DescriptionList::new().entry(t.pair_team_name(), team.team.clone());
    if let Some((member, work)) = &team.best {
        let link = link_to(explained, member);
        let title = explained.title_of(member, &work.id).unwrap_or_else(|| t.pair_directions());
        list =
            list.entry(t.pair_team_best(), Markup::joined([link, Markup::text(format!("《{title}》 {}", work.score))]));
    }
    let alternates: Vec<Markup> = team.alternates.iter().map(|member| link_to(explained, member)).collect();
    if !alternates.is_empty() {
        list = list.entry(t.pair_team_alternates(), Markup::joined(alternates));
    }
    Some(list)
}

/// The pair page of the same need and a member of the team.
fn link_to(explained: &Explained, member: &str) -> Markup {
    Markup::link(url::pair(&explained.need.id, member), explained.name_for(member))
}
