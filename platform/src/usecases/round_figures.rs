//! How the proposals of a round fared, and whom they reached: by place in the order and level of relevance, by city and field
//! (F29), by sending unit, age and sex (F30).
//!
//! Counted from the matters as they stand. A proposal counts where it was pushed to a unit; alternates that nobody was asked for
//! and what the province withdrew are no answer to the question whether matching was right. Each step includes those further on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use hashbrown::{HashMap, HashSet};
use programme::access::Scope;
use programme::industries;
use programme::parameters::Parameters;
use programme::process::{Kind, Matter, Stage, round};
use programme::record::{Sex, UnitKind};
use programme::rules::candidate::completed_years;
use store::catalogue::{ById, Matters, Seen};
use store::matter::line::Line;
use store::{need, person};

use super::figures::reached;
use super::register::Tables;
use super::{Desk, policy};

/// Oldest age of each band, beside the two ages of the policy; the last band is open.
const AGES_TO: [u32; 3] = [35, 45, 50];
/// Most people of a unit of each band but the last, which is open.
const UNIT_PEOPLE_TO: [u64; 3] = [9, 49, 199];

/// The steps of a proposal, in their order.
pub const STEPS: [&str; 7] = ["pushed", "accepted", "talks", "agreed", "listed", "published", "served"];

/// How many proposals came at least so far, in the order of [`STEPS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fared([u64; STEPS.len()]);

impl Fared {
    /// The count of each step.
    pub const fn counts(&self) -> [u64; STEPS.len()] {
        self.0
    }

    /// Proposals that were pushed.
    pub const fn pushed(&self) -> u64 {
        self.0[0]
    }

    /// Of them agreed upon in the talks: what confirms a match.
    pub const fn agreed(&self) -> u64 {
        self.0[3]
    }

    fn add(&mut self, steps: usize) {
        self.0[..steps].iter_mut().for_each(|count| *count += 1);
    }
}

/// One group of people or units: its part of the register beside its part of the proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// People in the register.
    pub people: u64,
    /// How the proposals of them fared.
    pub fared: Fared,
}

/// Everything that is reported of a round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundFigures {
    /// Everything together.
    pub all: Fared,
    /// By place in the order: 0 is the proposed person, from 1 the alternates.
    pub by_order: BTreeMap<u8, Fared>,
    /// By level of relevance, 4 to 1.
    pub by_level: BTreeMap<u8, Fared>,
    /// By organiser.
    pub by_organiser: BTreeMap<String, Fared>,
    /// By section of industry of the need, `?` where it states none.
    pub by_industry: BTreeMap<String, Fared>,
    /// By kind and size of the sending unit, for the province.
    pub by_unit: BTreeMap<(Option<UnitKind>, Band), Share>,
    /// By age on the round's reference date, for the province; nothing where the date of birth is unknown.
    pub by_age: BTreeMap<Option<Band>, Share>,
    /// By sex, for the province; nothing where no resident id is known.
    pub by_sex: BTreeMap<Option<Sex>, Share>,
}

/// A band of whole numbers: from, and to where it is not open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Band {
    /// The first number.
    pub from: u64,
    /// The last number.
    pub to: Option<u64>,
}

/// The figures of a round within a scope, counted anew when anything that they rest on is another. Shares of the register are
/// for who reads the whole register.
pub async fn of_round(desk: &Desk, scope: &Scope, of: &Matter) -> anyhow::Result<Arc<RoundFigures>> {
    let data = Data::now(desk, scope, of).await?;
    if let Some(figures) = desk.round_counts.held(&data) {
        return Ok(figures);
    }
    let figures = Arc::new(data.figures(&desk.censuses));
    desk.round_counts.keep(&data, &figures);
    Ok(figures)
}

/// What the figures of one round rest on.
struct Data<'a> {
    scope: &'a Scope,
    of: &'a Matter,
    matters: Matters,
    needs: ById<need::Line>,
    register: Option<RegisterNow>,
}

/// People and units, for who reads the whole register.
struct RegisterNow {
    people: ById<person::Line>,
    units: Arc<Tables>,
    parameters: Parameters,
}

impl<'a> Data<'a> {
    async fn now(desk: &Desk, scope: &'a Scope, of: &'a Matter) -> anyhow::Result<Self> {
        let (catalogue, database) = (&desk.catalogue, &desk.database);
        let matters = catalogue.every_matter(database).await?;
        let needs = catalogue.every_need(database).await?;
        let register = if *scope == Scope::Province { Some(RegisterNow::of(desk, of).await?) } else { None };
        Ok(Self { scope, of, matters, needs, register })
    }

