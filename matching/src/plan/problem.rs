//! What a plan is asked: needs, people, units, weighed candidates and the limits, checked once and put in one order.
//!
//! A [`Draft`] is in the caller's order and may be wrong; an [`Instance`] is right and sorted by id, so that nothing
//! behind it can depend on the order of a file. "One enterprise per person" is the capacity of a person: who is chosen
//! for one need serves one enterprise. An appointment that runs already is a forbidden pair with that reason.

use std::collections::{HashMap, HashSet};

use crate::score::Score;

/// Largest weight of a pair. The gains of the four levels need one digit; nine leave room for a scale of one's own.
pub const WEIGHT_MAX: i64 = 1_000_000_000;

/// Largest preference of a pair; preferences only decide between plans of equal total weight.
pub const PREFERENCE_MAX: u8 = 15;

/// Largest score of a pair; scores only decide between plans of equal total weight and preference.
pub const SCORE_MAX: Score = Score::from_millionths(1_000_000_000);

/// Most posts over all needs; with the largest weight, preference and score it keeps every sum within 128 bits.
pub const POSTS_TOTAL_MAX: u64 = 1_000_000;

/// Most pairs of a round: 10,000 needs with 200 candidates each.
pub const EDGES_MAX: usize = 2_000_000;

/// A need and its posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The id that results cite.
    pub id: String,
    /// People wanted; 0 closes the need.
    pub posts: u32,
}

/// A person who may be pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The id that results cite.
    pub id: String,
    /// Index of the sending unit, when known; without one no unit limit applies.
    pub unit: Option<usize>,
    /// Research team; deputies come first among alternates of equal weight and preference. Empty when unknown.
    pub team: String,
}

impl Person {
    /// A person without a team.
    pub fn new(id: &str, unit: Option<usize>) -> Self {
        Self { id: id.into(), unit, team: String::new() }
    }
}

/// A sending unit and its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The id that results cite.
    pub id: String,
    /// Most pushes to this unit in the round; `None` is no limit.
    pub pushes_max: Option<u32>,
}

/// A candidate of a need, with what a plan gains by the pair: first weight, then preference, then score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Index of the need.
    pub need: usize,
    /// Index of the person.
    pub person: usize,
    /// 1 to [`WEIGHT_MAX`]: what the level of relevance is worth (等级分). Equal weights are 同等条件.
    pub weight: i64,
    /// 0 to [`PREFERENCE_MAX`]: 同等条件下优先 (优先分), which never overrules a weight.
    pub preference: u8,
    /// 0 to [`SCORE_MAX`]: of those still equal, the better match.
    pub score: Score,
}

impl Edge {
    /// A candidate by weight alone.
    pub fn new(need: usize, person: usize, weight: i64) -> Self {
        Self { need, person, weight, preference: 0, score: Score::default() }
    }

    /// What candidates of one need are compared by; the larger is the better.
    pub fn merit(&self) -> (i64, u8, Score) {
        (self.weight, self.preference, self.score)
    }

    /// The pair that the edge weighs.
    pub fn pair(&self) -> Pair {
        Pair { need: self.need, person: self.person }
    }
}

/// A need and a person, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// Index of the need.
    pub need: usize,
    /// Index of the person.
    pub person: usize,
}

/// A pair that must not be chosen, and why (a clause and its sentence).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forbidden {
    /// The pair.
    pub pair: Pair,
    /// Shown to whoever asks why the person was not chosen.
    pub reason: String,
}

/// What a caller states, in any order; indices point into the lists of this draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Needs of the round.
    pub needs: Vec<Need>,
    /// People of the round.
    pub people: Vec<Person>,
    /// Sending units.
    pub units: Vec<Unit>,
    /// Candidates with weights.
    pub edges: Vec<Edge>,
    /// Pairs that must not be chosen; a reason may repeat for one pair.
    pub forbidden: Vec<Forbidden>,
    /// Pairs that are chosen whatever they cost; each needs its edge.
    pub frozen: Vec<Pair>,
    /// Most needs that one person is chosen for.
    pub person_capacity: u32,
    /// Most ordered alternates of a need.
    pub alternates_per_need: usize,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            needs: Vec::new(),
            people: Vec::new(),
            units: Vec::new(),
            edges: Vec::new(),
            forbidden: Vec::new(),
            frozen: Vec::new(),
            person_capacity: 1,
            alternates_per_need: 3,
        }
    }
}

/// Something wrong in a draft: a stable code and a Chinese sentence that names what was found and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Stable code such as `plan.edge_weight`.
    pub code: &'static str,
    /// Chinese sentence.
    pub message: String,
}

/// A correct draft in the order of its ids; indices of a plan point into the lists of its instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    draft: Draft,
    edges_start: Vec<usize>,
}

