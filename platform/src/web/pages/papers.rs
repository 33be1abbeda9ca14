//! Plain pages that a list yields for printing: the proof that the final list is within the suggestions, and the letters
//! that tell organiser and unit why a name was struck; and, before the freeze, what the rules say of everybody suggested.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use programme::finding::{Finding, Force, Outcome};
use programme::process::line::Line;
use programme::process::listing::{LIST_HASH, STRUCK_DAY};
use programme::process::{Kind, Matter, REASON, SASAC, Stage};
use programme::rules::listing::{ListingFacts, review};
use store::matter;

use super::matters::sections::{Pairs, draft_notice, striker};
use super::matters::words;
use super::notices::PartsPage;
use crate::clock::today;
use crate::texts;
use crate::usecases::acts::facts::listing::findings_of;
use crate::web::AppState;
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::card::Card;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::prose::Prose;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::texts::{Lang, Texts};

texts! {
    check: "列入名单前资格核查", "Check before the freeze";
    check_clean: "建议人选均未发现不符合或待核实的必要条件", "Nothing stands against anybody suggested";
    proof: "调减对照表", "Proof sheet";
    proof_not_frozen: "名单尚未冻结，对照表仍会变化", "The list is not frozen; this sheet may change";
    proof_finding: "核查", "Check";
    proof_struck: "调减人选及理由", "Names struck, with reasons";
    proof_none: "没有调减。", "Nobody was struck.";
    proof_name: "人选", "Name";
    proof_enterprise: "接收企业", "Enterprise";
    proof_reason: "理由", "Reason";
    proof_by: "经办人", "By";
    proof_hash: "名单哈希（SM3）", "Hash of the list (SM3)";
    proof_rule: "依据方案三（四），原则上调减不调增：拟选派名单 F 须包含于建议名单 S，由数据库约束保证。",
        "3.4: names may be struck, not added: the final list F lies within the suggestions S, held by the database.";
    letters: "调减告知函（草稿）", "Letters on struck names (draft)";
    letters_none: "没有调减，不需要告知。", "Nobody was struck; there is nothing to tell.";
    letter_to(office: &str): "致 {office}", "To {office}";
}

/// Seen by the province alone.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/listing/{id}/check", get(check))
        .route("/listing/{id}/proof", get(proof))
        .route("/listing/{id}/letters", get(letters))
}

/// A list that a paper is about.
struct Paper {
    state: AppState,
    frame: Frame,
    listing: Matter,
    pairs: Pairs,
}

impl Paper {
    async fn of(Call { state, frame, visitor }: Call, id: &str) -> Result<Self, Failure> {
        let mut tx = state.desk.database.read().await?;
        let found = matter::get(&mut tx, &visitor.actor, id).await?.map(|kept| kept.matter);
        let listing = found.filter(|one| one.kind() == Kind::Listing).ok_or(Failure::NotFound)?;
        visitor.must_be_province(frame.t)?;
        let pairs = Pairs::load(&mut tx, &listing).await?;
        drop(tx);
        Ok(Self { state, frame, listing, pairs })
    }

    /// The page of these parts.
    fn page(self, here: &str, title: String, parts: Vec<Markup>) -> Response {
        let breadcrumb = Some(breadcrumb(&self.listing, here, self.frame.t));
        page(&PartsPage { breadcrumb, parts, frame: self.frame.titled(title) })
    }
}

fn breadcrumb(listing: &Matter, here: &str, t: Texts) -> Breadcrumb {
    let list = words::list_href(Kind::Listing);
    let kind = words::kind(Kind::Listing, t);
    let at = words::href(&listing.id);
    Breadcrumb::new(t, &[(&list, &kind), (&at, &listing.title)], here)
}

/// What would stand against freezing the list now: certificates, misconduct, holdings of everybody suggested.
async fn check(call: Call, Path(id): Path<String>) -> Result<Response, Failure> {
    let paper = Paper::of(call, &id).await?;
    let Paper { state, listing, pairs, .. } = &paper;
    let t = paper.frame.t;
    let suggested: Vec<Matter> = pairs.pairs.iter().map(|(pair, _)| pair.clone()).collect();
    let mut tx = state.desk.database.read().await?;
    let round = match listing.parties.round.as_deref() {
        Some(id) => matter::find(&mut tx, id).await?.map(|kept| kept.matter),
        None => None,
    };
    let findings = findings_of(&mut tx, &state.desk, &suggested, round.as_ref(), today(state.clock.now())).await?;
    let open = |found: &Finding| found.outcome != Outcome::Met && matches!(found.force, Force::Must | Force::Declare);
    let parts = pairs.pairs.iter().filter_map(|(pair, line)| {
        let found: Vec<Finding> = findings.get(&pair.id)?.iter().filter(|found| open(found)).cloned().collect();
        let caption = format!("{} {} · {}", pair.id, line.who(), line.enterprise);
        (!found.is_empty()).then(|| FindingsList::new(t, caption, &found).into())
    });
    let mut parts: Vec<Markup> = parts.collect();
    if parts.is_empty() {
        parts.push(Notice::success(t, t.check_clean()).into());
    }
    Ok(paper.page(t.check(), t.check().to_owned(), parts))
}

