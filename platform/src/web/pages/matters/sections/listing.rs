//! 三（四）: a list's suggestions, counts, hash, meeting, notice, objections, signatures; an objection's name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use programme::access::Role;
use programme::process::line::{Line, differences, list_hash};
use programme::process::listing::{
    CAPTURES, CORRECTIONS, FROZEN_BY, FROZEN_DAY, LIST_HASH, LIST_LINES, MEETING_DECISION_DAY, MEETING_DECISION_NUMBER,
    NOTICE_START, OBJECTION_PAIR, PUBLICATIONS, SIGN_HASH, SIGN_LINES, SIGNATURES, STRUCK_BY,
};
use programme::process::proposal::ORDER;
use programme::process::{Kind, Matter, REASON, Stage, round};
use programme::rules::candidate::completed_years;
use store::Tx;
use store::listing::{Trait, lines, traits};
use store::matter::{self, Link};

use super::Asked;
use crate::clock::today;
use crate::texts;
use crate::usecases::attachments::Use;
use crate::usecases::policy;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::pages::matters::words;
use crate::web::pages::{attachments, notices};
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};
use crate::web::url;

texts! {
    listing_suggestions: "建议人选与审核", "Suggestions and review";
    listing_suggested(all: usize, kept: usize, struck: usize): "建议 {all} 名，保留 {kept} 名，调减 {struck} 名，无增加", "{all} suggested, {kept} kept, {struck} struck, none added";
    listing_pair: "编号", "Id";
    listing_name: "人选", "Name";
    listing_enterprise: "接收企业", "Enterprise";
    listing_unit: "派出单位", "Sending unit";
    listing_age: "年龄", "Age";
    listing_platforms: "创新平台", "Platform";
    listing_by: "分组", "By";
    listing_organiser: "组织单位", "Organiser";
    listing_state: "状态", "State";
    listing_recommendation: "与推荐的差异", "Against the recommendation";
    listing_first: "首选，保留", "First choice, kept";
    listing_alternate(order: i64): "第 {order} 候补，保留", "Alternate {order}, kept";
    listing_first_struck: "首选，被调减", "First choice, struck";
    listing_alternate_struck(order: i64): "第 {order} 候补，被调减", "Alternate {order}, struck";
    listing_reason: "理由", "Reason";
    listing_no_suggestions: "本批次还没有建议人选。", "Nobody was suggested in this round.";
    listing_bulk: "成批调减", "Strike several";
    listing_counts: "分布（保留的人选）", "Distribution of those kept";
    listing_group: "类别", "Group";
    listing_how_many: "名", "Count";
    listing_young(years: u32): "{years} 周岁（含）以下", "{years} years or younger";
    listing_platform: "企业有省级以上平台", "Enterprise with a platform";
    listing_frozen: "冻结名单", "Frozen list";
    listing_hash: "哈希（SM3）", "Hash (SM3)";
    listing_frozen_on: "冻结", "Frozen";
    listing_meeting: "党组会", "Party-group meeting";
    listing_check: "核对", "Check";
    listing_check_good: "现名单与冻结名单一致", "The list is as it was frozen";
    listing_check_bad: "冻结名单与哈希不符，请联系审计管理员", "The frozen list does not fit its hash";
    listing_differs: "与冻结名单的差异", "Differences to the frozen list";
    listing_corrected: "更正记录", "Corrections";
    listing_captures: "公示页面留存", "Captures of the notice";
    listing_moment: "时间", "Moment";
    listing_objections: "公示异议（仅省科技厅可见）", "Objections (province only)";
    listing_objection: "异议", "Objection";
    listing_due: "时限", "Until";
    listing_no_objections: "没有收到异议。", "No objection came.";
    listing_signatures: "会签", "Signatures";
    listing_department: "部门", "Department";
    listing_day: "日期", "Day";
    listing_no_signatures: "尚未会签。", "Nobody has signed yet.";
    listing_to_sign: "送会签名单", "List to sign";
    listing_publications: "公布", "Publications";
    listing_document: "文号", "Document";
    listing_eligibility: "列入名单前资格核查", "Check before the freeze";
    listing_proof: "调减对照表（F ⊆ S）", "Proof sheet (F ⊆ S)";
    listing_letters: "调减告知函", "Letters on struck names";
    listing_public: "公示页面", "Public page";
    objection_about: "异议人选", "About";
}

