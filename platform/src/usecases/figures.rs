//! The figures of the programme: progress, funnel, reasons of each drop, time at a stage, results declared and verified.
//!
//! Computed from the matters when they are asked for, by the same function for page, workbook, public page and for what is
//! kept of a day. Numbers and codes only: words are the page's.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use programme::access::Scope;
use programme::process::{Kind, SASAC, Stage};
use programme::rules::candidate::completed_years;
use serde::{Deserialize, Serialize};
use store::statistics::{self, Appointed};
use store::{By, Timestamp, Tx};

use super::Desk;
use super::policy::Policies;
use super::round_figures::section;

/// Units whose part of the pushes is reported as the concentration.
pub const TOP_UNITS: usize = 5;

/// Stages whose stays are reported: those where an office or person is awaited on the way from need to result.
pub const TIMED: &[Stage] = &[
    Stage::NeedReview,
    Stage::NeedAgreed,
    Stage::NeedReporting,
    Stage::NeedReported,
    Stage::PairPushed,
    Stage::PairAsked,
    Stage::PairWilling,
    Stage::PairVouched,
    Stage::PairTalks,
    Stage::PairIntention,
    Stage::PairSuggested,
    Stage::PairListed,
    Stage::AppointmentDraft,
    Stage::AppointmentSigning,
    Stage::AppointmentSigned,
    Stage::ServiceLogged,
    Stage::DifficultyAssigned,
    Stage::AssessmentDue,
    Stage::AssessmentScored,
    Stage::AssessmentReported,
    Stage::AssessmentGraded,
];

/// Everything that is reported, of a scope, now or on a kept day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// People to be appointed over the programme.
    pub target: u32,
    /// People whose appointment came into force.
    pub people: u64,
    /// The same by first year of the term.
    pub by_year: Vec<(String, u64)>,
    /// By organiser.
    pub by_organiser: Vec<(String, u64)>,
    /// By section of industry, `?` where the need states none.
    pub by_industry: Vec<(String, u64)>,
    /// By sending unit, most first.
    pub by_unit: Vec<(String, u64)>,
    /// By sex, `?` where no resident id is known; figures kept earlier have none.
    #[serde(default)]
    pub by_sex: Vec<(String, u64)>,
    /// Steps from need to assessment with how many came so far.
    pub funnel: Vec<(String, u64)>,
    /// Final stages before the end, with how many stopped there.
    pub drops: Vec<(String, u64)>,
    /// Coded reasons of failed talks.
    pub failures: Vec<(String, u64)>,
    /// Coded reasons of people who declined; figures kept earlier have none.
    #[serde(default)]
    pub declines: Vec<(String, u64)>,
    /// Stays at each stage.
    pub stays: Vec<Stay>,
    /// Shares among people appointed and among pushes.
    pub shares: Shares,
    /// Declared and verified: code, declared (where it is declared), verified.
    pub results: Vec<(String, Option<i64>, i64)>,
}

/// How long matters stayed at a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// Code of the stage.
    pub stage: String,
    /// Stays that were looked at, the last ones.
    pub stays: u64,
    /// Median in whole days, rounded down.
    pub median_days: i64,
    /// Longest in whole days.
    pub longest_days: i64,
}

/// Parts of a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// Appointments at an enterprise with a platform (2.3.1(3)).
    pub with_platform: u64,
    /// Appointments.
    pub appointments: u64,
    /// People within the preferred age on the first day of the term (2.1.1(2)b).
    pub young: u64,
    /// People whose date of birth is known.
    pub born: u64,
    /// The preferred ages of the rounds that appointed them; what was kept before they were counted has none.
    #[serde(default)]
    pub young_years: Vec<u32>,
    /// Units that were asked for somebody.
    pub units: u64,
    /// Pushes to the [`TOP_UNITS`] units with most of them.
    pub pushes_top: u64,
    /// Pushes.
    pub pushes: u64,
}

/// The name under which a scope's figures are kept; nothing for scopes without figures.
pub fn name_of(scope: &Scope) -> Option<String> {
    match scope {
        Scope::Province => Some(String::new()),
        Scope::City(city) => Some(city.clone()),
        Scope::Sasac => Some(SASAC.to_owned()),
        Scope::Unit(name) => Some(name.clone()),
        _ => None,
    }
}

