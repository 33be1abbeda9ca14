//! 4,000 works: titles, abstracts, keywords and years that belong to their person's line and team.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use programme::record::{TeamRole, Work, WorkKind};
use serde::Deserialize;

use super::WORKS;
use super::chance::{Chance, Start, Stream};
use super::lexicon::{Lexicon, Line, LineAt, Topic, embedded};
use super::people::Member;

/// Sentence grammars with slots.
#[derive(Deserialize)]
struct Grammar {
    paper_titles: Vec<String>,
    paper_background: Vec<String>,
    paper_method: Vec<String>,
    paper_result: Vec<String>,
    paper_close: Vec<String>,
    patent_abstracts: Vec<String>,
    project_titles: Vec<String>,
    project_sources: Vec<String>,
    project_abstracts: Vec<String>,
    achievement_titles: Vec<String>,
    achievement_abstracts: Vec<String>,
    award_titles: Vec<String>,
    award_grades: Vec<String>,
    award_abstracts: Vec<String>,
    standard_titles: Vec<String>,
    standard_abstracts: Vec<String>,
    directions: Vec<String>,
}

/// Gives everybody works and research directions.
pub(super) fn with_works(start: Start, lexicon: &Lexicon, mut members: Vec<Member>) -> Vec<Member> {
    let mut chance = Chance::new(start, Stream::Works);
    let grammar: Grammar = embedded(include_str!("data/works.toml"));
    let counts = counts(&mut chance, &members);
    let mut titles = BTreeSet::new();
    let mut number = 0;
    for (member, count) in members.iter_mut().zip(counts) {
        let focus = focus_of_team(start, lexicon.line(member.line), member.team);
        member.person.directions = directions(&mut chance, &grammar, lexicon, member.line, &focus);
        for _ in 0..count {
            number += 1;
            let line = line_of_work(&mut chance, lexicon, member.line);
            let focus =
                if line == member.line { focus.clone() } else { (0..lexicon.line(line).objects.len()).collect() };
            let mut work = write_unused(&mut chance, &grammar, lexicon, line, &focus, &mut titles);
            work.id = format!("W{number:05}");
            work.year = Some(year(&mut chance, member));
            member.person.works.push(work);
            member.worked_on.push(line);
        }
    }
    members
}

/// How many works each person has: by place in the team, none for one in forty, and 4,000 in all.
fn counts(chance: &mut Chance, members: &[Member]) -> Vec<usize> {
    let mut counts: Vec<usize> = members.iter().map(|member| count(chance, member.person.team_role)).collect();
    let mut total: usize = counts.iter().sum();
    while total != WORKS {
        let at = chance.below(counts.len());
        if total < WORKS && counts[at] > 0 {
            counts[at] += 1;
            total += 1;
        } else if total > WORKS && counts[at] > 1 {
            counts[at] -= 1;
            total -= 1;
        }
    }
    counts
}

fn count(chance: &mut Chance, role: Option<TeamRole>) -> usize {
    let (low, high) = match role {
        Some(TeamRole::Lead) => (7, 12),
        Some(TeamRole::Deputy) => (4, 8),
        Some(TeamRole::Member) => (2, 5),
        None => (3, 7),
    };
    if chance.percent(97) { usize::try_from(chance.between(low, high)).unwrap_or(0) } else { 0 }
}

/// Mostly the person's own line, now and then its sister line.
fn line_of_work(chance: &mut Chance, lexicon: &Lexicon, own: LineAt) -> LineAt {
    let sisters: Vec<LineAt> =
        lexicon.researched().into_iter().filter(|at| at.topic == own.topic && at.line != own.line).collect();
    if sisters.is_empty() || chance.percent(87) { own } else { *chance.pick(&sisters) }
}

/// Objects of a line that one team studies; their methods and effects follow from the lexicon.
fn focus_of_team(start: Start, line: &Line, team: usize) -> Vec<usize> {
    // Drawn from the team's own seed, so that all its people share it.
    let mut chance = Chance::new(Start { seed: start.seed.wrapping_add(team as u64 + 1), ..start }, Stream::Works);
    let objects: Vec<usize> = (0..line.objects.len()).collect();
    chance.some(&objects, OBJECTS_OF_A_TEAM).into_iter().copied().collect()
}

const OBJECTS_OF_A_TEAM: usize = 3;

/// Tries again while the title is taken; a line has far more titles than works.
fn write_unused(
    chance: &mut Chance,
    grammar: &Grammar,
    lexicon: &Lexicon,
    at: LineAt,
    focus: &[usize],
    titles: &mut BTreeSet<String>,
) -> Work {
    loop {
        let draft = Draft::new(chance, lexicon.topic(at), lexicon.line(at), focus);
        let work = draft.work(chance, grammar);
        if titles.insert(work.title.clone()) {
            return work;
        }
    }
}

