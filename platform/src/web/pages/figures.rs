//! How matching does in practice: the proposals of a round by how far they came, and whom they reached. For the province
//! and, of their own, for organisers; the same tables as a workbook.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use programme::access::Scope;
use programme::industries;
use programme::process::vocabulary::in_english;
use programme::process::{Kind, Matter};
use programme::record::{Sex, UnitKind};
use serde::Deserialize;
use store::matter::{Link, linked};

use super::matters::words::organiser;
use super::measured;
use super::statistics::{self, Part, known, percent, shown, workbook};
use super::words::level_word;
use crate::texts;
use crate::usecases::round_figures::{self, Band, Fared, RoundFigures, STEPS, Share, interval};
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::field::{Choices, OptionItem};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    figures: "匹配成效", "Outcomes of matching";
    figures_lead: "按批次统计推荐人选的实际结果，均按人次计（一人可为多项需求的人选）。数字随办理变化，每张表下“口径”写明怎样计算。",
        "What became of the candidates proposed in a round; somebody proposed for two needs counts twice. The numbers change as work goes on, and each table explains below how it is counted.";
    figures_round: "批次", "Round";
    figures_choose: "选择批次", "Choose a round";
    figures_download: "下载 Excel（全部表）", "Download Excel (all tables)";
    figures_all: "全部推荐", "All proposals";
    figures_step_is: "推送：省科技厅确认推送给派出单位的人选，未推送的候补和省科技厅撤回的不计。同意：本人同意。洽谈：转入对接。达成意向：洽谈形成意向及以后。列入名单、公布：方案三（四）。已服务：聘任后有企业确认的服务。各列含已走到更后面的。确认率＝达成意向÷推送，区间为 95%（威尔逊法），推送少时区间宽，不宜比较。",
        "Pushed: candidates whom the province confirmed and pushed to their sending unit; alternates not yet pushed and those the province withdrew are left out. Accepted: by the candidate. In talks: handed over to the organiser. Agreed: the talks led to an intention, or further. Listed and published: 3.4. Served: the enterprise has confirmed service. Each column includes those who went further. Rate of agreement = agreed ÷ pushed, with its 95 % interval (Wilson): with few pushes it is wide, and rates should not be compared.";
    figures_by_order: "按顺位", "By place in the order";
    figures_by_level: "按相关程度", "By level of relevance";
    figures_by_organiser: "按市（地）", "By city";
    figures_by_industry: "按行业门类", "By industry";
    figures_same_is: "口径同上表。", "Counted as in the first table.";
    figures_by_unit: "按派出单位类别和规模", "By type and size of sending unit";
    figures_by_age: "按年龄", "By age";
    figures_by_sex: "按性别", "By sex";
    figures_share_is: "在库：人员库中的人数及占比。机会比＝推送占比÷在库占比，1.00 为与人数相称，低于 1 说明这一组被推荐的机会偏少。单位规模按在库人数；年龄按批次基准日的周岁。性别取自身份证号第 17 位，只用于这两处统计，页面、名册和导出文件都不含。",
        "Registered: people in the register, and their share of it. Chance = share of pushes ÷ share of the register: 1.00 is in proportion; below 1 the group is proposed less often than its size suggests. Size of a unit: its registered people; age: completed years on the reference date of the round. Sex: by the 17th digit of the resident id; used for shares alone, on no record and in no file.";
    figures_first: "第一人选", "First choice";
    figures_alternate(place: u8): "候补 {place}", "Alternate {place}";
    figures_pushed: "推送（人次）", "Pushed";
    figures_accepted: "同意", "Accepted";
    figures_talks: "洽谈", "In talks";
    figures_agreed: "达成意向", "Agreed";
    figures_listed: "列入名单", "Listed";
    figures_published: "公布", "Published";
    figures_served: "已服务", "Served";
    figures_confirmed: "确认率", "Rate of agreement";
    figures_interval: "95% 区间", "95 % interval";
    figures_people: "在库（人）", "People registered";
    figures_people_share: "在库占比", "Share of register";
    figures_pushed_share: "推送占比", "Share of pushes";
    figures_chance: "机会比", "Chance";
    figures_unit_of(kind: &str, band: &str): "{kind}（{band} 人）", "{kind} ({band} people)";
    figures_unknown_kind: "类别未填写", "Type not stated";
    figures_no_round: "还没有批次", "No round yet";
    figures_from(first: u64): "{first} 及以上", "{first} or more";
}

