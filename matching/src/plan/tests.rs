//! Properties of the plan:
//!
//! 1. It is the best of all plans, in weight, then in preference, then in score (brute force on small instances).
//! 2. The checker accepts it and every other best plan (brute force), and refuses every kind of changed plan.
//! 3. Shuffled input gives the same report; more capacity never lowers the best total.
//! 4. Frozen pairs stay; contradictions among them are named, all at once.
//! 5. A price is the difference to the best plan with the pair frozen; a starved need names a smallest cause.
//! 6. Every pair that was not chosen has a rival or limit that really stands there.

use proptest::prelude::*;

use super::solver::finished;
use super::*;
use crate::score::Score;

/// Instances against which a property is tried.
const INSTANCES: usize = 10_000;

/// A small linear congruential stream: the same instances on every machine.
struct Stream(u64);

impl Stream {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn draft(&mut self) -> Draft {
        let (needs, people, units) = (1 + self.below(4), 1 + self.below(5), 1 + self.below(3));
        let mut draft = Draft {
            needs: (0..needs).map(|n| Need { id: format!("n{n}"), posts: self.below(3) as u32 }).collect(),
            people: (0..people).map(|p| self.person(p, units)).collect(),
            units: (0..units).map(|u| Unit { id: format!("u{u}"), pushes_max: self.limit() }).collect(),
            person_capacity: if self.below(4) == 0 { 2 } else { 1 },
            ..Draft::default()
        };
        for pair in (0..needs as usize).flat_map(|need| (0..people as usize).map(move |person| Pair { need, person })) {
            if self.below(3) > 0 && draft.edges.len() < 12 {
                draft.edges.push(self.edge(pair));
                if self.below(10) == 0 {
                    draft.forbidden.push(Forbidden {
                        pair, reason: "企业由本人创办（方案二（三）1（4））".into()
                    });
                } else if self.below(8) == 0 {
                    draft.frozen.push(pair);
                }
            }
        }
        draft
    }

    /// Few different digits, so that many plans tie in the first and in the second.
    fn edge(&mut self, Pair { need, person }: Pair) -> Edge {
        let (weight, preference) = (1 + self.below(4).cast_signed(), self.below(3) as u8);
        Edge { need, person, weight, preference, score: Score::from_millionths(self.below(6)) }
    }

    fn person(&mut self, number: u64, units: u64) -> Person {
        let unit = (self.below(5) > 0).then(|| self.below(units) as usize);
        let team = if self.below(2) == 0 { "团队甲".into() } else { String::new() };
        Person { id: format!("p{number}"), unit, team }
    }

