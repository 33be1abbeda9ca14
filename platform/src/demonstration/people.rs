//! 20 units and 800 people in research teams.
//!
//! A team works on one line of the lexicon at one unit. Ages, degrees and titles follow the place in the team, with the
//! exceptions that the rules have to catch.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use programme::record::{Affiliation, Degree, Person, TeamRole, TitleLevel, Unit, UnitKind};
use serde::Deserialize;

use super::PEOPLE;
use super::chance::{Chance, Start, Stream};
use super::codes::credit_code;
use super::lexicon::{Lexicon, LineAt, Phrases, embedded};

/// A person and what the generator knows of them.
pub(super) struct Member {
    pub(super) person: Person,
    /// Own line.
    pub(super) line: LineAt,
    /// Number of the team; people of a team share objects and methods.
    pub(super) team: usize,
    /// Lines of the works, in their order.
    pub(super) worked_on: Vec<LineAt>,
}

#[derive(Deserialize)]
struct UnitText {
    name: String,
    kind: UnitKind,
    affiliation: Affiliation,
    region: String,
    disciplines: Phrases,
    also: Phrases,
}

#[derive(Deserialize)]
struct UnitFile {
    unit: Vec<UnitText>,
}

#[derive(Deserialize)]
struct NameFile {
    surnames: Phrases,
    first: Phrases,
    second: Phrases,
}

struct Team {
    line: LineAt,
    unit: usize,
    name: Option<String>,
    size: usize,
}

const TEAM_SIZE_MIN: usize = 2;
const TEAM_SIZE_MAX: usize = 9;

/// Units and people, people without works yet.
pub(super) fn people(start: Start, lexicon: &Lexicon) -> (Vec<Unit>, Vec<Member>) {
    let mut chance = Chance::new(start, Stream::People);
    let texts = embedded::<UnitFile>(include_str!("data/units.toml")).unit;
    let teams = teams(&mut chance, lexicon, &texts);
    let mut names = Names::new();
    let mut members = Vec::with_capacity(PEOPLE);
    for (number, team) in teams.iter().enumerate() {
        for place in 0..team.size {
            let person = person(&mut chance, lexicon, team, &texts[team.unit], place, &mut names);
            members.push(Member { person, line: team.line, team: number, worked_on: Vec::new() });
        }
    }
    chance.shuffle(&mut members);
    for (index, member) in members.iter_mut().enumerate() {
        member.person.id = format!("P{:05}", index + 1);
    }
    make_exceptions(&mut members);
    (texts.iter().enumerate().map(unit).collect(), members)
}

fn unit((index, text): (usize, &UnitText)) -> Unit {
    Unit {
        credit_code: credit_code("12", &text.region, 901 + index),
        name: text.name.clone(),
        kind: Some(text.kind),
        affiliation: Some(text.affiliation),
        region: Some(text.region.clone()),
        disciplines: text.disciplines.to_vec(),
    }
}

/// Teams for every line, with sizes that add up to the number of people.
fn teams(chance: &mut Chance, lexicon: &Lexicon, units: &[UnitText]) -> Vec<Team> {
    let mut teams = Vec::new();
    for line in lexicon.researched() {
        let mut taken = BTreeSet::new();
        for nth in 0..lexicon.line(line).teams {
            let unit = unit_for(chance, &lexicon.topic(line).discipline, units, &taken);
            taken.insert(unit);
            teams.push(Team { line, unit, name: Some(team_name(lexicon, line, nth)), size: TEAM_SIZE_MIN });
        }
        if chance.percent(25) {
            // Somebody who works alone.
            let unit = unit_for(chance, &lexicon.topic(line).discipline, units, &taken);
            teams.push(Team { line, unit, name: None, size: 1 });
        }
    }
    let mut left = PEOPLE - teams.iter().map(|team| team.size).sum::<usize>();
    while left > 0 {
        let at = chance.below(teams.len());
        if teams[at].name.is_some() && teams[at].size < TEAM_SIZE_MAX {
            teams[at].size += 1;
            left -= 1;
        }
    }
    teams
}

fn team_name(lexicon: &Lexicon, line: LineAt, nth: usize) -> String {
    match nth {
        0 => format!("{}团队", lexicon.line(line).name),
        1 => format!("{}课题组", lexicon.line(line).name),
        _ => format!("{}创新团队", lexicon.topic(line).name),
    }
}

/// A unit where the discipline is at home and that has no team on the line yet, as far as there is one; one in eight only
/// teaches it without authority.
fn unit_for(chance: &mut Chance, discipline: &str, units: &[UnitText], taken: &BTreeSet<usize>) -> usize {
    let teaches = |list: &Phrases| list.iter().any(|name| name == discipline);
    let institute = |unit: &UnitText| unit.kind == UnitKind::Institute && teaches(&unit.also);
    let with = |fits: &dyn Fn(&UnitText) -> bool| -> Vec<usize> {
        let all: Vec<usize> = (0..units.len()).filter(|at| fits(&units[*at])).collect();
        let free: Vec<usize> = all.iter().copied().filter(|at| !taken.contains(at)).collect();
        if free.is_empty() { all } else { free }
    };
    let authorised = with(&|unit| teaches(&unit.disciplines) || institute(unit));
    let others = with(&|unit| teaches(&unit.also) && !institute(unit));
    if authorised.is_empty() || (!others.is_empty() && chance.percent(12)) {
        *chance.pick(&others)
    } else {
        *chance.pick(&authorised)
    }
}

