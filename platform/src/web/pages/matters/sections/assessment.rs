//! An assessment: its window, what the score rests on, the organiser's meter, the grade with its reason. A batch: the ranking
//! with the cut, the guidance shares, the signatures.

use programme::access::{Role, Scope};
use programme::parameters::Parameters;
use programme::process::assessment::{
    self as process, BATCH, BATCH_HASH, COUNTS, DECLARED_AND_VERIFIED, GRADE, GRADE_REASON, INDICATORS, LATE,
    PROBLEMS_LOG, RATING, RESULTS_DOCUMENTS, RESULTS_LANDED, RESULTS_LOG, SCORE, SIGNATURES, SUMMARY,
};
use programme::process::{Kind, Matter, Reach, Stage, reach};
use programme::rules::assessment::excellent_max;
use programme::rules::consolidation::{Consolidated, Grade, Graded, ORDER, Share};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::clock::today;
use crate::texts;
use crate::usecases::acts::facts::assessment as facts;
use crate::usecases::attachments::{Use, use_of};
use crate::usecases::policy;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::notice::Notice;
use crate::web::kit::progress::Progress;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::pages::matters::words;
use crate::web::pages::{attachments, certificate};
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};

texts! {
    assessment_window: "考评期", "Window";
    assessment_window_days(first: &str, last: &str, months: u32): "{first} 至 {last}（聘期最后 {months} 个月）", "{first} to {last} (the term's last months: {months})";
    assessment_window_ahead(days: i64): "还有 {days} 天开始", "begins in {days} days";
    assessment_window_open(days: i64): "进行中，还剩 {days} 天", "open, {days} days left";
    assessment_window_over: "已结束，此后考评注明逾期", "over; later assessments are marked late";
    assessment_late(days: i64): "逾期 {days} 天考评", "Held {days} days late";
    assessment_served: "服务天数", "Days served";
    assessment_served_detail(done: &str, planned: &str): "企业已确认 {done} 天，计划 {planned} 天", "{done} days confirmed of {planned} planned";
    assessment_summary_missing: "本人尚未提交聘期总结", "The person has not yet summed up the term";
    assessment_rating_missing: "企业尚未评价", "The enterprise has not yet rated";
    assessment_score: "得分", "Score";
    assessment_indicators: "分项得分", "Indicators";
    assessment_evidence: "得分依据", "What the score points at";
    assessment_results: "成果：自报与核实", "Results: declared and verified";
    assessment_result: "成果", "Result";
    assessment_declared: "本人自报", "Declared";
    assessment_verified: "组织单位核实", "Verified";
    assessment_difference: "核实与自报之差", "Verified less declared";
    assessment_documents: "证明文件", "Documents";
    assessment_unverified: "待核实", "to be verified";
    assessment_log_none: "还没有企业已确认的服务记录或已解决的问题；没有依据的不得分。", "No confirmed service or solved problem yet; without one there are no points.";
    assessment_log_available: "可作依据的记录", "Entries that a score may point at";
    assessment_entry: "记录", "Entry";
    assessment_number: "编号（评分时填写）", "Number (for the score form)";
    assessment_grade: "等次", "Grade";
    assessment_reason: "理由", "Why";
    assessment_print: "打开证书", "Open the certificate";
    assessment_notice: "打开通报", "Open the notice";
    assessment_meter: "优秀指导名额", "Guidance share of 优秀";
    assessment_meter_detail(proposed: usize, places: u64, assessed: u64):
        "已建议优秀 {proposed} 人，指导名额 {places} 人（本组织单位考评 {assessed} 人）；最终按全省汇总",
        "{proposed} proposed, guidance share {places} (of {assessed} assessed); the province's consolidation decides";
    batch_ranking: "汇总排名", "Ranking";
    batch_rank: "名次", "Place";
    batch_person: "考评", "Assessment";
    batch_proposed: "建议等次", "Proposed";
    batch_final: "汇总等次", "Consolidated";
    batch_cut(cut: u64): "以上为优秀，名额 {cut} 人", "The cut: {cut} places above";
    batch_preview(graded: u64, cut: u64): "参加考评 {graded} 人，优秀最多 {cut} 人；以下为按顺序试算，审议后生效",
        "{graded} assessed, at most {cut} excellent; a preview until deliberated";
    batch_changed: "与建议不同", "Differs from the proposal";
    batch_order: "并列时的顺序", "Order of ties";
    batch_tied: "有人各项完全相同且名额不足，均未列入优秀", "People equal in everything across the cut stay below it together";
    batch_shares: "各组织单位指导名额（最大余数法）", "Guidance shares (largest remainder)";
    batch_organiser: "组织单位", "Organiser";
    batch_assessed: "考评人数", "Assessed";
    batch_places: "指导名额", "Share";
    batch_proposed_count: "建议优秀", "Proposed excellent";
    batch_share_tied: "余数相同，按人数多少、代码顺序定", "equal remainders: more assessed, then the code";
    batch_signatures: "会签", "Signatures";
    batch_signed_day: "日期", "Day";
    batch_signed_hash: "所签摘要（SM3）", "Hash signed (SM3)";
    batch_hash: "结果摘要（SM3）", "Hash of the results (SM3)";
    batch_nobody: "还没有已报省的考评。", "Nothing has been reported yet.";
}

