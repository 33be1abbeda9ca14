//! Proves or refutes a plan from the instance alone.
//!
//! Shares nothing with the solver: it counts every limit from the raw lists and believes no optimum. A plan is optimal
//! when its value reaches the bound that its own prices put on every plan (weak duality), so wrong prices can only
//! make a good plan look unproven, never a worse plan look best.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::{Edge, Instance, Need, Pair, Unit};
use super::solver::{Certificate, Plan};
use super::value::{Scale, Value};

/// One thing wrong with a plan: a stable code and a Chinese sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Stable code such as `plan.over_posts`.
    pub code: &'static str,
    /// Chinese sentence that names the pair, the value and the limit.
    pub message: String,
}

/// Everything wrong with a plan; empty for a correct and optimal one.
pub fn check(instance: &Instance, plan: &Plan) -> Vec<Violation> {
    let mut found = shape_violations(instance, plan);
    if found.is_empty() {
        let facts = Facts::of(instance);
        facts.pair_violations(plan, &mut found);
        facts.limit_violations(plan, &mut found);
        facts.alternate_violations(plan, &mut found);
        facts.total_violations(plan, &mut found);
        facts.bound_violations(plan, &mut found);
    }
    found
}

/// Sizes and indices; nothing else can be read when these are wrong.
fn shape_violations(instance: &Instance, plan: &Plan) -> Vec<Violation> {
    let (needs, people, units) = (instance.needs().len(), instance.people().len(), instance.units().len());
    let mut found = Vec::new();
    let prices = &plan.certificate;
    let lists = [
        ("需求价格", prices.needs.len(), needs),
        ("人员价格", prices.people.len(), people),
        ("单位价格", prices.units.len(), units),
        ("候补名单", plan.alternates.len(), needs),
    ];
    for (what, length, right) in lists.into_iter().filter(|(_, length, right)| length != right) {
        found.push(violation("plan.list_length", format!("{what}有 {length} 项，应为 {right} 项")));
    }
    for pair in plan.pushes.iter().filter(|pair| pair.need >= needs || pair.person >= people) {
        found.push(violation("plan.pair_unknown", format!("配对序号（{}，{}）不存在", pair.need, pair.person)));
    }
    for alternate in plan.alternates.iter().flatten().filter(|alternate| alternate.person >= people) {
        found.push(violation("plan.pair_unknown", format!("候补人员序号 {} 不存在", alternate.person)));
    }
    found
}

/// Weight, preference and millionths of score.
type Digits = (i128, i128, i128);

/// The instance read anew into maps of this module's own.
struct Facts<'a> {
    instance: &'a Instance,
    edges: BTreeMap<Pair, Digits>,
    forbidden: BTreeMap<Pair, &'a str>,
    frozen: BTreeSet<Pair>,
}

impl<'a> Facts<'a> {
    fn of(instance: &'a Instance) -> Self {
        let read = |edge: &Edge| {
            let digits = (edge.weight.into(), edge.preference.into(), edge.score.millionths().into());
            (Pair { need: edge.need, person: edge.person }, digits)
        };
        Self {
            instance,
            edges: instance.edges().iter().map(read).collect(),
            forbidden: instance.forbidden().iter().map(|row| (row.pair, row.reason.as_str())).collect(),
            frozen: instance.frozen().iter().copied().collect(),
        }
    }

    fn pair_violations(&self, plan: &Plan, found: &mut Vec<Violation>) {
        let mut seen = BTreeSet::new();
        for pair in &plan.pushes {
            self.candidate_violations(*pair, found);
            if !seen.insert(*pair) {
                found.push(violation("plan.pair_repeated", format!("配对 {}重复", self.name(*pair))));
            }
        }
        for pair in self.frozen.difference(&seen) {
            found.push(violation("plan.frozen_missing", format!("已冻结的配对 {}未在方案中", self.name(*pair))));
        }
    }

