//! Words of the process in the page's language, and how values and deadlines are shown.

use chrono::NaiveDate;
use programme::access::Role;
use programme::clause::Clause;
use programme::industries;
use programme::process::need::INDUSTRY;
use programme::process::proposal::ORDER;
use programme::process::vocabulary::in_english;
use programme::process::{Action, By, Field, FieldKind, Kind, Matter, Rule, SASAC, Stage, Value, Words};

use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::calendar::Today;
use crate::web::kit::Markup;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::timeline::Whereabouts;
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};
use crate::web::url;

texts! {
    matter_nobody: "已办结", "nobody: done";
    waits_need_reported: "省科技厅匹配、推送，人选办理见下", "the province matches and pushes; see its candidates below";
    waits_pair_standby: "前一顺位谢绝或逾期后自动递补，批次办结后不再递补", "moves up when the one before declines or lapses, until the round is concluded";
    waits_pair_listed: "省科技厅，随选派名单办理", "the province, with the list";
    waits_pair_held: "省科技厅，待异议决定", "the province, until the objection is decided";
    waits_appointment_force: "科技人员登记服务、企业确认；聘期届满前一个月考评", "the person logs service, the enterprise confirms; assessed in the last month";
    waits_assessment_early: "到考评期首日自动开始", "begins by itself on the first day of the window";
    waits_assessment_graded: "省科技厅，随考评汇总办理", "the province, with the consolidated result";
    matter_days_left(days: usize): "还剩 {days} 个工作日", "{days} working days left";
    matter_no_day: "方案和批次通知未定期限，请及时办理", "no day is set; please act soon";
    matter_today: "今天截止", "due today";
    matter_passed: "期限已过", "the day has passed";
    matter_overdue(days: usize): "已逾期 {days} 个工作日", "{days} working days overdue";
    matter_half_day: "半天", "Half a day";
    matter_whole_day: "全天", "Whole day";
    matter_organiser_sasac: "省国资委", "Provincial SASAC";
    matter_organiser_province: "省科技厅", "Provincial science department";
    matter_provisional: "（涉及尚未公布放假安排的年份，暂定）", " (provisional: the year's holidays are not announced)";
}

/// The page of a matter.
pub fn href(id: &str) -> String {
    format!("/matter/{}", url::component(id))
}

/// The form of an act on a matter.
pub fn act_href(id: &str, action: Action) -> String {
    format!("{}/act/{}", href(id), action.code())
}

/// The list of a kind.
pub fn list_href(kind: Kind) -> String {
    format!("/matters/{}", kind.code())
}

macro_rules! word {
    ($(#[$doc:meta])* $name:ident($kind:ty)) => {
        $(#[$doc])*
        pub fn $name(value: $kind, t: Texts) -> String {
            match t.lang {
                Lang::Chinese => value.chinese().to_owned(),
                Lang::English => in_english(value.code()),
            }
        }
    };
}

word!(/** A kind's name. */ kind(Kind));
word!(/** A stage's name. */ stage(Stage));
word!(/** An act's name. */ action(Action));

/// A sentence of the tables in the page's language.
pub fn said(sentence: Words, t: Texts) -> &'static str {
    match t.lang {
        Lang::Chinese => sentence.chinese,
        Lang::English => sentence.english,
    }
}

/// A clause by its name in the plan, in English by its number.
pub fn clause(clause: Clause, t: Texts) -> &'static str {
    match t.lang {
        Lang::Chinese => clause.chinese(),
        Lang::English => clause.id(),
    }
}

/// Who may do an act.
pub fn doers(rule: &Rule, t: Texts) -> String {
    let between = if t.lang == Lang::Chinese { "、" } else { ", " };
    rule.by.iter().map(|by| doer(*by, t)).collect::<Vec<_>>().join(between)
}

/// Who does an act: a role, the public, the clock.
pub fn doer(by: By, t: Texts) -> String {
    match (by, t.lang) {
        (By::Account(role), _) => role_word(role, t).to_owned(),
        (_, Lang::Chinese) => by.chinese().to_owned(),
        (other, Lang::English) => in_english(&format!("{other:?}").to_lowercase()),
    }
}