    fn limit(&mut self) -> Option<u32> {
        (self.below(3) > 0).then(|| self.below(3) as u32)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

fn instance(draft: Draft) -> Instance {
    Instance::new(draft).expect("a correct draft")
}

fn need(id: &str, posts: u32) -> Need {
    Need { id: id.into(), posts }
}

fn codes(violations: &[Violation]) -> Vec<&'static str> {
    violations.iter().map(|violation| violation.code).collect()
}

/// The best (weight, preference, score) over every set of edges that is allowed, or `None` when frozen pairs contradict the
/// limits.
fn best_by_force(instance: &Instance) -> Option<(i64, i64, u64)> {
    let mut best = None;
    grow(instance, &mut Vec::new(), instance.edges(), &mut best);
    best
}

/// Tries every set of the chosen edges and some of those that are left. What is over a limit stays so with more edges.
fn grow(instance: &Instance, chosen: &mut Vec<Edge>, left: &[Edge], best: &mut Option<(i64, i64, u64)>) {
    if !is_within_limits(instance, chosen) {
        return;
    }
    let Some((first, rest)) = left.split_first() else {
        let has = |pair: &Pair| chosen.iter().any(|edge| edge.pair() == *pair);
        let add = |(w, p, s), e: &Edge| (w + e.weight, p + i64::from(e.preference), s + e.score.millionths());
        if instance.frozen().iter().all(has) {
            *best = (*best).max(Some(chosen.iter().fold((0, 0, 0), add)));
        }
        return;
    };
    grow(instance, chosen, rest, best);
    chosen.push(*first);
    grow(instance, chosen, rest, best);
    chosen.pop();
}

fn totals(plan: &Plan) -> (i64, i64, u64) {
    (plan.total_weight, plan.total_preference, plan.total_score.millionths())
}

/// What another plan has less, digit by digit.
fn loss(plan: &Plan, other: &Plan) -> Loss {
    Loss {
        weight: plan.total_weight - other.total_weight,
        preference: plan.total_preference - other.total_preference,
        score: plan.total_score.millionths().cast_signed() - other.total_score.millionths().cast_signed(),
    }
}

/// Whether no limit is broken and no pair forbidden.
fn is_within_limits(instance: &Instance, edges: &[Edge]) -> bool {
    let count = |test: &dyn Fn(&Edge) -> bool| edges.iter().filter(|edge| test(edge)).count() as u32;
    let unit_of = |edge: &Edge| instance.people()[edge.person].unit;
    let has = |pair: &Pair| edges.iter().any(|edge| edge.pair() == *pair);
    instance.forbidden().iter().all(|row| !has(&row.pair))
        && edges.iter().all(|e| count(&|other| other.need == e.need) <= instance.needs()[e.need].posts)
        && edges.iter().all(|e| count(&|other| other.person == e.person) <= instance.person_capacity())
        && edges.iter().all(|e| {
            let limit = instance.unit_limit(e.person);
            limit.is_none_or(|(unit, limit)| count(&|other| unit_of(other) == Some(unit)) <= limit)
        })
}

#[test]
fn a_plan_is_the_best_of_all_plans_and_its_certificate_proves_it() {
    let mut stream = Stream(1);
    let (mut feasible, mut contradictory) = (0, 0);
    for _ in 0..INSTANCES {
        let instance = instance(stream.draft());
        match (solve(&instance), best_by_force(&instance)) {
            (Ok(plan), Some(best)) => {
                feasible += 1;
                assert_eq!(totals(&plan), best, "{instance:?}");
                assert_eq!(check(&instance, &plan), []);
            }
            (Err(infeasible), None) => {
                contradictory += 1;
                assert!(!infeasible.causes.is_empty());
            }
            (solved, best) => panic!("solver {solved:?}, by force {best:?}: {instance:?}"),
        }
    }
    assert!(feasible > 5_000 && contradictory > 1_000, "{feasible} feasible, {contradictory} contradictory");
}

#[test]
fn a_price_is_the_loss_of_the_best_plan_that_has_the_pair() {
    let mut stream = Stream(2);
    let mut priced = 0;
    for _ in 0..INSTANCES {
        let draft = stream.draft();
        let instance = instance(draft.clone());
        let Ok(plan) = solve(&instance) else { continue };
        for edge in draft.edges.iter().filter(|edge| !draft.frozen.contains(&edge.pair())) {
            let mut forced = draft.clone();
            forced.frozen.push(edge.pair());
            let loss = solve(&self::instance(forced)).ok().map(|other| loss(&plan, &other));
            assert_eq!(price_of(&instance, &plan, edge.pair()).ok(), loss, "{edge:?} in {instance:?}");
            assert_eq!(
                prices_of(&instance, &plan, &[edge.pair(), edge.pair()]),
                [price_of(&instance, &plan, edge.pair()); 2]
            );
            priced += usize::from(loss.is_some_and(|loss| loss > Loss::default()));
        }
    }
    assert!(priced > 3_000, "{priced}");
}

#[test]
fn a_starved_need_names_a_cause_that_dissolves_without_any_other_of_its_needs() {
    let mut stream = Stream(3);
    let mut shortages = 0;
    for _ in 0..INSTANCES {
        let mut draft = stream.draft();
        draft.frozen.clear();
        let instance = instance(draft.clone());
        let plan = solve(&instance).expect("nothing is frozen");
        for starved in starved(&instance, &plan) {
            let StarvedCause::Shortage { needs, posts, .. } = &starved.cause else { continue };
            shortages += 1;
            let filled_without = |left_out: Option<usize>| {
                let wanted = |n: usize| wanted_posts(&plan, &starved, needs, left_out, n);
                let wanted: Vec<u32> = (0..draft.needs.len()).map(wanted).collect();
                (most_filled(&draft, &wanted), wanted.iter().sum::<u32>() as usize)
            };
            assert_eq!(filled_without(None), (*posts - 1, *posts), "the needs want one more than there is: {draft:?}");
            for other in needs.iter().filter(|other| **other != starved.need) {
                let (filled, wanted) = filled_without(Some(*other));
                assert_eq!(filled, wanted, "without {other} the rest is filled: {draft:?}");
            }
        }
    }
    assert!(shortages > 1_000, "{shortages}");
}

fn wanted_posts(plan: &Plan, starved: &Starved, needs: &[usize], left_out: Option<usize>, need: usize) -> u32 {
    if !needs.contains(&need) || left_out == Some(need) {
        return 0;
    }
    let filled = plan.pushes.iter().filter(|pair| pair.need == need).count() as u32;
    filled + u32::from(need == starved.need)
}

/// Most posts that can be filled when weights do not matter.
fn most_filled(draft: &Draft, posts: &[u32]) -> usize {
    let mut draft = draft.clone();
    draft.needs.iter_mut().zip(posts).for_each(|(need, posts)| need.posts = *posts);
    for edge in &mut draft.edges {
        *edge = Edge::new(edge.need, edge.person, 1);
    }
    solve(&instance(draft)).expect("nothing is frozen").pushes.len()
}

#[test]
fn the_loss_of_a_starved_need_is_the_price_of_its_cheapest_candidate() {
    let mut stream = Stream(4);
    let mut with_loss = 0;
    for _ in 0..INSTANCES {
        let instance = instance(stream.draft());
        let Ok(plan) = solve(&instance) else { continue };
        for starved in starved(&instance, &plan) {
            let open = instance.edges_of(starved.need).iter().filter(|edge| !plan.pushes.contains(&edge.pair()));
            let kept = |edge: &Edge| filling_price(&instance, &plan, edge);
            assert_eq!(starved.loss, open.filter_map(kept).min(), "{starved:?} {instance:?}");
            with_loss += usize::from(starved.loss.is_some());
        }
    }
    assert!(with_loss > 1_500, "{with_loss}");
}

/// The price of a pair that is added to the need's own pushes instead of taking the place of one.
fn filling_price(instance: &Instance, plan: &Plan, edge: &Edge) -> Option<Loss> {
    let mut draft = draft_of(instance);
    let held = plan.pushes.iter().filter(|pair| pair.need == edge.need).count() as u32;
    draft.needs[edge.need].posts = held + 1;
    draft.frozen.push(edge.pair());
    let others = |draft: &Draft| draft.edges.iter().filter(|e| e.need == edge.need).map(Edge::pair).collect::<Vec<_>>();
    let choices = subsets(&others(&draft), held as usize + 1);
    let totals = choices.into_iter().filter_map(|choice| {
        let mut forced = draft.clone();
        forced.frozen.retain(|pair| pair.need != edge.need);
        let keeps = instance.frozen().iter().filter(|pair| pair.need == edge.need).all(|pair| choice.contains(pair));
        forced.frozen.extend(choice);
        keeps.then(|| solve(&self::instance(forced)).ok()).flatten().map(|other| loss(plan, &other))
    });
    totals.min()
}

fn subsets(pairs: &[Pair], size: usize) -> Vec<Vec<Pair>> {
    let sets = (0_u32..1 << pairs.len()).filter(|set| set.count_ones() as usize == size);
    sets.map(|set| pairs.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, pair)| *pair).collect())
        .collect()
}

