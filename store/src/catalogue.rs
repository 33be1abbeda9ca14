//! The lists of needs, people and matters, held in memory and kept up with the database.
//!
//! These lists grow to tens of thousands of lines, and officials search them by any words, narrow them by anything and put
//! them in any order. In memory all of that is one pass of some milliseconds, counts exactly, and is the same on both
//! databases. Turned down: `LIKE` (reads the whole table for every word), a table of character pairs (14 million rows for
//! 30 MB of text), the databases' own indexes of text (two dialects, and neither finds a single character).
//!
//! Triggers number every change of a need or person in the order in which changes are committed (migration 0009); a matter
//! bears the number of its last audit event. Each reading first takes over the rows that changed since the last one,
//! whichever process wrote them, so a list is never behind.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use hashbrown::HashMap;
use pinyin::ToPinyin as _;
use programme::access::{Actor, Record, Rows, Scope};
use programme::process::{Kind, Stage};
use tokio::sync::Mutex;
use unicode_normalization::UnicodeNormalization as _;

use crate::match_run::{self, Reached};
use crate::matter::{self, line};
use crate::namesake::{self, Answer};
use crate::page::{Count, Page, Start, words};
use crate::{Database, Result, need, person};

/// A line of a list.
pub trait Listed {
    /// What the list may be ordered by; the default is by id, as the lines are held.
    type Order: Copy + Default + PartialEq;
    /// Key of the record, without spaces.
    fn id(&self) -> &str;
    /// What an order compares; lines that are equal in it are ordered by id.
    fn key(&self, order: Self::Order) -> &str;
}

/// Which part of a list is wanted, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked<O> {
    /// What to order by.
    pub order: O,
    /// Whether the largest come first.
    pub descending: bool,
    /// Where the part begins; the keys of [`Start`] are [`place`]s.
    pub start: Start,
    /// Most rows.
    pub rows: usize,
}

/// The place of a line in an order: its id and what is compared, so that the place stays where it is when the line moves.
pub fn place<T: Listed>(line: &T, order: T::Order) -> String {
    format!("{} {}", line.id(), line.key(order)).trim_end().to_owned()
}

/// The lists; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue(Arc<Mutex<Held>>);

#[derive(Clone, Debug, Default)]
struct Held {
    needs: Lines<need::Line>,
    people: Lines<person::Line>,
    matters: Lines<line::Line>,
    reached: Arc<HashMap<String, Reached>>,
    /// The last run that is in `reached`.
    run: i64,
}

/// Lines by id; shared with readings that are under way while others are taken over.
pub type ById<T> = Arc<BTreeMap<String, Arc<T>>>;

/// The state of a list that something was made from. It does not keep the lines: a list that somebody else holds would have to
/// be copied before the next change is taken over.
#[derive(Debug)]
pub struct Seen<T>(Weak<BTreeMap<String, Arc<T>>>);

impl<T> Seen<T> {
    /// The state that these lines are of.
    pub fn of(lines: &ById<T>) -> Self {
        Self(Arc::downgrade(lines))
    }

    /// Whether the lines are still the same: taking a change over makes another list of them.
    pub fn is(&self, lines: &ById<T>) -> bool {
        std::ptr::eq(self.0.as_ptr(), Arc::as_ptr(lines))
    }
}

#[derive(Clone, Debug)]
struct Lines<T> {
    by_id: ById<T>,
    /// The last change that is in them.
    change: i64,
}

impl<T> Default for Lines<T> {
    fn default() -> Self {
        // Rows from before changes were numbered have number 0.
        Self { by_id: Arc::default(), change: -1 }
    }
}

impl Catalogue {
    /// One part of the list of needs.
    pub async fn needs(
        &self,
        database: &Database,
        scope: &Scope,
        filter: &need::Filter,
        asked: &Asked<need::Order>,
    ) -> Result<Page<need::Found>> {
        let (lines, reached) = self.needs_now(database).await?;
        let (rows, search) = (scope.rows(Record::Need), words(&filter.search));
        // What a run found is for those who read runs, whatever the filter asks.
        let may_know = scope.rows(Record::Match) == Rows::All;
        let found = lines.values().filter(|line| line.is_within(rows)).map(|line| need::Found {
            reached: reached.get(&line.id).copied().filter(|_| may_know),
            line: Arc::clone(line),
        });
        Ok(part(found.filter(|found| found.fits(filter, &search)).collect(), asked))
    }