/// The parts, in the order in which they are read.
pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    if asked.kept.matter.kind() == Kind::Objection {
        return about(tx, asked).await;
    }
    let listing = &asked.kept.matter;
    let t = asked.t;
    let is_province = asked.visitor.actor.role() == Role::Province;
    let mut parts = Vec::new();
    let pairs = Pairs::load(tx, listing).await?;
    if is_province {
        parts.push(pairs.suggestions(t));
        parts.push(strike_link(listing, t));
        let young = policy::of_matter(tx, listing).await?.age_years_preferred_max;
        parts.push(pairs.counts(reference_day(tx, asked).await?, young, t));
        parts.push(papers(listing, t));
    }
    if listing.body.has(&LIST_HASH) {
        parts.push(frozen(listing, &pairs, t));
    }
    if listing.body.has(&NOTICE_START) {
        let parameters = policy::of_matter(tx, listing).await?;
        let working_days = asked.state.desk.calendars.current(tx).await?;
        parts.push(notices::calendar(listing, &working_days, &parameters, t));
    }
    if is_province {
        parts.extend(kept_pages(listing, t));
        parts.push(objections(tx, listing, t).await?);
    }
    parts.extend(to_sign(listing, t));
    parts.extend(signatures(listing, t));
    parts.extend(publications(listing, t));
    parts.retain(|part| !part.is_empty());
    Ok(parts)
}

/// Ages are counted on the day of the round's notice (2.1.1(2)).
async fn reference_day(tx: &mut Tx, asked: &Asked<'_>) -> Result<NaiveDate, Failure> {
    let round = match asked.kept.matter.parties.round.as_deref() {
        Some(id) => matter::find(tx, id).await?,
        None => None,
    };
    let noticed = round.and_then(|round| round.matter.body.day(&round::NOTICE_DAY));
    Ok(noticed.unwrap_or_else(|| today(asked.state.clock.now())))
}

async fn about(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let named = asked.kept.matter.body.text(&OBJECTION_PAIR);
    let Some(pair) = matter::get(tx, &asked.visitor.actor, named).await? else { return Ok(Vec::new()) };
    let link = Markup::link(words::href(named), pair.matter.title.clone());
    let state = words::stage_status(&pair.matter, asked.t);
    Ok(vec![DescriptionList::new().entry(asked.t.objection_about(), Markup::joined([link, state])).into()])
}

/// Everybody who was ever suggested in the round, with what the registers say.
pub(in crate::web::pages) struct Pairs {
    pub(in crate::web::pages) pairs: Vec<(Matter, Line)>,
    traits: BTreeMap<String, Trait>,
}

impl Pairs {
    /// The suggestions of a list's round.
    pub(in crate::web::pages) async fn load(tx: &mut Tx, listing: &Matter) -> Result<Self, Failure> {
        let round = listing.parties.round.as_deref().unwrap_or_default();
        let mut known: BTreeMap<String, Line> =
            lines(tx, round).await?.into_iter().map(|line| (line.pair.clone(), line)).collect();
        // A round has many more pairs than suggestions.
        let ids: Vec<&str> = known.keys().map(String::as_str).collect();
        let pairs = matter::of_ids(tx, &ids).await?.into_iter().map(|kept| kept.matter);
        let pairs = pairs.filter_map(|pair| known.remove(&pair.id).map(|line| (pair, line))).collect();
        let traits = traits(tx, round).await?.into_iter().map(|one| (one.pair.clone(), one)).collect();
        Ok(Self { pairs, traits })
    }

    /// Those not struck.
    pub(in crate::web::pages) fn kept(&self) -> impl Iterator<Item = &(Matter, Line)> {
        self.pairs.iter().filter(|(pair, _)| pair.stage != Stage::PairStruck)
    }

    /// How many were suggested, are kept, are struck.
    pub(in crate::web::pages) fn summary(&self, t: Texts) -> String {
        let kept = self.kept().count();
        t.listing_suggested(self.pairs.len(), kept, self.pairs.len() - kept)
    }

    /// The table of judgement: who, where it is, how it differs from the recommendation, why.
    pub(in crate::web::pages) fn suggestions(&self, t: Texts) -> Markup {
        let columns = [
            t.listing_pair(),
            t.listing_name(),
            t.listing_unit(),
            t.listing_enterprise(),
            t.listing_organiser(),
            t.listing_state(),
            t.listing_recommendation(),
            t.listing_reason(),
        ];
        let rows = self.pairs.iter().map(|(pair, line)| {
            let struck = pair.stage == Stage::PairStruck;
            let reason = if struck { pair.body.text(&REASON) } else { "" };
            vec![
                Cell::unbroken(Markup::link(words::href(&pair.id), pair.id.clone())),
                Cell::heading(line.name.as_str()),
                Cell::new(line.unit.as_str()),
                Cell::new(line.enterprise.as_str()),
                Cell::unbroken(words::organiser(&pair.parties.organiser, t)),
                Cell::new(words::stage_status(pair, t)),
                Cell::unbroken(recommended(pair, struck, t)),
                Cell::new(reason),
            ]
        });
        Table::new("suggestions", t.listing_suggestions(), columns.map(Column::text), rows, t.listing_no_suggestions())
            .summary(self.summary(t))
            .into()
    }