/// The figures of a scope now.
pub async fn now(tx: &mut Tx, scope: &Scope) -> anyhow::Result<Figures> {
    let target = store::policy::in_force(tx).await?.people_target;
    let appointed = statistics::appointed(tx, scope).await?;
    let policies = Policies::of(tx, &appointed.iter().filter_map(|one| one.round_id.clone()).collect()).await?;
    let needs = statistics::by_stage(tx, scope, Kind::Need).await?;
    let pairs = statistics::by_stage(tx, scope, Kind::Pair).await?;
    let assessments = statistics::by_stage(tx, scope, Kind::Assessment).await?;
    let found = statistics::stays(tx, scope, TIMED).await?;
    let stays = TIMED.iter().filter_map(|stage| stay(*stage, found.get(stage)?)).collect();
    let asked = asked_stages();
    let pushes = statistics::pushed_by_unit(tx, scope, &asked).await?;
    let failures = statistics::failures(tx, scope).await?;
    let declines = statistics::declines(tx, scope).await?;
    let single = |(code, count): (Option<String>, i64)| Some((code?, count.unsigned_abs()));
    let results = statistics::results(tx, scope).await?;
    let mut figures = Figures {
        target,
        funnel: funnel(scope, &needs, &pairs, &appointed, &assessments),
        drops: drops(&needs, &pairs),
        failures: coded(failures),
        declines: declines.into_iter().filter_map(single).collect(),
        stays,
        shares: shares(&appointed, &pushes, &policies),
        results: results_of(&results),
        ..Figures::default()
    };
    count_people(&mut figures, &appointed);
    Ok(figures)
}

/// What [`now`] counts, kept until something is done.
pub async fn kept_now(desk: &Desk, tx: &mut Tx, scope: &Scope) -> anyhow::Result<Figures> {
    let Some(name) = name_of(scope) else { return now(tx, scope).await };
    let act = store::audit::last_act(tx).await?;
    if let Some(figures) = desk.counts.held(&name, act) {
        return Ok(figures);
    }
    let figures = now(tx, scope).await?;
    desk.counts.keep(name, act, &figures);
    Ok(figures)
}

/// Progress alone, for the public page.
pub async fn progress(tx: &mut Tx) -> anyhow::Result<Figures> {
    let target = store::policy::in_force(tx).await?.people_target;
    let mut figures = Figures { target, ..Figures::default() };
    count_people(&mut figures, &statistics::appointed(tx, &Scope::Province).await?);
    Ok(figures)
}

fn count_people(figures: &mut Figures, appointed: &[Appointed]) {
    let people = |key: &dyn Fn(&Appointed) -> String| {
        let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for one in appointed {
            found.entry(key(one)).or_default().insert(one.person_id.as_deref().unwrap_or(&one.id));
        }
        found.into_iter().map(|(key, people)| (key, people.len() as u64)).collect::<Vec<_>>()
    };
    figures.people = people(&|_| String::new()).first().map_or(0, |(_, count)| *count);
    figures.by_year = people(&|one| one.term_start.as_deref().and_then(|day| day.get(..4)).unwrap_or("?").to_owned());
    figures.by_organiser = people(&|one| one.organiser.clone());
    figures.by_industry = people(&|one| section(one.industry.as_deref()).to_owned());
    figures.by_unit = people(&|one| one.unit_name.clone().unwrap_or_default());
    figures.by_sex = people(&|one| one.sex.clone().unwrap_or_else(|| "?".to_owned()));
    figures.by_unit.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
}

/// How far a pair came: 1 proposed, 2 asked, 3 willing, 4 talks, 5 suggested, 6 on the list, 7 published.
pub(super) const fn reached(stage: Stage) -> u8 {
    match stage {
        Stage::PairPushed | Stage::PairAsked | Stage::PairDeclined | Stage::PairLapsed => 2,
        Stage::PairWilling | Stage::PairVouched | Stage::PairNotVouched => 3,
        Stage::PairTalks | Stage::PairIntention | Stage::PairFailed => 4,
        Stage::PairSuggested | Stage::PairStruck => 5,
        Stage::PairListed | Stage::PairHeld => 6,
        Stage::PairPublished => 7,
        _ => 1,
    }
}

fn asked_stages() -> Vec<Stage> {
    Stage::ALL.iter().copied().filter(|stage| stage.kind() == Kind::Pair && reached(*stage) >= 2).collect()
}