    fn candidate_violations(&self, pair: Pair, found: &mut Vec<Violation>) {
        if !self.edges.contains_key(&pair) {
            found.push(violation("plan.not_candidate", format!("配对 {}不在候选配对中", self.name(pair))));
        }
        if let Some(reason) = self.forbidden.get(&pair) {
            found.push(violation("plan.forbidden", format!("配对 {}不得选择：{reason}", self.name(pair))));
        }
    }

    fn limit_violations(&self, plan: &Plan, found: &mut Vec<Violation>) {
        let instance = self.instance;
        for (need, count) in counts(plan.pushes.iter().map(|pair| pair.need)) {
            let Need { id, posts } = &instance.needs()[need];
            if count > u64::from(*posts) {
                found.push(violation("plan.over_posts", format!("需求 {id} 选了 {count} 人，岗位只有 {posts} 个")));
            }
        }
        for (person, count) in counts(plan.pushes.iter().map(|pair| pair.person)) {
            let (id, limit) = (&instance.people()[person].id, instance.person_capacity());
            if count > u64::from(limit) {
                found.push(violation("plan.over_person", format!("人员 {id} 被选 {count} 次，最多 {limit} 次")));
            }
        }
        for (unit, count) in counts(plan.pushes.iter().filter_map(|pair| instance.people()[pair.person].unit)) {
            let Unit { id, pushes_max } = &instance.units()[unit];
            if let Some(limit) = pushes_max.filter(|limit| count > u64::from(*limit)) {
                found.push(violation("plan.over_unit", format!("派出单位 {id} 推送 {count} 人，上限 {limit} 人")));
            }
        }
    }

    fn alternate_violations(&self, plan: &Plan, found: &mut Vec<Violation>) {
        let usage = Usage::of(self.instance, plan);
        for (need, alternates) in plan.alternates.iter().enumerate() {
            let (id, count) = (&self.instance.needs()[need].id, alternates.len());
            let limit = self.instance.alternates_per_need();
            if count > limit {
                found.push(violation("plan.alternates_many", format!("需求 {id} 有 {count} 名候补，最多 {limit} 名")));
            }
            let ranks = alternates.iter().map(|alternate| self.rank(Pair { need, person: alternate.person }, &usage));
            if !ranks.is_sorted_by(|a, b| a >= b) {
                let message = format!("需求 {id} 的候补未按等级分、优先分、同一团队、得分的次序排列");
                found.push(violation("plan.alternates_order", message));
            }
            let people: BTreeSet<usize> = alternates.iter().map(|alternate| alternate.person).collect();
            if people.len() < count {
                found.push(violation("plan.alternate_repeated", format!("需求 {id} 的候补名单有重复人员")));
            }
            for alternate in alternates {
                self.one_alternate_violations(
                    Pair { need, person: alternate.person },
                    alternate.waits_at,
                    &usage,
                    found,
                );
            }
        }
    }

    fn one_alternate_violations(&self, pair: Pair, waits_at: u32, usage: &Usage, found: &mut Vec<Violation>) {
        self.candidate_violations(pair, found);
        let name = self.name(pair);
        let pushed = usage.people.get(&pair.person).copied().unwrap_or(0);
        if pushed >= u64::from(self.instance.person_capacity()) || usage.pairs.contains(&pair) {
            found.push(violation("plan.alternate_taken", format!("候补 {name}已在方案中被选，不能再作候补")));
        }
        if let Some(unit) = self.instance.people()[pair.person].unit {
            let Unit { id, pushes_max } = &self.instance.units()[unit];
            let full = pushes_max.is_some_and(|limit| usage.units.get(&unit).copied().unwrap_or(0) >= u64::from(limit));
            if full && usage.units_of_need.get(&pair.need) != Some(&BTreeSet::from([Some(unit)])) {
                found
                    .push(violation("plan.alternate_unit", format!("候补 {name}无法递补：派出单位 {id} 已达推送上限")));
            }
        }
        let waits = usage.waits[&pair.person];
        if waits != u64::from(waits_at) {
            let message = format!("候补 {name}的候补次数写为 {waits_at}，实为 {waits}");
            found.push(violation("plan.alternate_count", message));
        }
    }

