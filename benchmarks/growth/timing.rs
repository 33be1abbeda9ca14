//! What each step of a match costs as works grow: reading, indexing, adding, ranking, explaining.
//!
//!     cargo run --release -p matching --example growth_timing -- FOLDER WORKS…
//!
//! FOLDER holds `needs.jsonl` and `people.jsonl` as `benchmarks/province/generate.py` writes them; for each number, people are
//! taken from the front until they have so many works. One thread. A line per number: works, people; CPU milliseconds to
//! read the file, to index everything, to index the next 1,000 works by themselves and to add them to the index; of a need
//! ranked, of one explained down to the 50th, of one ranked by words and vectors of any direction, and of the batch of 100
//! needs by words; megabytes of the texts, and of the index with what the engine holds beside them.

use std::collections::BTreeSet;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use matching::engine::Engine;
use matching::input::{NeedText, Profile, WorkText};
use matching::weights::Weights;

#[path = "../typed/chance.rs"]
mod chance;
use chance::Chance;

const RANKED: usize = 100;
const EXPLAINED: usize = 10;
const TOP: usize = 50;
const ADDED_WORKS: usize = 1_000;
/// Additions are short beside the ticks of the processor's clock: the mean of so many is told.
const ADDITIONS: usize = 50;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let needs: Vec<NeedText> =
        lines(&Path::new(&folder).join("needs.jsonl")).take(RANKED).map(|need| need_of(&need)).collect();
    println!("works people read index alone add rank explain near batch texts_mb engine_mb");
    for works in arguments {
        let works: usize = works.parse().expect("a number");
        pool.install(|| step(&Path::new(&folder).join("people.jsonl"), works, &needs));
    }
}

fn step(path: &Path, works: usize, needs: &[NeedText]) {
    let mut lines = lines(path);
    let before = megabytes();
    let (people, read) = timed(|| next_people(&mut lines, works));
    let added = next_people(&mut lines, ADDED_WORKS);
    let texts = megabytes();
    let weights = Weights::published;
    let (engine, index) = timed(|| Engine::build(people, weights()).expect("ids differ"));
    let held = megabytes();
    let alone = mean(|people| Engine::build(people, weights()).expect("ids differ"), &added);
    let add = mean(|people| engine.with(people, &BTreeSet::new()).expect("ids differ"), &added);
    let ((), rank) = timed(|| needs.iter().for_each(|need| drop(black_box(engine.rank(need, TOP)))));
    let explained = &needs[..EXPLAINED.min(needs.len())];
    let ((), explain) = timed(|| explained.iter().for_each(|need| drop(black_box(engine.rank_explained(need, TOP)))));
    let (_, batch) = timed(|| engine.rank_all(needs, TOP, &|_| ControlFlow::Continue(())));
    let (works, people) = (engine.works(), engine.people());
    drop(engine);
    let near = ranked_with_vectors(path, works, needs);
    println!(
        "{works} {people} {read:.0} {index:.0} {alone:.1} {add:.1} {:.2} {:.1} {near:.1} {batch:.0} {:.0} {:.0}",
        rank / needs.len() as f64,
        explain / explained.len() as f64,
        texts - before,
        held - texts,
    );
}

/// The CPU milliseconds of a need ranked by words and vectors, one for every work.
fn ranked_with_vectors(path: &Path, works: usize, needs: &[NeedText]) -> f64 {
    let mut chance = Chance(1);
    let mut people = next_people(&mut lines(path), works);
    people.iter_mut().flat_map(|person| &mut person.works).for_each(|work| work.vector = Some(chance.vector()));
    let engine = Engine::build(people, Weights::published()).expect("ids differ");
    let needs: Vec<NeedText> =
        needs.iter().map(|need| NeedText { vector: Some(chance.vector()), ..need.clone() }).collect();
    timed(|| needs.iter().for_each(|need| drop(black_box(engine.rank(need, TOP))))).1 / needs.len() as f64
}

/// People from the lines until they have so many works.
fn next_people(lines: &mut impl Iterator<Item = serde_json::Value>, works: usize) -> Vec<Profile> {
    let (mut people, mut found) = (Vec::new(), 0);
    while found < works {
        let Some(line) = lines.next() else { break };
        let person = profile_of(&line);
        found += person.works.len();
        people.push(person);
    }
    people
}

/// What `act` gives, and the CPU milliseconds that it takes.
fn timed<T>(act: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu_millis();
    let done = act();
    (done, cpu_millis() - start)
}

/// The CPU milliseconds that it takes to make an engine with these people, taking it down again included.
fn mean(make: impl Fn(Vec<Profile>) -> Engine, people: &[Profile]) -> f64 {
    let copies = vec![people.to_vec(); ADDITIONS];
    timed(|| copies.into_iter().for_each(|people| drop(black_box(make(people))))).1 / ADDITIONS as f64
}

fn lines(path: &Path) -> impl Iterator<Item = serde_json::Value> {
    let file = BufReader::new(File::open(path).expect("the file"));
    file.lines().map(|line| serde_json::from_str(&line.expect("UTF-8")).expect("JSON"))
}

fn text(value: &serde_json::Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn need_of(line: &serde_json::Value) -> NeedText {
    NeedText { id: text(line, "id"), title: text(line, "title"), content: text(line, "content"), ..NeedText::default() }
}

fn profile_of(line: &serde_json::Value) -> Profile {
    let work = |work: &serde_json::Value| WorkText {
        id: text(work, "id"),
        title: text(work, "title"),
        summary: text(work, "abstract"),
        ..WorkText::default()
    };
    let works = line["works"].as_array().map(|works| works.iter().map(work).collect()).unwrap_or_default();
    Profile { id: text(line, "id"), works, ..Profile::default() }
}

/// Processor time of all threads of this process.
fn cpu_millis() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux").filter_map(Result::ok);
    let stats = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok());
    stats.filter_map(|stat| stat.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}

/// Memory held now.
fn megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    held.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}
