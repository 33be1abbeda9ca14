//! The residual network of a plan and its shortest paths: what the solver, the prices and the causes walk on.
//!
//! Flow runs need → person → unit → sink; a need may also give a post up (need → sink, cost 0), and a person whose unit
//! has no limit goes straight to the sink. The cost of a pair is its negative value, where the value puts the weight
//! before every preference and score ([`Scale`]). `potential` keeps every residual arc's reduced cost
//! `cost + potential[from] − potential[to]` at or above zero, which is what makes Dijkstra right and the plan optimal.
//!
//! A person who has room costs nothing beyond the unit, so searches pass through such people without labelling them:
//! their potential is by definition that of their unit, and is set when they are chosen.
//!
//! Frozen pairs are no arcs: they only use up capacity, so no path can disturb them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::problem::{Edge, Instance, Pair};
use super::solver::{Certificate, Plan};
use super::value::{Loss, Scale, Value};

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Arc {
    person: u32,
    value: Value,
}

/// The network with its current flow.
pub(super) struct Residual {
    scale: Scale,
    arcs: Vec<Arc>,
    arcs_start: Vec<u32>,
    arc_need: Vec<u32>,
    people_first: usize,
    units_first: usize,
    sink: usize,
    unit_of: Vec<u32>,
    person_room: Vec<u32>,
    unit_room: Vec<u32>,
    chosen: Vec<bool>,
    held: Vec<Vec<u32>>,
    unit_people: Vec<Vec<u32>>,
    given_up: Vec<u32>,
    potential: Vec<Value>,
    entries: Vec<usize>,
    from_sink: Vec<Value>,
    search: Search,
}

const FAR: Value = Value::MAX;

impl Residual {
    /// The network without flow; frozen pairs have used up their posts, people and units.
    pub(super) fn new(instance: &Instance) -> Self {
        let (needs, people, units) = (instance.needs().len(), instance.people().len(), instance.units().len());
        let nodes = needs + people + units + 1;
        let mut residual = Self {
            scale: Scale::of(instance),
            arcs: Vec::with_capacity(instance.edges().len()),
            arcs_start: Vec::with_capacity(needs + 1),
            arc_need: Vec::with_capacity(instance.edges().len()),
            people_first: needs,
            units_first: needs + people,
            sink: nodes - 1,
            unit_of: (0..people)
                .map(|person| instance.unit_limit(person).map_or(NONE, |(unit, _)| unit as u32))
                .collect(),
            person_room: vec![instance.person_capacity(); people],
            unit_room: instance.units().iter().map(|unit| unit.pushes_max.unwrap_or(0)).collect(),
            chosen: Vec::new(),
            held: vec![Vec::new(); people],
            unit_people: vec![Vec::new(); units],
            given_up: vec![0; needs],
            potential: vec![0; nodes],
            entries: Vec::new(),
            from_sink: Vec::new(),
            search: Search::new(nodes + 1),
        };
        residual.add_arcs(instance);
        for frozen in instance.frozen() {
            residual.person_room[frozen.person] -= 1;
            if let Some(room) = residual.unit_room.get_mut(residual.unit_of[frozen.person] as usize) {
                *room -= 1;
            }
        }
        residual.close_full();
        residual
    }

    /// The network of a finished plan, its potentials taken from the plan's prices.
    pub(super) fn of_plan(instance: &Instance, plan: &Plan) -> Self {
        let mut residual = Self::new(instance);
        residual.given_up = instance.needs().iter().map(|need| need.posts).collect();
        for pair in &plan.pushes {
            residual.given_up[pair.need] -= 1;
            if let Some(arc) = residual.arc_of(*pair) {
                residual.chosen[arc] = true;
                residual.held[pair.person].push(arc as u32);
                if let Some(people) = residual.unit_people.get_mut(residual.unit_of[pair.person] as usize) {
                    people.push(pair.person as u32);
                }
            }
        }
        let Certificate { needs, people, units, .. } = &plan.certificate;
        residual.potential[..residual.people_first].copy_from_slice(needs);
        for (unit, price) in units.iter().enumerate() {
            residual.potential[residual.units_first + unit] = -price;
        }
        for (person, price) in people.iter().enumerate() {
            let unit_price = units.get(residual.unit_of[person] as usize).copied().unwrap_or(0);
            residual.potential[residual.people_first + person] = -price - unit_price;
        }
        residual
    }

    /// Routes one post of a need along the cheapest path: to a candidate, through rivals, or to giving the post up.
    pub(super) fn fill_post(&mut self, need: usize) {
        let distance = self.shortest(need, self.sink, GiveUp::Any);
        let distance = distance.expect("a post can always be given up");
        self.lower_potentials(distance);
        self.push_along(need);
    }