/// The parts, in the order in which they are read.
pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    match asked.kept.matter.kind() {
        Kind::Batch => of_batch(tx, asked).await,
        _ => of_assessment(tx, asked).await,
    }
}

async fn of_assessment(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let parent = matter.parties.parent.as_deref().unwrap_or_default();
    let appointment = matter::find(tx, parent).await?.map(|kept| kept.matter);
    let log = facts::log(tx, parent).await?;
    let parameters = policy::of_matters(tx, std::slice::from_ref(matter)).await?;
    let mut parts = vec![window(asked, appointment.as_ref(), &parameters)];
    let planned = appointment.as_ref().map_or(0, |agreement| process::half_days_planned(&agreement.body));
    let served = process::half_days_served(&log);
    let detail = t.assessment_served_detail(&process::days_in_words(served), &process::days_in_words(planned));
    parts.push(Progress::new(t.assessment_served(), served.into(), planned.into()).detail(detail).into());
    let is_organiser =
        matches!(asked.visitor.actor.role(), Role::CityScience | Role::CityIndustry | Role::Sasac | Role::Province);
    if matter.stage == Stage::AssessmentDue {
        for (field, missing) in [(&SUMMARY, t.assessment_summary_missing()), (&RATING, t.assessment_rating_missing())] {
            if !matter.body.has(field) {
                parts.push(Notice::info(t, missing).into());
            }
        }
    }
    if matter.body.has(&SCORE) {
        parts.push(score(matter, t));
    }
    parts.extend(results(matter, asked.visitor.actor.role(), t));
    if use_of(matter.kind()).is_some() && matter.stage != Stage::AssessmentWaiting {
        parts.push(attachments::link(&matter.id, Use::Proof, t).into());
    }
    if is_organiser {
        parts.push(evidence(matter, &log, t));
        if matter.stage != Stage::AssessmentNotified && matter.stage != Stage::AssessmentDropped {
            parts.extend(meter(tx, matter, t).await?);
        }
    }
    if matter.stage == Stage::AssessmentNotified {
        parts.push(Markup::link(certificate::href(&matter.id), t.assessment_print()));
        parts.push(Markup::link(certificate::notice_href(matter.body.text(&BATCH)), t.assessment_notice()));
    }
    Ok(parts)
}

fn window(asked: &Asked<'_>, appointment: Option<&Matter>, parameters: &Parameters) -> Markup {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let Some((first, last)) = process::window_in(matter, appointment, parameters) else {
        return Markup::default();
    };
    let day = today(asked.state.clock.now());
    let now = if day < first {
        t.assessment_window_ahead((first - day).num_days())
    } else if day <= last {
        t.assessment_window_open((last - day).num_days())
    } else {
        t.assessment_window_over().to_owned()
    };
    let months = parameters.assessment_window_months;
    let mut shown = DescriptionList::new().entry(
        t.assessment_window(),
        format!("{}；{now}", t.assessment_window_days(&first.to_string(), &last.to_string(), months)),
    );
    if let Some(days) = matter.body.whole(&LATE) {
        shown = shown.entry(t.assessment_window(), t.assessment_late(days));
    }
    shown.into()
}

fn score(matter: &Matter, t: Texts) -> Markup {
    let mut list = DescriptionList::new().entry(t.assessment_score(), matter.body.text(&SCORE).to_owned());
    for line in matter.body.list(&INDICATORS) {
        list = list.entry(t.assessment_indicators(), line.clone());
    }
    if matter.body.has(&GRADE) {
        list = list
            .entry(t.assessment_grade(), certificate::grade_word(matter.body.text(&GRADE), t))
            .entry(t.assessment_reason(), matter.body.text(&GRADE_REASON).to_owned());
    }
    list.into()
}

fn signed(difference: Option<i64>) -> String {
    match difference {
        None => "—".to_owned(),
        Some(0) => "0".to_owned(),
        Some(difference) => format!("{difference:+}"),
    }
}