/// A choice of a field: a condition that may be let go is said as the table says it.
pub fn choice(code: &str, chinese: &str, t: Texts) -> String {
    if t.lang == Lang::Chinese {
        return chinese.to_owned();
    }
    let condition = programme::process::rules().flat_map(|rule| rule.guards).find(|guard| guard.code == code);
    match (condition, code) {
        (Some(guard), _) => format!("{} ({})", guard.demands.english, guard.clause.id()),
        (None, "1") => t.matter_half_day().to_owned(),
        (None, "2") => t.matter_whole_day().to_owned(),
        (None, SASAC) => t.matter_organiser_sasac().to_owned(),
        (None, code) => in_english(code),
    }
}

/// A field's label.
pub fn label(field: &Field, t: Texts) -> String {
    match t.lang {
        Lang::Chinese => field.chinese.to_owned(),
        Lang::English if field.english.is_empty() => in_english(field.key),
        Lang::English => field.english.to_owned(),
    }
}

/// A value as a person reads it: an industry with its name, the place among the candidates of a need in words.
pub fn value(field: &Field, value: &Value, t: Texts) -> String {
    match value {
        Value::Text(code) if field.key == INDUSTRY.key => {
            industries::name(code).map_or_else(|| code.clone(), |name| format!("{code} {name}"))
        }
        Value::Flag(true) => t.act_yes().to_owned(),
        Value::Flag(false) => t.act_no().to_owned(),
        Value::Whole(place) if field.key == ORDER.key => super::super::proposals::place(*place, t),
        Value::Text(code) => chosen(field, code, t),
        Value::List(codes) => {
            let between = if t.lang == Lang::Chinese { "；" } else { "; " };
            codes.iter().map(|code| chosen(field, code, t)).collect::<Vec<_>>().join(between)
        }
        Value::Whole(number) => grouped(*number),
    }
}

/// From this number on digits stand in groups of three, as amounts are read; years and counts stand as they are.
const GROUPED_MIN: i64 = 10_000;

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    if number < GROUPED_MIN {
        return digits;
    }
    let is_first_of_group = |place: usize| place > 0 && (digits.len() - place).is_multiple_of(3);
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if is_first_of_group(place) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A kept code as its choice says; any other text as it is.
fn chosen(field: &Field, code: &str, t: Texts) -> String {
    let (FieldKind::Choice(of) | FieldKind::Many(of)) = field.kind else { return code.to_owned() };
    let known = of.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(code, chinese)| choice(code, chinese, t))
}

/// A kept moment, `2025-03-12T02:00:00Z`, as clocks in the province show it.
pub fn moment(kept: &str) -> String {
    let read = chrono::DateTime::parse_from_rfc3339(kept);
    read.map_or_else(|_| kept.to_owned(), |at| in_beijing(at.to_utc()).format("%Y-%m-%d %H:%M").to_string())
}

/// The office that organises a matter.
pub fn organiser(code: &str, t: Texts) -> String {
    match code {
        "" => t.matter_organiser_province().to_owned(),
        SASAC => t.matter_organiser_sasac().to_owned(),
        city => programme::regions::by_code(city).map_or(city, |region| region.name).to_owned(),
    }
}

/// Who is awaited, in words.
pub fn awaited(matter: &Matter, t: Texts) -> String {
    let waits = matter.awaited();
    if waits.is_empty() {
        return awaits(matter.stage, t).to_owned();
    }
    let who = waits.iter().map(|(role, binding)| office(*role, binding, t));
    who.collect::<Vec<_>>().join("、")
}

/// What a stage waits for when nobody has an act of their own there.
fn awaits(stage: Stage, t: Texts) -> &'static str {
    match stage {
        Stage::NeedReported => t.waits_need_reported(),
        Stage::PairStandby => t.waits_pair_standby(),
        Stage::PairListed => t.waits_pair_listed(),
        Stage::PairHeld => t.waits_pair_held(),
        Stage::AppointmentForce => t.waits_appointment_force(),
        Stage::AssessmentWaiting => t.waits_assessment_early(),
        Stage::AssessmentGraded => t.waits_assessment_graded(),
        _ => t.matter_nobody(),
    }
}