fn funnel(
    scope: &Scope,
    needs: &[(Stage, i64)],
    pairs: &[(Stage, i64)],
    appointed: &[Appointed],
    assessments: &[(Stage, i64)],
) -> Vec<(String, u64)> {
    let sum = |counts: &[(Stage, i64)], counted: &dyn Fn(Stage) -> bool| {
        counts.iter().filter(|(stage, _)| counted(*stage)).map(|(_, count)| count.unsigned_abs()).sum::<u64>()
    };
    let assessed = |stage| !matches!(stage, Stage::AssessmentWaiting | Stage::AssessmentDue | Stage::AssessmentDropped);
    let mut steps = Vec::new();
    // A need is nobody's in particular until somebody is proposed for it, so units have no figure before that.
    if !matches!(scope, Scope::Unit(_)) {
        steps.push(("needs", sum(needs, &|stage| stage != Stage::NeedDraft)));
        steps.push(("reported", sum(needs, &|stage| matches!(stage, Stage::NeedReported | Stage::NeedExpired))));
    }
    for (code, least) in
        [("matched", 1), ("asked", 2), ("willing", 3), ("talks", 4), ("suggested", 5), ("listed", 6), ("published", 7)]
    {
        steps.push((code, sum(pairs, &|stage| reached(stage) >= least)));
    }
    steps.push(("agreement", appointed.len() as u64));
    steps.push(("served", appointed.iter().filter(|one| one.served).count() as u64));
    steps.push(("assessed", sum(assessments, &assessed)));
    steps.into_iter().map(|(code, count)| (code.to_owned(), count)).collect()
}

/// Stages at which something ended before its time.
const ENDS: &[Stage] = &[
    Stage::NeedWithdrawn,
    Stage::NeedRejected,
    Stage::NeedMerged,
    Stage::PairWithdrawn,
    Stage::PairUnused,
    Stage::PairDeclined,
    Stage::PairLapsed,
    Stage::PairNotVouched,
    Stage::PairFailed,
    Stage::PairStruck,
];

fn drops(needs: &[(Stage, i64)], pairs: &[(Stage, i64)]) -> Vec<(String, u64)> {
    let count = |stage: Stage| {
        let found = needs.iter().chain(pairs).find(|(known, _)| *known == stage);
        found.map_or(0, |(_, count)| count.unsigned_abs())
    };
    ENDS.iter().map(|stage| (stage.code().to_owned(), count(*stage))).filter(|(_, count)| *count > 0).collect()
}

/// Lists of codes, each with how often, as single codes with how often.
fn coded(lists: Vec<(Option<String>, i64)>) -> Vec<(String, u64)> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for (list, count) in lists {
        let codes: Vec<String> = list.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default();
        for code in codes {
            *found.entry(code).or_default() += count.unsigned_abs();
        }
    }
    let mut found: Vec<(String, u64)> = found.into_iter().collect();
    found.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    found
}

fn stay(stage: Stage, stays: &[(Timestamp, Timestamp)]) -> Option<Stay> {
    let mut days: Vec<i64> = stays.iter().map(|(entered, ended)| (*ended - *entered).num_days()).collect();
    days.sort_unstable();
    let longest_days = *days.last()?;
    let stage = stage.code().to_owned();
    Some(Stay { stage, stays: days.len() as u64, median_days: days[(days.len() - 1) / 2], longest_days })
}

fn shares(appointed: &[Appointed], pushes: &[(String, i64)], policies: &Policies) -> Shares {
    let preferred = |one: &Appointed| policies.of_round(one.round_id.as_deref()).age_years_preferred_max;
    let is_young = |one: &Appointed| -> Option<bool> {
        let start: NaiveDate = one.term_start.as_deref()?.parse().ok()?;
        Some(completed_years(one.birth?, start)? <= preferred(one))
    };
    let born: Vec<bool> = appointed.iter().filter_map(is_young).collect();
    let young_years: BTreeSet<u32> = appointed.iter().map(preferred).collect();
    let count = |pushes: &[(String, i64)]| pushes.iter().map(|(_, count)| count.unsigned_abs()).sum();
    Shares {
        with_platform: appointed.iter().filter(|one| one.has_platform).count() as u64,
        appointments: appointed.len() as u64,
        young: born.iter().filter(|young| **young).count() as u64,
        born: born.len() as u64,
        young_years: young_years.into_iter().collect(),
        units: pushes.len() as u64,
        pushes_top: count(&pushes[..pushes.len().min(TOP_UNITS)]),
        pushes: count(pushes),
    }
}