    /// It goes through tens of thousands of lines, so it looks each up by a hash and copies none.
    fn figures(&self, censuses: &Censuses) -> RoundFigures {
        let of_kind = |kind| self.matters.within(self.scope, kind);
        let served = served(of_kind(Kind::Appointment), of_kind(Kind::Service));
        let pairs = of_kind(Kind::Pair).filter(|pair| pair.matter.parties.round.as_ref() == Some(&self.of.id));
        let pairs: Vec<(&Line, usize)> = pairs.map(|pair| (pair, steps(pair, &served))).collect();
        let sections: HashMap<&str, &str> =
            self.needs.values().map(|need| (need.id.as_str(), section(need.industry.as_deref()))).collect();
        let mut figures = RoundFigures::default();
        let (mut by_organiser, mut by_industry) = (BTreeMap::new(), BTreeMap::new());
        for &(pair, steps) in &pairs {
            let parties = &pair.matter.parties;
            let section = parties.need.as_deref().and_then(|need| sections.get(need)).copied();
            figures.all.add(steps);
            for (figures, group) in [(&mut figures.by_order, pair.order), (&mut figures.by_level, pair.level)] {
                if let Some(group) = group {
                    figures.entry(group).or_default().add(steps);
                }
            }
            let organiser = parties.organiser.as_str();
            by_organiser.entry(organiser).or_insert_with(Fared::default).add(steps);
            by_industry.entry(section.unwrap_or(UNKNOWN)).or_insert_with(Fared::default).add(steps);
        }
        (figures.by_organiser, figures.by_industry) = (owned(by_organiser), owned(by_industry));
        if let Some(register) = &self.register {
            register.add_shares(censuses, &mut figures, self.of, &pairs);
        }
        figures
    }
}

/// The figures that were counted last, by scope and round, while nothing that they rest on has changed; clones share them.
#[derive(Clone, Debug, Default)]
pub struct RoundCounts(Arc<Mutex<Vec<Held>>>);

#[derive(Debug)]
struct Held {
    scope: Scope,
    round: (String, i64),
    matters: Seen<Line>,
    needs: Seen<need::Line>,
    register: Option<(Seen<person::Line>, Arc<Tables>, Parameters)>,
    figures: Arc<RoundFigures>,
}

impl RoundCounts {
    fn held(&self, data: &Data<'_>) -> Option<Arc<RoundFigures>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().find(|held| held.is_of(data)).map(|held| Arc::clone(&held.figures))
    }

    fn keep(&self, data: &Data<'_>, figures: &Arc<RoundFigures>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One for each round and scope of the present state: what another state gave is never asked for again.
        held.retain(|held| data.matters.are(&held.matters) && !held.is_asked_by(data));
        let register = data.register.as_ref();
        held.push(Held {
            scope: data.scope.clone(),
            round: (data.of.id.clone(), data.of.version),
            matters: data.matters.seen(),
            needs: Seen::of(&data.needs),
            register: register.map(|now| (Seen::of(&now.people), Arc::clone(&now.units), now.parameters.clone())),
            figures: Arc::clone(figures),
        });
    }
}

impl Held {
    fn is_asked_by(&self, data: &Data<'_>) -> bool {
        self.scope == *data.scope && self.round.0 == data.of.id
    }

    fn is_of(&self, data: &Data<'_>) -> bool {
        let is_same_register = match (&self.register, &data.register) {
            (Some((people, units, parameters)), Some(now)) => {
                people.is(&now.people) && Arc::ptr_eq(units, &now.units) && *parameters == now.parameters
            }
            (held, now) => held.is_none() && now.is_none(),
        };
        self.is_asked_by(data)
            && self.round.1 == data.of.version
            && data.matters.are(&self.matters)
            && self.needs.is(&data.needs)
            && is_same_register
    }
}

fn owned(found: BTreeMap<&str, Fared>) -> BTreeMap<String, Fared> {
    found.into_iter().map(|(group, fared)| (group.to_owned(), fared)).collect()
}

/// What stands for an industry that is not stated.
const UNKNOWN: &str = "?";

/// The letter of the section; needs may state a section or a division within one.
pub(super) fn section(industry: Option<&str>) -> &str {
    let section = industry.and_then(|code| code.get(..1)).filter(|code| industries::name(code).is_some());
    section.unwrap_or(UNKNOWN)
}

/// Ids of the pairs whose appointment has service that the enterprise confirmed.
fn served<'a>(
    appointments: impl Iterator<Item = &'a Line>,
    services: impl Iterator<Item = &'a Line>,
) -> HashSet<&'a str> {
    let confirmed = services.filter(|entry| entry.matter.stage == Stage::ServiceConfirmed);
    let confirmed: HashSet<&str> = confirmed.filter_map(|entry| entry.matter.parties.parent.as_deref()).collect();
    let of_appointment = appointments.filter(|one| confirmed.contains(one.matter.id.as_str()));
    of_appointment.filter_map(|one| one.matter.parties.parent.as_deref()).collect()
}

