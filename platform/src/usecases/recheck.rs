//! Which live matters the registers speak against today (2.1.1(1), 2.3.1(1), 2.3.1(4)).
//!
//! Every act asks the registers anew; between two acts nobody would notice that a table just imported names a person or an
//! enterprise of a matter that is under way. So the province is told at the import, and finds the list whenever it looks.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use anyhow::Context as _;
use chrono::NaiveDate;
use paperwork::{Cell, Column, Table};
use programme::access::Scope;
use programme::finding::{Finding, Force, Outcome};
use programme::process::{Kind, Matter, Stage};
use programme::record::{Enterprise, Person};
use store::catalogue::{Matters, Seen};
use store::matter::line::Line;
use store::{Tx, matter};

use super::Desk;
use super::collection::Collection;
use super::register::Register;

/// A live matter with what the registers say against it.
#[derive(Clone, Debug)]
pub struct Affected {
    /// A pair or an appointment.
    pub matter: Matter,
    /// What is broken, a fact each; the rules' own way out is for what has not begun.
    pub broken: Vec<String>,
}

/// Stages of pairs and appointments that go on and name a person and an enterprise. Alternates are asked when they move up,
/// published pairs by their appointments.
pub const LIVE: [Stage; 19] = [
    Stage::PairProposed,
    Stage::PairPushed,
    Stage::PairAsked,
    Stage::PairWilling,
    Stage::PairVouched,
    Stage::PairTalks,
    Stage::PairIntention,
    Stage::PairSuggested,
    Stage::PairListed,
    Stage::PairHeld,
    Stage::AppointmentDraft,
    Stage::AppointmentSigning,
    Stage::AppointmentSigned,
    Stage::AppointmentForce,
    Stage::AppointmentConsulting,
    Stage::AppointmentEnding,
    Stage::AppointmentEndAgreed,
    Stage::AppointmentChanging,
    Stage::AppointmentChangeAgreed,
];

/// Clauses whose registers change while a matter is under way; certificates have their own warnings at each step.
const CLAUSES: [&str; 2] = ["2.1.1(1)", "2.3.1(4)"];
/// The enterprise's own entry in the register of misconduct (2.3.1(1)).
const MISCONDUCT: &str = "misconduct.none";

/// What the last look found, looked for anew when anything that it rests on is another; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Rechecks(Arc<Mutex<Option<Held>>>);

#[derive(Clone, Debug)]
struct Held {
    matters: Arc<Seen<Line>>,
    people: Weak<Collection>,
    register: Arc<Register>,
    found: Arc<Vec<Affected>>,
}

impl Rechecks {
    fn held(&self, matters: &Matters, people: &Arc<Collection>, register: &Register) -> Option<Arc<Vec<Affected>>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let is_same = matters.are(&held.matters)
            && std::ptr::eq(held.people.as_ptr(), Arc::as_ptr(people))
            && held.register.answers_like(register);
        is_same.then_some(held.found)
    }

    fn keep(&self, held: Held) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }
}

/// How many live matters the registers speak against on a day.
pub async fn count(desk: &Desk, today: NaiveDate) -> anyhow::Result<usize> {
    Ok(found(desk, &mut desk.database.read().await?, today).await?.len())
}

/// The first `most` live matters that the registers speak against on a day, by id, and how many there are.
pub async fn affected(desk: &Desk, today: NaiveDate, most: usize) -> anyhow::Result<(Vec<Affected>, usize)> {
    let mut tx = desk.database.read().await?;
    let found = found(desk, &mut tx, today).await?;
    let mut shown: Vec<Affected> = found.iter().take(most).cloned().collect();
    let ids: Vec<&str> = shown.iter().map(|one| one.matter.id.as_str()).collect();
    let mut titles = matter::titles(&mut tx, &ids).await?;
    for one in &mut shown {
        one.matter.title = titles.remove(&one.matter.id).unwrap_or_default();
    }
    Ok((shown, found.len()))
}