impl Instance {
    /// Checks a draft and sorts it; every problem at once.
    pub fn new(draft: Draft) -> Result<Self, Vec<Problem>> {
        let mut problems = problems_of(&draft);
        if problems.is_empty() {
            return Ok(Self::sorted(draft));
        }
        problems.sort();
        Err(problems)
    }

    /// Needs, by id.
    pub fn needs(&self) -> &[Need] {
        &self.draft.needs
    }

    /// People, by id.
    pub fn people(&self) -> &[Person] {
        &self.draft.people
    }

    /// Units, by id.
    pub fn units(&self) -> &[Unit] {
        &self.draft.units
    }

    /// All candidates, by need and person.
    pub fn edges(&self) -> &[Edge] {
        &self.draft.edges
    }

    /// Forbidden pairs, in order.
    pub fn forbidden(&self) -> &[Forbidden] {
        &self.draft.forbidden
    }

    /// Frozen pairs, in order.
    pub fn frozen(&self) -> &[Pair] {
        &self.draft.frozen
    }

    /// Most needs that one person is chosen for.
    pub fn person_capacity(&self) -> u32 {
        self.draft.person_capacity
    }

    /// Most alternates of a need.
    pub fn alternates_per_need(&self) -> usize {
        self.draft.alternates_per_need
    }

    /// The pair of two ids, when both are known.
    pub fn pair(&self, need_id: &str, person_id: &str) -> Option<Pair> {
        let need = self.draft.needs.binary_search_by(|need| need.id.as_str().cmp(need_id)).ok()?;
        let person = self.draft.people.binary_search_by(|person| person.id.as_str().cmp(person_id)).ok()?;
        Some(Pair { need, person })
    }

    /// The candidates of one need, by person.
    pub fn edges_of(&self, need: usize) -> &[Edge] {
        &self.draft.edges[self.edges_start[need]..self.edges_start[need + 1]]
    }

    /// The edge of a pair, when the person is a candidate of the need.
    pub fn edge(&self, pair: Pair) -> Option<&Edge> {
        let edges = self.edges_of(pair.need);
        edges.binary_search_by_key(&pair.person, |edge| edge.person).ok().map(|index| &edges[index])
    }

    /// Why a pair must not be chosen; the first reason in order when there are several.
    pub fn forbidden_reason(&self, pair: Pair) -> Option<&str> {
        let index = self.draft.forbidden.partition_point(|forbidden| forbidden.pair < pair);
        let found = self.draft.forbidden.get(index).filter(|forbidden| forbidden.pair == pair)?;
        Some(&found.reason)
    }

    /// Whether a pair is chosen whatever it costs.
    pub fn is_frozen(&self, pair: Pair) -> bool {
        self.draft.frozen.binary_search(&pair).is_ok()
    }

    /// The unit of a person together with its limit, when there is one.
    pub fn unit_limit(&self, person: usize) -> Option<(usize, u32)> {
        let unit = self.draft.people[person].unit?;
        self.draft.units[unit].pushes_max.map(|limit| (unit, limit))
    }

    fn sorted(draft: Draft) -> Self {
        let (units, unit_at) = sort_by_id(draft.units, |unit| &unit.id);
        let (mut people, person_at) = sort_by_id(draft.people, |person| &person.id);
        let (needs, need_at) = sort_by_id(draft.needs, |need| &need.id);
        for person in &mut people {
            person.unit = person.unit.map(|unit| unit_at[unit]);
        }
        let moved = |pair: Pair| Pair { need: need_at[pair.need], person: person_at[pair.person] };
        let mut edges: Vec<Edge> = draft.edges.iter().map(|edge| Edge { ..at(*edge, moved(edge.pair())) }).collect();
        edges.sort_unstable_by_key(Edge::pair);
        let mut forbidden: Vec<Forbidden> =
            draft.forbidden.into_iter().map(|row| Forbidden { pair: moved(row.pair), reason: row.reason }).collect();
        forbidden.sort();
        let mut frozen: Vec<Pair> = draft.frozen.into_iter().map(moved).collect();
        frozen.sort_unstable();
        let edges_start = (0..=needs.len()).map(|need| edges.partition_point(|edge| edge.need < need)).collect();
        Self { draft: Draft { needs, people, units, edges, forbidden, frozen, ..draft }, edges_start }
    }
}

fn at(edge: Edge, pair: Pair) -> Edge {
    Edge { need: pair.need, person: pair.person, ..edge }
}

/// The items by id, and for every old index its new one.
fn sort_by_id<T>(items: Vec<T>, id: impl Fn(&T) -> &String) -> (Vec<T>, Vec<usize>) {
    let mut numbered: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    numbered.sort_by(|(_, a), (_, b)| id(a).cmp(id(b)));
    let mut new_at = vec![0; numbered.len()];
    numbered.iter().enumerate().for_each(|(new, (old, _))| new_at[*old] = new);
    (numbered.into_iter().map(|(_, item)| item).collect(), new_at)
}

