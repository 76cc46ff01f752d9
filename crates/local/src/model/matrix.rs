//! Matrices of weights in the few bits that the file has for them, and their products.
//!
//! Weights are spread out to floats, a row at a time, and multiplied with activations as they are.
//! Rounding those too, as is usual, would be faster on some processors; but this model's have
//! outliers that cost the others their digits, and with them some of its few wits.
//!
//! The loops are compiled several times, once for each width of vectors; the widest that the
//! processor has is chosen when they run.

use std::hint::black_box;

use candle_core::{Device, Result, Tensor};
use half::f16;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::ops::dot;

/// Weights that share a scale.
const BLOCK: usize = 32;

/// Rows that one thread takes at a time: some microseconds of work.
const ROWS: usize = 64;

/// A matrix whose rows are multiplied with rows of activations.
#[derive(Debug)]
pub(super) struct Matrix {
    columns: usize,
    blocks: Blocks,
}

#[derive(Debug)]
enum Blocks {
    Four(Vec<FourBits>),
    Eight(Vec<EightBits>),
}

/// Weights `scale * nibble + minimum`: the low nibbles first, then the high ones.
#[derive(Clone, Copy, Debug)]
struct FourBits {
    scale: f32,
    minimum: f32,
    nibbles: [u8; BLOCK / 2],
}

/// Weights `scale * number`.
#[derive(Clone, Copy, Debug)]
struct EightBits {
    scale: f32,
    numbers: [i8; BLOCK],
}

/// A block that can be spread out.
trait Spread: Copy + Sync {
    fn spread(&self, out: &mut [f32; BLOCK]);
}

impl Spread for FourBits {
    #[inline(always)]
    fn spread(&self, out: &mut [f32; BLOCK]) {
        let (low, high) = out.split_at_mut(BLOCK / 2);
        for (nibble, low) in self.nibbles.iter().zip(low) {
            *low = f32::from(nibble & 15) * self.scale + self.minimum;
        }
        for (nibble, high) in self.nibbles.iter().zip(high) {
            *high = f32::from(nibble >> 4) * self.scale + self.minimum;
        }
    }
}

impl Spread for EightBits {
    #[inline(always)]
    fn spread(&self, out: &mut [f32; BLOCK]) {
        for (number, out) in self.numbers.iter().zip(out) {
            *out = f32::from(*number) * self.scale;
        }
    }
}

impl Matrix {
    /// Reads the file's Q4_1 blocks, those of all rows one after the other.
    pub(super) fn from_q4_1(bytes: &[u8], columns: usize) -> Self {
        let (blocks, _) = bytes.as_chunks::<{ 4 + BLOCK / 2 }>();
        let blocks = blocks
            .iter()
            .map(|[s0, s1, m0, m1, nibbles @ ..]| FourBits {
                scale: f16::from_le_bytes([*s0, *s1]).to_f32(),
                minimum: f16::from_le_bytes([*m0, *m1]).to_f32(),
                nibbles: *nibbles,
            })
            .collect();
        Self {
            columns,
            blocks: Blocks::Four(blocks),
        }
    }

    /// Reads the file's Q8_0 blocks, those of all rows one after the other.
    pub(super) fn from_q8_0(bytes: &[u8], columns: usize) -> Self {
        let (blocks, _) = bytes.as_chunks::<{ 2 + BLOCK }>();
        let blocks = blocks
            .iter()
            .map(|[s0, s1, numbers @ ..]| EightBits {
                scale: f16::from_le_bytes([*s0, *s1]).to_f32(),
                numbers: numbers.map(u8::cast_signed),
            })
            .collect();
        Self {
            columns,
            blocks: Blocks::Eight(blocks),
        }
    }

    /// The rows of that number, `(numbers, columns)`.
    pub(super) fn rows(&self, numbers: &[u32]) -> Result<Tensor> {
        let mut out = Vec::with_capacity(numbers.len() * self.columns);
        for number in numbers {
            let before = out.len();
            let first = *number as usize * (self.columns / BLOCK);
            let blocks = first..first + self.columns / BLOCK;
            match &self.blocks {
                Blocks::Four(all) => spread_into(all.get(blocks), &mut out),
                Blocks::Eight(all) => spread_into(all.get(blocks), &mut out),
            }
            if out.len() != before + self.columns {
                candle_core::bail!("the model has no token {number}");
            }
        }
        Tensor::from_vec(out, (numbers.len(), self.columns), &Device::Cpu)
    }

    /// All weights as floats, `(rows, columns)`.
    pub(super) fn floats(&self) -> Result<Tensor> {
        let floats: Vec<f32> = match &self.blocks {
            Blocks::Four(blocks) => spread_all(blocks),
            Blocks::Eight(blocks) => spread_all(blocks),
        };
        let rows = floats.len() / self.columns.max(1);
        Tensor::from_vec(floats, (rows, self.columns), &Device::Cpu)
    }

