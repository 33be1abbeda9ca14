//! Times what a page asks of a need while it is being written, on texts put together from a list of needs.
//!
//! `cargo run --release -p programme --example needs_timing -- needs.jsonl` prints milliseconds, the best of nine: the meter on one
//! draft, the figures of a megabyte, the fingerprint of one need, and its comparison with 10,000 others. It ends with the
//! most alike pairs of the file, so that somebody can look at the share from which needs are shown as alike.

use std::hint::black_box;
use std::time::Instant;

use programme::quality::duplicates::{Fingerprint, similar};
use programme::quality::quantity::quantities;
use programme::quality::{Parts, Words, meter};
use serde_json::Value;

const OTHERS: usize = 10_000;
const ROUNDS: usize = 9;
const PAIRS_SHOWN: usize = 60;

fn main() {
    let path = std::env::args().nth(1).expect("a file of needs");
    let file = std::fs::read_to_string(path).expect("a readable file");
    let needs: Vec<(String, String)> = file.lines().map(need).collect();
    let longest = needs.iter().max_by_key(|(_, content)| content.len()).expect("a need");
    let parts = Parts::of_text(&longest.0, &longest.1);
    timed("meter on the longest need", || meter(&parts.draft(), Words::embedded(), &[]));
    let all: String = needs.iter().map(|(_, content)| content.as_str()).collect();
    let megabyte = all.repeat(1_000_000 / all.len() + 1);
    timed(&format!("figures of {} bytes", megabyte.len()), || quantities(&megabyte));
    timed("fingerprint of the longest need", || Fingerprint::of(&longest.1));
    let others: Vec<Fingerprint> = (0..OTHERS).map(|number| Fingerprint::of(&mixed(&needs, number))).collect();
    let own = Fingerprint::of(&longest.1);
    timed(&format!("comparison with {OTHERS} others"), || similar(&own, &others));
    alike(&needs);
}

fn need(line: &str) -> (String, String) {
    let need: Value = serde_json::from_str(line).expect("a line of JSON");
    let text = |name: &str| need[name].as_str().unwrap_or_default().to_owned();
    (text("title"), text("content"))
}

/// Halves of two needs with a number, so that no two texts are the same.
fn mixed(needs: &[(String, String)], number: usize) -> String {
    let half = |at: usize| {
        let content = &needs[at % needs.len()].1;
        content.chars().skip(at % 7).collect::<String>()
    };
    format!("{number}{}{}", half(number), half(number * 31 + 7))
}

fn timed<T>(name: &str, act: impl Fn() -> T) {
    let milliseconds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        black_box(act());
        begun.elapsed().as_secs_f64() * 1000.0
    });
    println!("{name}: {:.3} ms", milliseconds.fold(f64::INFINITY, f64::min));
}

fn alike(needs: &[(String, String)]) {
    let prints: Vec<Fingerprint> =
        needs.iter().map(|(title, text)| Fingerprint::of(&format!("{title}\n{text}"))).collect();
    let mut pairs: Vec<(u32, &str, &str)> = Vec::new();
    for (left, one) in prints.iter().enumerate() {
        for (right, other) in prints.iter().enumerate().skip(left + 1) {
            pairs.push((one.share_permille(other), &needs[left].0, &needs[right].0));
        }
    }
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.0));
    for (share, left, right) in pairs.iter().take(PAIRS_SHOWN) {
        println!("{share} ‰  {left} | {right}");
    }
}