    /// What the best totals lose when a pair is chosen that is not; `None` when nothing can make room.
    pub(super) fn price_of(&mut self, pair: Pair) -> Option<Loss> {
        let arc = self.arc_of(pair)?;
        if self.chosen[arc] {
            return Some(Loss::default());
        }
        if self.from_sink.is_empty() {
            self.from_sink = self.distances_from_sink();
        }
        let entry = self.entry_of(pair.person);
        let own = self.potential[pair.need] - self.arcs[arc].value - self.potential[entry];
        let back = self.shortest(entry, pair.need, GiveUp::Any)?;
        Some(self.scale.loss(own + back))
    }

    /// What the best totals lose when one more post of a need is filled; `None` when nothing can make room.
    pub(super) fn price_of_filling(&mut self, need: usize) -> Option<Loss> {
        let distance = self.shortest(need, self.sink, GiveUp::NotOf(need))?;
        Some(self.scale.loss(distance))
    }

    /// Needs, people and units that alternating paths reach from a need when no post is given up; `None` when a path
    /// ends in free room, so that every post could be filled together.
    pub(super) fn closed_reach(&self, need: usize) -> Option<Vec<Node>> {
        let mut reached = vec![false; self.sink + 1];
        let mut order = vec![need];
        reached[need] = true;
        let mut next = 0;
        while next < order.len() {
            let node = order[next];
            next += 1;
            self.steps(node, FAR, GiveUp::Never, &mut |to, _, _| {
                if !std::mem::replace(&mut reached[to], true) {
                    order.push(to);
                }
            });
            if reached[self.sink] {
                return None;
            }
        }
        Some(order.into_iter().map(|node| self.kind_of(node)).collect())
    }

    /// Splits a node into the index of its need, person or unit.
    fn kind_of(&self, node: usize) -> Node {
        if node < self.people_first {
            Node::Need(node)
        } else if node < self.units_first {
            Node::Person(node - self.people_first)
        } else if node < self.sink {
            Node::Unit(node - self.units_first)
        } else {
            Node::Sink
        }
    }