    /// By organiser, unit, age and platform (1.2, 2.1.1(2)b, 2.3.1(3)).
    fn counts(&self, on: NaiveDate, years: u32, t: Texts) -> Markup {
        let mut groups: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for (pair, line) in self.kept() {
            let of = self.traits.get(&pair.id);
            let age = of.and_then(|of| of.birth).and_then(|birth| completed_years(birth, on));
            let young = age.is_some_and(|age| age <= years).then(|| (2, t.listing_young(years)));
            let platform = of.is_some_and(|of| of.platform).then(|| (3, t.listing_platform().to_owned()));
            let always = [(0, words::organiser(&pair.parties.organiser, t)), (1, line.unit.clone())];
            for group in always.into_iter().chain(young).chain(platform) {
                *groups.entry(group).or_default() += 1;
            }
        }
        let total = self.kept().count().max(1);
        let by = [t.listing_organiser(), t.listing_unit(), t.listing_age(), t.listing_platforms()];
        let rows = groups.into_iter().map(|((kind, group), count)| {
            let share = Cell::number(format!("{count}（{}%）", count * 100 / total));
            vec![Cell::unbroken(by[kind]), Cell::heading(group), share]
        });
        let columns =
            [Column::text(t.listing_by()), Column::text(t.listing_group()), Column::number(t.listing_how_many())];
        Table::new("counts", t.listing_counts(), columns, rows, "").into()
    }
}

/// What the judgement made of the place that the plan gave.
fn recommended(pair: &Matter, struck: bool, t: Texts) -> String {
    match (pair.body.whole(&ORDER).unwrap_or_default(), struck) {
        (0, false) => t.listing_first().to_owned(),
        (0, true) => t.listing_first_struck().to_owned(),
        (order, false) => t.listing_alternate(order),
        (order, true) => t.listing_alternate_struck(order),
    }
}

fn strike_link(listing: &Matter, t: Texts) -> Markup {
    if listing.stage != Stage::ListingReview {
        return Markup::default();
    }
    let pairs = format!("{}?stage={}", words::list_href(Kind::Pair), Stage::PairSuggested.code());
    ButtonLink::secondary(t.listing_bulk(), pairs).into()
}

fn papers(listing: &Matter, t: Texts) -> Markup {
    let id = url::component(&listing.id);
    let mut links = Vec::new();
    if listing.stage == Stage::ListingReview {
        links.push(ButtonLink::secondary(t.listing_eligibility(), format!("/listing/{id}/check")));
    }
    links.extend([
        ButtonLink::secondary(t.listing_proof(), format!("/listing/{id}/proof")),
        ButtonLink::secondary(t.listing_letters(), format!("/listing/{id}/letters")),
    ]);
    if !matches!(listing.stage, Stage::ListingReview | Stage::ListingFrozen) {
        links.push(attachments::link(&listing.id, Use::Notice, t));
    }
    if listing.body.has(&NOTICE_START) {
        links.push(ButtonLink::secondary(t.listing_public(), format!("/notice/{id}")));
        links.push(ButtonLink::secondary(t.captures(), format!("/captures/{id}")));
    }
    Markup::joined(links.into_iter().map(Markup::from))
}

/// The hash, who froze it when, the meeting, and every difference since.
fn frozen(listing: &Matter, pairs: &Pairs, t: Texts) -> Markup {
    let body = &listing.body;
    let good = list_hash(body.list(&LIST_LINES)) == body.text(&LIST_HASH);
    let now: Vec<String> = pairs.kept().map(|(_, line)| line.text()).collect();
    let differs = differences(body.list(&LIST_LINES), &now);
    let check = match (good, differs.is_empty()) {
        (false, _) => Status::new(t.listing_check_bad(), Tone::Bad),
        (true, true) => Status::new(t.listing_check_good(), Tone::Good),
        (true, false) => Status::new(t.listing_differs(), Tone::Attention),
    };
    let mut list = DescriptionList::new()
        .entry(t.listing_hash(), body.text(&LIST_HASH))
        .entry(t.listing_frozen_on(), format!("{} · {}", body.text(&FROZEN_DAY), body.text(&FROZEN_BY)))
        .entry(t.listing_check(), Markup::from(check));
    if body.has(&MEETING_DECISION_DAY) {
        let meeting = format!("{} · {}", body.text(&MEETING_DECISION_DAY), body.text(&MEETING_DECISION_NUMBER));
        list = list.entry(t.listing_meeting(), meeting);
    }
    for difference in differs {
        list = list.entry(t.listing_differs(), difference.in_chinese());
    }
    for entry in body.list(&CORRECTIONS) {
        list = list.entry(t.listing_corrected(), entry.replace('|', " · "));
    }
    list.into()
}

