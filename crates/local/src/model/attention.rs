//! Attention of one conversation's new tokens to all of its tokens so far.
//!
//! Two forms of the same sum: many new tokens are matrix products, which candle does well; for a
//! single one those would spend more on packing than on multiplying, so it has loops of its own.

use candle_core::{Result, Tensor};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::numbers;
use super::ops::{CausalSoftmax, softmax};

/// Below so many positions a second thread costs more than it saves.
const PARALLEL_POSITIONS: usize = 32;

/// The new tokens' queries `(tokens, heads, width)` over the keys and values of all tokens, the
/// new ones last, `(kv heads, positions, width)`. Gives `(tokens, heads * width)`.
pub(super) fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (tokens, heads, width) = queries.dims3()?;
    let (kv_heads, positions, _) = keys.dims3()?;
    let scale = 1.0 / (width as f32).sqrt();
    let group = heads / kv_heads;
    if tokens == 1 {
        return attend_one(queries, keys, values, scale);
    }

    let softmax = CausalSoftmax { before: positions - tokens, scale };
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
    let all_queries = numbers(&stored_queries, layout)?;
    let (stored_keys, layout) = keys.storage_and_layout();
    let all_keys = numbers(&stored_keys, layout)?;
    let stride = layout.stride().first().copied().unwrap_or(0);
    let (stored_values, layout) = values.storage_and_layout();
    let all_values = numbers(&stored_values, layout)?;

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

/// One head's attention to all positions.
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
    fn with_simd<S: Simd>(self, _: S) {
        let mut scores = vec![0.0; self.keys.len() / self.query.len().max(1)];
        weigh(self.query, self.keys, &mut scores);
        softmax(&mut scores, self.scale);
        mix(&scores, self.values, self.output);
    }
}

/// `scores[i]` = query · row `i` of the keys.
#[inline(always)]
fn weigh(query: &[f32], keys: &[f32], scores: &mut [f32]) {
    for (key, score) in keys.chunks_exact(query.len()).zip(scores) {
        let mut sums = [0.0f32; 16];
        let (queries, _) = query.as_chunks::<16>();
        let (keys, _) = key.as_chunks::<16>();
        for (queries, keys) in queries.iter().zip(keys) {
            for ((query, key), sum) in queries.iter().zip(keys).zip(&mut sums) {
                *sum += query * key;
            }
        }
        *score = sums.iter().sum();
    }
}

/// `output` = the values' rows, weighted and summed.
#[inline(always)]
fn mix(weights: &[f32], values: &[f32], output: &mut [f32]) {
    let width = output.len();
    let (outputs, _) = output.as_chunks_mut::<16>();
    for (part, output) in outputs.iter_mut().enumerate() {
        let mut sums = [0.0f32; 16];
        for (weight, row) in weights.iter().zip(values.chunks_exact(width)) {
            let (row, _) = row.as_chunks::<16>();
            if let Some(row) = row.get(part) {
                for (value, sum) in row.iter().zip(&mut sums) {
                    *sum += weight * value;
                }
            }
        }
        *output = sums;
    }
}

/// The numbers of one head, where the heads are `stride` apart and `len` long.
fn part(numbers: &[f32], head: usize, stride: usize, len: usize) -> &[f32] {
    let start = head * stride;
    numbers.get(start..start + len).unwrap_or_default()
}