    fn total_violations(&self, plan: &Plan, found: &mut Vec<Violation>) {
        let edges = plan.pushes.iter().filter_map(|pair| self.edges.get(pair));
        let right = edges.fold((0, 0, 0), |sum: Digits, edge| (sum.0 + edge.0, sum.1 + edge.1, sum.2 + edge.2));
        let score = plan.total_score.millionths();
        let stated: Digits = (plan.total_weight.into(), plan.total_preference.into(), score.into());
        if stated != right {
            let message = format!("方案写明的等级分、优先分、得分（百万分之一）合计为 {stated:?}，实为 {right:?}");
            found.push(violation("plan.total", message));
        }
    }

    fn bound_violations(&self, plan: &Plan, found: &mut Vec<Violation>) {
        let prices = &plan.certificate;
        self.scale_violations(prices, found);
        if [&prices.needs, &prices.people, &prices.units].into_iter().flatten().any(|price| *price < 0) {
            found.push(violation("plan.price_negative", "最优证明中有负的价格".into()));
        }
        let no_limit = |(unit, price): (&Unit, &Value)| unit.pushes_max.is_none() && *price != 0;
        if self.instance.units().iter().zip(&prices.units).any(no_limit) {
            found.push(violation("plan.price_without_limit", "没有推送上限的单位不应有价格".into()));
        }
        let reached = sum(plan.pushes.iter().map(|pair| self.value(*pair, prices)));
        let bound = self.bound(prices);
        if reached.is_none() || reached != bound {
            let written = |value: Option<i128>| value.map_or("（超出 128 位）".into(), |value| value.to_string());
            let (reached, bound) = (written(reached), written(bound));
            let message = format!("方案的值 {reached} 未达到证明的上界 {bound}，不能证明最优");
            found.push(violation("plan.not_proven", message));
        }
    }

    /// A unit above all that lower digits of a plan can sum to.
    fn scale_violations(&self, prices: &Certificate, found: &mut Vec<Violation>) {
        let posts: i128 = self.instance.needs().iter().map(|need| i128::from(need.posts)).sum();
        let most = |digit: fn(&Digits) -> i128| posts * self.edges.values().map(digit).max().unwrap_or(0);
        let (preferences, scores) = (most(|digits| digits.1), most(|digits| digits.2));
        let (weight, preference) = (prices.scale.weight, prices.scale.preference);
        let lower = sum([preferences.checked_mul(preference), Some(scores)].into_iter());
        if preference <= scores || lower.is_none_or(|lower| weight <= lower) {
            let message = format!("换算系数 {weight}、{preference} 不能保证得分不压过优先分、优先分不压过等级分");
            found.push(violation("plan.scale", message));
        }
    }

    /// What no plan that keeps the frozen pairs can exceed, by the given prices; `None` when prices or scale are so large
    /// that no sum of 128 bits holds it, as those of the solver never are.
    fn bound(&self, prices: &Certificate) -> Option<i128> {
        let instance = self.instance;
        let frozen_of = |key: fn(&Pair) -> usize| counts(self.frozen.iter().map(key));
        let (by_need, by_person) = (frozen_of(|pair| pair.need), frozen_of(|pair| pair.person));
        let by_unit = counts(self.frozen.iter().filter_map(|pair| instance.people()[pair.person].unit));
        let part = |limit: u32, frozen: Option<&u64>, price: Value| {
            (i128::from(limit) - i128::from(frozen.copied().unwrap_or(0))).checked_mul(price)
        };
        let needs = instance.needs().iter().zip(&prices.needs).enumerate();
        let needs = needs.map(|(at, (need, price))| part(need.posts, by_need.get(&at), *price));
        let people = prices.people.iter().enumerate();
        let people = people.map(|(at, price)| part(instance.person_capacity(), by_person.get(&at), *price));
        let units = instance.units().iter().zip(&prices.units).enumerate();
        let units = units.map(|(at, (unit, price))| part(unit.pushes_max.unwrap_or(0), by_unit.get(&at), *price));
        let frozen = self.frozen.iter().map(|pair| self.value(*pair, prices));
        let free = self.edges.keys().filter(|pair| !self.frozen.contains(pair) && !self.forbidden.contains_key(pair));
        let free = free.map(|pair| self.excess(*pair, prices));
        sum(needs.chain(people).chain(units).chain(frozen).chain(free))
    }