/// The words one work is written with, so that title, abstract and keywords agree.
struct Draft<'a> {
    topic: &'a str,
    line: &'a str,
    object: &'a str,
    method: &'a str,
    method2: &'a str,
    effect: &'a str,
    effect2: &'a str,
    tool: &'a str,
    device: &'a str,
    place: &'a str,
    metrics: Vec<String>,
}

impl<'a> Draft<'a> {
    fn new(chance: &mut Chance, topic: &'a Topic, line: &'a Line, focus: &[usize]) -> Self {
        let object = *chance.pick(focus);
        let (method, method2) = two(chance, &line.methods_for(object), &line.methods);
        let (effect, effect2) = two(chance, &line.effects_for(object), &line.effects);
        let metrics = metrics_for(chance, line, effect);
        Self {
            topic: &topic.name,
            line: &line.name,
            object: &line.objects[object],
            method,
            method2,
            effect,
            effect2,
            tool: chance.pick::<String>(&topic.tools),
            device: chance.pick::<String>(&line.devices),
            place: chance.pick::<String>(&line.uses),
            metrics: metrics.iter().map(|metric| chance.figures(metric)).collect(),
        }
    }

    fn work(&self, chance: &mut Chance, grammar: &Grammar) -> Work {
        let kind = kind(chance);
        let (title, summary) = match kind {
            WorkKind::Paper => (self.one(chance, &grammar.paper_titles), self.paper(chance, grammar)),
            WorkKind::Patent => self.patent(chance, grammar),
            WorkKind::Project => {
                let source = chance.pick(&grammar.project_sources).clone();
                (
                    self.one(chance, &grammar.project_titles),
                    self.one(chance, &grammar.project_abstracts).replace("{source}", &source),
                )
            }
            WorkKind::Achievement => {
                (self.one(chance, &grammar.achievement_titles), self.one(chance, &grammar.achievement_abstracts))
            }
            WorkKind::Award => {
                let grade = chance.pick(&grammar.award_grades).clone();
                (
                    self.one(chance, &grammar.award_titles),
                    self.one(chance, &grammar.award_abstracts).replace("{grade}", &grade),
                )
            }
            WorkKind::Standard => {
                (self.one(chance, &grammar.standard_titles), self.one(chance, &grammar.standard_abstracts))
            }
        };
        Work { id: String::new(), kind: Some(kind), title, summary, keywords: self.keywords(chance), year: None }
    }

    fn paper(&self, chance: &mut Chance, grammar: &Grammar) -> String {
        let parts = [&grammar.paper_background, &grammar.paper_method, &grammar.paper_result, &grammar.paper_close];
        parts.into_iter().map(|part| self.one(chance, part)).collect()
    }

    fn patent(&self, chance: &mut Chance, grammar: &Grammar) -> (String, String) {
        let name = match chance.below(10) {
            0..6 => format!("一种{}", self.device),
            6..8 => format!("一种用于{}的{}", self.place, self.device),
            _ => format!("一种{}{}方法", self.object, self.method),
        };
        let title = format!("{name}{}", patent_tail(chance, &name));
        let summary = self.one(chance, &grammar.patent_abstracts).replace("{name}", &title);
        (title, summary)
    }

    fn keywords(&self, chance: &mut Chance) -> Vec<String> {
        let all = [self.object, self.method, self.effect, self.tool, self.method2, self.topic].map(str::to_owned);
        let count = [0, 3, 4, 4, 5][chance.below(5)];
        all.into_iter().take(count).collect()
    }

    /// One of the sentences with its slots filled.
    fn one(&self, chance: &mut Chance, from: &[String]) -> String {
        let sentence = chance.pick(from).clone();
        let figures = chance.figures(&sentence);
        self.fill(chance, &figures)
    }

    fn fill(&self, chance: &mut Chance, sentence: &str) -> String {
        let slots = [
            ("{topic}", self.topic),
            ("{line}", self.line),
            ("{object}", self.object),
            ("{method}", self.method),
            ("{method2}", self.method2),
            ("{effect}", self.effect),
            ("{effect2}", self.effect2),
            ("{tool}", self.tool),
            ("{device}", self.device),
            ("{use}", self.place),
            ("{target}", &self.metrics[0]),
            ("{target2}", &self.metrics[1]),
        ];
        let reached = [reached(chance, &self.metrics[0]), reached(chance, &self.metrics[1])];
        let pairs = [
            ("{object}{effect}", joined(self.object, self.effect)),
            ("{object}{method}", joined(self.object, self.method)),
        ];
        let sentence = pairs.iter().fold(sentence.to_owned(), |text, (slots, words)| text.replace(slots, words));
        let text = slots.into_iter().fold(sentence, |text, (slot, word)| text.replace(slot, word));
        text.replace("{reached}", &reached[0]).replace("{reached2}", &reached[1])
    }
}