    /// One part of the list of people.
    pub async fn people(
        &self,
        database: &Database,
        scope: &Scope,
        filter: &person::Filter,
        asked: &Asked<person::Order>,
    ) -> Result<Page<Arc<person::Line>>> {
        let lines = self.people_now(database).await?;
        let (rows, search) = (scope.rows(Record::Person), words(&filter.search));
        let fits = |line: &&Arc<person::Line>| line.is_within(rows) && line.fits(filter, &search);
        let Page { rows, earlier, later, count } = part(lines.values().filter(fits).collect(), asked);
        Ok(Page { rows: rows.into_iter().cloned().collect(), earlier, later, count })
    }

    /// One part of the matters of a kind that the account sees, by id, as they are kept.
    pub async fn matters(
        &self,
        database: &Database,
        actor: &Actor,
        kind: Kind,
        filter: &matter::Filter,
        (start, rows): (&Start, usize),
    ) -> Result<Page<matter::Kept>> {
        let lines = self.matters_now(database).await?;
        let search = words(&filter.search);
        let found = of_kind(&lines, kind).filter(|line| line.is_seen_by(actor) && line.fits(filter, &search));
        let found = part(found.collect(), &Asked { start: start.clone(), rows, ..Asked::default() });
        let ids: Vec<&str> = found.rows.iter().map(Listed::id).collect();
        let rows = matter::of_ids(&mut database.read().await?, &ids).await?;
        Ok(Page { rows, earlier: found.earlier, later: found.later, count: found.count })
    }

    /// How many matters of each kind the account sees at each stage.
    pub async fn stages(&self, database: &Database, actor: &Actor) -> Result<BTreeMap<Kind, BTreeMap<Stage, i64>>> {
        let mut counts: BTreeMap<Kind, BTreeMap<Stage, i64>> = BTreeMap::new();
        for line in self.matters_now(database).await?.values().filter(|line| line.is_seen_by(actor)) {
            *counts.entry(line.matter.kind()).or_default().entry(line.matter.stage).or_default() += 1;
        }
        Ok(counts)
    }

    /// Every matter: for figures, which name nobody.
    pub async fn every_matter(&self, database: &Database) -> Result<Matters> {
        Ok(Matters(self.matters_now(database).await?))
    }

    /// Every two people of one unit and one name within the scope: those that nobody has answered for first, then by ids. A
    /// record that was joined to another is asked about no more.
    pub async fn namesakes(&self, database: &Database, scope: &Scope) -> Result<Vec<Pair>> {
        let lines = self.people_now(database).await?;
        let answers = namesake::all(&mut database.read().await?).await?;
        let joined = namesake::joined(&answers);
        let mut answers: HashMap<(String, String), Answer> =
            answers.into_iter().map(|one| ((one.first_id.clone(), one.second_id.clone()), one)).collect();
        let rows = scope.rows(Record::Person);
        let mut pairs = Vec::new();
        for group in of_one_name(lines.values().filter(|line| line.is_within(rows))).into_values() {
            for (place, first) in group.iter().enumerate() {
                for second in &group[place + 1..] {
                    let answer = answers.remove(&(first.id.clone(), second.id.clone()));
                    if answer.is_some() || ![first, second].iter().any(|line| joined.contains_key(&line.id)) {
                        pairs.push(Pair { records: [Arc::clone(first), Arc::clone(second)], answer });
                    }
                }
            }
        }
        pairs.sort_by(|one, other| one.order().cmp(&other.order()));
        Ok(pairs)
    }

    /// Every need of the register by id, for the industry that it states (GB/T 4754): for figures, which name nobody.
    pub async fn every_need(&self, database: &Database) -> Result<ById<need::Line>> {
        Ok(self.needs_now(database).await?.0)
    }

    /// Takes everything over before somebody asks.
    pub async fn warm_up(&self, database: &Database) -> Result<()> {
        self.needs_now(database).await?;
        self.people_now(database).await?;
        self.matters_now(database).await?;
        Ok(())
    }

    /// Everybody by id, for those who read everybody, and nobody for others: the names in results of matching.
    pub async fn everybody(&self, database: &Database, scope: &Scope) -> Result<ById<person::Line>> {
        match scope.rows(Record::Person) {
            Rows::All => self.people_now(database).await,
            _ => Ok(ById::default()),
        }
    }

    async fn needs_now(&self, database: &Database) -> Result<(ById<need::Line>, Arc<HashMap<String, Reached>>)> {
        let mut held = self.0.lock().await;
        // A transaction of its own: one that writes would show rows that may yet be taken back.
        let mut tx = database.read().await?;
        for line in need::changed_after(&mut tx, held.needs.change).await? {
            held.needs.change = held.needs.change.max(line.change());
            Arc::make_mut(&mut held.needs.by_id).insert(line.id.clone(), Arc::new(line));
        }
        for (need, reached) in match_run::reached_after(&mut tx, held.run).await? {
            held.run = held.run.max(reached.run);
            Arc::make_mut(&mut held.reached).insert(need, reached);
        }
        Ok((Arc::clone(&held.needs.by_id), Arc::clone(&held.reached)))
    }

