//! Q4_1 blocks rewritten as Q8_0 blocks, which candle multiplies several times as fast.
//!
//! A Q4_1 block holds 32 weights as `scale * nibble + minimum`, so at most 16 different values.
//! Each of those is rounded once, to the nearest of the 255 steps that Q8_0 has between plus and
//! minus the largest; what is lost is a fraction of what the 4 bits lost before.

use half::f16;

use crate::gguf::Storage;

const Q4_1_BYTES: usize = 20;
const Q8_0_BYTES: usize = 34;

/// Appends the Q8_0 form of whole Q4_1 blocks.
pub(crate) fn append(q4_1: &[u8], q8_0: &mut Vec<u8>) {
    debug_assert_eq!(Storage::Q4_1.bytes(32), Some(Q4_1_BYTES as u64));
    q8_0.reserve(q4_1.len() / Q4_1_BYTES * Q8_0_BYTES);
    let (blocks, _) = q4_1.as_chunks::<Q4_1_BYTES>();
    for block in blocks {
        q8_0.extend_from_slice(&convert(block));
    }
}

fn convert(block: &[u8; Q4_1_BYTES]) -> [u8; Q8_0_BYTES] {
    let [s0, s1, m0, m1, nibbles @ ..] = block;
    let scale = f16::from_le_bytes([*s0, *s1]).to_f32();
    let minimum = f16::from_le_bytes([*m0, *m1]).to_f32();

    // The largest of 16 equally spaced values is at one of the ends.
    let largest = minimum.abs().max((15.0f32.mul_add(scale, minimum)).abs());
    // As it will be read back, so that the weights are rounded to what they will be.
    let stored = f16::from_f32(largest / 127.0);
    let inverse = if stored > f16::ZERO { 1.0 / stored.to_f32() } else { 0.0 };
    let mut table = [0u8; 16];
    let mut value = minimum;
    for entry in &mut table {
        // The cast saturates, and is the two's complement that the format wants.
        *entry = (value * inverse).round() as i8 as u8;
        value += scale;
    }

    let mut out = [0u8; Q8_0_BYTES];
    let (head, weights) = out.split_at_mut(2);
    head.copy_from_slice(&stored.to_le_bytes());
    // The low nibbles are the first 16 weights, the high ones the other 16.
    let (low, high) = weights.split_at_mut(16);
    for ((nibble, low), high) in nibbles.iter().zip(low).zip(high) {
        *low = table.get(usize::from(nibble & 15)).copied().unwrap_or(0);
        *high = table.get(usize::from(nibble >> 4)).copied().unwrap_or(0);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_stays_within_one_step() {
        let mut seed = 1u32;
        for _ in 0..200 {
            let mut block = [0u8; Q4_1_BYTES];
            for byte in &mut block {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (seed >> 24) as u8;
            }
            let scale = f16::from_f32(f32::from(block[0]) / 4000.0 + 0.001);
            let minimum = f16::from_f32(-8.0 * scale.to_f32() + f32::from(block[2]) / 50000.0);
            block[..2].copy_from_slice(&scale.to_le_bytes());
            block[2..4].copy_from_slice(&minimum.to_le_bytes());

            let mut out = Vec::new();
            append(&block, &mut out);
            assert_eq!(out.len(), Q8_0_BYTES);
            let step = f16::from_le_bytes([out[0], out[1]]).to_f32();
            for at in 0..32 {
                let nibble = if at < 16 { block[4 + at] & 15 } else { block[4 + at - 16] >> 4 };
                let before = scale.to_f32() * f32::from(nibble) + minimum.to_f32();
                let after = step * f32::from(out[2 + at] as i8);
                assert!((before - after).abs() <= step, "{before} became {after}, step {step}");
            }
        }
    }

    #[test]
    fn a_block_of_zeros_stays_zero() {
        let mut out = Vec::new();
        append(&[0; Q4_1_BYTES], &mut out);
        assert_eq!(out, [0; Q8_0_BYTES]);
    }
}
