//! Quantized matrices of weights, and their products with activations.
//!
//! Weights are dequantized one row at a time and multiplied by 32-bit activations. Other engines
//! quantize the activations too, which is faster on some processors. The activations of this model
//! have outliers, so that quantizing them would lose accuracy that a small model cannot spare.
//!
//! `pulp` compiles the loops for each vector width and selects the widest that the processor has at
//! run time.

use std::hint::black_box;

use candle_core::{Device, Result, Tensor};
use half::f16;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::ops::{dot, floats};

/// Number of weights that share a scale.
const BLOCK: usize = 32;

/// Number of rows that a thread takes at a time: a few microseconds of work.
const ROWS: usize = 64;

/// A quantized matrix of weights.
#[derive(Debug)]
pub(super) struct Matrix {
    columns: usize,
    blocks: Blocks,
}

#[derive(Debug)]
enum Blocks {
    Q4(Vec<BlockQ4>),
    Q8(Vec<BlockQ8>),
}

/// Weights `scale * nibble + minimum`: the low nibbles first, then the high ones.
#[derive(Clone, Copy, Debug)]
struct BlockQ4 {
    scale: f32,
    minimum: f32,
    nibbles: [u8; BLOCK / 2],
}

/// Weights `scale * number`.
#[derive(Clone, Copy, Debug)]
struct BlockQ8 {
    scale: f32,
    numbers: [i8; BLOCK],
}

/// A block of quantized weights.
trait Dequantize: Copy + Sync {
    fn dequantize(&self, out: &mut [f32; BLOCK]);
}

impl Dequantize for BlockQ4 {
    #[inline(always)]
    fn dequantize(&self, out: &mut [f32; BLOCK]) {
        let (low, high) = out.split_at_mut(BLOCK / 2);
        for (nibble, low) in self.nibbles.iter().zip(low) {
            *low = f32::from(nibble & 15) * self.scale + self.minimum;
        }
        for (nibble, high) in self.nibbles.iter().zip(high) {
            *high = f32::from(nibble >> 4) * self.scale + self.minimum;
        }
    }
}

impl Dequantize for BlockQ8 {
    #[inline(always)]
    fn dequantize(&self, out: &mut [f32; BLOCK]) {
        for (number, out) in self.numbers.iter().zip(out) {
            *out = f32::from(*number) * self.scale;
        }
    }
}

impl Matrix {
    /// Reads a matrix of `Q4_1` blocks, row by row.
    pub(super) fn from_q4_1(bytes: &[u8], columns: usize) -> Self {
        let (blocks, _) = bytes.as_chunks::<{ 4 + BLOCK / 2 }>();
        let blocks = blocks
            .iter()
            .map(|[s0, s1, m0, m1, nibbles @ ..]| BlockQ4 {
                scale: f16::from_le_bytes([*s0, *s1]).to_f32(),
                minimum: f16::from_le_bytes([*m0, *m1]).to_f32(),
                nibbles: *nibbles,
            })
            .collect();
        Self {
            columns,
            blocks: Blocks::Q4(blocks),
        }
    }

    /// Reads a matrix of `Q8_0` blocks, row by row.
    pub(super) fn from_q8_0(bytes: &[u8], columns: usize) -> Self {
        let (blocks, _) = bytes.as_chunks::<{ 2 + BLOCK }>();
        let blocks = blocks
            .iter()
            .map(|[s0, s1, numbers @ ..]| BlockQ8 {
                scale: f16::from_le_bytes([*s0, *s1]).to_f32(),
                numbers: numbers.map(u8::cast_signed),
            })
            .collect();
        Self {
            columns,
            blocks: Blocks::Q8(blocks),
        }
    }

    /// Returns the rows with these numbers, dequantized, `(numbers, columns)`.
    pub(super) fn rows(&self, numbers: &[u32]) -> Result<Tensor> {
        let mut out = Vec::with_capacity(numbers.len() * self.columns);
        for number in numbers {
            let before = out.len();
            let first = *number as usize * (self.columns / BLOCK);
            let blocks = first..first + self.columns / BLOCK;
            match &self.blocks {
                Blocks::Q4(all) => dequantize_into(all.get(blocks), &mut out),
                Blocks::Q8(all) => dequantize_into(all.get(blocks), &mut out),
            }
            if out.len() != before + self.columns {
                candle_core::bail!("the model has no token {number}");
            }
        }
        Tensor::from_vec(out, (numbers.len(), self.columns), &Device::Cpu)
    }