fn draft_of(instance: &Instance) -> Draft {
    Draft {
        needs: instance.needs().to_vec(),
        people: instance.people().to_vec(),
        units: instance.units().to_vec(),
        edges: instance.edges().to_vec(),
        forbidden: instance.forbidden().to_vec(),
        frozen: instance.frozen().to_vec(),
        person_capacity: instance.person_capacity(),
        alternates_per_need: instance.alternates_per_need(),
    }
}

#[test]
fn every_pair_left_out_has_a_rival_or_limit_that_stands_there() {
    let mut stream = Stream(5);
    for _ in 0..INSTANCES {
        let instance = instance(stream.draft());
        let Ok(plan) = solve(&instance) else { continue };
        for edge in instance.edges() {
            let pushed = |pair: Pair| plan.pushes.contains(&pair);
            let merit = |person| instance.edge(Pair { person, ..edge.pair() }).map(Edge::merit);
            let stands = match rival(&instance, &plan, edge.pair()) {
                Rival::Chosen => pushed(edge.pair()),
                Rival::NotCandidate => false,
                Rival::Forbidden(_) => instance.forbidden().iter().any(|row| row.pair == edge.pair()),
                Rival::NoPosts => instance.needs()[edge.need].posts == 0,
                Rival::Better(people) => people.iter().all(|p| merit(*p) >= Some(edge.merit()) && !people.is_empty()),
                Rival::Taken(needs) => {
                    needs.iter().all(|n| pushed(Pair { need: *n, ..edge.pair() })) && !needs.is_empty()
                }
                Rival::UnitFull(unit) => {
                    let of_unit = |pair: &&Pair| instance.people()[pair.person].unit == Some(unit);
                    let limit = instance.unit_limit(edge.person).expect("a full unit has a limit").1;
                    plan.pushes.iter().filter(of_unit).count() as u32 == limit
                }
                Rival::Frozen(people) => people.iter().any(|p| instance.is_frozen(Pair { person: *p, ..edge.pair() })),
            };
            assert!(stands, "{edge:?} {:?} {instance:?}", rival(&instance, &plan, edge.pair()));
        }
    }
}

proptest! {
    #[test]
    fn shuffled_input_gives_the_same_report(seed in any::<u64>()) {
        let mut stream = Stream(seed);
        let draft = stream.draft();
        let shuffled = shuffled(&mut stream, &draft);
        let (one, other) = (instance(draft), instance(shuffled));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(solve(&one), solve(&other));
    }

    #[test]
    fn more_capacity_never_lowers_the_best_total(seed in any::<u64>()) {
        let mut stream = Stream(seed);
        let draft = stream.draft();
        let Ok(plan) = solve(&instance(draft.clone())) else { return Ok(()) };
        for larger in with_more_capacity(&draft) {
            let more = solve(&instance(larger)).expect("more room contradicts nothing");
            prop_assert!(totals(&more) >= totals(&plan));
        }
    }
}

