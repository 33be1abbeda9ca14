//! Times the plan solver on generated rounds, and writes them for `compare.py` to solve with OR-tools.
//!
//! `cargo run --release -p matching --example plan_timing -- FOLDER` writes `FOLDER/NAME.txt` for each family and prints
//! one line per family: name, needs, people, pairs, total weight, preference and score, CPU milliseconds to solve, to check and to report.
//!
//! Four families of 2,000 needs, 20,000 people of 200 units and 50 candidates a need: `even` (candidates anywhere),
//! `popular` (a few people wanted by many needs), `tight` and `scarce` (popular, and units with room for 1,800 or 600).

use std::fmt::Write as _;
use std::path::Path;

use matching::plan::{Draft, Edge, Instance, Need, Person, Plan, Unit, check, report, solve};
use matching::score::Score;

const NEEDS: usize = 2_000;
const PEOPLE: usize = 20_000;
const UNITS: usize = 200;
const CANDIDATES: usize = 50;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/benchmarks/plan".into());
    std::fs::create_dir_all(&folder)?;
    for (name, popular, pushes_max) in
        [("even", false, 30), ("popular", true, 30), ("tight", true, 9), ("scarce", true, 3)]
    {
        let instance = Instance::new(round(popular, pushes_max)).expect("a correct draft");
        std::fs::write(Path::new(&folder).join(format!("{name}.txt")), written(&instance))?;
        let (plan, solving) = timed(|| solve(&instance).expect("nothing is frozen"))?;
        let (violations, checking) = timed(|| check(&instance, &plan))?;
        let (_, reporting) = timed(|| report(&instance, &plan))?;
        assert!(violations.is_empty(), "{violations:?}");
        print(name, &instance, &plan, [solving, checking, reporting]);
    }
    Ok(())
}

fn print(name: &str, instance: &Instance, plan: &Plan, [solving, checking, reporting]: [f64; 3]) {
    let (needs, people, pairs) = (instance.needs().len(), instance.people().len(), instance.edges().len());
    let total = format!("{} {} {}", plan.total_weight, plan.total_preference, plan.total_score.millionths());
    println!("{name} {needs} {people} {pairs} {total} {solving:.1} {checking:.1} {reporting:.1}");
}

/// A round from a fixed stream: the same on every machine.
fn round(popular: bool, pushes_max: u32) -> Draft {
    let mut stream = Stream(7);
    let mut draft = Draft {
        needs: (0..NEEDS).map(|need| Need { id: format!("n{need:05}"), posts: 1 }).collect(),
        people: (0..PEOPLE).map(|person| Person::new(&format!("p{person:06}"), Some(person % UNITS))).collect(),
        units: (0..UNITS).map(|unit| Unit { id: format!("u{unit:03}"), pushes_max: Some(pushes_max) }).collect(),
        ..Draft::default()
    };
    for need in 0..NEEDS {
        let mut people = std::collections::BTreeSet::new();
        while people.len() < CANDIDATES {
            people.insert(stream.person(popular));
        }
        let has_platform = stream.below(10) < 3;
        draft.edges.extend(people.into_iter().map(|person| stream.edge(need, person, has_platform)));
    }
    draft
}

/// A small linear congruential stream.
struct Stream(u64);

impl Stream {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// Digits as a round has them: scores thin out upwards, their bands are worth 1, 2 or 3, two people in five are young.
    fn edge(&mut self, need: usize, person: usize, has_platform: bool) -> Edge {
        let score = 50_000 + self.below(750) * self.below(750);
        let weight = 1 + i64::from(score >= 250_000) + i64::from(score >= 400_000);
        let preference = 2 * u8::from(person % 5 < 2) + u8::from(has_platform);
        Edge { need, person, weight, preference, score: Score::from_millionths(score) }
    }

    /// Anybody, or somebody near the front: the square of an even draw.
    fn person(&mut self, popular: bool) -> usize {
        let people = PEOPLE as u64;
        let drawn = self.below(people);
        (if popular { drawn * drawn / people * self.below(people) / people } else { drawn }) as usize
    }
}

/// First line: needs, people, units; then unit and limit of people; then need, person, weight, preference and score of
/// pairs.
fn written(instance: &Instance) -> String {
    let mut text = format!("{} {} {}\n", instance.needs().len(), instance.people().len(), instance.units().len());
    for person in 0..instance.people().len() {
        let (unit, limit) = instance.unit_limit(person).expect("every unit has a limit");
        writeln!(text, "{unit} {limit}").expect("a string takes any text");
    }
    for Edge { need, person, weight, preference, score } in instance.edges() {
        let score = score.millionths();
        writeln!(text, "{need} {person} {weight} {preference} {score}").expect("a string takes any text");
    }
    text
}

/// The best of three runs in CPU milliseconds of this thread, which a loaded machine disturbs least.
fn timed<T>(work: impl Fn() -> T) -> std::io::Result<(T, f64)> {
    let run = || -> std::io::Result<(T, f64)> {
        let start = cpu_nanoseconds()?;
        let result = work();
        Ok((result, (cpu_nanoseconds()? - start) as f64 / 1e6))
    };
    let (_, first) = run()?;
    let (_, second) = run()?;
    let (result, third) = run()?;
    Ok((result, first.min(second).min(third)))
}

/// Linux: the first field is the time this thread ran.
fn cpu_nanoseconds() -> std::io::Result<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let field = text.split_whitespace().next().and_then(|field| field.parse().ok());
    field.ok_or_else(|| std::io::Error::other("no CPU time in /proc/thread-self/schedstat"))
}
