//! The inner loops of a match, one by one, with criterion: what changed since the last run, and whether that is noise.
//!
//!     PROVINCE=FOLDER [MODEL=FILE] cargo bench
//!
//! FOLDER holds `needs.jsonl` and `people.jsonl` as `benchmarks/province/generate.py` writes them; FILE holds the weights of
//! `zongshi model install`, without it the encoder is left out. One thread.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use matching::encoder::{Encoder, Side};
use matching::engine::Engine;
use matching::evidence::ComparedNeed;
use matching::input::{NeedText, Profile, WorkText};
use matching::plan::{Draft, Edge, Instance, Need, Person, check, solve};
use matching::score::Score;
use matching::text::{glyphs, terms};
use matching::weights::Weights;

/// Works that are indexed and searched.
const WORKS: usize = 100_000;
/// Works whose terms and phrases are read.
const TEXTS: usize = 1_000;
const TOP: usize = 50;
const NEEDS: usize = 500;
const PEOPLE: usize = 5_000;

fn kernels(criterion: &mut Criterion) {
    let folder = std::env::var("PROVINCE").expect("PROVINCE names the folder of a generated province");
    let folder = Path::new(&folder);
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("a thread");
    let people = people(&folder.join("people.jsonl"));
    let need = lines(&folder.join("needs.jsonl")).map(|line| need_of(&line)).next().expect("a need");
    texts(criterion, &people, &need);
    search(criterion, people, &need);
    assignment(criterion);
    encoder(criterion, &need);
}

/// Terms of works, and the phrases that a need shares with them.
fn texts(criterion: &mut Criterion, people: &[Profile], need: &NeedText) {
    let works: Vec<&WorkText> = people.iter().flat_map(|person| &person.works).take(TEXTS).collect();
    let bytes: usize = works.iter().map(|work| work.summary.len()).sum();
    let mut group = criterion.benchmark_group("texts");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("terms", |bench| {
        bench.iter(|| works.iter().map(|work| terms(&glyphs(&work.summary)).len()).sum::<usize>());
    });
    group.throughput(Throughput::Elements(works.len() as u64));
    group.bench_function("shared phrases", |bench| {
        let mut compared = ComparedNeed::of(need);
        bench.iter(|| works.iter().map(|work| compared.shared_phrases(work).len()).sum::<usize>());
    });
}

/// Indexing works, and ranking everybody for a need.
fn search(criterion: &mut Criterion, people: Vec<Profile>, need: &NeedText) {
    let first: Vec<Profile> = people.iter().take(PEOPLE / 10).cloned().collect();
    let build = |people| Engine::build(people, Weights::published()).expect("ids differ");
    let mut group = criterion.benchmark_group("search");
    group.throughput(Throughput::Elements(first.iter().map(|person| person.works.len() as u64).sum()));
    group.bench_function("index", |bench| bench.iter_batched(|| first.clone(), build, BatchSize::LargeInput));
    let engine = build(people);
    group.throughput(Throughput::Elements(engine.works() as u64));
    group.bench_function("rank", |bench| bench.iter(|| engine.rank(black_box(need), TOP)));
    group.bench_function("rank and explain", |bench| bench.iter(|| engine.rank_explained(black_box(need), TOP)));
}

/// The plan of a round, and its proof.
fn assignment(criterion: &mut Criterion) {
    let instance = Instance::new(round()).expect("a correct draft");
    let plan = solve(&instance).expect("nothing is frozen");
    let mut group = criterion.benchmark_group("plan");
    group.throughput(Throughput::Elements(instance.edges().len() as u64));
    group.bench_function("solve", |bench| bench.iter(|| solve(black_box(&instance))));
    group.bench_function("check", |bench| bench.iter(|| check(black_box(&instance), &plan)));
}

/// The vector of a need: the products of twelve layers.
fn encoder(criterion: &mut Criterion, need: &NeedText) {
    let Ok(model) = std::env::var("MODEL") else { return eprintln!("MODEL is not set: the encoder is left out") };
    let encoder = Encoder::from_bytes(&std::fs::read(model).expect("the weights")).expect("a model");
    criterion.bench_function("encode a need", |bench| {
        bench.iter(|| encoder.encode(&[black_box(need.content.as_str())], Side::Query));
    });
}

/// A few people wanted by many needs, from a fixed stream.
fn round() -> Draft {
    let mut state = 7_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut edges = Vec::new();
    for need in 0..NEEDS {
        let wanted: std::collections::BTreeSet<usize> =
            (0..TOP).map(|_| (below(PEOPLE as u64) * below(PEOPLE as u64) / PEOPLE as u64) as usize).collect();
        for person in wanted {
            let score = Score::from_millionths(50_000 + below(500_000));
            edges.push(Edge { score, ..Edge::new(need, person, 1 + below(3).cast_signed()) });
        }
    }
    Draft {
        needs: (0..NEEDS).map(|need| Need { id: format!("n{need:05}"), posts: 1 }).collect(),
        people: (0..PEOPLE).map(|person| Person::new(&format!("p{person:06}"), None)).collect(),
        edges,
        ..Draft::default()
    }
}

/// People with [`WORKS`] works in all.
fn people(path: &Path) -> Vec<Profile> {
    let mut works = 0;
    let within = |person: &Profile| {
        works += person.works.len();
        works <= WORKS
    };
    lines(path).map(|line| profile_of(&line)).take_while(within).collect()
}

fn lines(path: &Path) -> impl Iterator<Item = serde_json::Value> + use<> {
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

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(5));
    targets = kernels
}
criterion_main!(benches);
