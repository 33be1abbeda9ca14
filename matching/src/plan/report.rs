//! The plan as lines of a file and sentences for people.
//!
//! `match --plan F.jsonl` writes one [`PlanLine`] a line, by need, pushes before alternates:
//!
//! ```json
//! {"need_id":"n1","person_id":"p2","role":"push","order":1,"weight":3,"preference":0,"score":0.412,"reason":"排序在前的 p1（等级分 3、优先分 2、得分 0.398）未选：已推送至需求 n2（等级分 3、优先分 2、得分 0.521）；如改选，等级分合计将减少 1"}
//! {"need_id":"n1","person_id":"p3","role":"alternate","order":1,"weight":2,"preference":2,"score":0.305,"reason":"第 1 候补；同时在 2 个需求候补，只能递补其一"}
//! ```
//!
//! Needs that stay open are in [`PlanReport::unfilled`], outside the file.

use std::cmp::Reverse;

use serde::Serialize;

use super::alternates::Alternate;
use super::cause::starved;
use super::problem::{Edge, Instance, Pair};
use super::residual::Residual;
use super::rival::{price_with, rival};
use super::solver::Plan;
use super::value::edge_in_chinese;
use crate::score::Score;

/// A plan for people and files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanReport {
    /// Sum of the weights of all pushes.
    pub total_weight: i64,
    /// Sum of their preferences.
    pub total_preference: i64,
    /// Sum of their scores.
    pub total_score: Score,
    /// One line per push and per alternate.
    pub pairs: Vec<PlanLine>,
    /// Needs with open posts.
    pub unfilled: Vec<UnfilledLine>,
}

/// One line of the plan file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanLine {
    /// The need.
    pub need_id: String,
    /// The person.
    pub person_id: String,
    /// Pushed, or in waiting.
    pub role: Role,
    /// From 1 within need and role, best first.
    pub order: usize,
    /// What the level of relevance adds (等级分).
    pub weight: i64,
    /// What decides between equal weights (优先分).
    pub preference: u8,
    /// What decides between those still equal (得分).
    pub score: Score,
    /// Why no better candidate was chosen, or what an alternate waits for.
    pub reason: String,
}

/// What a person is to a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Goes to the person's unit now.
    Push,
    /// Moves up when a push is refused or not answered.
    Alternate,
}

/// A need with open posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnfilledLine {
    /// The need.
    pub need_id: String,
    /// Posts left open.
    pub open_posts: u32,
    /// The smallest cause and the ways out.
    pub reason: String,
}

/// The report of a plan that [`super::check`] accepts.
pub fn report(instance: &Instance, plan: &Plan) -> PlanReport {
    let mut residual = Residual::of_plan(instance, plan);
    let mut pairs = Vec::with_capacity(plan.pushes.len());
    let mut rest = plan.pushes.as_slice();
    for (need, alternates) in plan.alternates.iter().enumerate() {
        let (own, others) = rest.split_at(rest.partition_point(|pair| pair.need == need));
        rest = others;
        push_lines(instance, plan, &mut residual, own, &mut pairs);
        let lines =
            alternates.iter().enumerate().map(|(index, alternate)| alternate_line(instance, need, index, *alternate));
        pairs.extend(lines);
    }
    let unfilled = starved(instance, plan).into_iter().map(|starved| UnfilledLine {
        need_id: instance.needs()[starved.need].id.clone(),
        open_posts: starved.open_posts,
        reason: starved.in_chinese(instance),
    });
    let Plan { total_weight, total_preference, total_score, .. } = *plan;
    PlanReport { total_weight, total_preference, total_score, pairs, unfilled: unfilled.collect() }
}

fn push_lines(instance: &Instance, plan: &Plan, residual: &mut Residual, own: &[Pair], lines: &mut Vec<PlanLine>) {
    let mut edges: Vec<&Edge> = own.iter().filter_map(|pair| instance.edge(*pair)).collect();
    edges.sort_by_key(|edge| (Reverse(edge.merit()), edge.person));
    for (index, edge) in edges.into_iter().enumerate() {
        let reason = push_reason(instance, plan, residual, edge);
        lines.push(line(instance, edge, Role::Push, index, reason));
    }
}

/// Names the best candidate above the chosen one, and what kept that person out.
fn push_reason(instance: &Instance, plan: &Plan, residual: &mut Residual, chosen: &Edge) -> String {
    if instance.is_frozen(chosen.pair()) {
        return "已冻结，重新计算时保留".into();
    }
    let is_out = |edge: &&Edge| edge.merit() > chosen.merit() && plan.pushes.binary_search(&edge.pair()).is_err();
    let better = instance.edges_of(chosen.need).iter().filter(is_out);
    let Some(better) = better.max_by_key(|edge| (edge.merit(), Reverse(edge.person))) else {
        return "没有排序在前而未选的候选人".into();
    };
    let cause = rival(instance, plan, better.pair()).in_chinese(instance, better.pair());
    let price = price_with(residual, instance, better.pair());
    let price = price.map_or(String::new(), |loss| format!("；如改选，{}", loss.in_chinese()));
    let (id, merit) = (&instance.people()[better.person].id, edge_in_chinese(better));
    format!("排序在前的 {id}（{merit}）未选：{cause}{price}")
}

fn alternate_line(instance: &Instance, need: usize, index: usize, alternate: Alternate) -> PlanLine {
    let pair = Pair { need, person: alternate.person };
    let edge = instance.edge(pair).expect("an alternate is a candidate");
    let shared = match alternate.waits_at {
        0 | 1 => String::new(),
        needs => format!("；同时在 {needs} 个需求候补，只能递补其一"),
    };
    let reason = format!("第 {} 候补{shared}", index + 1);
    line(instance, edge, Role::Alternate, index, reason)
}

fn line(instance: &Instance, edge: &Edge, role: Role, index: usize, reason: String) -> PlanLine {
    PlanLine {
        need_id: instance.needs()[edge.need].id.clone(),
        person_id: instance.people()[edge.person].id.clone(),
        role,
        order: index + 1,
        weight: edge.weight,
        preference: edge.preference,
        score: edge.score,
        reason,
    }
}
