//! Our search beside tantivy's on the same terms and the same scoring function, in one run.
//!
//!     cargo run --release -- FOLDER
//!
//! FOLDER holds `needs.jsonl` and `people.jsonl` as `benchmarks/province/generate.py` writes them. The first 100,000 works
//! are indexed by their bigrams and names; a query is the first 100 different terms of a need. tantivy gets the terms
//! separated by spaces, its index in memory, in one segment, with BM25 as it comes. We get tantivy's own formula as impacts:
//! the length as it rounds it, k1 = 1.2, b = 0.75.
//!
//! Both give the best ten with the score as a 32-bit number, ours reckoned by the formula itself for whoever the rounded
//! impacts let through. Works of the same score stand in the order of their numbers. Each adds the parts of a score in an
//! order of its own, so scores that differ by less than [`SAME`] of themselves count as the same: such works may change places.
//!
//! Prints queries per second of processor time and their ratio; ends with 1 when a best ten differs or the ratio is under 5.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;

use matching::index::{Asked, Index};
use matching::text::{TermClass, glyphs, terms};
use tantivy::collector::TopDocs;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Searcher, TantivyDocument, Term};

const WORKS: usize = 100_000;
const TERMS: usize = 100;
const TOP: usize = 10;
const ROUNDS: usize = 5;
const RATIO_MIN: f64 = 5.0;
/// Share of a score.
const SAME: f32 = 1e-5;
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// The impact that stands for 1, and the query weight that does.
const IMPACT_ONE: f32 = 65_535.0;
const WEIGHT_ONE: f32 = (1 << 20) as f32;
/// Works among which one is looked at when a first threshold is sought.
const AMONG: usize = 64;

/// A best work: its score and number.
type Best = Vec<(f32, usize)>;

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).expect("a folder");
    let works: Vec<BTreeMap<u64, u32>> = works(&Path::new(&folder).join("people.jsonl"));
    let queries: Vec<Vec<u64>> = queries(&Path::new(&folder).join("needs.jsonl"));
    let (ours, theirs) = (Ours::of(&works), Theirs::of(&works));
    let (mut our_millis, mut their_millis) = (0.0, 0.0);
    let (mut our_best, mut their_best) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = cpu_millis();
        our_best = queries.iter().map(|query| ours.best(query)).collect();
        let middle = cpu_millis();
        their_best = queries.iter().map(|query| theirs.best(query)).collect::<Vec<Best>>();
        our_millis += middle - start;
        their_millis += cpu_millis() - middle;
    }
    let different = our_best.iter().zip(&their_best).filter(|(ours, theirs)| !are_same(ours, theirs)).count();
    let per_second = |millis: f64| (ROUNDS * queries.len()) as f64 * 1000.0 / millis;
    let ratio = their_millis / our_millis;
    println!("{} works, {} queries of {TERMS} terms, best {TOP}", works.len(), queries.len());
    println!("ours    {:8.0} queries per CPU second", per_second(our_millis));
    println!("tantivy {:8.0} queries per CPU second", per_second(their_millis));
    println!("ratio   {ratio:8.1}; different results: {different}");
    ExitCode::from(u8::from(different > 0 || ratio < RATIO_MIN))
}

/// The same scores place by place, and the same works but for those whose scores are the same.
fn are_same(ours: &Best, theirs: &Best) -> bool {
    let near = |one: f32, other: f32| (one - other).abs() <= SAME * one.max(other);
    let last = ours.last().map_or(0.0, |last| last.0);
    let is_there = |&(score, work): &(f32, usize)| near(score, last) || theirs.iter().any(|&(_, other)| other == work);
    ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(|(one, other)| near(one.0, other.0))
        && ours.iter().all(is_there)
}

/// Our index with what the formula needs to be reckoned exactly.
struct Ours<'a> {
    index: Index,
    works: &'a [BTreeMap<u64, u32>],
    /// Of each work.
    norms: Vec<f32>,
    /// Of each term.
    weights: HashMap<u64, f32>,
}