/// The same draft with every list in another order and every index following.
fn shuffled(stream: &mut Stream, draft: &Draft) -> Draft {
    let mut order = |count: usize| {
        let mut order: Vec<usize> = (0..count).collect();
        stream.shuffle(&mut order);
        order
    };
    let (needs, people, units) = (order(draft.needs.len()), order(draft.people.len()), order(draft.units.len()));
    let new_at =
        |order: &[usize], old: usize| order.iter().position(|at| *at == old).expect("every old index is there");
    let moved = |pair: Pair| Pair { need: new_at(&needs, pair.need), person: new_at(&people, pair.person) };
    let mut result = draft.clone();
    result.needs = needs.iter().map(|at| draft.needs[*at].clone()).collect();
    result.people = people.iter().map(|at| draft.people[*at].clone()).collect();
    result.people.iter_mut().for_each(|person| person.unit = person.unit.map(|unit| new_at(&units, unit)));
    result.units = units.iter().map(|at| draft.units[*at].clone()).collect();
    for edge in &mut result.edges {
        let Pair { need, person } = moved(edge.pair());
        (edge.need, edge.person) = (need, person);
    }
    result.forbidden.iter_mut().for_each(|row| row.pair = moved(row.pair));
    result.frozen.iter_mut().for_each(|pair| *pair = moved(*pair));
    stream.shuffle(&mut result.edges);
    stream.shuffle(&mut result.forbidden);
    stream.shuffle(&mut result.frozen);
    result
}

fn with_more_capacity(draft: &Draft) -> Vec<Draft> {
    let mut larger = vec![Draft { person_capacity: draft.person_capacity + 1, ..draft.clone() }];
    for need in 0..draft.needs.len() {
        larger.push(draft.clone());
        larger.last_mut().expect("just pushed").needs[need].posts += 1;
    }
    for unit in 0..draft.units.len() {
        larger.push(draft.clone());
        let limit = &mut larger.last_mut().expect("just pushed").units[unit].pushes_max;
        *limit = limit.map(|limit| limit + 1);
    }
    larger
}

/// Two needs, three people of one team at one unit with room for two; p1 is best for both needs.
fn contested() -> Draft {
    let person = |id: &str| Person { id: id.into(), unit: Some(0), team: "石墨烯团队".into() };
    Draft {
        needs: vec![need("n1", 1), need("n2", 1)],
        people: vec![person("p1"), person("p2"), person("p3")],
        units: vec![Unit { id: "u1".into(), pushes_max: Some(2) }],
        edges: vec![
            Edge::new(0, 0, 90),
            Edge::new(0, 1, 80),
            Edge::new(0, 2, 10),
            Edge::new(1, 0, 70),
            Edge::new(1, 2, 20),
        ],
        ..Draft::default()
    }
}

fn reasons(draft: Draft) -> Vec<String> {
    let instance = instance(draft);
    let plan = solve(&instance).expect("a plan");
    assert_eq!(check(&instance, &plan), []);
    let report = report(&instance, &plan);
    let line = |line: &PlanLine| {
        let PlanLine { need_id, person_id, role, order, weight, reason, .. } = line;
        format!("{need_id} {person_id} {role:?} {order} {weight}: {reason}")
    };
    let unfilled = |line: &UnfilledLine| line.reason.clone();
    report.pairs.iter().map(line).chain(report.unfilled.iter().map(unfilled)).collect()
}

