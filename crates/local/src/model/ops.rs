//! Element-wise operators that are faster than candle's: candle calls the C library for each
//! exponential, and these are compiled to vector instructions.

use candle_core::{CpuStorage, CustomOp1, InplaceOp1, Layout, Result, Shape, Storage};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Minimum number of rows that are divided among threads.
const PARALLEL_ROWS: usize = 4;

/// Returns the numbers of a tensor from its first element, regardless of its strides.
pub(super) fn floats<'a>(storage: &'a Storage, layout: &Layout) -> Result<&'a [f32]> {
    let Storage::Cpu(numbers) = storage else {
        candle_core::bail!("tensors must be in main memory");
    };
    Ok(numbers
        .as_slice::<f32>()?
        .get(layout.start_offset()..)
        .unwrap_or_default())
}

/// Returns `e^x` with a relative error below 1e-6. `x` is limited to the range from -87 to 88.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const ROUNDING: f32 = 12_582_912.0; // 1.5 * 2^23: adding it rounds to an integer
    let x = x.clamp(-87.0, 88.0);
    let shifted = x.mul_add_plain(std::f32::consts::LOG2_E, ROUNDING);
    let whole = shifted - ROUNDING;
    // ln 2 in two parts, for the precision of the remainder.
    let rest = (-whole).mul_add_plain(1.428_606_8e-6, (-whole).mul_add_plain(0.693_145_75, x));
    let mut power = 1.389e-3;
    for term in [8.333_45e-3, 4.166_68e-2, 1.666_666_6e-1, 0.5, 1.0, 1.0] {
        power = rest.mul_add_plain(power, term);
    }
    let scale = f32::from_bits((whole as i32 + 127).cast_unsigned() << 23);
    power * scale
}

/// Multiplication and addition as two instructions: on processors without a fused one,
/// `f32::mul_add` calls the C library.
trait MulAddPlain {
    fn mul_add_plain(self, factor: f32, term: f32) -> f32;
}

impl MulAddPlain for f32 {
    #[inline(always)]
    fn mul_add_plain(self, factor: f32, term: f32) -> f32 {
        self * factor + term
    }
}

/// Returns the dot product of two rows.
#[inline(always)]
pub(super) fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = S::as_simd_f32s(a);
    let (b, b_rest) = S::as_simd_f32s(b);
    let (a, a_last) = a.as_chunks::<4>();
    let (b, b_last) = b.as_chunks::<4>();
    // Four independent sums, so that a product does not wait for the previous one.
    let [mut w, mut x, mut y, mut z] = [simd.splat_f32s(0.0); 4];
    for ([aw, ax, ay, az], [bw, bx, by, bz]) in a.iter().zip(b) {
        w = simd.mul_add_e_f32s(*aw, *bw, w);
        x = simd.mul_add_e_f32s(*ax, *bx, x);
        y = simd.mul_add_e_f32s(*ay, *by, y);
        z = simd.mul_add_e_f32s(*az, *bz, z);
    }
    for (a, b) in a_last.iter().zip(b_last) {
        w = simd.mul_add_e_f32s(*a, *b, w);
    }
    let sum = simd.add_f32s(simd.add_f32s(w, x), simd.add_f32s(y, z));
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    simd.reduce_sum_f32s(sum) + rest
}

/// Replaces scores by the softmax of the scores times `scale`.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32], scale: f32) {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    let (lanes, rest) = scores.as_chunks_mut::<8>();
    let mut sums = [0.0f32; 8];
    for lane in lanes {
        for (score, sum) in lane.iter_mut().zip(&mut sums) {
            *score = exp((*score - largest) * scale);
            *sum += *score;
        }
    }
    for score in rest {
        *score = exp((*score - largest) * scale);
        sum += *score;
    }
    sum += sums.iter().sum::<f32>();
    let inverse = 1.0 / sum;
    for score in scores {
        *score *= inverse;
    }
}

struct Softmax<'a> {
    scores: &'a mut [f32],
    scale: f32,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        softmax(self.scores, self.scale);
    }
}

/// In-place [`softmax`] of rows of scores with a causal mask: row `i` covers the first
/// `before + i + 1` positions, and the others become 0.
#[derive(Debug)]
pub(super) struct CausalSoftmax {
    /// Number of positions before that of the first row.
    pub(super) before: usize,
    /// Factor of the scores.
    pub(super) scale: f32,
}

impl InplaceOp1 for CausalSoftmax {
    fn name(&self) -> &'static str {
        "causal-softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (_, positions) = layout.shape().dims2()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            candle_core::bail!("scores must be contiguous");
        };
        let CpuStorage::F32(scores) = storage else {
            candle_core::bail!("scores must be 32-bit floats");
        };
        let scores = scores.get_mut(start..end).unwrap_or_default();
        scores
            .par_chunks_mut(positions.max(1))
            .enumerate()
            .for_each(|(index, row)| {
                let (seen, hidden) = row.split_at_mut((self.before + index + 1).min(positions));
                Arch::new().dispatch(Softmax {
                    scores: seen,
                    scale: self.scale,
                });
                hidden.fill(0.0);
            });
        Ok(())
    }
}

/// `silu(gate) * up` of rows that hold the gates in their first half and the ups in the second.
#[derive(Debug)]
pub(super) struct SwiGlu;

struct SwiGluRow<'a> {
    row: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for SwiGluRow<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (gates, ups) = self.row.split_at(self.row.len() / 2);
        for ((gate, up), out) in gates.iter().zip(ups).zip(self.out) {
            *out = gate / (1.0 + exp(-gate)) * up;
        }
    }
}

impl CustomOp1 for SwiGlu {
    fn name(&self) -> &'static str {
        "swiglu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, width) = layout.shape().dims2()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            candle_core::bail!("gates and ups must be contiguous");
        };
        let numbers = storage
            .as_slice::<f32>()?
            .get(start..end)
            .unwrap_or_default();
        let out_width = width / 2;
        let mut out = vec![0.0; rows * out_width];
        if rows < PARALLEL_ROWS {
            for (row, out) in numbers
                .chunks(width.max(1))
                .zip(out.chunks_mut(out_width.max(1)))
            {
                Arch::new().dispatch(SwiGluRow { row, out });
            }
        } else {
            numbers
                .par_chunks(width)
                .zip(out.par_chunks_mut(out_width))
                .for_each(|(row, out)| Arch::new().dispatch(SwiGluRow { row, out }));
        }
        Ok((CpuStorage::F32(out), Shape::from((rows, out_width))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_accurate_over_its_range() {
        let mut worst = 0.0f32;
        for step in -87_000..88_000 {
            let x = step as f32 / 1000.0;
            worst = worst.max((exp(x) / x.exp() - 1.0).abs());
        }
        assert!(worst < 1e-6, "{worst}");
        assert!(exp(-1000.0) < 1e-37);
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn softmax_sums_to_one_and_keeps_the_order() {
        let mut scores: Vec<f32> = (0..37).map(|i| (i * 7 % 37) as f32 / 3.0).collect();
        let before = scores.clone();
        softmax(&mut scores, 0.5);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let ratio = scores[1] / scores[0];
        assert!((ratio - ((before[1] - before[0]) * 0.5).exp()).abs() < 1e-5 * ratio);
    }
}
