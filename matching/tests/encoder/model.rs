//! A model of the real kind and next to no size, in the bytes of its container.

/// Numbers of a token's state; one block.
const HIDDEN: usize = 32;
/// Numbers between the two products of a layer.
const WIDE: usize = 64;
const LAYERS: usize = 2;
/// Tokens that fit, the two around a text included.
const POSITIONS: usize = 16;
/// Bytes of a block of 32 weights.
const BLOCK_BYTES: usize = 18;
const BLOCK_WEIGHTS: usize = 32;
/// 2⁻⁴ as binary16.
const SCALE: [u8; 2] = [0x00, 0x2c];

const PIECES: [(&str, f32); 16] = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -2.0),
    ("石墨", -4.0),
    ("石", -5.0),
    ("墨", -5.0),
    ("烯", -5.0),
    ("防腐", -6.0),
    ("涂层", -6.0),
    ("水稻", -6.0),
    ("秸秆", -6.0),
    ("query", -7.0),
    ("passage", -7.0),
    (":", -3.0),
];

/// The file.
pub fn bytes() -> Vec<u8> {
    let mut file = header();
    let tensors = tensors();
    let directory: usize = tensors.iter().map(|tensor| 2 + tensor.name.len() + 1 + 4 + 8 + 8).sum();
    let mut offset = file.len() + 4 + directory;
    put(&mut file, tensors.len());
    for tensor in &tensors {
        file.extend(u16::try_from(tensor.name.len()).expect("a short name").to_le_bytes());
        file.extend(tensor.name.as_bytes());
        file.push(u8::from(tensor.packed));
        put(&mut file, tensor.weights);
        file.extend((offset as u64).to_le_bytes());
        file.extend((tensor.bytes.len() as u64).to_le_bytes());
        offset += tensor.bytes.len();
    }
    file.extend(tensors.into_iter().flat_map(|tensor| tensor.bytes));
    file
}

/// A tensor as the file holds it.
struct Tensor {
    name: String,
    packed: bool,
    weights: usize,
    bytes: Vec<u8>,
}

fn header() -> Vec<u8> {
    let mut file = b"E5S1".to_vec();
    for number in [1, HIDDEN, LAYERS, 2, WIDE, PIECES.len(), POSITIONS, 1] {
        put(&mut file, number);
    }
    file.extend(1e-12f32.to_le_bytes());
    for number in [32, PIECES.len(), 0, 2, 1, 3] {
        put(&mut file, number);
    }
    let blob: String = PIECES.iter().map(|(piece, _)| *piece).collect();
    file.extend((blob.len() as u64).to_le_bytes());
    let mut offset = 0;
    put(&mut file, offset);
    for (piece, _) in PIECES {
        offset += piece.len();
        put(&mut file, offset);
    }
    for (_, score) in PIECES {
        file.extend(score.to_le_bytes());
    }
    file.extend(blob.as_bytes());
    // One entry of the normalisation map: the wide space becomes a plain one.
    put(&mut file, 1);
    put(&mut file, 9);
    put(&mut file, 0x3000);
    file.push(1);
    put(&mut file, 0x20);
    file
}

fn tensors() -> Vec<Tensor> {
    let mut shapes = vec![
        ("emb.word".to_owned(), true, PIECES.len() * HIDDEN),
        ("emb.pos".to_owned(), false, POSITIONS * HIDDEN),
        ("emb.type".to_owned(), false, HIDDEN),
        ("emb.ln.w".to_owned(), false, HIDDEN),
        ("emb.ln.b".to_owned(), false, HIDDEN),
    ];
    for layer in 0..LAYERS {
        for (name, out, input) in [
            ("q", HIDDEN, HIDDEN),
            ("k", HIDDEN, HIDDEN),
            ("v", HIDDEN, HIDDEN),
            ("ao", HIDDEN, HIDDEN),
            ("fi", WIDE, HIDDEN),
            ("fo", HIDDEN, WIDE),
        ] {
            shapes.push((format!("l{layer}.{name}.w"), true, out * input));
            shapes.push((format!("l{layer}.{name}.b"), false, out));
        }
        for name in ["aln.w", "aln.b", "oln.w", "oln.b"] {
            shapes.push((format!("l{layer}.{name}"), false, HIDDEN));
        }
    }
    let mut state = 1u32;
    shapes.into_iter().map(|(name, packed, weights)| filled(name, packed, weights, &mut state)).collect()
}