#[test]
fn a_report_names_the_rival_of_a_better_candidate_and_marks_shared_alternates() {
    insta::assert_debug_snapshot!(reasons(contested()), @r#"
    [
        "n1 p2 Push 1 80: 排序在前的 p1（等级分 90）未选：已推送至需求 n2（等级分 70）；如改选，等级分合计将减少 40",
        "n1 p3 Alternate 1 10: 第 1 候补；同时在 2 个需求候补，只能递补其一",
        "n2 p1 Push 1 70: 没有排序在前而未选的候选人",
        "n2 p3 Alternate 1 20: 第 1 候补；同时在 2 个需求候补，只能递补其一",
    ]
    "#);
}

#[test]
fn a_line_of_the_file_has_the_documented_fields() {
    let mut draft = contested();
    draft.edges[2] = Edge { preference: 2, score: Score::from_millionths(305_000), ..Edge::new(0, 2, 10) };
    let instance = instance(draft);
    let report = report(&instance, &solve(&instance).expect("a plan"));
    let line = serde_json::to_string(&report.pairs[1]).expect("a line");
    insta::assert_snapshot!(line, @r#"{"need_id":"n1","person_id":"p3","role":"alternate","order":1,"weight":10,"preference":2,"score":0.305,"reason":"第 1 候补；同时在 2 个需求候补，只能递补其一"}"#);
}

#[test]
fn a_full_unit_is_the_cause_of_a_starved_need_and_the_way_out_is_named() {
    let mut draft = contested();
    draft.units[0].pushes_max = Some(1);
    insta::assert_debug_snapshot!(reasons(draft), @r#"
    [
        "n1 p1 Push 1 90: 没有排序在前而未选的候选人",
        "n1 p2 Alternate 1 80: 第 1 候补",
        "n1 p3 Alternate 2 10: 第 2 候补",
        "需求 n2 有 1 个岗位尚无人选：2 个需求（n1、n2）共需 2 人，可用名额只有 1 个（派出单位 u1 已达推送上限 1 人）；请增加候选人、减少岗位或提高单位推送上限；如优先保证该需求，等级分合计将减少 20",
    ]
    "#);
}

#[test]
fn three_needs_with_two_candidates_are_told_so_by_name() {
    let mut draft = contested();
    draft.units[0].pushes_max = None;
    draft.people.truncate(2);
    draft.needs.push(need("n3", 1));
    draft.edges = vec![Edge::new(0, 0, 9), Edge::new(0, 1, 8), Edge::new(1, 0, 7), Edge::new(2, 1, 6)];
    insta::assert_debug_snapshot!(reasons(draft), @r#"
    [
        "n1 p2 Push 1 8: 排序在前的 p1（等级分 9）未选：已推送至需求 n2（等级分 7）；如改选，各项合计均不变",
        "n2 p1 Push 1 7: 没有排序在前而未选的候选人",
        "需求 n3 有 1 个岗位尚无人选：3 个需求（n1、n2、n3）共需 3 人，可用名额只有 2 个（可推送的候选人 p1、p2 均已安排）；请增加候选人或减少岗位；如优先保证该需求，各项合计均不变",
    ]
    "#);
}

#[test]
fn needs_without_candidates_with_forbidden_ones_and_too_dear_ones_say_which() {
    let mut draft = contested();
    draft.needs.extend([need("n3", 1), need("n4", 1)]);
    draft.edges = vec![Edge::new(0, 0, 90), Edge::new(0, 1, 1), Edge::new(1, 0, 70), Edge::new(2, 2, 5)];
    draft.forbidden = vec![Forbidden { pair: Pair { need: 2, person: 2 }, reason: "本人持有企业股权".into() }];
    insta::assert_debug_snapshot!(reasons(draft), @r#"
    [
        "n1 p1 Push 1 90: 没有排序在前而未选的候选人",
        "n1 p2 Alternate 1 1: 第 1 候补",
        "需求 n2 有 1 个岗位尚无人选：候选人或单位推送名额已用于其他需求，改用于此合计不会更高；如优先保证该需求，等级分合计将减少 19",
        "需求 n3 有 1 个岗位尚无人选：1 名候选人均依规不能推送，其中 1 名的原因是：本人持有企业股权",
        "需求 n4 有 1 个岗位尚无人选：没有相关的候选人；请补充需求内容，或增加科技人员",
    ]
    "#);
}

#[test]
fn of_several_reasons_that_forbid_everybody_the_most_frequent_is_named() {
    let mut draft = contested();
    draft.edges = vec![Edge::new(0, 0, 9), Edge::new(0, 1, 8), Edge::new(0, 2, 7)];
    let forbid = |person, reason: &str| Forbidden { pair: Pair { need: 0, person }, reason: reason.into() };
    draft.forbidden = vec![forbid(0, "甲"), forbid(1, "乙"), forbid(2, "乙")];
    let reasons = reasons(draft);
    assert!(reasons[0].ends_with("3 名候选人均依规不能推送，其中 2 名的原因是：乙"), "{reasons:?}");
}

#[test]
fn a_frozen_pair_stays_and_is_named_as_frozen() {
    let mut draft = contested();
    draft.frozen = vec![Pair { need: 0, person: 2 }];
    insta::assert_debug_snapshot!(reasons(draft), @r#"
    [
        "n1 p3 Push 1 10: 已冻结，重新计算时保留",
        "n1 p2 Alternate 1 80: 第 1 候补",
        "n2 p1 Push 1 70: 没有排序在前而未选的候选人",
    ]
    "#);
}

#[test]
fn every_contradiction_among_frozen_pairs_is_named_at_once() {
    let mut draft = contested();
    draft.units[0].pushes_max = Some(1);
    draft.frozen = vec![Pair { need: 0, person: 0 }, Pair { need: 0, person: 1 }, Pair { need: 1, person: 0 }];
    draft.forbidden = vec![Forbidden { pair: Pair { need: 1, person: 0 }, reason: "本人持有企业股权".into() }];
    let instance = instance(draft);
    let infeasible = solve(&instance).expect_err("frozen pairs contradict each other");
    let causes: Vec<String> = infeasible.causes.iter().map(|cause| cause.in_chinese(&instance)).collect();
    insta::assert_debug_snapshot!(causes, @r#"
    [
        "已冻结的配对 n2–p1 不得选择：本人持有企业股权；请解除冻结",
        "需求 n1 冻结了 2 人，岗位只有 1 个；请解除部分冻结或增加岗位",
        "人员 p1 冻结在 2 个需求上，最多 1 个；请只保留 1 个",
        "派出单位 u1 冻结了 3 人，推送上限 1 人；请解除部分冻结或提高上限",
    ]
    "#);
}

#[test]
fn a_preference_breaks_a_tie_and_never_overrules_a_weight() {
    let mut draft = contested();
    draft.edges = vec![Edge::new(0, 0, 50), Edge { preference: 1, ..Edge::new(0, 1, 50) }];
    let plan = solve(&instance(draft.clone())).expect("a plan");
    assert_eq!(plan.pushes, [Pair { need: 0, person: 1 }]);
    draft.edges = vec![Edge::new(0, 0, 50), Edge { preference: PREFERENCE_MAX, ..Edge::new(0, 1, 49) }];
    let plan = solve(&instance(draft)).expect("a plan");
    assert_eq!(plan.pushes, [Pair { need: 0, person: 0 }]);
}

#[test]
fn a_score_breaks_a_tie_and_never_overrules_a_preference() {
    let mut draft = contested();
    let scored = |person, preference, millionths| Edge {
        preference,
        score: Score::from_millionths(millionths),
        ..Edge::new(0, person, 3)
    };
    let pushed = |draft: Draft| solve(&instance(draft)).expect("a plan").pushes[0].person;
    draft.edges = vec![scored(0, 1, 400_000), scored(1, 1, 400_001)];
    assert_eq!(pushed(draft.clone()), 1);
    draft.edges = vec![scored(0, 1, 0), scored(1, 0, SCORE_MAX.millionths())];
    assert_eq!(pushed(draft), 0);
}

#[test]
fn a_price_names_the_first_digit_that_a_change_costs() {
    let price_in_words = |other: Edge| {
        let mut draft = contested();
        draft.edges = vec![Edge { preference: 2, score: Score::from_millionths(500_000), ..Edge::new(0, 0, 3) }, other];
        let instance = instance(draft);
        let plan = solve(&instance).expect("a plan");
        price_of(&instance, &plan, Pair { need: 0, person: 1 }).map(|loss| loss.in_chinese())
    };
    let other = |weight, preference, millionths| Edge {
        preference,
        score: Score::from_millionths(millionths),
        ..Edge::new(0, 1, weight)
    };
    let words = [other(2, 3, 900_000), other(3, 0, 900_000), other(3, 2, 400_000), other(3, 2, 500_000)];
    insta::assert_debug_snapshot!(words.map(price_in_words), @r#"
    [
        Ok(
            "等级分合计将减少 1",
        ),
        Ok(
            "等级分合计不变，优先分合计将减少 2",
        ),
        Ok(
            "等级分、优先分合计不变，得分合计将减少 0.100000",
        ),
        Ok(
            "各项合计均不变",
        ),
    ]
    "#);
}

#[test]
fn a_deputy_of_the_pushed_person_comes_first_among_equal_alternates() {
    let mut draft = contested();
    draft.people[1].team.clear();
    draft.edges = vec![Edge::new(0, 0, 90), Edge::new(0, 1, 50), Edge::new(0, 2, 50)];
    let plan = solve(&instance(draft.clone())).expect("a plan");
    let order = |plan: &Plan| plan.alternates[0].iter().map(|alternate| alternate.person).collect::<Vec<_>>();
    assert_eq!(order(&plan), [2, 1]);
    draft.edges[1].score = Score::from_millionths(1);
    let plan = solve(&instance(draft.clone())).expect("a plan");
    assert_eq!(order(&plan), [2, 1], "the team goes before a better score");
    draft.edges[1].preference = 1;
    let plan = solve(&instance(draft.clone())).expect("a plan");
    assert_eq!(order(&plan), [1, 2], "a preference of the policy goes before the team");
    draft.edges[2].weight = 51;
    let plan = solve(&instance(draft)).expect("a plan");
    assert_eq!(order(&plan), [2, 1], "a better weight goes before both");
}

#[test]
fn alternates_stop_at_their_number() {
    for (most, expected) in [(0, 0), (1, 1), (2, 2), (3, 2)] {
        let mut draft = Draft { alternates_per_need: most, ..contested() };
        draft.edges.truncate(3);
        let plan = solve(&instance(draft)).expect("a plan");
        assert_eq!(plan.alternates[0].len(), expected);
    }
}

type Change<'a> = &'a dyn Fn(&mut Plan);

/// A plan with one of each kind of change, and the code that must answer it.
#[test]
fn the_checker_refuses_every_kind_of_changed_plan() {
    let mut draft = contested();
    draft.forbidden = vec![Forbidden { pair: Pair { need: 1, person: 2 }, reason: "本人持有企业股权".into() }];
    draft.frozen = vec![Pair { need: 1, person: 0 }];
    let instance = instance(draft);
    let right = solve(&instance).expect("a plan");
    assert_eq!(check(&instance, &right), []);
    let pair = |need, person| Pair { need, person };
    let changes: [(&str, Change); 23] = [
        ("plan.list_length", &|plan| plan.certificate.people.truncate(1)),
        ("plan.list_length", &|plan| plan.alternates.push(Vec::new())),
        ("plan.pair_unknown", &|plan| plan.pushes.push(pair(9, 0))),
        ("plan.pair_unknown", &|plan| plan.alternates[0].push(Alternate { person: 9, waits_at: 1 })),
        ("plan.pair_repeated", &|plan| plan.pushes.push(pair(1, 0))),
        ("plan.frozen_missing", &|plan| plan.pushes.retain(|push| *push != pair(1, 0))),
        ("plan.not_candidate", &|plan| plan.pushes.push(pair(1, 1))),
        ("plan.forbidden", &|plan| plan.pushes.push(pair(1, 2))),
        ("plan.over_posts", &|plan| plan.pushes.push(pair(0, 2))),
        ("plan.over_person", &|plan| plan.pushes.push(pair(0, 0))),
        ("plan.over_unit", &|plan| plan.pushes.push(pair(0, 2))),
        ("plan.total", &|plan| plan.total_weight += 1),
        ("plan.total", &|plan| plan.total_preference += 1),
        ("plan.total", &|plan| plan.total_score = Score::from_millionths(1)),
        ("plan.scale", &|plan| plan.certificate.scale.weight = 0),
        ("plan.scale", &|plan| plan.certificate.scale.preference = 0),
        ("plan.price_negative", &|plan| plan.certificate.needs[0] = -1),
        ("plan.not_proven", &|plan| plan.certificate.people[1] += 1),
        ("plan.not_proven", &|plan| plan.pushes[0] = pair(0, 2)),
        ("plan.not_proven", &|plan| plan.certificate.people[1] = Value::MAX),
        ("plan.not_proven", &|plan| plan.certificate.scale.weight = Value::MAX),
        ("plan.alternate_taken", &|plan| plan.alternates[0][0].person = 1),
        ("plan.alternate_count", &|plan| plan.alternates[0][0].waits_at += 1),
    ];
    for (code, change) in changes {
        let mut plan = right.clone();
        change(&mut plan);
        let found = check(&instance, &plan);
        assert!(codes(&found).contains(&code), "{code} expected, found {found:?}");
    }
}

#[test]
fn the_checker_refuses_wrong_lists_of_alternates() {
    let mut draft = contested();
    draft.alternates_per_need = 2;
    draft.people.push(Person::new("p4", Some(1)));
    draft.people.push(Person::new("p5", None));
    draft.units.push(Unit { id: "u2".into(), pushes_max: Some(0) });
    draft.units.push(Unit { id: "u3".into(), pushes_max: None });
    draft.edges.extend([Edge::new(0, 3, 30), Edge::new(0, 4, 40)]);
    let instance = instance(draft);
    let right = solve(&instance).expect("a plan");
    assert_eq!(right.alternates[0].iter().map(|a| a.person).collect::<Vec<_>>(), [4, 2]);
    let changes: [(&str, Change); 5] = [
        ("plan.alternates_many", &|plan| plan.alternates[0].push(Alternate { person: 3, waits_at: 1 })),
        ("plan.alternates_order", &|plan| plan.alternates[0].swap(0, 1)),
        ("plan.alternate_repeated", &|plan| plan.alternates[0][1].person = 4),
        ("plan.alternate_unit", &|plan| plan.alternates[0][0].person = 3),
        ("plan.price_without_limit", &|plan| plan.certificate.units[2] = 1),
    ];
    for (code, change) in changes {
        let mut plan = right.clone();
        change(&mut plan);
        let found = check(&instance, &plan);
        assert!(codes(&found).contains(&code), "{code} expected, found {found:?}");
    }
}

#[test]
fn the_checker_passes_the_best_plans_by_force_and_no_others() {
    let mut stream = Stream(6);
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..INSTANCES {
        let instance = instance(stream.draft());
        let Ok(plan) = solve(&instance) else { continue };
        let is_pushed = |edge: &&Edge| plan.pushes.contains(&edge.pair());
        let changed: Vec<Edge> =
            instance.edges().iter().filter(|edge| is_pushed(edge) != (stream.below(8) == 0)).copied().collect();
        let has = |pair: &Pair| changed.iter().any(|edge| edge.pair() == *pair);
        let is_allowed = instance.frozen().iter().all(has) && is_within_limits(&instance, &changed);
        let changed = changed.iter().map(Edge::pair).collect();
        let changed = finished(&instance, changed, plan.certificate.clone());
        let is_best = is_allowed && Some(totals(&changed)) == best_by_force(&instance);
        assert_eq!(check(&instance, &changed).is_empty(), is_best, "{changed:?} {instance:?}");
        *(if is_best { &mut passed } else { &mut refused }) += 1;
    }
    assert!(passed > 1_000 && refused > 1_000, "{passed} passed, {refused} refused");
}

#[test]
fn a_draft_reports_every_problem_at_once() {
    let mut draft = contested();
    draft.needs.push(need("n1", 1));
    draft.people.push(Person::new("", Some(7)));
    draft.edges.extend([Edge::new(0, 0, 5), Edge::new(8, 0, 5), Edge::new(0, 9, 5), Edge::new(1, 1, 0)]);
    let score = Score::from_millionths(SCORE_MAX.millionths() + 1);
    draft.edges.push(Edge { preference: PREFERENCE_MAX + 1, score, ..Edge::new(2, 1, 1) });
    draft.frozen = vec![Pair { need: 2, person: 2 }, Pair { need: 0, person: 0 }, Pair { need: 0, person: 0 }];
    draft.forbidden = vec![Forbidden { pair: Pair { need: 3, person: 0 }, reason: String::new() }];
    let problems = Instance::new(draft).expect_err("much is wrong");
    let lines: Vec<String> = problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect();
    insta::assert_debug_snapshot!(lines, @r#"
    [
        "plan.edge_preference 配对 n1–p2 的优先分为 16，应为 0 至 15",
        "plan.edge_repeated 配对 n1–p1 重复给出，只应给出一次",
        "plan.edge_score 配对 n1–p2 的得分为 1000.000001，应为 0 至 1000.000000",
        "plan.edge_weight 配对 n2–p2 的等级分为 0，应为 1 至 1000000000 的整数",
        "plan.frozen_repeated 配对 n1–p1 重复冻结，只应给出一次",
        "plan.frozen_without_edge 配对 n1–p3 已冻结，但不在候选配对中；请一并给出其等级分",
        "plan.id_empty 第 4 个人员没有编号",
        "plan.id_repeated 需求编号 n1 重复：第 1 个与第 3 个",
        "plan.index_unknown 人员  的派出单位序号 7 不存在，共有 1 个",
        "plan.index_unknown 配对的人员序号 9 不存在，共有 4 个",
        "plan.index_unknown 配对的需求序号 3 不存在，共有 3 个",
        "plan.index_unknown 配对的需求序号 8 不存在，共有 3 个",
    ]
    "#);
}

#[test]
fn weights_are_taken_from_one_to_their_bound() {
    let codes_at = |weight| {
        let mut draft = contested();
        draft.edges[0].weight = weight;
        Instance::new(draft).err().map(|problems| problems[0].code)
    };
    assert_eq!(
        [0, 1, WEIGHT_MAX, WEIGHT_MAX + 1].map(codes_at),
        [Some("plan.edge_weight"), None, None, Some("plan.edge_weight")]
    );
}

#[test]
fn scores_are_taken_up_to_their_bound() {
    let codes_at = |millionths| {
        let mut draft = contested();
        draft.edges[0].score = Score::from_millionths(millionths);
        Instance::new(draft).err().map(|problems| problems[0].code)
    };
    let most = SCORE_MAX.millionths();
    assert_eq!([most - 1, most, most + 1].map(codes_at), [None, None, Some("plan.edge_score")]);
}

#[test]
fn preferences_are_taken_up_to_their_bound() {
    let codes_at = |preference| {
        let mut draft = contested();
        draft.edges[0].preference = preference;
        Instance::new(draft).err().map(|problems| problems[0].code)
    };
    assert_eq!(
        [PREFERENCE_MAX - 1, PREFERENCE_MAX, PREFERENCE_MAX + 1].map(codes_at),
        [None, None, Some("plan.edge_preference")]
    );
}

#[test]
fn posts_are_taken_up_to_their_bound_and_still_solved_exactly() {
    let solved_at = |posts: u64| {
        let mut draft = contested();
        draft.needs[0].posts = u32::try_from(posts - 1).expect("a small number");
        draft.edges[0] = Edge { preference: PREFERENCE_MAX, score: SCORE_MAX, ..Edge::new(0, 0, WEIGHT_MAX) };
        let instance = Instance::new(draft).map_err(|problems| problems[0].code)?;
        let plan = solve(&instance).expect("a plan");
        assert_eq!(check(&instance, &plan), []);
        Ok(plan.total_weight)
    };
    let best = Ok(WEIGHT_MAX + 80);
    let bounds = [POSTS_TOTAL_MAX - 1, POSTS_TOTAL_MAX, POSTS_TOTAL_MAX + 1];
    assert_eq!(bounds.map(solved_at), [best, best, Err("plan.posts_total")]);
}

#[test]
fn pairs_are_taken_up_to_their_bound() {
    let codes_at = |count: usize| {
        let people = EDGES_MAX / 1_000 + 1;
        let draft = Draft {
            needs: (0..1_000).map(|n| need(&format!("n{n}"), 1)).collect(),
            people: (0..people).map(|p| Person::new(&format!("p{p}"), None)).collect(),
            edges: (0..count).map(|at| Edge::new(at % 1_000, at / 1_000, 1)).collect(),
            ..Draft::default()
        };
        Instance::new(draft).err().map(|problems| problems[0].code)
    };
    assert_eq!([EDGES_MAX - 1, EDGES_MAX, EDGES_MAX + 1].map(codes_at), [None, None, Some("plan.edges_total")]);
}

#[test]
fn an_empty_round_has_an_empty_plan() {
    let instance = instance(Draft::default());
    let plan = solve(&instance).expect("a plan");
    assert_eq!(check(&instance, &plan), []);
    let empty = PlanReport {
        total_weight: 0,
        total_preference: 0,
        total_score: Score::default(),
        pairs: Vec::new(),
        unfilled: Vec::new(),
    };
    assert_eq!(report(&instance, &plan), empty);
}