/// Two indicators, first one that speaks of the effect when there is one: a word of two characters in both.
fn metrics_for<'a>(chance: &mut Chance, line: &'a Line, effect: &str) -> Vec<&'a String> {
    let characters: Vec<char> = effect.chars().collect();
    let speaks = |metric: &str| characters.windows(2).any(|word| metric.contains(&String::from_iter(word)));
    let mut all: Vec<&String> = line.metrics.iter().collect();
    chance.shuffle(&mut all);
    all.sort_by_key(|metric| !speaks(metric));
    all
}

/// One that fits and another one, which is from the whole line when only one fits.
fn two<'a>(chance: &mut Chance, fitting: &[&'a str], all: &'a [String]) -> (&'a str, &'a str) {
    let first = *chance.pick(fitting);
    let others: Vec<&str> = fitting.iter().copied().filter(|word| *word != first).collect();
    let any: Vec<&str> = all.iter().map(String::as_str).filter(|word| *word != first).collect();
    (first, chance.pick::<&str>(if others.is_empty() { &any } else { &others }))
}

/// A measured value said as a result: `硬度≥400HV` becomes `硬度达到400HV`, `电耗下降≥8%` becomes `电耗下降8%`.
fn reached(chance: &mut Chance, metric: &str) -> String {
    let said = |chance: &mut Chance, name: &str, value: &str, verbs: &[&str]| {
        let is_change = ["降低", "下降", "提高", "缩短", "增加", "增量"].iter().any(|word| name.ends_with(word));
        format!("{name}{}{value}", if is_change { "" } else { chance.pick::<&str>(verbs) })
    };
    if let Some((name, value)) = metric.split_once('≥') {
        said(chance, name, value, &["达到", "提高到", "为", "稳定在"])
    } else if let Some((name, value)) = metric.split_once('≤') {
        said(chance, name, value, &["降至", "降低到", "为", "仅为"])
    } else {
        metric.to_owned()
    }
}

/// One word after another, the part they share said once: 垄台土壤 and 土壤紧实度 give 垄台土壤紧实度.
fn joined(first: &str, second: &str) -> String {
    let shared =
        second.char_indices().skip(2).map(|(end, _)| &second[..end]).filter(|head| first.ends_with(head)).last();
    format!("{first}{}", &second[shared.map_or(0, str::len)..])
}

/// What a patent's name ends in depends on what is patented.
fn patent_tail(chance: &mut Chance, name: &str) -> &'static str {
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let tails: &[&str] = if ends(&["装置", "机构", "系统", "设备", "机", "器", "台", "炉"]) {
        &["", "", "及其使用方法", "及其控制方法"]
    } else if ends(&["材料", "涂层", "剂", "合金", "酶", "粉", "膜", "液", "胶", "纤维", "陶瓷", "油"])
    {
        &["", "及其制备方法", "及其制备方法和应用"]
    } else {
        &[""]
    };
    chance.pick::<&str>(tails)
}

fn kind(chance: &mut Chance) -> WorkKind {
    match chance.below(100) {
        0..47 => WorkKind::Paper,
        47..74 => WorkKind::Patent,
        74..87 => WorkKind::Project,
        87..93 => WorkKind::Achievement,
        93..97 => WorkKind::Award,
        _ => WorkKind::Standard,
    }
}

const FIRST_WORK_AT_AGE: i32 = 25;
const OLDEST_WORK: i32 = 2012;

fn year(chance: &mut Chance, member: &Member) -> i32 {
    let newest = chance.notice_day.year() - 1;
    let grown = |birth: NaiveDate| (birth.year() + FIRST_WORK_AT_AGE).clamp(OLDEST_WORK, newest - 2);
    let first = member.person.birth.map_or(OLDEST_WORK, grown);
    // Two draws, the later one: recent works are more frequent.
    chance.between(first, newest).max(chance.between(first, newest))
}

fn directions(
    chance: &mut Chance,
    grammar: &Grammar,
    lexicon: &Lexicon,
    at: LineAt,
    focus: &[usize],
) -> Option<String> {
    let draft = Draft::new(chance, lexicon.topic(at), lexicon.line(at), focus);
    let text = draft.one(chance, &grammar.directions);
    (!chance.percent(6)).then_some(text)
}