/// The page and the workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route("/figures", get(show)).route("/figures.xlsx", get(download))
}

/// Whether a visitor may look: the province and organisers.
pub fn may_see(visitor: &Visitor) -> bool {
    matches!(visitor.scope(), Scope::Province | Scope::City(_) | Scope::Sasac)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    round: String,
}

#[derive(Template)]
#[template(path = "pages/figures.html")]
struct FiguresPage {
    frame: Frame,
    lead: &'static str,
    toolbar: Toolbar,
    parts: Vec<Markup>,
}

async fn show(Call { state, frame, visitor }: Call, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let t = frame.t;
    let (rounds, chosen) = rounds(&state, &visitor, &asked.round).await?;
    let parts = match &chosen {
        Some(round) => parts(&*round_figures::of_round(&state.desk, visitor.scope(), round).await?, t),
        None => Vec::new(),
    };
    let parts = parts.into_iter().chain(measured::parts(&state.desk.weighting, t));
    let chosen = chosen.map(|round| round.id).unwrap_or_default();
    let options = rounds.iter().map(|round| OptionItem::new(round.id.as_str(), round.title.clone()));
    let none = rounds.is_empty().then(|| OptionItem::new("", t.figures_no_round()));
    let choice = Choices::select("round", t.figures_round(), options.chain(none)).chosen(&[&chosen]);
    let download =
        ButtonLink::secondary(t.figures_download(), format!("/figures.xlsx{}", url::query(&[("round", &chosen)])));
    Ok(page(&FiguresPage {
        lead: t.figures_lead(),
        toolbar: Toolbar::new(t, t.figures_choose(), "/figures", [choice.into()]).actions(download),
        parts: parts.flat_map(|part| shown(part, t)).collect(),
        frame: frame.titled(t.figures()),
    }))
}

async fn download(Call { state, frame, visitor }: Call, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let t = frame.t;
    let (_, chosen) = rounds(&state, &visitor, &asked.round).await?;
    let round = chosen.ok_or(Failure::NotFound)?;
    let figures = round_figures::of_round(&state.desk, visitor.scope(), &round).await?;
    let all: Vec<Part> = parts(&figures, t).into_iter().chain(measured::parts(&state.desk.weighting, t)).collect();
    workbook(&all, &format!("{}-{}", t.figures(), round.id)).await
}

/// Every round that the visitor sees, the latest first, and the one that is asked for, or the latest.
async fn rounds(state: &AppState, visitor: &Visitor, asked: &str) -> Result<(Vec<Matter>, Option<Matter>), Failure> {
    if !may_see(visitor) {
        return Err(Failure::NotFound);
    }
    let mut rounds = linked(&mut state.desk.database.read().await?, Link::OfKind(Kind::Round)).await?;
    rounds.retain(|round| programme::process::sight::concerns_account(&visitor.actor, round));
    rounds.reverse();
    let chosen = match asked {
        "" => rounds.first().cloned(),
        id => Some(rounds.iter().find(|round| round.id == id).cloned().ok_or(Failure::NotFound)?),
    };
    Ok((rounds, chosen))
}

fn parts(figures: &RoundFigures, t: Texts) -> Vec<Part> {
    let same = t.figures_same_is();
    let order = |place: &u8| match place {
        0 => t.figures_first().to_owned(),
        place => t.figures_alternate(*place),
    };
    let industry =
        |code: &String| industries::name(code).map_or_else(|| known(code, t), |name| format!("{code} {name}"));
    let all = [(t.figures_all().to_owned(), figures.all)];
    let by_order = figures.by_order.iter().map(|(place, fared)| (order(place), *fared));
    let by_level = figures.by_level.iter().rev().map(|(level, fared)| (level_word(*level, t).to_owned(), *fared));
    let by_organiser = figures.by_organiser.iter().map(|(code, fared)| (organiser(code, t), *fared));
    let by_industry = figures.by_industry.iter().map(|(code, fared)| (industry(code), *fared));
    let mut parts = vec![
        fared(("all", t.figures_all(), t.figures_step_is()), all, t),
        fared(("by-order", t.figures_by_order(), same), by_order, t),
        fared(("by-level", t.figures_by_level(), same), by_level, t),
        fared(("by-organiser", t.figures_by_organiser(), same), by_organiser, t),
        fared(("by-industry", t.figures_by_industry(), same), by_industry, t),
    ];
    if !figures.by_unit.is_empty() {
        let unit = |(kind, size): &(Option<UnitKind>, Band)| {
            let kind = kind.map_or_else(|| t.figures_unknown_kind().to_owned(), |kind| unit_kind(kind, t));
            t.figures_unit_of(&kind, &band(*size, t))
        };
        let age = |years: &Option<Band>| years.map_or_else(|| known("?", t), |years| band(years, t));
        let by_unit = figures.by_unit.iter().map(|(group, one)| (unit(group), one));
        let by_age = figures.by_age.iter().map(|(group, one)| (age(group), one));
        parts.push(shares(("by-unit", t.figures_by_unit(), t.figures_share_is()), &by_unit.collect::<Vec<_>>(), t));
        parts.push(shares(("by-age", t.figures_by_age(), t.figures_share_is()), &by_age.collect::<Vec<_>>(), t));
        let by_sex = figures.by_sex.iter().map(|(sex, one)| (statistics::sex(sex.map_or("?", Sex::code), t), one));
        parts.push(shares(("by-sex", t.figures_by_sex(), t.figures_share_is()), &by_sex.collect::<Vec<_>>(), t));
    }
    parts
}