/// How many of [`STEPS`] a pair has come.
fn steps(pair: &Line, served: &HashSet<&str>) -> usize {
    let stage = pair.matter.stage;
    match reached(stage) {
        7 if served.contains(pair.matter.id.as_str()) => 7,
        7 => 6,
        6 => 5,
        5 => 4,
        4 if stage == Stage::PairIntention => 4,
        4 => 3,
        3 => 2,
        2 => 1,
        _ => 0,
    }
}

/// The register as figures count it, counted anew when somebody in it has changed; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Censuses(Arc<Mutex<Option<Arc<Census>>>>);

/// The people of one state of the register.
#[derive(Debug)]
struct Census {
    /// Whom it counts: the lists give the same map as long as nobody has changed.
    people: ById<person::Line>,
    /// People of each unit by its name.
    sizes: HashMap<String, u64>,
    /// Dates of birth by id, where known.
    births: HashMap<String, NaiveDate>,
    /// People by date of birth.
    born: HashMap<Option<NaiveDate>, u64>,
    /// People by sex.
    sexes: BTreeMap<Option<Sex>, u64>,
}

impl Censuses {
    fn of(&self, people: ById<person::Line>) -> Arc<Census> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(census) = held.as_ref().filter(|census| Arc::ptr_eq(&census.people, &people)) {
            return Arc::clone(census);
        }
        let census = Arc::new(Census::of(people));
        *held = Some(Arc::clone(&census));
        census
    }
}

impl Census {
    fn of(people: ById<person::Line>) -> Self {
        let (mut sizes, mut births, mut born) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut sexes = BTreeMap::new();
        for person in people.values() {
            *sizes.entry_ref(person.unit.as_deref().unwrap_or_default()).or_default() += 1;
            *born.entry(person.birth()).or_default() += 1;
            *sexes.entry(person.sex()).or_default() += 1;
            births.extend(person.birth().map(|birth| (person.id.clone(), birth)));
        }
        Self { people, sizes, births, born, sexes }
    }
}

impl RegisterNow {
    async fn of(desk: &Desk, of: &Matter) -> anyhow::Result<Self> {
        let people = desk.catalogue.everybody(&desk.database, &Scope::Province).await?;
        let mut tx = desk.database.read().await?;
        let units = desk.registers.tables(&mut tx).await?;
        let parameters = policy::of_round(&mut tx, Some(of)).await?.into_owned();
        Ok(Self { people, units, parameters })
    }

    fn add_shares(&self, censuses: &Censuses, figures: &mut RoundFigures, of: &Matter, pairs: &[(&Line, usize)]) {
        let census = censuses.of(Arc::clone(&self.people));
        let unit_group = |unit: &str| {
            let size = census.sizes.get(unit).copied().unwrap_or_default();
            (self.units.unit(unit).and_then(|unit| unit.kind), band(size, &UNIT_PEOPLE_TO))
        };
        let (notice, _) = round::reference_days(of);
        let ages = ages_to(&self.parameters);
        let age_group = |birth: Option<NaiveDate>| Some(band(u64::from(completed_years(birth?, notice?)?), &ages));
        for (unit, size) in &census.sizes {
            figures.by_unit.entry(unit_group(unit)).or_default().people += size;
        }
        for (birth, people) in &census.born {
            figures.by_age.entry(age_group(*birth)).or_default().people += people;
        }
        for (sex, people) in &census.sexes {
            figures.by_sex.entry(*sex).or_default().people += people;
        }
        for &(pair, steps) in pairs {
            let parties = &pair.matter.parties;
            let person = parties.person.as_deref();
            let unit = unit_group(parties.unit.as_deref().unwrap_or_default());
            let age = person.and_then(|id| age_group(census.births.get(id).copied()));
            let sex = person.and_then(|id| census.people.get(id)).and_then(|person| person.sex());
            figures.by_unit.entry(unit).or_default().fared.add(steps);
            figures.by_age.entry(age).or_default().fared.add(steps);
            figures.by_sex.entry(sex).or_default().fared.add(steps);
        }
    }
}

/// The last age of every band but the open one: those the policy tells apart end a band.
fn ages_to(parameters: &Parameters) -> Vec<u64> {
    let of_policy = [parameters.age_years_preferred_max, parameters.age_years_max];
    let mut ages: Vec<u64> = AGES_TO.into_iter().chain(of_policy).map(u64::from).collect();
    ages.sort_unstable();
    ages.dedup();
    ages
}