/// What the term brought, as it is declared beside what was verified, with the documents that show it; verified figures for
/// the roles that see them.
fn results(matter: &Matter, role: Role, t: Texts) -> Option<Markup> {
    let body = &matter.body;
    let sees = RESULTS_LANDED.is_seen_by(Some(role));
    let is_told = body.has(&SUMMARY) || (sees && body.has(&RESULTS_LANDED));
    if !is_told {
        return None;
    }
    let shown = |number: Option<i64>| number.map_or_else(|| "—".to_owned(), |number| number.to_string());
    let rows = DECLARED_AND_VERIFIED.iter().map(|(declared, verified)| {
        let (said, found) = (body.whole(declared), body.whole(verified).filter(|_| sees));
        let mut cells = vec![
            Cell::heading(words::label(declared, t).trim_start_matches("自报").to_owned()),
            Cell::number(shown(said)),
        ];
        if sees {
            let is_open = !body.has(&RESULTS_LANDED);
            cells.push(Cell::number(if is_open { t.assessment_unverified().to_owned() } else { shown(found) }));
            let less = found.zip(said).map(|(found, said)| found - said);
            cells.push(Cell::number(signed(less)));
        }
        cells
    });
    let mut columns = vec![Column::text(t.assessment_result()), Column::number(t.assessment_declared())];
    if sees {
        columns.extend([Column::number(t.assessment_verified()), Column::number(t.assessment_difference())]);
    }
    let mut table = Table::new("results", t.assessment_results(), columns, rows.collect::<Vec<_>>(), "");
    let documents = body.list(&RESULTS_DOCUMENTS);
    if sees && !documents.is_empty() {
        table = table.summary(format!("{}：{}", t.assessment_documents(), documents.join("；")));
    }
    Some(table.into())
}

/// Before the score: what it may point at. Afterwards: what it does point at.
fn evidence(matter: &Matter, log: &[Matter], t: Texts) -> Markup {
    let named: Vec<&String> = matter.body.list(&PROBLEMS_LOG).iter().chain(matter.body.list(&RESULTS_LOG)).collect();
    let is_shown = |entry: &&Matter| {
        if named.is_empty() {
            matches!(entry.stage, Stage::ServiceConfirmed | Stage::DifficultySolved)
        } else {
            named.contains(&&entry.id)
        }
    };
    let row = |entry: &Matter| {
        vec![Cell::heading(Markup::link(words::href(&entry.id), entry.title.clone())), Cell::unbroken(entry.id.clone())]
    };
    let caption = if named.is_empty() { t.assessment_log_available() } else { t.assessment_evidence() };
    let columns = [Column::text(t.assessment_entry()), Column::text(t.assessment_number())];
    Table::new("evidence", caption, columns, log.iter().filter(is_shown).map(row), t.assessment_log_none()).into()
}

async fn meter(tx: &mut Tx, matter: &Matter, t: Texts) -> Result<Option<Markup>, Failure> {
    let live = facts::live(tx).await?;
    let parameters = policy::of_matters(tx, &live).await?;
    let organiser = &matter.parties.organiser;
    let proposed = live.iter().filter(|one| one.parties.organiser == *organiser && facts::is_proposed(one)).count();
    let share = facts::shares(&live, &parameters).into_iter().find(|share| share.organiser == *organiser);
    Ok(share.map(|share| {
        let detail = t.assessment_meter_detail(proposed, share.places, share.assessed);
        Progress::new(t.assessment_meter(), proposed as u64, share.places).detail(detail).into()
    }))
}

async fn of_batch(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (batch, t) = (&asked.kept.matter, asked.t);
    let mut parts = Vec::new();
    let people = people_of(tx, batch).await?;
    let parameters = policy::of_matters(tx, &people).await?;
    let found = if batch.stage == Stage::BatchGathering {
        let facts = facts::of_batch(tx).await?;
        let found = process::proposal(&facts, &parameters);
        parts.push(Notice::info(t, t.batch_preview(found.counts().graded(), found.cut)).into());
        found
    } else {
        kept(batch, &parameters)
    };
    if !found.tied.is_empty() {
        parts.push(Notice::warning(t, t.batch_tied()).body(found.tied.join("、")).into());
    }
    parts.push(DescriptionList::new().entry(t.batch_order(), ORDER.join(" → ")).into());
    let opens = reach(asked.visitor.actor.role(), Kind::Assessment) != Reach::None;
    parts.push(ranking(&found, &people, opens, t));
    parts.push(shares(&people, &parameters, t));
    if batch.body.has(&BATCH_HASH) {
        parts.extend(signatures(batch, t));
    }
    if batch.stage == Stage::BatchNotified && *asked.visitor.scope() == Scope::Province {
        parts.push(Markup::link(certificate::notice_href(&batch.id), t.assessment_notice()));
    }
    Ok(parts)
}