    /// The chosen pairs, in the order of their arcs.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> + '_ {
        let chosen = self.chosen.iter().enumerate().filter(|(_, chosen)| **chosen);
        chosen.map(|(arc, _)| Pair { need: self.arc_need[arc] as usize, person: self.arcs[arc].person as usize })
    }

    /// The prices that prove the flow optimal.
    pub(super) fn certificate(&self) -> Certificate {
        let price_of_node = |node: usize| -self.potential[node];
        let person_price = |person: usize| {
            let price = price_of_node(self.entry_of(person)) - price_of_node(self.after_person(person));
            price.max(0)
        };
        Certificate {
            scale: self.scale,
            needs: self.potential[..self.people_first].to_vec(),
            people: (0..self.unit_of.len()).map(person_price).collect(),
            units: (self.units_first..self.sink).map(price_of_node).collect(),
        }
    }

    /// Arcs of a need are in falling order of value, so a search can stop at the first that cannot help.
    fn add_arcs(&mut self, instance: &Instance) {
        for need in 0..instance.needs().len() {
            self.arcs_start.push(self.arcs.len() as u32);
            let free =
                |edge: &&Edge| instance.forbidden_reason(edge.pair()).is_none() && !instance.is_frozen(edge.pair());
            let from = self.arcs.len();
            for edge in instance.edges_of(need).iter().filter(free) {
                self.arcs.push(Arc { person: edge.person as u32, value: self.scale.value(edge) });
                self.arc_need.push(need as u32);
            }
            self.arcs[from..].sort_by_key(|arc| (Reverse(arc.value), arc.person));
            self.potential[need] = self.arcs.get(from).map_or(0, |arc| arc.value);
        }
        self.arcs_start.push(self.arcs.len() as u32);
        self.chosen = vec![false; self.arcs.len()];
    }

    /// People and units that frozen pairs have filled get a price no pair can pay: it costs the bound nothing, and
    /// searches turn away from them at once.
    fn close_full(&mut self) {
        let price = self.arcs.iter().map(|arc| arc.value).max().unwrap_or(0);
        for (person, _) in self.person_room.iter().enumerate().filter(|(_, room)| **room == 0) {
            self.potential[self.people_first + person] = -price;
        }
        let mut entries: Vec<usize> = self.arcs.iter().map(|arc| self.after_person(arc.person as usize)).collect();
        entries.sort_unstable();
        entries.dedup();
        for entry in entries.iter().filter(|entry| **entry < self.sink) {
            if self.unit_room[entry - self.units_first] == 0 {
                self.potential[*entry] = -price;
            }
        }
        self.entries = entries;
    }

    fn arc_of(&self, pair: Pair) -> Option<usize> {
        let mut arcs = self.arcs_of(pair.need);
        arcs.find(|arc| self.arcs[*arc].person as usize == pair.person)
    }

    fn arcs_of(&self, need: usize) -> std::ops::Range<usize> {
        self.arcs_start[need] as usize..self.arcs_start[need + 1] as usize
    }

    /// Every way back from the sink, walked once for all prices: it is the part that reaches the whole network.
    fn distances_from_sink(&mut self) -> Vec<Value> {
        let nowhere = self.sink + 1;
        let mut search = std::mem::take(&mut self.search);
        search.start(self.sink);
        while let Some(node) = search.next(nowhere) {
            let now = search.now;
            self.steps(node, FAR, GiveUp::Any, &mut |to, cost, arc| {
                let reduced = cost + self.potential[node] - self.potential[to];
                search.label(to, now + reduced, node, arc, nowhere);
            });
        }
        let distances = search.distance.clone();
        self.search = search;
        distances
    }

    /// Dijkstra between two nodes with reduced costs. `give_up` says whose posts may be given up. What lies behind the
    /// sink is known from [`Self::distances_from_sink`] when the target is another node.
    fn shortest(&mut self, source: usize, target: usize, give_up: GiveUp) -> Option<Value> {
        let mut search = std::mem::take(&mut self.search);
        search.start(source);
        let least_price = self.entries.iter().map(|entry| -self.potential[*entry]).min().unwrap_or(0);
        while let Some(node) = search.next(target) {
            let now = search.now;
            if node == self.sink {
                search.label(target, now.saturating_add(self.from_sink[target]), node, NONE, target);
                continue;
            }
            if target != self.sink && now >= search.distance[self.sink].saturating_add(self.from_sink[node]) {
                continue;
            }
            let reach = search.distance[target] - now - least_price;
            self.steps(node, reach, give_up, &mut |to, cost, arc| {
                let reduced = cost + self.potential[node] - self.potential[to];
                search.label(to, now + reduced, node, arc, target);
            });
        }
        let found = search.distance[target];
        self.search = search;
        (found < FAR).then_some(found)
    }

    /// Calls `step(to, cost, arc)` for the residual arcs of a node; may leave out those of a need whose
    /// reduced cost before any price of a person or unit is `reach` or more.
    fn steps(&self, node: usize, reach: Value, give_up: GiveUp, step: &mut impl FnMut(usize, Value, u32)) {
        match self.kind_of(node) {
            Node::Need(need) => {
                if give_up.allows(need) {
                    step(self.sink, 0, NONE);
                }
                self.steps_of_need(need, reach, step);
            }
            Node::Person(person) => self.steps_of_person(person, step),
            Node::Unit(unit) => self.steps_of_unit(unit, step),
            Node::Sink => self.steps_of_sink(step),
        }
    }

    /// A person with room is passed through at once: only the unit behind matters.
    fn steps_of_need(&self, need: usize, reach: Value, step: &mut impl FnMut(usize, Value, u32)) {
        for index in self.arcs_of(need) {
            let Arc { person, value } = self.arcs[index];
            if self.potential[need] - value >= reach {
                break;
            }
            if !self.chosen[index] {
                step(self.entry_of(person as usize), -value, index as u32);
            }
        }
    }

    fn steps_of_person(&self, person: usize, step: &mut impl FnMut(usize, Value, u32)) {
        for arc in &self.held[person] {
            step(self.arc_need[*arc as usize] as usize, self.arcs[*arc as usize].value, *arc);
        }
    }

    fn steps_of_unit(&self, unit: usize, step: &mut impl FnMut(usize, Value, u32)) {
        if self.unit_people[unit].len() < self.unit_room[unit] as usize {
            step(self.sink, 0, NONE);
        }
        for person in &self.unit_people[unit] {
            step(self.people_first + *person as usize, 0, NONE);
        }
    }

    fn steps_of_sink(&self, step: &mut impl FnMut(usize, Value, u32)) {
        let given_up = self.given_up.iter().enumerate().filter(|(_, posts)| **posts > 0);
        given_up.for_each(|(need, _)| step(need, 0, NONE));
        let unlimited = |person: &usize| self.unit_of[*person] == NONE && !self.held[*person].is_empty();
        (0..self.held.len()).filter(unlimited).for_each(|person| step(self.people_first + person, 0, NONE));
        let used = |unit: &usize| !self.unit_people[*unit].is_empty();
        (0..self.unit_people.len()).filter(used).for_each(|unit| step(self.units_first + unit, 0, NONE));
    }

    /// Where a pair's flow enters: a person without room as such, others through to what follows.
    fn entry_of(&self, person: usize) -> usize {
        if self.held[person].len() < self.person_room[person] as usize {
            self.after_person(person)
        } else {
            self.people_first + person
        }
    }

    /// Where a person's flow goes: the limited unit, or the sink.
    fn after_person(&self, person: usize) -> usize {
        match self.unit_of[person] {
            NONE => self.sink,
            unit => self.units_first + unit as usize,
        }
    }

    /// Keeps reduced costs at or above zero after a search, and makes those of its path zero.
    fn lower_potentials(&mut self, distance: Value) {
        for node in &self.search.settled {
            let node = *node as usize;
            self.potential[node] -= distance - self.search.distance[node];
        }
    }

    /// Sends one unit of flow from a need to the sink along the labels of the last search.
    fn push_along(&mut self, source: usize) {
        let mut to = self.sink;
        while to != source {
            let from = self.search.from[to] as usize;
            let arc = self.search.by_arc[to];
            match (self.kind_of(from), self.kind_of(to)) {
                (Node::Need(need), Node::Sink) if arc == NONE => self.given_up[need] += 1,
                (Node::Need(_), Node::Person(_)) => {
                    self.hold(arc);
                }
                (Node::Need(_), Node::Sink) => {
                    let person = self.hold(arc);
                    self.potential[self.people_first + person] = self.potential[to];
                }
                (Node::Need(_), Node::Unit(unit)) => {
                    let person = self.hold(arc);
                    self.potential[self.people_first + person] = self.potential[to];
                    self.unit_people[unit].push(person as u32);
                }
                (Node::Person(person), Node::Need(_)) => {
                    self.chosen[arc as usize] = false;
                    remove(&mut self.held[person], arc);
                }
                (Node::Unit(unit), Node::Person(person)) => remove(&mut self.unit_people[unit], person as u32),
                _ => {}
            }
            to = from;
        }
    }

    /// Chooses a pair and returns its person.
    fn hold(&mut self, arc: u32) -> usize {
        let person = self.arcs[arc as usize].person as usize;
        self.chosen[arc as usize] = true;
        self.held[person].push(arc);
        person
    }
}

