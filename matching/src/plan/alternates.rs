//! Ordered alternates: who moves up when a push is refused or not answered in time.

use std::cmp::Reverse;

use super::problem::{Edge, Instance, Pair};

/// A person in waiting for a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternate {
    /// Index of the person.
    pub person: usize,
    /// At how many needs the person waits: with more than one, moving up here ends the others.
    pub waits_at: u32,
}

/// The alternates of every need, best first: by weight, preference, team of a pushed person, score and id.
///
/// An alternate is free (below the capacity of a person) and may be pushed when it moves up: the unit has room, or all
/// pushes of the need are of that unit, so that any refusal makes room.
pub(super) fn alternates_of(instance: &Instance, pushes: &[Pair]) -> Vec<Vec<Alternate>> {
    let used = Used::of(instance, pushes);
    let mut lists: Vec<Vec<Alternate>> = Vec::with_capacity(instance.needs().len());
    for (need, pushed) in pushes_by_need(instance, pushes).into_iter().enumerate() {
        let mut free: Vec<&Edge> =
            instance.edges_of(need).iter().filter(|edge| used.is_free(instance, pushed, edge)).collect();
        let is_deputy = |edge: &Edge| pushed.iter().any(|pair| same_team(instance, pair.person, edge.person));
        let rank = |edge: &&Edge| (Reverse((edge.weight, edge.preference, is_deputy(edge), edge.score)), edge.person);
        free.sort_by_cached_key(rank);
        free.truncate(instance.alternates_per_need());
        lists.push(free.into_iter().map(|edge| Alternate { person: edge.person, waits_at: 0 }).collect());
    }
    mark_repeated(instance, &mut lists);
    lists
}

/// Capacity in use.
struct Used {
    people: Vec<u32>,
    units: Vec<u32>,
}

impl Used {
    fn of(instance: &Instance, pushes: &[Pair]) -> Self {
        let mut used = Self { people: vec![0; instance.people().len()], units: vec![0; instance.units().len()] };
        for pair in pushes {
            used.people[pair.person] += 1;
            if let Some(unit) = instance.people()[pair.person].unit {
                used.units[unit] += 1;
            }
        }
        used
    }

    fn is_free(&self, instance: &Instance, pushed: &[Pair], edge: &Edge) -> bool {
        self.people[edge.person] < instance.person_capacity()
            && pushed.iter().all(|pair| pair.person != edge.person)
            && instance.forbidden_reason(edge.pair()).is_none()
            && instance.unit_limit(edge.person).is_none_or(|(unit, limit)| {
                let own = |pair: &Pair| instance.people()[pair.person].unit == Some(unit);
                self.units[unit] < limit || (!pushed.is_empty() && pushed.iter().all(own))
            })
    }
}

fn pushes_by_need<'a>(instance: &Instance, pushes: &'a [Pair]) -> Vec<&'a [Pair]> {
    let mut rest = pushes;
    let take = |need| {
        let (own, others) = rest.split_at(rest.partition_point(|pair: &Pair| pair.need == need));
        rest = others;
        own
    };
    (0..instance.needs().len()).map(take).collect()
}

fn same_team(instance: &Instance, a: usize, b: usize) -> bool {
    let (a, b) = (&instance.people()[a].team, &instance.people()[b].team);
    !a.is_empty() && a == b
}

fn mark_repeated(instance: &Instance, lists: &mut [Vec<Alternate>]) {
    let mut waits = vec![0; instance.people().len()];
    lists.iter().flatten().for_each(|alternate| waits[alternate.person] += 1);
    lists.iter_mut().flatten().for_each(|alternate| alternate.waits_at = waits[alternate.person]);
}
