//! A round's page: its days with what is left of each, the signatures on one text, the impact assessment, and how far each
//! organiser has come with its needs, returns included.

use std::collections::BTreeMap;

use programme::access::{Role, Scope};
use programme::process::need::MISSING;
use programme::process::round::settings::{freezes, is_frozen};
use programme::process::round::{
    BANDS, DEADLINES, EXTENSIONS, POLICY_HASH, POLICY_VERSION, SIGNED_HASH, impact_missing, quotas, signatures,
};
use programme::process::{Field, FieldKind, Kind, Matter, SASAC, Stage};
use store::need_return::{self, Counted};
use store::{Tx, matter};

use super::super::words;
use super::Asked;
use crate::texts;
use crate::usecases::calendar::Today;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};

texts! {
    round_days: "批次期限", "Days of the round";
    round_day_name: "期限", "Deadline";
    round_day: "日期", "Date";
    round_day_left: "距今", "From today";
    round_day_over: "已过", "over";
    round_days_none: "尚未填写日期。", "No dates yet.";
    round_signatures: "四部门会签", "Signatures of the four departments";
    round_signatures_none: "尚无会签。", "Nobody has signed yet.";
    round_department: "部门", "Department";
    round_signed_on: "会签日期", "Signed on";
    round_signed_hash: "会签文本指纹（SM3）", "SM3 of the text signed";
    round_account: "账户", "Account";
    round_policy: "政策版本", "Policy version";
    round_policy_hash: "政策文件指纹（SM3）", "SM3 of the policy file";
    round_bands: "同等条件的分档", "What counts as equal";
    round_settings: "匹配参数冻结记录", "Frozen settings of matching";
    round_settings_when: "时间", "Moment";
    round_settings_hash: "参数指纹（SM3）", "SM3 of the settings";
    round_settings_words: "参数", "Settings";
    round_extensions: "延期记录", "Extensions";
    round_extended(day: &str, needs: &str, reports: &str, answers: &str, talks: &str, reason: &str):
        "{day} 延期，原期限：需求 {needs}、上报 {reports}、答复 {answers}、对接 {talks}；理由：{reason}",
        "extended on {day}; before: needs {needs}, reports {reports}, answers {answers}, talks {talks}; because: {reason}";
    round_impact_missing: "未登记个人信息保护影响评估", "No impact assessment is recorded";
    round_progress: "各单位需求办理情况", "Needs by organiser";
    round_progress_none: "还没有需求。", "There are no needs yet.";
    round_organiser: "组织单位", "Organiser";
    round_quota: "名额", "Quota";
    round_drafts: "起草", "Drafts";
    round_reviewing: "审核", "Under review";
    round_agreed: "待上报", "To be reported";
    round_reported: "已报省", "Reported";
    round_ended: "其他", "Ended";
    round_returned: "退回过", "Returned";
    round_returned_share(needs: i64, percent: i64): "{needs} 项（{percent}%）", "{needs} ({percent}%)";
    round_lost: "补正用时", "Time to mend";
    round_lost_days(days: i64, answered: i64): "{days} 个工作日／{answered} 次", "{days} working days / {answered} times";
    round_missing: "缺什么", "What was missing";
    round_times(word: &str, times: i64): "{word} {times} 次", "{word}: {times}";
}

pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (round, t) = (&asked.kept.matter, asked.t);
    let today = asked.state.desk.calendars.today(tx, asked.state.clock.now()).await?;
    let mut parts: Vec<Markup> = vec![days(round, &today, t).into()];
    parts.extend(extensions(round, t));
    if let Some(missing) = impact_missing(Some(round)).filter(|_| asked.visitor.actor.role() == Role::Province) {
        parts.push(Notice::warning(t, t.round_impact_missing()).body(missing).into());
    }
    parts.extend([signed(round, t).into(), pinned(round, t).into()]);
    if asked.visitor.actor.role() == Role::Province && is_frozen(round) {
        parts.push(frozen(round, t).into());
    }
    let scope = asked.visitor.scope();
    if matches!(scope, Scope::Province | Scope::City(_) | Scope::Sasac) {
        parts.push(progress(tx, round, scope, t).await?.into());
    }
    Ok(parts)
}

fn days(round: &Matter, today: &Today, t: Texts) -> Table {
    let row = |field: &&Field| {
        let day = round.body.day(field)?;
        // A day of the round that is over is nobody's delay: the matter's own deadline says who is late.
        let (left, tone) = if day < today.day {
            (t.round_day_over().to_owned(), Tone::Neutral)
        } else {
            words::remaining(day, today, t)
        };
        Some(vec![
            Cell::heading(words::label(field, t)),
            Cell::unbroken(day.to_string()),
            Cell::new(Status::new(left, tone)),
        ])
    };
    let columns = [t.round_day_name(), t.round_day(), t.round_day_left()].map(Column::text);
    Table::new("round-days", t.round_days(), columns, DEADLINES.iter().filter_map(row), t.round_days_none())
}

fn extensions(round: &Matter, t: Texts) -> Option<Markup> {
    let lines: Vec<String> = round.body.list(&EXTENSIONS).iter().filter_map(|entry| extension(entry, t)).collect();
    (!lines.is_empty()).then(|| DescriptionList::new().entry(t.round_extensions(), lines.join("；")).into())
}

fn extension(entry: &str, t: Texts) -> Option<String> {
    let mut parts = entry.splitn(6, '|');
    let mut next = || parts.next();
    Some(t.round_extended(next()?, next()?, next()?, next()?, next()?, next()?))
}