/// The assessments of a batch: while it gathers those that wait for it, then those that it graded.
async fn people_of(tx: &mut Tx, batch: &Matter) -> Result<Vec<Matter>, Failure> {
    let mut found = Vec::new();
    if batch.stage == Stage::BatchGathering {
        for stage in [Stage::AssessmentReported, Stage::AssessmentGraded] {
            found.extend(matter::linked(tx, Link::AtStage(stage)).await?);
        }
        return Ok(found);
    }
    for (id, ..) in process::kept_results(&batch.body) {
        found.extend(matter::find(tx, id).await?.map(|kept| kept.matter));
    }
    Ok(found)
}

/// The result as the batch keeps it.
fn kept(batch: &Matter, parameters: &Parameters) -> Consolidated {
    let grades: Vec<Graded> = process::kept_results(&batch.body)
        .map(|(id, grade, reason)| Graded { id: id.to_owned(), grade, rank: None, reason: reason.to_owned() })
        .collect();
    let cut = excellent_max(grades.len() as u64, parameters);
    Consolidated { grades, cut, tied: Vec::new() }
}

/// The order of the batch; `opens` when the reader may open the assessments behind it.
fn ranking(found: &Consolidated, people: &[Matter], opens: bool, t: Texts) -> Markup {
    let columns = [
        Column::text(t.batch_person()),
        Column::text(t.batch_organiser()),
        Column::number(t.assessment_score()),
        Column::text(t.batch_proposed()),
        Column::text(t.batch_final()),
        Column::text(t.assessment_reason()),
    ];
    let mut rows = Vec::new();
    let mut is_above = true;
    for one in &found.grades {
        if is_above && one.grade != Grade::Excellent {
            is_above = false;
            let mut cut = vec![Cell::heading(t.batch_cut(found.cut))];
            cut.extend((1..6).map(|_| Cell::new("")));
            rows.push(cut);
        }
        rows.extend(people.iter().find(|person| person.id == one.id).map(|person| ranked(one, person, opens, t)));
    }
    Table::new("ranking", t.batch_ranking(), columns, rows, t.batch_nobody()).into()
}

fn ranked(one: &Graded, person: &Matter, opens: bool, t: Texts) -> Vec<Cell> {
    let proposed = person.body.text(&process::PROPOSED_GRADE);
    let grade = certificate::grade_word(one.grade.code(), t);
    let changed = if proposed == one.grade.code() { String::new() } else { format!("（{}）", t.batch_changed()) };
    vec![
        Cell::heading(if opens {
            Markup::link(words::href(&person.id), person.title.clone())
        } else {
            Markup::text(&person.title)
        }),
        Cell::new(words::organiser(&person.parties.organiser, t)),
        Cell::number(person.body.text(&SCORE).to_owned()),
        Cell::new(certificate::grade_word(proposed, t)),
        Cell::new(format!("{grade}{changed}")),
        Cell::new(one.reason.clone()),
    ]
}

fn shares(people: &[Matter], parameters: &Parameters, t: Texts) -> Markup {
    let columns = [
        Column::text(t.batch_organiser()),
        Column::number(t.batch_assessed()),
        Column::number(t.batch_places()),
        Column::number(t.batch_proposed_count()),
        Column::text(""),
    ];
    let row = |share: &Share| {
        let own = |one: &&Matter| one.parties.organiser == share.organiser && facts::is_proposed(one);
        vec![
            Cell::heading(words::organiser(&share.organiser, t)),
            Cell::number(share.assessed.to_string()),
            Cell::number(share.places.to_string()),
            Cell::number(people.iter().filter(own).count().to_string()),
            Cell::new(if share.tied { t.batch_share_tied() } else { "" }),
        ]
    };
    let shares = facts::shares(people, parameters);
    Table::new("shares", t.batch_shares(), columns, shares.iter().map(row), t.batch_nobody()).into()
}

fn signatures(batch: &Matter, t: Texts) -> [Markup; 2] {
    let columns =
        [Column::text(t.batch_organiser()), Column::text(t.batch_signed_day()), Column::text(t.batch_signed_hash())];
    let row = |line: &String| {
        let mut parts = line.split('|');
        let role = parts.next().and_then(Role::parse).map(|role| role_word(role, t)).unwrap_or_default();
        let (_, day, hash) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        vec![Cell::heading(role), Cell::unbroken(day.to_owned()), Cell::new(hash.to_owned())]
    };
    let hash = DescriptionList::new()
        .entry(t.batch_hash(), batch.body.text(&BATCH_HASH).to_owned())
        .entry(t.batch_ranking(), batch.body.text(&COUNTS).to_owned());
    let rows = batch.body.list(&SIGNATURES).iter().map(row);
    [hash.into(), Table::new("signatures", t.batch_signatures(), columns, rows, "").into()]
}