    /// Returns all weights, dequantized, `(rows, columns)`.
    pub(super) fn dequantize(&self) -> Result<Tensor> {
        let floats: Vec<f32> = match &self.blocks {
            Blocks::Q4(blocks) => dequantize_all(blocks),
            Blocks::Q8(blocks) => dequantize_all(blocks),
        };
        let rows = floats.len() / self.columns.max(1);
        Tensor::from_vec(floats, (rows, self.columns), &Device::Cpu)
    }

    /// Multiplies activations `(n, columns)` by this matrix, to `(n, rows)`. Each row of the result
    /// is bit-identical, whatever the other rows are.
    pub(super) fn multiply(&self, activations: &Tensor) -> Result<Tensor> {
        let activations = activations.contiguous()?;
        let (count, columns) = activations.dims2()?;
        if columns != self.columns || columns == 0 {
            candle_core::bail!("rows of {columns} activations for {} weights", self.columns);
        }
        let (storage, layout) = activations.storage_and_layout();
        let activations = floats(&storage, layout)?;
        let activations = activations.get(..count * columns).unwrap_or_default();
        let product = match &self.blocks {
            Blocks::Q4(blocks) => multiply(blocks, columns, activations, count),
            Blocks::Q8(blocks) => multiply(blocks, columns, activations, count),
        };
        // Each column of the product belongs to a row of the activations.
        let rows = product.len() / count.max(1);
        if count == 1 {
            return Tensor::from_vec(product, (1, rows), &Device::Cpu);
        }
        Tensor::from_vec(product, (rows, count), &Device::Cpu)?
            .t()?
            .contiguous()
    }
}

fn dequantize_into<B: Dequantize>(blocks: Option<&[B]>, out: &mut Vec<f32>) {
    for block in blocks.unwrap_or_default() {
        let mut floats = [0.0; BLOCK];
        block.dequantize(&mut floats);
        out.extend_from_slice(&floats);
    }
}

fn dequantize_all<B: Dequantize>(blocks: &[B]) -> Vec<f32> {
    let mut floats = vec![0.0; blocks.len() * BLOCK];
    let (out, _) = floats.as_chunks_mut::<BLOCK>();
    out.par_chunks_mut(4096)
        .zip(blocks.par_chunks(4096))
        .for_each(|(out, blocks)| Arch::new().dispatch(DequantizeAll { blocks, out }));
    floats
}

struct DequantizeAll<'a, B> {
    blocks: &'a [B],
    out: &'a mut [[f32; BLOCK]],
}

impl<B: Dequantize> WithSimd for DequantizeAll<'_, B> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (out, block) in self.out.iter_mut().zip(self.blocks) {
            let block = *black_box(block);
            block.dequantize(out);
        }
    }
}

/// Returns the product of each row of blocks with each row of activations.
fn multiply<B: Dequantize>(
    blocks: &[B],
    columns: usize,
    activations: &[f32],
    count: usize,
) -> Vec<f32> {
    let width = columns / BLOCK;
    let mut out = vec![0.0; blocks.len() / width * count];
    out.par_chunks_mut(ROWS * count)
        .zip(blocks.par_chunks(ROWS * width))
        .for_each(|(out, blocks)| {
            Arch::new().dispatch(Multiply {
                blocks,
                width,
                activations,
                count,
                out,
            });
        });
    out
}

struct Multiply<'a, B> {
    blocks: &'a [B],
    width: usize,
    activations: &'a [f32],
    count: usize,
    out: &'a mut [f32],
}