fn unit_kind(kind: UnitKind, t: Texts) -> String {
    match t.lang {
        Lang::Chinese => kind.chinese().to_owned(),
        Lang::English => in_english(kind.code()),
    }
}

fn fared(
    (id, title, definition): (&'static str, &'static str, &'static str),
    rows: impl IntoIterator<Item = (String, Fared)>,
    t: Texts,
) -> Part {
    let row = |(name, fared): (String, Fared)| {
        let (agreed, pushed) = (fared.agreed(), fared.pushed());
        let between = interval(agreed, pushed).map(|(low, high)| format!("{}–{}", tenths(low), tenths(high)));
        let counts = fared.counts().map(|count| count.to_string());
        std::iter::once(name).chain(counts).chain([percent(agreed, pushed), between.unwrap_or_default()]).collect()
    };
    let headings = std::iter::once(t.statistics_what()).chain(STEPS.map(|code| step(code, t)));
    let headings = headings.chain([t.figures_confirmed(), t.figures_interval()]).collect();
    Part { id, title, definition, headings, words: 1, rows: rows.into_iter().map(row).collect() }
}

fn shares(
    (id, title, definition): (&'static str, &'static str, &'static str),
    groups: &[(String, &Share)],
    t: Texts,
) -> Part {
    let people: u64 = groups.iter().map(|(_, one)| one.people).sum();
    let pushed: u64 = groups.iter().map(|(_, one)| one.fared.pushed()).sum();
    let row = |(name, one): &(String, &Share)| {
        let (own, of_pushed) = (one.people, one.fared.pushed());
        vec![
            name.clone(),
            own.to_string(),
            percent(own, people),
            of_pushed.to_string(),
            percent(of_pushed, pushed),
            chance((of_pushed, pushed), (own, people)),
            one.fared.agreed().to_string(),
        ]
    };
    let headings = vec![
        t.statistics_what(),
        t.figures_people(),
        t.figures_people_share(),
        t.figures_pushed(),
        t.figures_pushed_share(),
        t.figures_chance(),
        t.figures_agreed(),
    ];
    Part { id, title, definition, headings, words: 1, rows: groups.iter().map(row).collect() }
}

/// One share by another, with two decimals; nothing where either whole or the divisor is nothing.
fn chance((pushed, all_pushed): (u64, u64), (people, all_people): (u64, u64)) -> String {
    if all_pushed == 0 || people == 0 {
        return String::new();
    }
    format!("{:.2}", pushed as f64 * all_people as f64 / (all_pushed as f64 * people as f64))
}

fn tenths(thousandths: u64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

fn band(band: Band, t: Texts) -> String {
    band.to.map_or_else(|| t.figures_from(band.from), |to| format!("{}–{to}", band.from))
}

fn step(code: &str, t: Texts) -> &'static str {
    match code {
        "pushed" => t.figures_pushed(),
        "accepted" => t.figures_accepted(),
        "talks" => t.figures_talks(),
        "agreed" => t.figures_agreed(),
        "listed" => t.figures_listed(),
        "published" => t.figures_published(),
        _ => t.figures_served(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_compares_the_share_of_pushes_with_the_share_of_people() {
        assert_eq!(chance((5, 10), (50, 100)), "1.00");
        assert_eq!(chance((1, 10), (40, 100)), "0.25");
        assert_eq!((chance((0, 0), (1, 2)), chance((0, 3), (0, 2))), (String::new(), String::new()));
    }
}