    async fn people_now(&self, database: &Database) -> Result<ById<person::Line>> {
        let mut held = self.0.lock().await;
        let mut tx = database.read().await?;
        for line in person::changed_after(&mut tx, held.people.change).await? {
            held.people.change = held.people.change.max(line.change());
            Arc::make_mut(&mut held.people.by_id).insert(line.id.clone(), Arc::new(line));
        }
        Ok(Arc::clone(&held.people.by_id))
    }

    async fn matters_now(&self, database: &Database) -> Result<ById<line::Line>> {
        let mut held = self.0.lock().await;
        let mut tx = database.read().await?;
        for line in line::changed_after(&mut tx, held.matters.change).await? {
            held.matters.change = held.matters.change.max(line.change);
            Arc::make_mut(&mut held.matters.by_id).insert(line.matter.id.clone(), Arc::new(line));
        }
        Ok(Arc::clone(&held.matters.by_id))
    }
}

/// Every matter as it stood at one moment.
#[derive(Clone, Debug)]
pub struct Matters(ById<line::Line>);

impl Matters {
    /// The state that they are of.
    pub fn seen(&self) -> Seen<line::Line> {
        Seen::of(&self.0)
    }

    /// Whether they are of that state.
    pub fn are(&self, seen: &Seen<line::Line>) -> bool {
        seen.is(&self.0)
    }

    /// Those of a kind within a scope, by id.
    pub fn within(&self, scope: &Scope, kind: Kind) -> impl Iterator<Item = &line::Line> {
        of_kind(&self.0, kind).map(|line| &**line).filter(|line| line.matter.is_within(scope))
    }
}

/// Two people of one unit and one name, and what the unit said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// By id.
    pub records: [Arc<person::Line>; 2],
    /// Nothing before the unit has said something.
    pub answer: Option<Answer>,
}

impl Pair {
    fn order(&self) -> (bool, &str, &str) {
        let [first, second] = &self.records;
        (self.answer.is_some(), &first.id, &second.id)
    }
}

/// People with a name and a unit by both, each group by id.
fn of_one_name<'a>(
    lines: impl Iterator<Item = &'a Arc<person::Line>>,
) -> HashMap<(&'a str, &'a str), Vec<&'a Arc<person::Line>>> {
    let mut groups: HashMap<_, Vec<&Arc<person::Line>>> = HashMap::new();
    for line in lines {
        if let Some(unit_and_name) = line.unit_and_name() {
            groups.entry(unit_and_name).or_default().push(line);
        }
    }
    groups
}

/// The lines of a kind: ids begin with it and a hyphen, after which the full stop is the next character.
fn of_kind(lines: &BTreeMap<String, Arc<line::Line>>, kind: Kind) -> impl Iterator<Item = &Arc<line::Line>> {
    let (first, after) = (format!("{}-", kind.code()), format!("{}.", kind.code()));
    lines.range(first..after).map(|(_, line)| line)
}

impl<T: Listed> Listed for &T {
    type Order = T::Order;

    fn id(&self) -> &str {
        (*self).id()
    }

    fn key(&self, order: T::Order) -> &str {
        (*self).key(order)
    }
}

/// The part that is asked for of everything that fits; the lines come in the order of their ids.
fn part<T: Listed>(mut lines: Vec<T>, asked: &Asked<T::Order>) -> Page<T> {
    let all = lines.len();
    let compared = |a: (&str, &str), b: (&str, &str)| if asked.descending { b.cmp(&a) } else { a.cmp(&b) };
    let in_order = |a: &T, b: &T| compared((a.key(asked.order), a.id()), (b.key(asked.order), b.id()));
    let beside = |line: &T, place: &str| {
        let (id, key) = place.split_once(' ').unwrap_or((place, ""));
        compared((line.key(asked.order), line.id()), (key, id))
    };
    match &asked.start {
        Start::First => {}
        Start::After(place) => lines.retain(|line| beside(line, place) == Ordering::Greater),
        Start::Before(place) => lines.retain(|line| beside(line, place) == Ordering::Less),
    }
    let (left_out, beyond) = (all > lines.len(), lines.len() > asked.rows);
    // A part before a line is the end of what is left, any other its beginning.
    let backwards = matches!(asked.start, Start::Before(_));
    if asked.order == T::Order::default() {
        if backwards != asked.descending {
            lines.reverse();
        }
    } else {
        let from_start = |a: &T, b: &T| if backwards { in_order(b, a) } else { in_order(a, b) };
        if beyond && asked.rows > 0 {
            // Only the part is sorted; the rest is merely set apart.
            lines.select_nth_unstable_by(asked.rows - 1, from_start);
            lines.truncate(asked.rows);
        }
        lines.sort_unstable_by(from_start);
    }
    lines.truncate(asked.rows);
    if backwards {
        lines.reverse();
    }
    let (earlier, later) = if backwards { (beyond, left_out) } else { (left_out, beyond) };
    Page { rows: lines, earlier, later, count: Count { rows: i64::try_from(all).unwrap_or(i64::MAX), more: false } }
}