fn problems_of(draft: &Draft) -> Vec<Problem> {
    let mut problems = Vec::new();
    size_problems(draft, &mut problems);
    id_problems("需求", draft.needs.iter().map(|need| &need.id), &mut problems);
    id_problems("人员", draft.people.iter().map(|person| &person.id), &mut problems);
    id_problems("派出单位", draft.units.iter().map(|unit| &unit.id), &mut problems);
    for person in &draft.people {
        if let Some(unit) = person.unit.filter(|unit| *unit >= draft.units.len()) {
            problems.push(unknown(&format!("人员 {} 的派出单位序号 {unit}", person.id), draft.units.len()));
        }
    }
    edge_problems(draft, &mut problems);
    pair_problems(draft, &mut problems);
    problems
}

fn size_problems(draft: &Draft, problems: &mut Vec<Problem>) {
    let posts: u64 = draft.needs.iter().map(|need| u64::from(need.posts)).sum();
    if posts > POSTS_TOTAL_MAX {
        let message = format!("岗位共 {posts} 个，一次最多 {POSTS_TOTAL_MAX} 个；请分批计算");
        problems.push(Problem { code: "plan.posts_total", message });
    }
    if draft.edges.len() > EDGES_MAX {
        let message = format!("候选配对共 {} 对，一次最多 {EDGES_MAX} 对；请减少每个需求的候选人", draft.edges.len());
        problems.push(Problem { code: "plan.edges_total", message });
    }
}

fn id_problems<'a>(kind: &str, ids: impl Iterator<Item = &'a String>, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (index, id) in ids.enumerate() {
        if id.is_empty() {
            problems
                .push(Problem { code: "plan.id_empty", message: format!("第 {} 个{kind}没有编号", index + 1) });
        } else if let Some(first) = seen.insert(id, index) {
            let message = format!("{kind}编号 {id} 重复：第 {} 个与第 {} 个", first + 1, index + 1);
            problems.push(Problem { code: "plan.id_repeated", message });
        }
    }
}

fn edge_problems(draft: &Draft, problems: &mut Vec<Problem>) {
    let mut seen = HashSet::with_capacity(draft.edges.len());
    for edge in &draft.edges {
        let Some(name) = name_of(draft, edge.pair(), problems) else { continue };
        if !(1..=WEIGHT_MAX).contains(&edge.weight) {
            let message = format!("{name}的等级分为 {}，应为 1 至 {WEIGHT_MAX} 的整数", edge.weight);
            problems.push(Problem { code: "plan.edge_weight", message });
        }
        if edge.preference > PREFERENCE_MAX {
            let message = format!("{name}的优先分为 {}，应为 0 至 {PREFERENCE_MAX}", edge.preference);
            problems.push(Problem { code: "plan.edge_preference", message });
        }
        if edge.score > SCORE_MAX {
            let message = format!("{name}的得分为 {}，应为 0 至 {SCORE_MAX}", edge.score);
            problems.push(Problem { code: "plan.edge_score", message });
        }
        if !seen.insert(edge.pair()) {
            problems.push(Problem {
                code: "plan.edge_repeated", message: format!("{name}重复给出，只应给出一次")
            });
        }
    }
}

fn pair_problems(draft: &Draft, problems: &mut Vec<Problem>) {
    for row in &draft.forbidden {
        name_of(draft, row.pair, problems);
    }
    if draft.frozen.is_empty() {
        return;
    }
    let candidates: HashSet<Pair> = draft.edges.iter().map(Edge::pair).collect();
    let mut seen = HashSet::new();
    for pair in &draft.frozen {
        let Some(name) = name_of(draft, *pair, problems) else { continue };
        if !candidates.contains(pair) {
            let message = format!("{name}已冻结，但不在候选配对中；请一并给出其等级分");
            problems.push(Problem { code: "plan.frozen_without_edge", message });
        }
        if !seen.insert(*pair) {
            problems.push(Problem {
                code: "plan.frozen_repeated", message: format!("{name}重复冻结，只应给出一次")
            });
        }
    }
}

fn name_of(draft: &Draft, pair: Pair, problems: &mut Vec<Problem>) -> Option<String> {
    let (need, person) = (draft.needs.get(pair.need), draft.people.get(pair.person));
    if need.is_none() {
        problems.push(unknown(&format!("配对的需求序号 {}", pair.need), draft.needs.len()));
    }
    if person.is_none() {
        problems.push(unknown(&format!("配对的人员序号 {}", pair.person), draft.people.len()));
    }
    Some(format!("配对 {}–{} ", need?.id, person?.id))
}

fn unknown(what: &str, count: usize) -> Problem {
    Problem { code: "plan.index_unknown", message: format!("{what} 不存在，共有 {count} 个") }
}
