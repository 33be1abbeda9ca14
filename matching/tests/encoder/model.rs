//! A model of the real kind and next to no size, in the bytes of its container.

/// Numbers of a token's state; one block.
const HIDDEN: usize = 32;
/// Numbers between the two products of a layer.
const WIDE: usize = 64;
const LAYERS: usize = 2;
/// Tokens that fit, the two around a text included.
pub const POSITIONS: usize = 16;
/// Bytes of a block of 32 weights.
const BLOCK_BYTES: usize = 18;
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
    let directory: usize = tensors.iter().map(|(name, ..)| 2 + name.len() + 1 + 4 + 8 + 8).sum();
    let mut offset = file.len() + 4 + directory;
    put(&mut file, tensors.len());
    for (name, packed, weights) in &tensors {
        let bytes = if *packed { weights / 32 * BLOCK_BYTES } else { weights * 4 };
        file.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        file.extend(name.as_bytes());
        file.push(u8::from(*packed));
        put(&mut file, *weights);
        file.extend((offset as u64).to_le_bytes());
        file.extend((bytes as u64).to_le_bytes());
        offset += bytes;
    }
    let mut state = 1u32;
    for (name, packed, weights) in &tensors {
        for at in 0..if *packed { weights / 32 * BLOCK_BYTES } else { *weights } {
            // Any numbers do, as long as they are the same every time (Knuth's multiplier).
            state = state.wrapping_mul(2_654_435_761).wrapping_add(12_345);
            let byte = (state >> 24) as u8;
            match packed {
                true if at % BLOCK_BYTES < 2 => file.push(SCALE[at % BLOCK_BYTES]),
                true => file.push(byte),
                false => {
                    let around = if name.ends_with("ln.w") { 1.0f32 } else { 0.0 };
                    file.extend((around + f32::from(byte) / 1_024.0).to_le_bytes());
                }
            }
        }
    }
    file
}

fn header() -> Vec<u8> {
    let mut file = b"E5S1".to_vec();
    [1, HIDDEN, LAYERS, 2, WIDE, PIECES.len(), POSITIONS, 1].into_iter().for_each(|number| put(&mut file, number));
    file.extend(1e-12f32.to_le_bytes());
    [32, PIECES.len(), 0, 2, 1, 3].into_iter().for_each(|number| put(&mut file, number));
    let blob: String = PIECES.iter().map(|(piece, _)| *piece).collect();
    file.extend((blob.len() as u64).to_le_bytes());
    let mut offset = 0;
    put(&mut file, offset);
    for (piece, _) in PIECES {
        offset += piece.len();
        put(&mut file, offset);
    }
    PIECES.iter().for_each(|(_, score)| file.extend(score.to_le_bytes()));
    file.extend(blob.as_bytes());
    // One entry of the normalisation map: the wide space becomes a plain one.
    put(&mut file, 1);
    put(&mut file, 9);
    put(&mut file, 0x3000);
    file.push(1);
    put(&mut file, 0x20);
    file
}

/// Name, whether packed in 4 bits, and number of weights.
fn tensors() -> Vec<(String, bool, usize)> {
    let mut tensors = vec![
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
            tensors.push((format!("l{layer}.{name}.w"), true, out * input));
            tensors.push((format!("l{layer}.{name}.b"), false, out));
        }
        for name in ["aln.w", "aln.b", "oln.w", "oln.b"] {
            tensors.push((format!("l{layer}.{name}"), false, HIDDEN));
        }
    }
    tensors
}

fn put(file: &mut Vec<u8>, number: usize) {
    file.extend(u32::try_from(number).unwrap().to_le_bytes());
}