fn signed(round: &Matter, t: Texts) -> Table {
    let rows = signatures(&round.body).into_iter().map(|signature| {
        let role = Role::parse(signature.role).map_or(signature.role, |role| role_word(role, t));
        vec![
            Cell::heading(role),
            Cell::unbroken(signature.day),
            Cell::unbroken(short(signature.hash)),
            Cell::new(signature.login),
        ]
    });
    let columns = [t.round_department(), t.round_signed_on(), t.round_signed_hash(), t.round_account()];
    let rows: Vec<Vec<Cell>> = rows.collect();
    Table::new("round-signatures", t.round_signatures(), columns.map(Column::text), rows, t.round_signatures_none())
}

/// Every freeze of the settings of matching, the one in force last.
fn frozen(round: &Matter, t: Texts) -> Table {
    let rows = freezes(round).map(|freeze| {
        vec![
            Cell::unbroken(words::moment(freeze.moment)),
            Cell::new(freeze.login),
            Cell::unbroken(short(freeze.hash)),
            Cell::new(freeze.words),
        ]
    });
    let columns = [t.round_settings_when(), t.round_account(), t.round_settings_hash(), t.round_settings_words()]
        .map(Column::text);
    Table::new("round-settings", t.round_settings(), columns, rows.collect::<Vec<_>>(), "")
}

/// What the signatures fixed.
fn pinned(round: &Matter, t: Texts) -> DescriptionList {
    let mut kept = DescriptionList::new();
    for (name, field) in [
        (t.round_signed_hash(), &SIGNED_HASH),
        (t.round_policy(), &POLICY_VERSION),
        (t.round_policy_hash(), &POLICY_HASH),
        (t.round_bands(), &BANDS),
    ] {
        if round.body.has(field) {
            kept = kept.entry(name, round.body.text(field));
        }
    }
    kept
}

/// The first digits of a hash: enough to compare by eye.
pub(super) fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// Whether the visitor may see an organiser's needs counted: every organiser's, its own, or nobody's.
fn sees_needs_of(scope: &Scope, organiser: &str) -> bool {
    match scope {
        Scope::Province => true,
        Scope::City(city) => city == organiser,
        Scope::Sasac => organiser == SASAC,
        _ => false,
    }
}

/// What one organiser has done.
#[derive(Clone, Debug, Default)]
struct Line {
    quota: Option<u32>,
    counts: [i64; 5],
    needs_returned: i64,
    answered: i64,
    workdays: i64,
    missing: BTreeMap<String, i64>,
}

async fn progress(tx: &mut Tx, round: &Matter, scope: &Scope, t: Texts) -> Result<Table, Failure> {
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for (organiser, quota) in quotas(&round.body).0 {
        lines.entry(organiser).or_default().quota = Some(quota);
    }
    for (organiser, stage, count) in matter::progress(tx, &round.id, Kind::Need).await? {
        lines.entry(organiser).or_default().counts[column(stage)] += count;
    }
    for (organiser, needs) in need_return::needs_returned(tx, &round.id).await? {
        lines.entry(organiser).or_default().needs_returned = needs;
    }
    for counted in need_return::count(tx, &round.id).await? {
        lines.entry(counted.organiser.clone()).or_default().add(&counted);
    }
    lines.retain(|organiser, _| sees_needs_of(scope, organiser));
    let rows = lines.iter().map(|(organiser, line)| line.cells(organiser, t));
    let columns = [
        Column::text(t.round_organiser()),
        Column::number(t.round_quota()),
        Column::number(t.round_drafts()),
        Column::number(t.round_reviewing()),
        Column::number(t.round_agreed()),
        Column::number(t.round_reported()),
        Column::number(t.round_ended()),
        Column::number(t.round_returned()),
        Column::number(t.round_lost()),
        Column::text(t.round_missing()),
    ];
    Ok(Table::new("round-progress", t.round_progress(), columns, rows.collect::<Vec<_>>(), t.round_progress_none()))
}

const fn column(stage: Stage) -> usize {
    match stage {
        Stage::NeedDraft => 0,
        Stage::NeedReview => 1,
        Stage::NeedAgreed | Stage::NeedReporting => 2,
        Stage::NeedReported | Stage::NeedFilled => 3,
        _ => 4,
    }
}

impl Line {
    fn add(&mut self, counted: &Counted) {
        self.answered += counted.answered;
        self.workdays += counted.workdays;
        for code in counted.missing.split(',').filter(|code| !code.is_empty()) {
            *self.missing.entry(word_of(code)).or_default() += counted.returns;
        }
    }

    fn cells(&self, organiser: &str, t: Texts) -> Vec<Cell> {
        let submitted: i64 = self.counts[1..].iter().sum::<i64>().max(self.needs_returned);
        let percent = (self.needs_returned * 100).checked_div(submitted).unwrap_or(0);
        let missing: Vec<String> = self.missing.iter().map(|(word, times)| t.round_times(word, *times)).collect();
        let mut cells = vec![
            Cell::heading(words::organiser(organiser, t)),
            Cell::number(self.quota.map_or_else(|| "—".to_owned(), |quota| quota.to_string())),
        ];
        cells.extend(self.counts.iter().map(|count| Cell::number(count.to_string())));
        cells.push(Cell::number(t.round_returned_share(self.needs_returned, percent)));
        let lost = if self.answered == 0 { "—".to_owned() } else { t.round_lost_days(self.workdays, self.answered) };
        cells.push(Cell::number(lost));
        cells.push(Cell::new(missing.join("、")));
        cells
    }
}

fn word_of(code: &str) -> String {
    match MISSING.kind {
        FieldKind::Many(of) => of.iter().find(|(known, _)| *known == code).map_or(code, |(_, word)| word).to_owned(),
        _ => code.to_owned(),
    }
}