/// What a moment is compared by.
pub(crate) const SORTABLE: &str = "%Y%m%d%H%M%S%6f";

/// What a name is compared by: pinyin syllable by syllable, equal syllables by character, as in a Chinese directory.
pub(crate) fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(3 * name.len());
    for character in name.nfkc() {
        if let Some(pinyin) = character.to_pinyin() {
            key.push_str(pinyin.plain());
            // A space sorts before every letter, so that `xi an` comes before `xian`.
            key.push(' ');
        }
        key.extend(character.to_lowercase());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_in_a_chinese_directory() {
        let mut names = ["张三", "阿城", "西安", "先进", "石墨", "Ｂ超", "时间", "李四", "A厂", "石油"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["阿城", "A厂", "Ｂ超", "李四", "时间", "石墨", "石油", "西安", "先进", "张三"]);
    }

    #[test]
    fn a_state_is_another_after_a_change_and_does_not_hold_the_lines() {
        let mut lines: ById<u8> = Arc::default();
        let seen = Seen::of(&lines);
        assert!(seen.is(&lines));
        Arc::make_mut(&mut lines).insert("a".to_owned(), Arc::new(1));
        assert!(!seen.is(&lines));
        let held = Seen::of(&lines);
        assert_eq!((Arc::strong_count(&lines), held.is(&lines)), (1, true));
    }

    struct Number(String);

    impl Listed for Number {
        type Order = bool;

        fn id(&self) -> &str {
            &self.0
        }

        /// All equal, or the last digit.
        fn key(&self, by_digit: bool) -> &str {
            if by_digit { &self.0[self.0.len() - 1..] } else { "" }
        }
    }

    fn read(all: usize, asked: &Asked<bool>) -> Page<Number> {
        part((0..all).map(|number| Number(format!("{number:03}"))).collect(), asked)
    }

    #[test]
    fn parts_in_any_order_hold_every_line_once_there_and_back() {
        for (all, rows) in [(0, 3), (1, 3), (2, 3), (3, 3), (4, 3), (37, 5), (40, 5)] {
            for (order, descending) in [(false, false), (false, true), (true, false), (true, true)] {
                let mut asked = Asked { order, descending, start: Start::First, rows };
                let mut parts = vec![read(all, &asked)];
                while let Some(last) = parts.last().filter(|part| part.later).and_then(|part| part.rows.last()) {
                    asked.start = Start::After(place(last, order));
                    parts.push(read(all, &asked));
                }
                let ids: Vec<&str> = parts.iter().flat_map(|part| &part.rows).map(Listed::id).collect();
                let mut expected: Vec<(&str, &str)> =
                    ids.iter().map(|id| (if order { &id[2..] } else { "" }, *id)).collect();
                expected.sort_unstable();
                expected.dedup();
                if descending {
                    expected.reverse();
                }
                assert_eq!(ids, expected.iter().map(|(_, id)| *id).collect::<Vec<_>>());
                assert_eq!(ids.len(), all);
                assert!(parts.iter().enumerate().all(|(at, part)| part.earlier == (at > 0)));
                for pair in parts.windows(2) {
                    asked.start = Start::Before(place(&pair[1].rows[0], order));
                    let back: Vec<String> = read(all, &asked).rows.into_iter().map(|line| line.0).collect();
                    assert!(back.iter().eq(pair[0].rows.iter().map(|line| &line.0)));
                }
            }
        }
    }

    #[test]
    fn a_part_after_a_line_that_has_gone_begins_where_the_line_stood() {
        let start = Start::After("0175 7".to_owned());
        let found = read(40, &Asked { order: true, descending: false, start, rows: 2 });
        assert_eq!(found.rows.iter().map(Listed::id).collect::<Vec<_>>(), ["027", "037"]);
        assert_eq!((found.earlier, found.later, found.count.rows), (true, true, 40));
    }
}