/// S, F, F ⊆ S by the rule that `check` asks too, and every name of S∖F with its reason.
async fn proof(call: Call, Path(id): Path<String>) -> Result<Response, Failure> {
    let paper = Paper::of(call, &id).await?;
    let Paper { listing, pairs, .. } = &paper;
    let t = paper.frame.t;
    let facts = ListingFacts {
        suggested: Some(pairs.pairs.iter().map(|(pair, _)| pair.id.clone()).collect()),
        final_list: Some(pairs.kept().map(|(pair, _)| pair.id.clone()).collect()),
    };
    let struck = struck(pairs).map(|(pair, line)| {
        vec![
            Cell::heading(line.who()),
            Cell::new(line.enterprise.as_str()),
            Cell::new(pair.body.text(&REASON)),
            Cell::new(format!("{} {}", pair.body.text(&STRUCK_DAY), striker(pair))),
        ]
    });
    let columns = [t.proof_name(), t.proof_enterprise(), t.proof_reason(), t.proof_by()].map(Column::text);
    let mut parts: Vec<Markup> = draft_notice(listing, t.proof_not_frozen(), t).into_iter().collect();
    parts.push(Markup::from(Prose::new(t.proof_rule())));
    parts.push(FindingsList::new(t, t.proof_finding(), &review(&facts)).into());
    parts.push(DescriptionList::new().entry(t.proof_hash(), listing.body.text(&LIST_HASH)).into());
    parts.push(Table::new("struck", t.proof_struck(), columns, struck, t.proof_none()).into());
    parts.push(pairs.suggestions(t));
    let title = format!("{} · {}", listing.title, t.proof());
    Ok(paper.page(t.proof(), title, parts))
}

fn struck(pairs: &Pairs) -> impl Iterator<Item = &(Matter, Line)> {
    pairs.pairs.iter().filter(|(pair, _)| pair.stage == Stage::PairStruck)
}

/// One letter for each organiser and each unit with a name struck; official letters are Chinese in either language.
async fn letters(call: Call, Path(id): Path<String>) -> Result<Response, Failure> {
    let paper = Paper::of(call, &id).await?;
    let Paper { listing, pairs, .. } = &paper;
    let t = paper.frame.t;
    let mut offices: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (pair, line) in struck(pairs) {
        let told = format!("{}，拟服务{}：{}", line.who(), line.enterprise, pair.body.text(&REASON));
        for office in [addressed(&pair.parties.organiser, t), line.unit.clone()] {
            offices.entry(office).or_default().push(told.clone());
        }
    }
    let mut parts: Vec<Markup> = offices.iter().map(|(office, told)| letter(&listing.title, office, told, t)).collect();
    if parts.is_empty() {
        parts.push(Notice::info(t, t.letters_none()).into());
    }
    Ok(paper.page(t.letters(), t.letters().to_owned(), parts))
}

/// A city is written to at the two bureaus that reported together (3.3b).
fn addressed(organiser: &str, t: Texts) -> String {
    let name = words::organiser(organiser, t);
    if organiser == SASAC { name } else { format!("{name}科技局、{name}工信局") }
}

/// The letter: what was struck, why, and the way to say otherwise.
fn letter(title: &str, office: &str, told: &[String], t: Texts) -> Markup {
    let mut text = format!(
        "{office}：\n依据《黑龙江省“科技总师”选派工作实施方案（2025-2027年）》三（四），经省级审核，{title}中下列建议人选未列入拟选派名单：\n"
    );
    for (place, one) in told.iter().enumerate() {
        _ = writeln!(text, "{}. {one}", place + 1);
    }
    text.push_str("如有不同意见，请在收到本函后、党组会审议前，以书面形式向省科技厅申请复核，写明理由并附证明材料；名单冻结后可在下一批次重新报送。\n黑龙江省科学技术厅");
    Card::new(t.letter_to(office), Markup::from(Prose::new(&text))).into()
}