impl<B: Dequantize> WithSimd for Multiply<'_, B> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let columns = self.width * BLOCK;
        let mut weights = vec![0.0; columns];
        let rows = self.blocks.chunks_exact(self.width);
        for (row, out) in rows.zip(self.out.chunks_exact_mut(self.count)) {
            let (dequantized, _) = weights.as_chunks_mut::<BLOCK>();
            for (block, out) in row.iter().zip(dequantized) {
                // Keeps the compiler from interleaving several blocks, which costs more shuffles
                // than it saves.
                let block = *black_box(block);
                block.dequantize(out);
            }
            for (activations, out) in self.activations.chunks_exact(columns).zip(out) {
                *out = dot(simd, &weights, activations);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> impl FnMut() -> f32 {
        let mut seed = 1u32;
        move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32
        }
    }

    fn matrices(rows: usize, columns: usize) -> [Matrix; 2] {
        let mut random = random();
        let mut four = Vec::new();
        let mut eight = Vec::new();
        for _ in 0..rows * columns / BLOCK {
            four.extend(f16::from_f32(random() * 0.1).to_le_bytes());
            four.extend(f16::from_f32(-random()).to_le_bytes());
            four.extend((0..16).map(|_| (random() * 256.0) as u8));
            eight.extend(f16::from_f32(random() * 0.01).to_le_bytes());
            eight.extend((0..32).map(|_| (random() * 256.0) as u8));
        }
        [
            Matrix::from_q4_1(&four, columns),
            Matrix::from_q8_0(&eight, columns),
        ]
    }

    #[test]
    fn products_equal_those_of_the_dequantized_weights() {
        let mut random = random();
        // More rows than a thread takes at a time.
        for matrix in matrices(150, 96) {
            let weights = matrix.dequantize().unwrap();
            assert_eq!(weights.dims(), [150, 96]);
            for count in [1, 2, 4, 5, 9] {
                let numbers: Vec<f32> = (0..count * 96).map(|_| random() - 0.5).collect();
                let x = Tensor::from_vec(numbers, (count, 96), &Device::Cpu).unwrap();
                let product = matrix.multiply(&x).unwrap();
                assert_eq!(product.dims(), [count, 150]);
                let expected = x.matmul(&weights.t().unwrap()).unwrap();
                let product: Vec<Vec<f32>> = product.to_vec2().unwrap();
                let expected: Vec<Vec<f32>> = expected.to_vec2().unwrap();
                for (a, b) in product.iter().flatten().zip(expected.iter().flatten()) {
                    assert!((a - b).abs() < 1e-3, "{count}: {a} and {b}");
                }
            }
        }
    }

    #[test]
    fn rows_equal_those_of_the_dequantized_weights() {
        for matrix in matrices(10, 64) {
            let weights: Vec<Vec<f32>> = matrix.dequantize().unwrap().to_vec2().unwrap();
            let rows: Vec<Vec<f32>> = matrix.rows(&[7, 0, 7]).unwrap().to_vec2().unwrap();
            assert_eq!(rows, [&weights[7][..], &weights[0], &weights[7]]);
            assert!(matrix.rows(&[10]).is_err());
        }
    }

    #[test]
    fn weights_are_read_in_the_order_of_the_file() {
        let mut bytes = f16::from_f32(2.0).to_le_bytes().to_vec();
        bytes.extend(f16::from_f32(-1.0).to_le_bytes());
        bytes.extend((0..16u8).map(|i| i | ((15 - i) << 4)));
        let floats: Vec<Vec<f32>> = Matrix::from_q4_1(&bytes, 32)
            .dequantize()
            .unwrap()
            .to_vec2()
            .unwrap();
        assert_eq!(floats[0][..3], [-1.0, 1.0, 3.0]);
        assert_eq!(floats[0][15..18], [29.0, 29.0, 27.0]);

        let mut bytes = f16::from_f32(0.5).to_le_bytes().to_vec();
        bytes.extend((0..32).map(|i: i8| (-i).cast_unsigned()));
        let floats: Vec<Vec<f32>> = Matrix::from_q8_0(&bytes, 32)
            .dequantize()
            .unwrap()
            .to_vec2()
            .unwrap();
        assert_eq!(floats[0][..3], [0.0, -0.5, -1.0]);
    }
}
