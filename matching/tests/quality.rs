//! Retrieval quality: fixed queries over a small corpus of our own, and floors on the shared development sets.
//!
//! The shared sets are not part of the repository. Where they are absent the test says so loudly and passes; the floors then
//! rest on the small corpus alone.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use matching::engine::Engine;
use matching::evaluate::{Ranked, Report, Run, evaluate, read_grades};
use matching::input::{NeedText, Profile, WorkText};
use matching::weights::Weights;
use serde::Deserialize;

#[derive(Deserialize)]
struct NeedLine {
    id: String,
    title: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    keywords: Vec<String>,
}

#[derive(Deserialize)]
struct PersonLine {
    id: String,
    #[serde(default)]
    works: Vec<WorkLine>,
}

#[derive(Deserialize)]
struct WorkLine {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default, rename = "abstract")]
    summary: String,
}

fn needs(text: &str) -> Vec<NeedText> {
    let lines = text.lines().map(|line| serde_json::from_str::<NeedLine>(line).expect("a need"));
    lines
        .map(|NeedLine { id, title, content, keywords }| NeedText {
            id,
            title,
            content,
            keywords,
            ..NeedText::default()
        })
        .collect()
}

fn people(text: &str) -> Vec<Profile> {
    let lines = text.lines().map(|line| serde_json::from_str::<PersonLine>(line).expect("a person"));
    lines
        .map(|person| {
            let works = person.works.into_iter();
            let works = works.map(|w| WorkText { id: w.id, title: w.title, summary: w.summary, ..WorkText::default() });
            Profile { id: person.id, works: works.collect(), ..Profile::default() }
        })
        .collect()
}

fn measure(needs_text: &str, people_text: &str, grades_text: &str) -> Report {
    let grades = read_grades(grades_text).expect("grades");
    let judged: Vec<NeedText> = needs(needs_text).into_iter().filter(|need| grades.contains_key(&need.id)).collect();
    let engine = Engine::build(people(people_text), Weights::published()).expect("ids differ");
    let rankings = engine.rank_all(&judged, usize::MAX, &|_| ControlFlow::Continue(())).expect("not cancelled");
    let run: Run = rankings
        .into_iter()
        .map(|ranking| {
            let ranked = ranking.candidates.into_iter().map(|c| {
                let level = Some(c.level.into());
                Ranked { person: c.person, score: c.score.value(), level }
            });
            (ranking.need, ranked.collect())
        })
        .collect::<BTreeMap<_, _>>();
    evaluate(&run, &grades)
}

fn shared() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where the shared data is")]
    let told = std::env::var("ZONGSHI_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let found = told.unwrap_or(beside).join("data");
    found.is_dir().then_some(found)
}

fn measure_shared(set: &str, needs: &str, grades: &str) -> Option<Report> {
    let Some(folder) = shared() else {
        eprintln!("\n*** {set} WAS NOT MEASURED: no ../shared/data, set ZONGSHI_SHARED ***\n");
        return None;
    };
    let read = |file: &str| std::fs::read_to_string(folder.join(set).join(file)).expect(file);
    let report = measure(&read(needs), &read("people.jsonl"), &read(grades));
    eprintln!(
        "{set} {needs}: nDCG@10 full {:.4} judged {:.4}, Recall@50 {:.4}, Spearman {:.4}, level error {:.4}",
        report.full.ndcg_at_10,
        report.judged.ndcg_at_10,
        report.full.recall_at_50,
        report.spearman.unwrap_or(0.0),
        report.level_error.unwrap_or(0.0)
    );
    Some(report)
}

#[test]
fn a_small_corpus_of_our_own_is_ranked_as_graded() {
    let (needs, people) = (include_str!("corpus/needs.jsonl"), include_str!("corpus/people.jsonl"));
    let report = measure(needs, people, include_str!("corpus/qrels.tsv"));
    let shown = format!(
        "full {:.3} judged {:.3} MRR {:.3} Recall@10 {:.3}",
        report.full.ndcg_at_10, report.judged.ndcg_at_10, report.full.mrr_at_10, report.full.recall_at_10
    );
    insta::assert_snapshot!(shown, @"full 0.929 judged 0.992 MRR 1.000 Recall@10 1.000");
}

#[test]
fn needs_find_achievements_no_worse_than_the_independent_baselines() {
    let Some(report) = measure_shared("bdci-dev", "needs.jsonl", "qrels.tsv") else { return };
    assert!(report.judged.ndcg_at_10 >= 0.755, "judged {}", report.judged.ndcg_at_10);
    assert!(report.full.ndcg_at_10 >= 0.345, "full {}", report.full.ndcg_at_10);
    assert!(report.level_error.expect("levels are stated") <= 0.44, "level error {:?}", report.level_error);
}

#[test]
fn projects_find_their_people_better_than_profile_bm25() {
    let Some(report) = measure_shared("people-dev", "needs.jsonl", "qrels.tsv") else { return };
    assert!(report.full.ndcg_at_10 >= 0.31, "{}", report.full.ndcg_at_10);
}

#[test]
fn titles_and_keywords_find_their_abstracts() {
    for (needs, grades) in [("needs.title.jsonl", "qrels.title.tsv"), ("needs.keywords.jsonl", "qrels.keywords.tsv")] {
        let Some(report) = measure_shared("csl-dev", needs, grades) else { return };
        assert!(report.full.ndcg_at_10 >= 0.975, "{needs} {}", report.full.ndcg_at_10);
    }
}
