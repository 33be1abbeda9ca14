//! How long the answer to one need takes that somebody types: its vector, and everybody ranked by words and stored vectors.
//!
//!     cargo run --release -p matching --example typed_timing -- FOLDER [MODEL.bin]
//!
//! FOLDER holds `needs.jsonl` and `people.jsonl` as `benchmarks/province/generate.py` writes them. Works get vectors of any
//! direction, since only their number decides the time; with a model (an `E5S1` file) the need is encoded as the server does.
//! The best 200 people are ranked, as a page counts them, on all threads. Prints milliseconds of the clock, the middle and the
//! 95th of 100 needs, for the vector, the ranking by words alone, that with vectors, and all together; ends with 1 when the
//! 95th of all together is over 100.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use matching::encoder::{Encoder, Side, StoredVector};
use matching::engine::Engine;
use matching::input::{NeedText, Profile, WorkText};
use matching::meaning::{need_texts, need_vector};
use matching::weights::Weights;

#[path = "chance.rs"]
mod chance;
use chance::Chance;

const NEEDS: usize = 100;
const TOP: usize = 200;
const MILLIS_MAX: f64 = 100.0;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder");
    let encoder = arguments.next().map(|path| {
        let bytes = std::fs::read(path).expect("the model");
        Encoder::from_bytes(&bytes).expect("a model")
    });
    let mut chance = Chance(1);
    let people = lines(&Path::new(&folder).join("people.jsonl")).map(|line| profile_of(&line, &mut chance)).collect();
    let engine = Engine::build(people, Weights::published()).expect("ids differ");
    let needs: Vec<NeedText> =
        lines(&Path::new(&folder).join("needs.jsonl")).take(NEEDS).map(|need| need_of(&need)).collect();
    println!("{} people, {} works, {} needs, best {TOP}", engine.people(), engine.works(), needs.len());
    let (mut vector, mut words, mut ranked, mut whole) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mut need in needs {
        words.push(millis(|| drop(engine.rank(&need, TOP))));
        vector.push(millis(|| need.vector = vector_of(encoder.as_ref(), &need).or_else(|| Some(chance.vector()))));
        ranked.push(millis(|| drop(engine.rank(&need, TOP))));
        whole.push(vector.last().unwrap_or(&0.0) + ranked.last().unwrap_or(&0.0));
    }
    let figures = [("vector of the need", vector), ("ranked by words", words), ("ranked with vectors", ranked)];
    for (name, found) in figures {
        told(name, found);
    }
    let late = told("vector and ranking", whole);
    ExitCode::from(u8::from(late > MILLIS_MAX))
}

/// Prints the middle and the 95th of some figures; the result is the latter.
fn told(name: &str, mut found: Vec<f64>) -> f64 {
    found.sort_by(f64::total_cmp);
    let late = found[found.len() * 95 / 100];
    println!("{name:20} {:7.1} {late:7.1} ms", found[found.len() / 2]);
    late
}

fn vector_of(encoder: Option<&Encoder>, need: &NeedText) -> Option<StoredVector> {
    let texts = need_texts(&need.title, &need.content);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found: Vec<StoredVector> = encoder?.encode(&texts, Side::Query).iter().map(StoredVector::of).collect();
    need_vector(&found)
}

fn millis(act: impl FnOnce()) -> f64 {
    let start = Instant::now();
    act();
    start.elapsed().as_secs_f64() * 1000.0
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

fn profile_of(line: &serde_json::Value, chance: &mut Chance) -> Profile {
    let work = |work: &serde_json::Value| WorkText {
        id: text(work, "id"),
        title: text(work, "title"),
        summary: text(work, "abstract"),
        vector: Some(chance.vector()),
        ..WorkText::default()
    };
    let works = line["works"].as_array().map(|works| works.iter().map(work).collect()).unwrap_or_default();
    Profile { id: text(line, "id"), works, ..Profile::default() }
}