fn results_of(found: &statistics::Results) -> Vec<(String, Option<i64>, i64)> {
    [
        ("people", None, found.people),
        ("excellent", None, found.excellent),
        ("results", Some(found.results_declared), found.results_landed),
        ("problems", Some(found.problems_declared), found.problems_solved),
        ("contract_yuan", Some(found.contract_yuan_declared), found.contract_yuan),
        ("paid_yuan", Some(found.paid_yuan_declared), found.paid_yuan),
        ("patents", Some(found.patents_declared), found.patents),
        ("products", Some(found.products_declared), found.new_products),
    ]
    .map(|(code, declared, verified)| (code.to_owned(), declared, verified))
    .to_vec()
}

/// Keeps the figures of a day for the province, every organiser and every unit that has any; says for how many scopes they
/// were new. What was kept for the day before stays as it was.
pub async fn freeze(desk: &Desk, by: &By<'_>, day: NaiveDate) -> anyhow::Result<usize> {
    let mut tx = desk.database.write().await?;
    let whole = now(&mut tx, &Scope::Province).await?;
    let organisers = whole
        .by_organiser
        .iter()
        .map(|(organiser, _)| if organiser == SASAC { Scope::Sasac } else { Scope::City(organiser.clone()) });
    let units = whole.by_unit.iter().map(|(unit, _)| Scope::Unit(unit.clone()));
    let scopes: Vec<Scope> = organisers.chain(units).collect();
    let mut kept = usize::from(statistics::freeze(&mut tx, by, day, "", serde_json::to_value(&whole)?).await?);
    for scope in scopes {
        let figures = serde_json::to_value(now(&mut tx, &scope).await?)?;
        let name = name_of(&scope).unwrap_or_default();
        kept += usize::from(statistics::freeze(&mut tx, by, day, &name, figures).await?);
    }
    tx.commit().await?;
    Ok(kept)
}

/// The figures of a scope as they were kept on a day.
pub async fn kept(tx: &mut Tx, day: NaiveDate, scope: &Scope) -> anyhow::Result<Option<Figures>> {
    let Some(name) = name_of(scope) else { return Ok(None) };
    let found = statistics::frozen(tx, day, &name).await?;
    Ok(found.map(serde_json::from_value).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_funnel_never_widens_along_the_pairs() {
        let pairs: Vec<(Stage, i64)> =
            Stage::ALL.iter().filter(|stage| stage.kind() == Kind::Pair).map(|stage| (*stage, 3)).collect();
        let steps = funnel(&Scope::Province, &[], &pairs, &[], &[]);
        let of_pairs: Vec<u64> = steps[2..9].iter().map(|(_, count)| *count).collect();
        assert!(of_pairs.is_sorted_by(|before, after| before >= after), "{of_pairs:?}");
        assert_eq!(of_pairs[0], 3 * pairs.len() as u64);
        assert_eq!(of_pairs[6], 3, "published alone reaches the end");
    }

    #[test]
    fn the_median_is_the_lower_of_the_middle_stays() {
        let at = |day: i64| Timestamp::UNIX_EPOCH + chrono::TimeDelta::days(day);
        let stays = |days: &[i64]| {
            let found: Vec<_> = days.iter().map(|days| (at(0), at(*days))).collect();
            stay(Stage::NeedReview, &found).map(|stay| (stay.median_days, stay.longest_days))
        };
        assert_eq!(stays(&[]), None);
        assert_eq!(stays(&[9, 1, 4]), Some((4, 9)));
        assert_eq!(stays(&[9, 1, 4, 2]), Some((2, 9)));
    }

    #[test]
    fn reasons_given_together_are_counted_singly() {
        let lists = vec![(Some(r#"["budget_too_low","other"]"#.to_owned()), 2), (Some(r#"["other"]"#.to_owned()), 1)];
        assert_eq!(coded(lists), [("other".to_owned(), 3), ("budget_too_low".to_owned(), 2)]);
        assert_eq!(coded(vec![(None, 5)]), []);
    }
}