fn office(role: Role, binding: &str, t: Texts) -> String {
    let word = role_word(role, t);
    match (role, t.lang) {
        (Role::CityScience, Lang::Chinese) => format!("{}科技局", organiser(binding, t)),
        (Role::CityIndustry, Lang::Chinese) => format!("{}工信局", organiser(binding, t)),
        (Role::CityScience | Role::CityIndustry, _) => format!("{}·{word}", organiser(binding, t)),
        (Role::Unit, _) => format!("{word}·{binding}"),
        _ => word.to_owned(),
    }
}

/// What is left until a day, in words and how urgent it is.
pub fn remaining(due: NaiveDate, today: &Today, t: Texts) -> (String, Tone) {
    let (today, calendar) = (today.day, &today.calendar);
    let tomorrow = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let provisional =
        if calendar.provisional_years(today.min(due), due).is_empty() { "" } else { t.matter_provisional() };
    let (text, tone) = match due.cmp(&today) {
        std::cmp::Ordering::Less => (t.matter_overdue(calendar.working_days(tomorrow(due), today)), Tone::Bad),
        std::cmp::Ordering::Equal => (t.matter_today().to_owned(), Tone::Attention),
        std::cmp::Ordering::Greater => {
            let days = calendar.working_days(tomorrow(today), due);
            (t.matter_days_left(days), if days <= SOON_WORKDAYS { Tone::Attention } else { Tone::Active })
        }
    };
    (format!("{text}{provisional}"), tone)
}

/// What is left of a matter's day: where nobody is awaited nobody is late, an alternate whose round takes no answers any more.
fn left(matter: &Matter, due: NaiveDate, today: &Today, t: Texts) -> (String, Tone) {
    let nobody_late = due < today.day && matter.awaited().is_empty();
    if nobody_late { (t.matter_passed().to_owned(), Tone::Neutral) } else { remaining(due, today, t) }
}

/// From this many working days on a deadline is shown as near.
const SOON_WORKDAYS: usize = 3;

/// Where a matter is, with whom, until when.
pub fn whereabouts(matter: &Matter, today: &Today, t: Texts) -> Whereabouts {
    let shown = Whereabouts::new(t, stage(matter.stage, t), awaited(matter, t));
    match matter.due {
        Some(due) => {
            let (left, tone) = left(matter, due, today, t);
            shown.until(due.to_string(), left, tone)
        }
        None if matter.awaited().is_empty() => shown,
        None => shown.until(t.matter_no_day(), "", Tone::Active),
    }
}

/// The stage as a status word.
pub fn stage_status(matter: &Matter, t: Texts) -> Markup {
    let tone = if matter.stage.waits().is_empty() { Tone::Neutral } else { Tone::Active };
    Status::new(stage(matter.stage, t), tone).into()
}

/// From more working days on than this a list shows the day alone: what is far off needs no counting.
const COUNTED_WORKDAYS_MAX: usize = 20;

/// The deadline in a list: the day, and what is left once it comes near.
pub fn due_cell(matter: &Matter, today: &Today, t: Texts) -> Markup {
    let Some(due) = matter.due else { return Markup::text("—") };
    if due > today.day && today.calendar.working_days(today.day, due) > COUNTED_WORKDAYS_MAX {
        return Markup::text(due.to_string());
    }
    let (left, tone) = left(matter, due, today, t);
    // A flex row drops a plain space between a text and a component.
    Markup::joined([Markup::text(format!("{due}\u{a0}")), Status::new(left, tone).into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stand_in_groups_of_three_and_years_do_not() {
        let shown = [-20_000, 0, 2026, GROUPED_MIN - 1, GROUPED_MIN, 400_000, 1_234_567].map(grouped);
        assert_eq!(shown, ["-20000", "0", "2026", "9999", "10,000", "400,000", "1,234,567"]);
    }
}