fn kept_pages(listing: &Matter, t: Texts) -> Option<Markup> {
    let captures = listing.body.list(&CAPTURES);
    let rows = captures.iter().filter_map(|entry| entry.split_once('|'));
    let rows = rows.map(|(moment, hash)| vec![Cell::unbroken(words::moment(moment)), Cell::new(hash)]);
    let columns = [Column::text(t.listing_moment()), Column::text(t.listing_hash())];
    (!captures.is_empty()).then(|| Table::new("captures", t.listing_captures(), columns, rows, "").into())
}

async fn objections(tx: &mut Tx, listing: &Matter, t: Texts) -> Result<Markup, Failure> {
    let found = matter::linked(tx, Link::Children(&listing.id, Kind::Objection)).await?;
    let rows = found.iter().map(|objection| {
        vec![
            Cell::unbroken(Markup::link(words::href(&objection.id), objection.id.clone())),
            Cell::heading(objection.title.as_str()),
            Cell::new(words::stage_status(objection, t)),
            Cell::unbroken(objection.due.map_or_else(String::new, |due| due.to_string())),
        ]
    });
    let columns = [t.listing_pair(), t.listing_objection(), t.listing_state(), t.listing_due()].map(Column::text);
    Ok(Table::new("objections", t.listing_objections(), columns, rows, t.listing_no_objections()).into())
}

/// The very names that four departments sign for, with their hash.
fn to_sign(listing: &Matter, t: Texts) -> Option<Markup> {
    if !matches!(listing.stage, Stage::ListingCountersign | Stage::ListingSigned) {
        return None;
    }
    let lines = listing.body.list(&SIGN_LINES).iter().filter_map(|line| Line::parse(line));
    let rows = lines.map(|line| {
        let cells = [line.who(), line.title.clone(), line.enterprise.clone(), line.need_title.clone()];
        cells.map(Cell::new).into()
    });
    let columns = Line::default().published().map(|(label, _)| label);
    let columns = [t.listing_name(), columns[2], t.listing_enterprise(), columns[4]].map(Column::text);
    let table = Table::new("to-sign", t.listing_to_sign(), columns, rows, "");
    Some(table.summary(listing.body.text(&SIGN_HASH)).into())
}

fn signatures(listing: &Matter, t: Texts) -> Option<Markup> {
    let is_open = listing.stage == Stage::ListingCountersign;
    let entries = listing.body.list(&SIGNATURES);
    let rows = entries.iter().filter_map(|entry| match entry.split('|').collect::<Vec<_>>()[..] {
        [role, _, day, hash] => {
            let office = Role::parse(role).map_or(role, |role| role_word(role, t));
            Some(vec![Cell::heading(office), Cell::unbroken(day), Cell::new(hash)])
        }
        _ => None,
    });
    let columns = [t.listing_department(), t.listing_day(), t.listing_hash()].map(Column::text);
    let table = Table::new("signatures", t.listing_signatures(), columns, rows, t.listing_no_signatures());
    (is_open || !entries.is_empty()).then(|| table.into())
}

fn publications(listing: &Matter, t: Texts) -> Option<Markup> {
    let entries = listing.body.list(&PUBLICATIONS);
    let rows = entries.iter().filter_map(|entry| match entry.split('|').collect::<Vec<_>>()[..] {
        [number, day, hash, names] => {
            Some(vec![Cell::heading(number), Cell::unbroken(day), Cell::number(names), Cell::new(hash)])
        }
        _ => None,
    });
    let columns = [
        Column::text(t.listing_document()),
        Column::text(t.listing_day()),
        Column::number(t.listing_how_many()),
        Column::text(t.listing_hash()),
    ];
    (!entries.is_empty()).then(|| Table::new("publications", t.listing_publications(), columns, rows, "").into())
}

/// Who struck a name, for the proof sheet.
pub(in crate::web::pages) fn striker(pair: &Matter) -> &str {
    pair.body.text(&STRUCK_BY)
}

/// A warning when a list is not frozen yet: the sheet may still change.
pub(in crate::web::pages) fn draft_notice(listing: &Matter, title: &str, t: Texts) -> Option<Markup> {
    (!listing.body.has(&LIST_HASH)).then(|| Notice::warning(t, title).into())
}