/// One pass over the matters in memory finds whom a register can speak against at all; the rules are asked of these alone. The
/// matters have no titles yet.
async fn found(desk: &Desk, tx: &mut Tx, today: NaiveDate) -> anyhow::Result<Arc<Vec<Affected>>> {
    let people = desk.collections.current(desk).await?;
    let matters = desk.catalogue.every_matter(&desk.database).await?;
    let register = desk.registers.load(tx, today).await?;
    if let Some(found) = desk.rechecks.held(&matters, &people, &register) {
        return Ok(found);
    }
    let live = [Kind::Pair, Kind::Appointment].into_iter().flat_map(|kind| matters.within(&Scope::Province, kind));
    let live = live.filter(|line| LIVE.contains(&line.matter.stage));
    let mut all = Vec::new();
    for Line { matter, .. } in live {
        let (Some(code), Some(person)) = (&matter.parties.enterprise, &matter.parties.person) else { continue };
        let Some(person) = people.person(person).filter(|person| register.concerns(code, person)) else { continue };
        let broken = broken(&register, code, person);
        if !broken.is_empty() {
            all.push(Affected { matter: matter.clone(), broken });
        }
    }
    let found = Arc::new(all);
    let (matters, people) = (Arc::new(matters.seen()), Arc::downgrade(&people));
    desk.rechecks.keep(Held { matters, people, register: Arc::new(register), found: Arc::clone(&found) });
    Ok(found)
}

/// Both registers know an enterprise by its code alone.
fn broken(register: &Register, code: &str, person: &Person) -> Vec<String> {
    let enterprise = Enterprise { credit_code: Some(code.to_owned()), ..Enterprise::default() };
    let mut findings = register.enterprise(&enterprise);
    findings.retain(|finding| finding.code == MISCONDUCT);
    let others = register.person(person).into_iter().chain(register.pair(Some(&enterprise), person));
    findings.extend(others.filter(watched));
    let is_broken = |finding: &&Finding| finding.force == Force::Must && finding.outcome == Outcome::Broken;
    findings.iter().filter(is_broken).map(|finding| finding.fact().to_owned()).collect()
}

fn watched(finding: &Finding) -> bool {
    CLAUSES.contains(&finding.clause.id())
}

/// What the organiser or the province can do about it, by the stage (5.3a for what is in force).
pub const fn way_out(stage: Stage) -> &'static str {
    match stage {
        Stage::PairTalks | Stage::PairIntention => "由组织单位登记对接未成（方案三（三））",
        Stage::PairSuggested => "由省科技厅调减并说明理由（方案三（四））",
        Stage::PairListed | Stage::PairHeld => "报告党组后移出名单（方案三（四））",
        Stage::AppointmentDraft | Stage::AppointmentSigning | Stage::AppointmentSigned => {
            "由组织单位登记不再聘任（方案三（五））"
        }
        Stage::AppointmentForce => "由组织单位联系企业和本人协商提前终止，岗位可在以后批次另行选派（方案五（三））",
        Stage::AppointmentConsulting => "正在协商提前终止，由组织单位督促双方办结（方案五（三））",
        Stage::AppointmentEnding => "双方已同意提前终止，由组织单位办理（方案五（三））",
        Stage::AppointmentEndAgreed => "已同意提前终止，由省科技厅备案（方案五（三））",
        Stage::AppointmentChanging => "先由任一方“不同意变更”，再协商提前终止（方案五（三））",
        Stage::AppointmentChangeAgreed => "先由组织单位“不同意变更”，再由双方协商提前终止（方案五（三））",
        _ => "由省科技厅撤销推荐，候补递补（方案三（二））",
    }
}

/// The list as a workbook.
pub async fn workbook(desk: &Desk, today: NaiveDate) -> anyhow::Result<Vec<u8>> {
    let (found, _) = affected(desk, today, usize::MAX).await?;
    let text = |text: &str| Some(Cell::Text(text.to_owned()));
    let row = |one: &Affected| {
        let matter = &one.matter;
        vec![
            text(&matter.id),
            text(&matter.title),
            text(matter.stage.chinese()),
            text(&one.broken.join("；")),
            text(way_out(matter.stage)),
        ]
    };
    let rows = found.iter().map(row).collect();
    let headings = [("编号", 22.0), ("事项", 44.0), ("环节", 24.0), ("不符合的", 60.0), ("怎么办", 40.0)];
    let columns: Vec<Column> = headings.into_iter().map(|(heading, width)| Column::text(heading, width)).collect();
    let table = Table { name: "登记变动复核".to_owned(), columns, rows };
    let write = move || paperwork::write(&[table]);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}