    /// What a free pair is worth beyond the prices of its need, person and unit.
    fn excess(&self, pair: Pair, prices: &Certificate) -> Option<i128> {
        let unit = self.instance.people()[pair.person].unit.map_or(0, |unit| prices.units[unit]);
        let cost = sum([prices.needs[pair.need], prices.people[pair.person], unit].map(Some).into_iter())?;
        Some(self.value(pair, prices)?.checked_sub(cost)?.max(0))
    }

    fn value(&self, pair: Pair, prices: &Certificate) -> Option<i128> {
        let (weight, preference, score) = self.edges.get(&pair).copied().unwrap_or_default();
        let Scale { weight: weight_unit, preference: preference_unit } = prices.scale;
        let digits = [weight.checked_mul(weight_unit), preference.checked_mul(preference_unit), Some(score)];
        sum(digits.into_iter())
    }

    /// What alternates of a need are ordered by, the larger first.
    fn rank(&self, pair: Pair, usage: &Usage) -> (i128, i128, bool, i128) {
        let (weight, preference, score) = self.edges.get(&pair).copied().unwrap_or_default();
        let people = self.instance.people();
        let team = &people[pair.person].team;
        let of_need = usage.pairs.range(Pair { person: 0, ..pair }..).take_while(|push| push.need == pair.need);
        let is_deputy = !team.is_empty() && of_need.into_iter().any(|push| people[push.person].team == *team);
        (weight, preference, is_deputy, score)
    }

    fn name(&self, pair: Pair) -> String {
        format!("{}–{} ", self.instance.needs()[pair.need].id, self.instance.people()[pair.person].id)
    }
}

/// What a plan uses up, counted once.
struct Usage {
    pairs: BTreeSet<Pair>,
    people: BTreeMap<usize, u64>,
    units: BTreeMap<usize, u64>,
    units_of_need: BTreeMap<usize, BTreeSet<Option<usize>>>,
    waits: BTreeMap<usize, u64>,
}

impl Usage {
    fn of(instance: &Instance, plan: &Plan) -> Self {
        let unit_of = |pair: &Pair| instance.people()[pair.person].unit;
        let mut units_of_need: BTreeMap<usize, BTreeSet<Option<usize>>> = BTreeMap::new();
        for pair in &plan.pushes {
            units_of_need.entry(pair.need).or_default().insert(unit_of(pair));
        }
        Self {
            pairs: plan.pushes.iter().copied().collect(),
            people: counts(plan.pushes.iter().map(|pair| pair.person)),
            units: counts(plan.pushes.iter().filter_map(unit_of)),
            units_of_need,
            waits: counts(plan.alternates.iter().flatten().map(|alternate| alternate.person)),
        }
    }
}

fn counts(items: impl Iterator<Item = usize>) -> BTreeMap<usize, u64> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    counts
}

/// A sum, when it fits.
fn sum(mut items: impl Iterator<Item = Option<i128>>) -> Option<i128> {
    items.try_fold(0, |sum: i128, item| sum.checked_add(item?))
}

fn violation(code: &'static str, message: String) -> Violation {
    Violation { code, message }
}