/// Any numbers do, as long as they are the same every time.
fn filled(name: String, packed: bool, weights: usize, state: &mut u32) -> Tensor {
    let mut next = || {
        // Knuth's multiplier.
        *state = state.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        state.to_le_bytes()[3]
    };
    let around = if name.ends_with("ln.w") { 1.0f32 } else { 0.0 };
    let block = |next: &mut dyn FnMut() -> u8| -> Vec<u8> {
        SCALE.into_iter().chain((2..BLOCK_BYTES).map(|_| next())).collect()
    };
    let bytes = if packed {
        (0..weights / BLOCK_WEIGHTS).flat_map(|_| block(&mut next)).collect()
    } else {
        (0..weights).flat_map(|_| (around + f32::from(next()) / 1_024.0).to_le_bytes()).collect()
    };
    Tensor { name, packed, weights, bytes }
}

/// The same model as it is published for others: `config.json`, `tokenizer.json`, `model.safetensors`.
pub fn published() -> [Vec<u8>; 3] {
    let config = format!(
        r#"{{"model_type":"xlm-roberta","hidden_size":{HIDDEN},"num_hidden_layers":{LAYERS},"num_attention_heads":2,
        "intermediate_size":{WIDE},"max_position_embeddings":{},"layer_norm_eps":1e-12,"hidden_act":"gelu","pad_token_id":1,
        "vocab_size":{}}}"#,
        POSITIONS + 2,
        PIECES.len()
    );
    let vocab: Vec<String> = PIECES.iter().map(|(piece, score)| format!("[\"{piece}\",{score:?}]")).collect();
    let tokenizer = format!(r#"{{"model":{{"type":"Unigram","unk_id":3,"vocab":[{}]}}}}"#, vocab.join(","));
    let (mut directory, mut numbers) = (Vec::new(), Vec::new());
    for tensor in tensors() {
        let mut wide = tensor.wide();
        if tensor.name == "emb.pos" {
            // Two positions before the first, for padding.
            wide.splice(0..0, vec![9.0; 2 * HIDDEN]);
        }
        let start = numbers.len();
        numbers.extend(wide.iter().flat_map(|number| number.to_le_bytes()));
        let (name, shape, end) = (published_name(&tensor.name), wide.len(), numbers.len());
        directory.push(format!(r#""{name}":{{"dtype":"F32","shape":[{shape}],"data_offsets":[{start},{end}]}}"#));
    }
    let directory = format!("{{{}}}", directory.join(","));
    let weights = [(directory.len() as u64).to_le_bytes().as_slice(), directory.as_bytes(), &numbers].concat();
    [config.into_bytes(), tokenizer.into_bytes(), weights]
}

impl Tensor {
    fn wide(&self) -> Vec<f32> {
        if !self.packed {
            return self.bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        }
        let weight = |nibble: u8| (f32::from(nibble) - 8.0) / 16.0;
        let block = |block: &[u8]| -> Vec<f32> {
            let low = block[2..].iter().map(|byte| weight(byte & 15));
            low.chain(block[2..].iter().map(|byte| weight(byte >> 4))).collect()
        };
        self.bytes.chunks(BLOCK_BYTES).flat_map(block).collect()
    }
}

fn published_name(name: &str) -> String {
    let (place, part) = name.split_once('.').expect("two parts");
    let (part, kind) = part.rsplit_once('.').unwrap_or((part, "w"));
    let kind = if kind == "b" { "bias" } else { "weight" };
    let part = match part {
        "word" => "word_embeddings",
        "pos" => "position_embeddings",
        "type" => "token_type_embeddings",
        "ln" => "LayerNorm",
        "q" => "attention.self.query",
        "k" => "attention.self.key",
        "v" => "attention.self.value",
        "ao" => "attention.output.dense",
        "aln" => "attention.output.LayerNorm",
        "fi" => "intermediate.dense",
        "fo" => "output.dense",
        "oln" => "output.LayerNorm",
        other => panic!("no tensor is called {other}"),
    };
    match place.strip_prefix('l') {
        Some(layer) => format!("roberta.encoder.layer.{layer}.{part}.{kind}"),
        None => format!("roberta.embeddings.{part}.{kind}"),
    }
}

fn put(file: &mut Vec<u8>, number: usize) {
    file.extend(u32::try_from(number).expect("a small number").to_le_bytes());
}