/// Whose posts a path may leave open.
#[derive(Clone, Copy)]
enum GiveUp {
    Any,
    NotOf(usize),
    Never,
}

impl GiveUp {
    fn allows(self, need: usize) -> bool {
        match self {
            Self::Any => true,
            Self::NotOf(kept) => kept != need,
            Self::Never => false,
        }
    }
}

/// A node by what it stands for.
pub(super) enum Node {
    Need(usize),
    Person(usize),
    Unit(usize),
    Sink,
}

/// Labels of the running search; `labelled` lists what the next one clears.
#[derive(Default)]
struct Search {
    now: Value,
    distance: Vec<Value>,
    from: Vec<u32>,
    by_arc: Vec<u32>,
    settled: Vec<u32>,
    labelled: Vec<u32>,
    ready: Vec<u32>,
    later: BinaryHeap<Reverse<(Value, u32)>>,
}

impl Search {
    fn new(nodes: usize) -> Self {
        Self { distance: vec![FAR; nodes], from: vec![NONE; nodes], by_arc: vec![NONE; nodes], ..Self::default() }
    }

    fn start(&mut self, source: usize) {
        for node in self.labelled.drain(..) {
            self.distance[node as usize] = FAR;
        }
        self.settled.clear();
        self.ready.clear();
        self.later.clear();
        self.now = 0;
        self.distance[source] = 0;
        self.labelled.push(source as u32);
        self.ready.push(source as u32);
    }

    /// The next node that is nearer than the target; nodes at the present distance need no heap.
    fn next(&mut self, target: usize) -> Option<usize> {
        if self.distance[target] <= self.now {
            return None;
        }
        let node = match self.ready.pop() {
            Some(node) => node,
            None => self.next_later()?,
        };
        if self.distance[target] <= self.now {
            return None;
        }
        self.settled.push(node);
        Some(node as usize)
    }

    fn next_later(&mut self) -> Option<u32> {
        while let Some(Reverse((distance, node))) = self.later.pop() {
            if distance == self.distance[node as usize] {
                self.now = distance;
                return Some(node);
            }
        }
        None
    }

    /// Takes a shorter way to a node, unless the target is known to be as near.
    fn label(&mut self, node: usize, distance: Value, from: usize, arc: u32, target: usize) {
        if distance >= self.distance[node] || distance >= self.distance[target] {
            return;
        }
        if self.distance[node] == FAR {
            self.labelled.push(node as u32);
        }
        self.distance[node] = distance;
        self.from[node] = from as u32;
        self.by_arc[node] = arc;
        if node != target && distance == self.now {
            self.ready.push(node as u32);
        } else if node != target {
            self.later.push(Reverse((distance, node as u32)));
        }
    }
}

fn remove(list: &mut Vec<u32>, item: u32) {
    let at = list.iter().position(|other| *other == item);
    list.swap_remove(at.expect("flow to take back lies on the arc"));
}
