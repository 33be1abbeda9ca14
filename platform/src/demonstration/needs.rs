//! 150 needs: what an enterprise of the right trade asks, in the forms that needs really come in.
//!
//! Half are complete, a quarter is running text, the rest is brief, vague or one line; a few are asked twice in other words.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months};
use programme::record::{Enterprise, Need};
use serde::Deserialize;

use super::NEEDS;
use super::chance::{Chance, Start, Stream};
use super::enterprises::Place;
use super::lexicon::{Lexicon, LineAt, NeedText, embedded};

/// A need and the line that answers it.
pub(super) struct Asked {
    pub(super) need: Need,
    pub(super) line: LineAt,
    /// The same as an enterprise fills it into the form; what it leaves out is left out.
    pub(super) form: Form,
}

/// Values of the need's form, by the keys of its fields.
pub type Form = Vec<(&'static str, String)>;

#[derive(Deserialize)]
struct Grammar {
    full: Vec<String>,
    prose: Vec<String>,
    brief: Vec<String>,
    vague: Vec<String>,
    again_titles: Vec<String>,
}

/// Needs that are asked a second time in other words.
const AGAIN_MIN: usize = 8;

/// The needs of the round, in an order that has nothing to do with the topics.
pub(super) fn needs(start: Start, lexicon: &Lexicon, places: &[Place], enterprises: &[Enterprise]) -> Vec<Asked> {
    let mut chance = Chance::new(start, Stream::Needs);
    let grammar: Grammar = embedded(include_str!("data/needs.toml"));
    let mut drafts = drafts(&mut chance, lexicon, &grammar);
    chance.shuffle(&mut drafts);
    let mut loads = vec![0; places.len()];
    let mut known = BTreeMap::new();
    let mut asked = Vec::with_capacity(NEEDS);
    for (index, draft) in drafts.iter().enumerate() {
        let place = asker(&mut chance, lexicon, places, draft, &mut loads, &mut known);
        let text = write(&mut chance, &grammar, draft.text);
        let need = Need {
            id: format!("N{}-{:04}", start.notice_day.year(), index + 1),
            title: draft.title.clone(),
            content: text,
            keywords: if chance.percent(65) { draft.text.words.to_vec() } else { Vec::new() },
            industry: Some(places[place].industry.clone()),
            enterprise: Some(as_stated(&enterprises[place])),
            posts: if chance.percent(6) { 2 } else { 1 },
        };
        let form = form(&need, draft.text, index);
        asked.push(Asked { need, line: draft.line, form });
    }
    asked
}

/// One in six leaves the form half empty, which the meter asks about.
const HALF_EMPTY_ONE_IN: usize = 6;

fn form(need: &Need, text: &NeedText, index: usize) -> Form {
    let mut form: Form = vec![
        ("title", need.title.clone()),
        ("problem", lowest(&text.problem)),
        ("industry", need.industry.clone().unwrap_or_default()),
        ("keywords", need.keywords.join("\n")),
        ("posts", need.posts.to_string()),
    ];
    if !index.is_multiple_of(HALF_EMPTY_ONE_IN) {
        let targets: Vec<String> = text.targets.iter().map(|target| lowest(target)).collect();
        form.extend([
            ("present_state", lowest(&text.state)),
            ("targets", targets.join("\n")),
            ("tried", lowest(&text.tried)),
            ("budget_yuan", (300_000 + 50_000 * (index % 20)).to_string()),
            ("place", "本企业生产现场".to_owned()),
            ("conditions", "提供试验场地、设备机时和两名工程师配合，报销差旅费用。".to_owned()),
        ]);
    }
    form.retain(|(_, value)| !value.is_empty());
    form
}

/// The lower end of each range of figures: the form says the same on every day.
fn lowest(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('[') {
        let (range, after) = inside.split_once(']').unwrap_or((inside, ""));
        plain.push_str(before);
        plain.push_str(range.split('~').next().unwrap_or_default());
        rest = after;
    }
    plain + rest
}

/// Who controls an enterprise stands in the register of enterprises, not in its needs.
fn as_stated(enterprise: &Enterprise) -> Enterprise {
    Enterprise { supervised: None, parent: None, central: None, ..enterprise.clone() }
}

struct Draft<'a> {
    line: LineAt,
    text: &'a NeedText,
    title: String,
}