fn person(
    chance: &mut Chance,
    lexicon: &Lexicon,
    team: &Team,
    unit: &UnitText,
    place: usize,
    names: &mut Names,
) -> Person {
    let role = match place {
        0 => TeamRole::Lead,
        1 => TeamRole::Deputy,
        2 if team.size > 6 => TeamRole::Deputy,
        _ => TeamRole::Member,
    };
    let age = age(chance, role);
    let degree = degree(chance, role);
    Person {
        id: String::new(),
        name: Some(names.next(chance)),
        unit: Some(unit.name.clone()),
        unit_kind: Some(unit.kind),
        birth: (!chance.percent(2)).then(|| birth(chance, age)),
        degree: Some(degree),
        title_level: Some(title_level(chance, role, age, degree)),
        discipline: Some(lexicon.topic(team.line).discipline.clone()),
        directions: None,
        team: team.name.clone(),
        team_role: team.name.is_some().then_some(role),
        ..Person::default()
    }
}

/// Completed years on the day of the notice.
fn age(chance: &mut Chance, role: TeamRole) -> i32 {
    match role {
        TeamRole::Lead => chance.between(40, 59),
        TeamRole::Deputy => chance.between(35, 53),
        TeamRole::Member => chance.between(27, 50),
    }
}

fn birth(chance: &mut Chance, age: i32) -> NaiveDate {
    let birthday = chance.notice_day - chrono::Months::new(12 * age.unsigned_abs());
    birthday - Days::new(chance.below(364) as u64)
}

fn degree(chance: &mut Chance, role: TeamRole) -> Degree {
    let doctors = if role == TeamRole::Member { 50 } else { 76 };
    match chance.below(100) {
        n if n < doctors => Degree::Doctor,
        n if n < 88 => Degree::Master,
        n if n < 96 => Degree::Bachelor,
        _ => Degree::None,
    }
}

fn title_level(chance: &mut Chance, role: TeamRole, age: i32, degree: Degree) -> TitleLevel {
    let slow = i32::from(matches!(degree, Degree::Bachelor | Degree::None)) * 5;
    match (role, age - slow) {
        (TeamRole::Lead, 44..) => TitleLevel::Senior,
        (TeamRole::Lead, _) => *chance.pick(&[TitleLevel::Senior, TitleLevel::Associate]),
        (_, 46..) => *chance.pick(&[TitleLevel::Senior, TitleLevel::Associate, TitleLevel::Associate]),
        (_, 36..) => *chance.pick(&[TitleLevel::Associate, TitleLevel::Associate, TitleLevel::Intermediate]),
        (_, 30..) => *chance.pick(&[TitleLevel::Intermediate, TitleLevel::Intermediate, TitleLevel::Associate]),
        _ => *chance.pick(&[TitleLevel::Intermediate, TitleLevel::Junior]),
    }
}

/// Born on 10 July 1969: 55 years and 7 months on the day of the notice.
const FIFTY_FIVE_AND_SEVEN_MONTHS: NaiveDate = NaiveDate::from_ymd_opt(1969, 7, 10).expect("10 July 1969 exists");

/// The cases that every demonstration should hold, whatever the seed: one lead of 55 years and 7 months, one without a degree
/// but with a senior title, one with neither.
fn make_exceptions(members: &mut [Member]) {
    let mut leads = members.iter_mut().filter(|member| member.person.team_role == Some(TeamRole::Lead));
    if let Some(lead) = leads.next() {
        lead.person.birth = Some(FIFTY_FIVE_AND_SEVEN_MONTHS);
    }
    if let Some(lead) = leads.next() {
        lead.person.degree = Some(Degree::None);
        lead.person.title_level = Some(TitleLevel::Senior);
    }
    if let Some(member) = members.iter_mut().find(|member| member.person.team_role == Some(TeamRole::Member)) {
        member.person.degree = Some(Degree::Bachelor);
        member.person.title_level = Some(TitleLevel::Intermediate);
    }
}

/// Names that no two people share.
struct Names {
    file: NameFile,
    used: BTreeSet<String>,
}

impl Names {
    fn new() -> Self {
        Self { file: embedded(include_str!("data/names.toml")), used: BTreeSet::new() }
    }

    fn next(&mut self, chance: &mut Chance) -> String {
        loop {
            let surname = chance.pick(&self.file.surnames);
            let first = if chance.percent(18) { "" } else { chance.pick(&self.file.first) };
            let name = format!("{surname}{first}{}（演示）", chance.pick(&self.file.second));
            if self.used.insert(name.clone()) {
                return name;
            }
        }
    }
}
