//! What each step of a match costs as works grow: reading, indexing, ranking, explaining.
//!
//!     cargo run --release -p matching --example growth_timing -- FOLDER WORKS…
//!
//! FOLDER holds `needs.jsonl` and `people.jsonl` as `benchmarks/province/generate.py` writes them; for each number, people are
//! taken from the front until they have so many works. One thread. A line per number: works, people, CPU milliseconds to
//! read and to index, of a need ranked and of one explained, and megabytes held before and
//! after indexing.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use matching::engine::Engine;
use matching::input::{NeedText, Profile, WorkText};
use matching::weights::Weights;

const RANKED: usize = 100;
const EXPLAINED: usize = 10;
const TOP: usize = 50;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let needs: Vec<NeedText> =
        lines(&Path::new(&folder).join("needs.jsonl")).take(RANKED).map(|need| need_of(&need)).collect();
    println!("works people read index rank explain held_before held_after");
    for works in arguments {
        let works: usize = works.parse().expect("a number");
        pool.install(|| step(&Path::new(&folder).join("people.jsonl"), works, &needs));
    }
}

fn step(path: &Path, works: usize, needs: &[NeedText]) {
    let start = cpu_millis();
    let mut people: Vec<Profile> = Vec::new();
    let mut found = 0;
    let mut lines = lines(path);
    while found < works {
        let Some(line) = lines.next() else { break };
        people.push(profile_of(&line));
        found += people.last().map_or(0, |person| person.works.len());
    }
    let (read, held_before) = (cpu_millis(), megabytes());
    let engine = Engine::build(people, Weights::published()).expect("ids differ");
    let (indexed, held_after) = (cpu_millis(), megabytes());
    for need in needs {
        std::hint::black_box(engine.rank(need, TOP));
    }
    let ranked = cpu_millis();
    for need in &needs[..EXPLAINED.min(needs.len())] {
        std::hint::black_box(engine.rank_explained(need, TOP));
    }
    let explained = cpu_millis();
    println!(
        "{} {} {:.0} {:.0} {:.2} {:.1} {held_before:.0} {held_after:.0}",
        engine.works(),
        engine.people(),
        read - start,
        indexed - read,
        (ranked - indexed) / needs.len() as f64,
        (explained - ranked) / EXPLAINED as f64,
    );
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

/// Processor time of this process, in the kernel's steps of 10 ms.
fn cpu_millis() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().expect("a number") * 10.0).sum()
}

/// Memory held now.
fn megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    held.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}