/// Every need of the lexicon, and some of them again under another title.
fn drafts<'a>(chance: &mut Chance, lexicon: &'a Lexicon, grammar: &Grammar) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft> = Vec::with_capacity(NEEDS);
    for line in lexicon.lines() {
        for text in &lexicon.line(line).needs {
            drafts.push(Draft { line, text, title: chance.figures(&text.title) });
        }
    }
    chance.shuffle(&mut drafts);
    drafts.truncate(NEEDS - AGAIN_MIN);
    let complete: Vec<usize> = (0..drafts.len()).filter(|at| !drafts[*at].text.problem.is_empty()).collect();
    for nth in 0..NEEDS - drafts.len() {
        let Draft { line, text, title } = &drafts[complete[nth % complete.len()]];
        let title = chance.pick(&grammar.again_titles).replace("{title}", title);
        drafts.push(Draft { line: *line, text, title });
    }
    drafts
}

/// An enterprise of the topic with the fewest needs so far; a repeated need comes from the same one, two times in three.
fn asker(
    chance: &mut Chance,
    lexicon: &Lexicon,
    places: &[Place],
    draft: &Draft,
    loads: &mut [usize],
    known: &mut BTreeMap<String, usize>,
) -> usize {
    let key = &lexicon.topic(draft.line).key;
    let before = known.get(&draft.text.title).copied().filter(|_| chance.percent(66));
    let of_topic =
        (0..places.len()).filter(|at| places[*at].topics.contains(key) && places[*at].name.starts_with(&draft.text.by));
    let asker =
        before.or_else(|| of_topic.min_by_key(|at| loads[*at])).unwrap_or_else(|| panic!("no enterprise for {key}"));
    loads[asker] += 1;
    known.insert(draft.text.title.clone(), asker);
    asker
}

fn write(chance: &mut Chance, grammar: &Grammar, text: &NeedText) -> String {
    if text.problem.is_empty() {
        return String::new();
    }
    let form = match chance.below(100) {
        0..54 => &grammar.full,
        54..76 => &grammar.prose,
        76..88 => &grammar.brief,
        _ => &grammar.vague,
    };
    let form = chance.pick(form).clone();
    fill(chance, &form, text)
}

fn fill(chance: &mut Chance, form: &str, text: &NeedText) -> String {
    // Running text leaves out what there is nothing to say about; a form's field is filled in.
    let untried =
        if form.contains('\n') { *chance.pick(&["尚未系统开展过试验。", "无。", "暂无。"]) } else { "" };
    let targets: Vec<String> = text.targets.iter().map(|target| target_in_words(chance, target)).collect();
    let numbered: Vec<String> =
        targets.iter().enumerate().map(|(at, target)| format!("（{}）{target}", at + 1)).collect();
    let first = text.problem.split_inclusive('。').next().unwrap_or_default();
    let slots = [
        ("{problem}", text.problem.as_str()),
        ("{state}", text.state.as_str()),
        ("{tried}", if text.tried.is_empty() { untried } else { text.tried.as_str() }),
        ("{first}", first),
        ("{targets}", &format!("{}。", numbered.join("；\n"))),
        ("{targets_inline}", &targets.join("，")),
    ];
    let filled = slots.into_iter().fold(form.to_owned(), |text, (slot, words)| text.replace(slot, words));
    let (deadline, budget) = (deadline(chance), budget(chance));
    chance.figures(&filled.replace("{deadline}", &deadline).replace("{budget}", &budget))
}

/// Enterprises rarely write mathematical signs.
fn target_in_words(chance: &mut Chance, target: &str) -> String {
    match chance.below(3) {
        0 => target.replace('≥', "不低于").replace('≤', "不超过"),
        1 if target.contains('≤') => format!("{}以内", target.replace('≤', "控制在")),
        _ => target.to_owned(),
    }
}

fn deadline(chance: &mut Chance) -> String {
    let day = chance.notice_day + Months::new(chance.between(8, 34).unsigned_abs());
    format!("{}年{}月底", day.year(), day.month())
}

fn budget(chance: &mut Chance) -> String {
    chance.pick(&["20", "30", "50", "50", "80", "100", "120", "150", "200", "200", "300", "500"]).to_string()
}
