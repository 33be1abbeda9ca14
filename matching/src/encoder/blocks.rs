//! 4-bit blocks: 32 weights as an `f16` scale and 16 bytes whose low nibbles are weights 0–15 and high nibbles 16–31;
//! value = scale × (nibble − 8).

/// Weights in one block.
pub(super) const BLOCK_WEIGHTS: usize = 32;

/// Bytes of one block.
pub(super) const BLOCK_BYTES: usize = 18;

/// Widens whole blocks to `f32`.
pub(super) fn widen(packed: &[u8], out: &mut [f32]) {
    for (block, weights) in packed.chunks_exact(BLOCK_BYTES).zip(out.chunks_exact_mut(BLOCK_WEIGHTS)) {
        let scale = half(u16::from_le_bytes([block[0], block[1]]));
        for (at, byte) in block[2..].iter().enumerate() {
            weights[at] = scale * (f32::from(byte & 0x0f) - 8.0);
            weights[at + 16] = scale * (f32::from(byte >> 4) - 8.0);
        }
    }
}

/// IEEE 754 binary16 to binary32.
pub(super) fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    match exponent {
        0 => sign * fraction * 2f32.powi(-24),
        31 => sign * if fraction == 0.0 { f32::INFINITY } else { f32::NAN },
        _ => sign * (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_widen_as_ieee_754_says() {
        let known = [(0x0000, 0.0), (0x3c00, 1.0), (0xc000, -2.0), (0x3555, 0.333_251_95), (0x0001, 5.960_464_5e-8)];
        for (bits, value) in known {
            assert!((half(bits) - value).abs() < 1e-9, "{bits:04x}");
        }
        assert!(half(0x7c00).is_infinite());
    }

    #[test]
    fn a_block_holds_low_nibbles_first() {
        let mut block = [0u8; BLOCK_BYTES];
        block[..2].copy_from_slice(&0x3c00u16.to_le_bytes());
        block[2] = 0x1f; // weight 0 is 15, weight 16 is 1
        let mut weights = [0.0; BLOCK_WEIGHTS];
        widen(&block, &mut weights);
        assert_eq!((weights[0], weights[16], weights[1]), (7.0, -7.0, -8.0));
    }
}
