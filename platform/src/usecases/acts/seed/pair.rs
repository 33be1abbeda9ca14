//! What a pair begins with: the person and unit, and where the run's plan has put them.

use programme::access::Scope;
use programme::process::proposal::{BAND, LEVEL, ORDER, PERSON, POST, RUN, SCORE};
use programme::process::{Body, Matter};
use programme::record::Person;
use store::match_run::Pair;
use store::{Tx, match_run, matter};

use crate::usecases::explain;

/// Adds the person whom the act names, with the place that the named run gives; a guard refuses a run without the person.
pub async fn plant(tx: &mut Tx, matter: &mut Matter, inputs: &Body) -> anyhow::Result<()> {
    let Some(person) = store::person::get(tx, &Scope::Province, inputs.text(&PERSON)).await? else { return Ok(()) };
    let need = matter.parties.need.clone().unwrap_or_default();
    let is_pair = |of: &str, who: &str| of == need && who == person.id;
    let mut planned = None;
    let mut level = None;
    if let Some(run) = inputs.whole(&RUN) {
        let plan = match_run::plan(tx, &Scope::Province, run).await?;
        planned = plan.into_iter().find(|pair| is_pair(&pair.need, &pair.person));
        let levels = match_run::plan_of(tx, &Scope::Province, run, &[&need]).await?;
        level = levels.into_iter().find(|placed| is_pair(&placed.need, &placed.person)).map(|placed| placed.level);
    }
    if let Some(planned) = &planned {
        place(matter, planned, level);
    }
    let parent = match matter.parties.parent.as_deref() {
        Some(id) => matter::find(tx, id).await?,
        None => None,
    };
    name(matter, parent.as_ref().map_or("", |need| &need.matter.title), &person);
    Ok(())
}

/// The parties and the title of a pair: `需求 ← 姓名`.
pub fn name(matter: &mut Matter, need: &str, person: &Person) {
    matter.parties.person = Some(person.id.clone());
    matter.parties.unit.clone_from(&person.unit);
    matter.title = format!("{need} ← {}", explain::name_of(person));
}

/// Where the plan puts the pair.
pub fn place(matter: &mut Matter, planned: &Pair, level: Option<u8>) {
    let body = &mut matter.body;
    body.set(&ORDER, i64::from(planned.place));
    body.set(&POST, i64::from(planned.post));
    body.set(&SCORE, format!("{:.6}", planned.score));
    if let Some(level) = level {
        body.set(&LEVEL, i64::from(level));
        body.set(&BAND, matching::level::Level::try_from(level).map_or("", matching::level::Level::in_chinese));
    }
}
