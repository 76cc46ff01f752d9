//! The forward pass of a llama model over several conversations at once.
//!
//! All tokens of a pass, whosever they are, are rows of one matrix, so each weight is read from
//! memory once a pass; only attention looks at each conversation alone.

use candle_core::{Device, Result, Tensor};
use candle_nn::ops::rms_norm;
use candle_nn::rotary_emb::rope_i;

use super::attention::attend;
use super::matrix::Matrix;
use super::ops::SwiGlu;
use super::{Cache, Shape};

/// The next tokens of one conversation.
pub(crate) struct Rows<'a> {
    /// What the conversation has computed so far; grows by the tokens.
    pub(crate) cache: &'a mut Cache,
    /// Tokens to be read. At least one.
    pub(crate) tokens: &'a [u32],
    /// Whether the scores of what follows the last token are wanted.
    pub(crate) scores: bool,
}

/// A model in memory.
#[derive(Debug)]
pub(crate) struct Model {
    pub(super) shape: Shape,
    pub(super) embedding: Matrix,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: Tensor,
    /// Cosines and sines of every position, `(positions, head width / 2)`.
    pub(super) cos: Tensor,
    pub(super) sin: Tensor,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) attention_norm: Tensor,
    /// Queries, keys and values in one matrix.
    pub(super) qkv: Matrix,
    pub(super) output: Matrix,
    pub(super) inner_norm: Tensor,
    /// Gate and up-projection in one matrix.
    pub(super) gate_up: Matrix,
    pub(super) down: Matrix,
}

impl Model {
    /// The measures of the model.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Reads the tokens of all conversations; gives, for each that wants them and in their order,
    /// the scores of every token of the vocabulary as the next one.
    pub(crate) fn forward(&self, batch: &mut [Rows<'_>]) -> Result<Vec<Vec<f32>>> {
        let mut tokens = Vec::new();
        let mut positions = Vec::new();
        for rows in batch.iter_mut() {
            rows.cache.reserve(rows.tokens.len())?;
            let start = rows.cache.len() as u32;
            tokens.extend_from_slice(rows.tokens);
            positions.extend((start..).take(rows.tokens.len()));
        }
        let total = tokens.len();
        let positions = Tensor::from_vec(positions, total, &Device::Cpu)?;
        let cos = self.cos.index_select(&positions, 0)?.unsqueeze(1)?;
        let sin = self.sin.index_select(&positions, 0)?.unsqueeze(1)?;

        let mut x = self.embedding.rows(&tokens)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let attended = self.attention(index, layer, &x, (&cos, &sin), batch)?;
            x = (x + attended)?;
            x = (&x + self.feed_forward(layer, &x, Products::of(batch))?)?;
        }
        for rows in batch.iter_mut() {
            rows.cache.advance(rows.tokens.len());
        }
        self.scores(&x, batch)
    }

    fn attention(
        &self,
        index: usize,
        layer: &Layer,
        x: &Tensor,
        (cos, sin): (&Tensor, &Tensor),
        batch: &[Rows<'_>],
    ) -> Result<Tensor> {
        let Shape {
            width,
            heads,
            kv_heads,
            norm_epsilon,
            ..
        } = self.shape;
        let (head_width, kv_width) = (self.shape.head_width(), self.shape.kv_width());
        let total = x.dim(0)?;
        let products = Products::of(batch);

        let qkv = products.multiply(
            &rms_norm(x, &layer.attention_norm, norm_epsilon)?,
            &layer.qkv,
        )?;
        // Queries and keys lie side by side and turn by the same angles: one call for both.
        let qk = qkv.narrow(1, 0, width + kv_width)?.contiguous()?;
        let qk = rope_i(
            &qk.reshape((total, heads + kv_heads, 1, head_width))?,
            cos,
            sin,
        )?;
        let qk = qk.squeeze(2)?;
        let q = qk.narrow(1, 0, heads)?;
        let k = qk.narrow(1, heads, kv_heads)?;
        let v = qkv.narrow(1, width + kv_width, kv_width)?;
        let v = v.reshape((total, kv_heads, head_width))?;

        let mut outputs = Vec::with_capacity(batch.len());
        let mut first = 0;
        for rows in batch {
            let count = rows.tokens.len();
            let own = |all: &Tensor| all.narrow(0, first, count);
            let (keys, values) = rows.cache.write(index, &own(&k)?, &own(&v)?)?;
            outputs.push(attend(&own(&q)?, &keys, &values)?);
            first += count;
        }
        let output = match outputs.as_slice() {
            [only] => only.clone(),
            several => Tensor::cat(several, 0)?,
        };
        products.multiply(&output, &layer.output)
    }

    fn feed_forward(&self, layer: &Layer, x: &Tensor, products: Products) -> Result<Tensor> {
        let gate_up = rms_norm(x, &layer.inner_norm, self.shape.norm_epsilon)?;
        let gate_up = products.multiply(&gate_up, &layer.gate_up)?;
        products.multiply(&gate_up.apply_op1_no_bwd(&SwiGlu)?, &layer.down)
    }

    fn scores(&self, x: &Tensor, batch: &[Rows<'_>]) -> Result<Vec<Vec<f32>>> {
        let mut wanted = Vec::new();
        let mut end = 0u32;
        for rows in batch {
            end += rows.tokens.len() as u32;
            if rows.scores {
                wanted.push(end - 1);
            }
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = Tensor::new(wanted, &Device::Cpu)?;
        let last = x.index_select(&wanted, 0)?;
        let last = rms_norm(&last, &self.norm, self.shape.norm_epsilon)?;
        self.embedding.multiply(&last)?.to_vec2()
    }
}

/// How matrices are multiplied in a pass.
#[derive(Clone, Copy)]
enum Products {
    /// Weights are spread out to floats a block at a time.
    Narrow,
    /// Weights are spread out a matrix at a time, for a product of floats: faster for many rows.
    Wide,
}

/// From so many rows on, wide products are faster.
const WIDE: usize = 16;

impl Products {
    /// A conversation's numbers must not depend on its company, so this looks at one that comes
    /// alone with many tokens, which is how prompts are read, and at nothing else.
    fn of(batch: &[Rows<'_>]) -> Self {
        match batch {
            [only] if only.tokens.len() >= WIDE => Self::Wide,
            _ => Self::Narrow,
        }
    }

    fn multiply(self, x: &Tensor, weights: &Matrix) -> Result<Tensor> {
        match self {
            Self::Narrow => weights.multiply(x),
            Self::Wide => x.matmul(&weights.floats()?.t()?),
        }
    }
}