/// The band of a number, given the last number of every band but the open one.
fn band(number: u64, to: &[u64]) -> Band {
    let at = to.partition_point(|to| *to < number);
    let from = at.checked_sub(1).map_or(0, |before| to[before] + 1);
    Band { from, to: to.get(at).copied() }
}

/// The 95 % interval of a share, in thousandths (Wilson): what so few cases say of the next ones. Nothing of nothing.
pub fn interval(part: u64, of: u64) -> Option<(u64, u64)> {
    const Z: f64 = 1.959_964;
    if of == 0 || part > of {
        return None;
    }
    let (n, share) = (of as f64, part as f64 / of as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1_000.0 / (1.0 + Z * Z / n);
    #[expect(clippy::cast_sign_loss, reason = "both ends are at least 0 before they are rounded")]
    let thousandths = |end: f64| (end.max(0.0) * scale).round() as u64;
    Some((thousandths(middle - half), thousandths(middle + half)))
}

#[cfg(test)]
mod tests {
    use programme::process::{Body, Parties};

    use super::*;

    #[test]
    fn a_number_on_a_boundary_belongs_to_the_band_that_ends_there() {
        let of = |number| band(number, &[9, 49]);
        let open = Band { from: 50, to: None };
        assert_eq!([of(0), of(9)], [Band { from: 0, to: Some(9) }; 2]);
        assert_eq!([of(10), of(49)], [Band { from: 10, to: Some(49) }; 2]);
        assert_eq!([of(50), of(5_000)], [open; 2]);
    }

    #[test]
    fn the_register_is_counted_anew_only_when_it_is_another() {
        let (censuses, people) = (Censuses::default(), ById::<person::Line>::default());
        let first = censuses.of(Arc::clone(&people));
        assert!(Arc::ptr_eq(&first, &censuses.of(people)));
        assert!(!Arc::ptr_eq(&first, &censuses.of(ById::default())));
    }

    #[test]
    fn the_ages_of_the_policy_end_a_band() {
        assert_eq!(ages_to(Parameters::embedded()), [35, 40, 45, 50, 55]);
        let other = Parameters { age_years_preferred_max: 45, age_years_max: 58, ..Parameters::embedded().clone() };
        assert_eq!(ages_to(&other), [35, 45, 50, 58]);
    }

    #[test]
    fn an_interval_holds_its_share_and_narrows_with_more_cases() {
        // 8 of 10: the figures of Wilson's interval as statistics packages print them.
        assert_eq!(interval(8, 10), Some((490, 943)));
        assert_eq!(interval(80, 100), Some((711, 867)));
        assert_eq!((interval(0, 10), interval(10, 10)), (Some((0, 278)), Some((722, 1_000))));
        assert_eq!((interval(0, 0), interval(2, 1)), (None, None));
    }

    #[test]
    fn each_step_includes_those_further_on() {
        let mut fared = Fared::default();
        for steps in [0, 1, 4, 7] {
            fared.add(steps);
        }
        assert_eq!(fared.counts(), [3, 2, 2, 2, 1, 1, 1]);
        assert_eq!((fared.pushed(), fared.agreed()), (3, 2));
    }

    #[test]
    fn every_stage_of_a_pair_has_come_as_far_as_its_name_says() {
        use Stage::{
            PairAsked, PairDeclined, PairFailed, PairHeld, PairIntention, PairLapsed, PairListed, PairNotVouched,
            PairProposed, PairPublished, PairPushed, PairStandby, PairStruck, PairSuggested, PairTalks, PairUnused,
            PairVouched, PairWilling, PairWithdrawn,
        };
        let come: [&[Stage]; 7] = [
            &[PairProposed, PairStandby, PairUnused, PairWithdrawn],
            &[PairPushed, PairAsked, PairDeclined, PairLapsed],
            &[PairWilling, PairVouched, PairNotVouched],
            &[PairTalks, PairFailed],
            &[PairIntention, PairSuggested, PairStruck],
            &[PairListed, PairHeld],
            &[PairPublished],
        ];
        for (count, stages) in come.iter().enumerate() {
            for &stage in *stages {
                assert_eq!(steps(&pair(stage), &HashSet::new()), count, "{stage:?}");
            }
        }
        assert_eq!(come.iter().map(|stages| stages.len()).sum::<usize>(), pair_stages());
        assert_eq!(steps(&pair(PairPublished), &HashSet::from(["pair-000001"])), 7);
    }

    fn pair_stages() -> usize {
        Stage::ALL.iter().filter(|stage| stage.kind() == Kind::Pair).count()
    }

    fn pair(stage: Stage) -> Line {
        let (title, parties, body) = (String::new(), Parties::default(), Body::default());
        Line::of(Matter { id: "pair-000001".to_owned(), stage, version: 1, title, parties, body, due: None })
    }
}
