//! Attention of a sequence's new tokens to all of its tokens.
//!
//! Several new tokens are multiplied as matrices by candle. For a single token, candle would spend
//! more time on packing the matrices than on the product, so it has its own loops.

use candle_core::{Result, Tensor};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::ops::{CausalSoftmax, dot, floats, softmax};

/// Minimum number of positions for which the heads are divided among threads.
const PARALLEL_POSITIONS: usize = 32;

/// Computes attention. `queries` are those of the new tokens, `(tokens, heads, width)`; `keys` and
/// `values` those of all tokens with the new ones last, `(kv heads, positions, width)`. Returns
/// `(tokens, heads * width)`.
pub(super) fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (tokens, heads, width) = queries.dims3()?;
    let (kv_heads, positions, _) = keys.dims3()?;
    let scale = 1.0 / (width as f32).sqrt();
    let group = heads / kv_heads;
    if tokens == 1 {
        return attend_one(queries, keys, values, scale);
    }

    let softmax = CausalSoftmax {
        before: positions - tokens,
        scale,
    };
    let mut outputs = Vec::with_capacity(heads);
    for head in 0..heads {
        let queries = queries.narrow(1, head, 1)?.squeeze(1)?.contiguous()?;
        let keys = keys.get(head / group)?;
        let values = values.get(head / group)?;
        let scores = queries.matmul(&keys.t()?)?;
        scores.inplace_op1(&softmax)?;
        outputs.push(scores.matmul(&values)?);
    }
    Tensor::cat(&outputs, 1)
}

fn attend_one(queries: &Tensor, keys: &Tensor, values: &Tensor, scale: f32) -> Result<Tensor> {
    let queries = queries.contiguous()?;
    let (_, heads, width) = queries.dims3()?;
    let (kv_heads, positions, _) = keys.dims3()?;
    let group = heads / kv_heads;
    let mut output = vec![0.0f32; heads * width];
    let (stored_queries, layout) = queries.storage_and_layout();
    let all_queries = floats(&stored_queries, layout)?;
    let (stored_keys, layout) = keys.storage_and_layout();
    let all_keys = floats(&stored_keys, layout)?;
    let stride = layout.stride().first().copied().unwrap_or(0);
    let (stored_values, layout) = values.storage_and_layout();
    let all_values = floats(&stored_values, layout)?;

    let work = |(index, output): (usize, &mut [f32])| {
        let len = positions * width;
        Arch::new().dispatch(Head {
            query: part(all_queries, index, width, width),
            keys: part(all_keys, index / group, stride, len),
            values: part(all_values, index / group, stride, len),
            scale,
            output,
        });
    };
    if positions < PARALLEL_POSITIONS {
        output.chunks_mut(width).enumerate().for_each(work);
    } else {
        output.par_chunks_mut(width).enumerate().for_each(work);
    }
    Tensor::from_vec(output, (1, heads * width), queries.device())
}

/// Attention of one head to all positions.
struct Head<'a> {
    query: &'a [f32],
    keys: &'a [f32],
    values: &'a [f32],
    scale: f32,
    output: &'a mut [f32],
}

impl WithSimd for Head<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut weights = Vec::with_capacity(self.keys.len() / self.query.len().max(1));
        for key in self.keys.chunks_exact(self.query.len()) {
            weights.push(dot(simd, self.query, key));
        }
        softmax(&mut weights, self.scale);
        mix(simd, &weights, self.values, self.output);
    }
}

/// Writes the weighted sum of the values' rows to `output`.
#[inline(always)]
fn mix<S: Simd>(simd: S, weights: &[f32], values: &[f32], output: &mut [f32]) {
    let width = output.len();
    let lanes = S::F32_LANES;
    let (whole, rest) = S::as_mut_simd_f32s(output);
    for (index, output) in whole.iter_mut().enumerate() {
        let mut sum = simd.splat_f32s(0.0);
        for (weight, row) in weights.iter().zip(values.chunks_exact(width)) {
            let part = row.get(index * lanes..).unwrap_or_default();
            if let ([values, ..], _) = S::as_simd_f32s(part) {
                sum = simd.mul_add_e_f32s(simd.splat_f32s(*weight), *values, sum);
            }
        }
        *output = sum;
    }
    let first = width - rest.len();
    for (index, output) in rest.iter_mut().enumerate() {
        let column = values.iter().skip(first + index).step_by(width);
        *output = weights
            .iter()
            .zip(column)
            .map(|(weight, value)| weight * value)
            .sum();
    }
}

/// Returns the `len` numbers of one head, where heads are `stride` numbers apart.
fn part(numbers: &[f32], head: usize, stride: usize, len: usize) -> &[f32] {
    let start = head * stride;
    numbers.get(start..start + len).unwrap_or_default()
}