impl<'a> Ours<'a> {
    fn of(works: &'a [BTreeMap<u64, u32>]) -> Self {
        let lengths: Vec<u32> = works.iter().map(|work| work.values().sum()).collect();
        let average = lengths.iter().map(|&length| u64::from(length)).sum::<u64>() as f32 / works.len() as f32;
        let rounded = |length| FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(length)) as f32;
        let norms: Vec<f32> = lengths.iter().map(|&length| K1 * (1.0 - B + B * rounded(length) / average)).collect();
        let mut holders: HashMap<u64, u32> = HashMap::new();
        works.iter().flat_map(BTreeMap::keys).for_each(|&key| *holders.entry(key).or_default() += 1);
        let weight = |holders: u32| {
            (1.0 + ((works.len() as u32 - holders) as f32 + 0.5) / (holders as f32 + 0.5)).ln() * (1.0 + K1)
        };
        let weights = holders.into_iter().map(|(key, holders)| (key, weight(holders))).collect();
        let index = Index::of_impacts(works.len(), |work, counter| {
            for (&key, &count) in &works[work] {
                counter.add(key, f64::from((saturated(count, norms[work]) * IMPACT_ONE).round()));
            }
        });
        Self { index, works, norms, weights }
    }

    fn best(&self, query: &[u64]) -> Best {
        let weights: Vec<f32> = query.iter().map(|key| self.weights.get(key).copied().unwrap_or(0.0)).collect();
        let largest = weights.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let fixed = weights.iter().map(|weight| (weight / largest * WEIGHT_ONE).round() as u32);
        let terms: Vec<(u64, u32)> = query.iter().copied().zip(fixed).collect();
        // What rounding can change: half a unit of the impact for each weight, half a unit of the weight for each impact.
        let slack: u64 = terms.iter().map(|&(_, weight)| u64::from(weight) / 2 + u64::from(u16::MAX) / 2 + 1).sum();
        let asked = self.index.ask(&terms);
        let partial = self.index.partial(&asked);
        let least = self.tenth(&asked, &partial).saturating_sub(2 * slack);
        let found = self.index.reaching(&asked, &partial, least);
        let reaching = found.into_iter().filter(|&work| self.index.complete(&asked, work, partial[work]) >= least);
        let mut best: Best = reaching.map(|work| (self.exact(query, &weights, work), work)).collect();
        best.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        best.truncate(TOP);
        best
    }

    /// The score of the tenth of works that look good: the real tenth has no less.
    fn tenth(&self, asked: &Asked, partial: &[u64]) -> u64 {
        let best_of = |(group, scores): (usize, &[u64])| {
            let best = (0..scores.len()).max_by_key(|&work| scores[work]).unwrap_or(0);
            (scores[best], group * AMONG + best)
        };
        let mut groups: Vec<(u64, usize)> = partial.chunks(AMONG).enumerate().map(best_of).collect();
        groups.select_nth_unstable_by(TOP, |one, other| other.cmp(one));
        groups[..TOP].iter().map(|&(partial, work)| self.index.complete(asked, work, partial)).min().unwrap_or(0)
    }

    fn exact(&self, query: &[u64], weights: &[f32], work: usize) -> f32 {
        let part =
            |(key, weight): (&u64, &f32)| Some(weight * saturated(*self.works[work].get(key)?, self.norms[work]));
        query.iter().zip(weights).filter_map(part).sum()
    }
}

fn saturated(count: u32, norm: f32) -> f32 {
    count as f32 / (count as f32 + norm)
}

struct Theirs {
    searcher: Searcher,
    field: Field,
}

impl Theirs {
    fn of(works: &[BTreeMap<u64, u32>]) -> Self {
        let indexing =
            TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::WithFreqs);
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 2_000_000_000).expect("a writer");
        for work in works {
            let words: Vec<String> =
                work.iter().flat_map(|(key, &count)| std::iter::repeat_n(format!("{key:x}"), count as usize)).collect();
            let mut document = TantivyDocument::default();
            document.add_text(field, words.join(" "));
            writer.add_document(document).expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("a reader").searcher();
        assert_eq!(searcher.segment_readers().len(), 1, "numbers of works are those of one segment");
        Self { searcher, field }
    }

    fn best(&self, query: &[u64]) -> Best {
        let term = |key: &u64| {
            let term = Term::from_field_text(self.field, &format!("{key:x}"));
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>)
        };
        let query = BooleanQuery::new(query.iter().map(term).collect());
        let found = self.searcher.search(&query, &TopDocs::with_limit(TOP).order_by_score()).expect("found");
        found.into_iter().map(|(score, address)| (score, address.doc_id as usize)).collect()
    }
}

/// Bigrams and names with their counts.
fn counted(texts: &[&str]) -> (Vec<u64>, BTreeMap<u64, u32>) {
    let mut order = Vec::new();
    let mut counts = BTreeMap::new();
    for text in texts {
        for term in terms(&glyphs(text)).into_iter().filter(|term| term.class != TermClass::Single) {
            let count = counts.entry(term.key).or_insert(0);
            *count += 1;
            order.extend((*count == 1).then_some(term.key));
        }
    }
    (order, counts)
}

fn works(path: &Path) -> Vec<BTreeMap<u64, u32>> {
    let mut works = Vec::new();
    for person in lines(path) {
        for work in person["works"].as_array().into_iter().flatten() {
            works.push(counted(&[text(work, "title"), text(work, "abstract")]).1);
        }
        if works.len() >= WORKS {
            break;
        }
    }
    works.truncate(WORKS);
    works
}

fn queries(path: &Path) -> Vec<Vec<u64>> {
    let first = |need: serde_json::Value| {
        let mut order = counted(&[text(&need, "title"), text(&need, "content")]).0;
        order.truncate(TERMS);
        order
    };
    lines(path).map(first).filter(|query| query.len() == TERMS).collect()
}

fn lines(path: &Path) -> impl Iterator<Item = serde_json::Value> {
    let file = BufReader::new(File::open(path).expect("the file"));
    file.lines().map(|line| serde_json::from_str(&line.expect("UTF-8")).expect("JSON"))
}

fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Processor time of all threads of this process.
fn cpu_millis() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux").filter_map(Result::ok);
    let stats = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok());
    stats.filter_map(|stat| stat.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}