    /// Activations `(n, columns)` times this matrix, `(n, rows)`. Each row's numbers are the same
    /// to the last bit whatever the others are.
    pub(super) fn multiply(&self, activations: &Tensor) -> Result<Tensor> {
        let activations = activations.contiguous()?;
        let (count, columns) = activations.dims2()?;
        if columns != self.columns || columns == 0 {
            candle_core::bail!("rows of {columns} activations for {} weights", self.columns);
        }
        let (storage, layout) = activations.storage_and_layout();
        let activations = super::numbers(&storage, layout)?;
        let activations = activations.get(..count * columns).unwrap_or_default();
        let product = match &self.blocks {
            Blocks::Four(blocks) => multiply(blocks, columns, activations, count),
            Blocks::Eight(blocks) => multiply(blocks, columns, activations, count),
        };
        // The product has the activations' rows as its columns.
        let rows = product.len() / count.max(1);
        if count == 1 {
            return Tensor::from_vec(product, (1, rows), &Device::Cpu);
        }
        Tensor::from_vec(product, (rows, count), &Device::Cpu)?
            .t()?
            .contiguous()
    }
}

fn spread_into<B: Spread>(blocks: Option<&[B]>, out: &mut Vec<f32>) {
    for block in blocks.unwrap_or_default() {
        let mut floats = [0.0; BLOCK];
        block.spread(&mut floats);
        out.extend_from_slice(&floats);
    }
}

fn spread_all<B: Spread>(blocks: &[B]) -> Vec<f32> {
    let mut floats = vec![0.0; blocks.len() * BLOCK];
    let (out, _) = floats.as_chunks_mut::<BLOCK>();
    out.par_chunks_mut(4096)
        .zip(blocks.par_chunks(4096))
        .for_each(|(out, blocks)| Arch::new().dispatch(SpreadAll { blocks, out }));
    floats
}

struct SpreadAll<'a, B> {
    blocks: &'a [B],
    out: &'a mut [[f32; BLOCK]],
}

impl<B: Spread> WithSimd for SpreadAll<'_, B> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (out, block) in self.out.iter_mut().zip(self.blocks) {
            let block = *black_box(block);
            block.spread(out);
        }
    }
}

/// For each row of blocks, its products with each of the rows of activations.
fn multiply<B: Spread>(
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

impl<B: Spread> WithSimd for Multiply<'_, B> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let columns = self.width * BLOCK;
        let mut weights = vec![0.0; columns];
        let rows = self.blocks.chunks_exact(self.width);
        for (row, out) in rows.zip(self.out.chunks_exact_mut(self.count)) {
            let (spread, _) = weights.as_chunks_mut::<BLOCK>();
            for (block, out) in row.iter().zip(spread) {
                // Keeps the compiler from weaving several blocks together, which takes longer to
                // take apart and put together again than it saves.
                let block = *black_box(block);
                block.spread(out);
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

    fn chance() -> impl FnMut() -> f32 {
        let mut seed = 1u32;
        move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32
        }
    }

    fn matrices(rows: usize, columns: usize) -> [Matrix; 2] {
        let mut chance = chance();
        let mut four = Vec::new();
        let mut eight = Vec::new();
        for _ in 0..rows * columns / BLOCK {
            four.extend(f16::from_f32(chance() * 0.1).to_le_bytes());
            four.extend(f16::from_f32(-chance()).to_le_bytes());
            four.extend((0..16).map(|_| (chance() * 256.0) as u8));
            eight.extend(f16::from_f32(chance() * 0.01).to_le_bytes());
            eight.extend((0..32).map(|_| (chance() * 256.0) as u8));
        }
        [
            Matrix::from_q4_1(&four, columns),
            Matrix::from_q8_0(&eight, columns),
        ]
    }

    #[test]
    fn products_are_those_of_the_spread_out_weights() {
        let mut chance = chance();
        // More rows than a thread takes at a time.
        for matrix in matrices(150, 96) {
            let weights = matrix.floats().unwrap();
            assert_eq!(weights.dims(), [150, 96]);
            for count in [1, 2, 4, 5, 9] {
                let numbers: Vec<f32> = (0..count * 96).map(|_| chance() - 0.5).collect();
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
    fn rows_are_those_of_the_spread_out_weights() {
        for matrix in matrices(10, 64) {
            let weights: Vec<Vec<f32>> = matrix.floats().unwrap().to_vec2().unwrap();
            let rows: Vec<Vec<f32>> = matrix.rows(&[7, 0, 7]).unwrap().to_vec2().unwrap();
            assert_eq!(rows, [&weights[7][..], &weights[0], &weights[7]]);
            assert!(matrix.rows(&[10]).is_err());
        }
    }

    #[test]
    fn nibbles_and_numbers_are_read_in_the_file_s_order() {
        let mut bytes = f16::from_f32(2.0).to_le_bytes().to_vec();
        bytes.extend(f16::from_f32(-1.0).to_le_bytes());
        bytes.extend((0..16u8).map(|i| i | ((15 - i) << 4)));
        let floats: Vec<Vec<f32>> = Matrix::from_q4_1(&bytes, 32)
            .floats()
            .unwrap()
            .to_vec2()
            .unwrap();
        assert_eq!(floats[0][..3], [-1.0, 1.0, 3.0]);
        assert_eq!(floats[0][15..18], [29.0, 29.0, 27.0]);

        let mut bytes = f16::from_f32(0.5).to_le_bytes().to_vec();
        bytes.extend((0..32).map(|i: i8| (-i).cast_unsigned()));
        let floats: Vec<Vec<f32>> = Matrix::from_q8_0(&bytes, 32)
            .floats()
            .unwrap()
            .to_vec2()
            .unwrap();
        assert_eq!(floats[0][..3], [0.0, -0.5, -1.0]);
    }
}
