//! The service of an appointment as pages show it: years against the plan with a bar, silences, missing contacts, clashes.

use askama::Template;
use chrono::NaiveDate;
use programme::process::Matter;
use programme::process::service::meter::{Meter, Quarter, Silence};
use programme::rules::agreement::HalfDays;

use crate::texts;
use crate::web::kit::Markup;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::texts::{Lang, Texts};

texts! {
    meter_caption: "各聘任年度服务天数", "Service by appointment year";
    meter_year: "聘任年度", "Appointment year";
    meter_number(number: usize): "第 {number} 年", "Year {number}";
    meter_planned: "协议计划", "Planned";
    meter_least: "不少于", "At least";
    meter_logged: "已登记", "Logged";
    meter_confirmed: "企业已确认", "Confirmed";
    meter_expected: "至今应达", "Due by now";
    meter_state: "进度", "Progress";
    meter_kept_up: "达到进度", "On schedule";
    meter_short(days: &str): "少 {days} 天", "{days} days short";
    meter_not_begun: "未开始", "Not begun";
    meter_none: "备案后按聘任年度计算。", "Counted by appointment year once filed.";
    meter_bar(logged: &str, planned: &str): "已登记 {logged} 天，计划 {planned} 天", "{logged} of {planned} days logged";
    meter_silent(days: u32): "连续 {days} 天没有服务记录", "{days} days without service";
    meter_silent_span(first: &str, last: &str): "{first} 至 {last}，请核实是否在岗服务", "{first} to {last}: look whether service goes on";
    meter_no_contact: "有季度没有联系记录", "Quarters without contact";
    meter_quarter(year: i32, number: u32): "{year} 年第 {number} 季度", "{year} Q{number}";
    meter_clash: "同一天在两家企业有服务记录", "Service at two enterprises on one day";
}

#[derive(Template)]
#[template(
    source = r#"<svg class="bar" width="100%" height="10" role="img" aria-label="{{ label }}"><rect width="{{ percent }}%" height="10"></rect></svg>"#,
    ext = "html"
)]
struct Bar {
    label: String,
    percent: u32,
}

/// The years of an appointment against their plan.
pub(super) fn table(meters: &[Meter], today: NaiveDate, t: Texts) -> Table {
    let columns = [
        Column::text(t.meter_year()),
        Column::number(t.meter_least()),
        Column::number(t.meter_planned()),
        Column::number(t.meter_logged()),
        Column::number(t.meter_confirmed()),
        Column::number(t.meter_expected()),
        Column::text(t.meter_state()),
    ];
    Table::new("meter", t.meter_caption(), columns, meters.iter().map(|meter| row(meter, today, t)), t.meter_none())
}

fn row(meter: &Meter, today: NaiveDate, t: Texts) -> Vec<Cell> {
    let year = format!("{} {} — {}", t.meter_number(meter.number), meter.year.first, meter.year.last);
    let days = |half_days: HalfDays| Cell::number(half_days.to_string());
    vec![
        Cell::heading(year),
        Cell::number(meter.year.days_min.to_string()),
        days(meter.planned),
        days(meter.logged),
        days(meter.confirmed),
        days(meter.expected),
        Cell::new(Markup::joined([Markup::of(&bar(meter, t)), state(meter, today, t)])),
    ]
}

fn bar(meter: &Meter, t: Texts) -> Bar {
    let planned = meter.planned.0.max(1);
    Bar {
        label: t.meter_bar(&meter.logged.to_string(), &meter.planned.to_string()),
        percent: (meter.logged.0 * 100 / planned).min(100),
    }
}

/// How a year stands today.
pub(super) fn state(meter: &Meter, today: NaiveDate, t: Texts) -> Markup {
    let status = match meter.shortfall() {
        Some(missing) => Status::new(t.meter_short(&missing.to_string()), Tone::Attention),
        None if today < meter.year.first => Status::new(t.meter_not_begun(), Tone::Neutral),
        None => Status::new(t.meter_kept_up(), Tone::Good),
    };
    status.into()
}

/// What the organiser should look after: silences, quarters without contact.
pub(super) fn warnings(silences: &[Silence], quarters: &[Quarter], t: Texts) -> Vec<Markup> {
    let silent = silences.iter().map(|silence| {
        let span = t.meter_silent_span(&silence.first.to_string(), &silence.last.to_string());
        Notice::warning(t, t.meter_silent(silence.days)).body(span).clause(programme::clause!("3.5b"), t).into()
    });
    let named: Vec<String> = quarters.iter().map(|quarter| t.meter_quarter(quarter.year, quarter.number)).collect();
    let missing = (!named.is_empty()).then(|| {
        let notice = Notice::warning(t, t.meter_no_contact()).body(named.join("，"));
        notice.clause(programme::clause!("5.1"), t).into()
    });
    silent.chain(missing).collect()
}

/// Days that two enterprises both have; shown to both, without the other's name.
pub(super) fn clash_notice(days: &[NaiveDate], t: Texts) -> Option<Markup> {
    let days: Vec<String> = days.iter().map(ToString::to_string).collect();
    let notice = || Notice::warning(t, t.meter_clash()).body(days.join("，")).clause(programme::clause!("3.5b"), t);
    (!days.is_empty()).then(|| notice().into())
}

/// Days of this appointment that clash with another enterprise's log.
pub(super) fn clashes_of(appointment: &Matter, log_of_person: &[Matter]) -> Vec<NaiveDate> {
    use programme::process::service::meter::{clashes, counted};
    let all = clashes(log_of_person);
    let own = log_of_person.iter().filter(|entry| entry.parties.parent.as_ref() == Some(&appointment.id));
    let mut days: Vec<NaiveDate> =
        own.filter_map(counted).map(|(day, _)| day).filter(|day| all.contains(day)).collect();
    days.sort_unstable();
    days.dedup();
    days
}
