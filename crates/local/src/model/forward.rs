//! The forward pass of a llama model over a batch of sequences.
//!
//! The tokens of all sequences are rows of one matrix, so each weight is read from memory once per
//! pass. Only attention is computed per sequence.

use candle_core::{Device, Result, Tensor};
use candle_nn::ops::rms_norm;
use candle_nn::rotary_emb::rope_i;

use super::attention::attend;
use super::cache::Cache;
use super::config::ModelConfig;
use super::matrix::Matrix;
use super::ops::SwiGlu;

/// The next tokens of one sequence.
pub(crate) struct SequenceInput<'a> {
    /// Cache of the sequence; the pass appends the tokens.
    pub(crate) cache: &'a mut Cache,
    /// Tokens to read; at least one.
    pub(crate) tokens: &'a [u32],
    /// Set if the caller needs the logits after the last token.
    pub(crate) logits: bool,
}

/// A model in memory.
#[derive(Debug)]
pub(crate) struct Model {
    pub(super) config: ModelConfig,
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
    /// Returns the hyperparameters.
    pub(crate) fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Reads the tokens of all sequences. Returns the logits of the next token for each sequence
    /// that asks for them, in order.
    pub(crate) fn forward(&self, batch: &mut [SequenceInput<'_>]) -> Result<Vec<Vec<f32>>> {
        let mut tokens = Vec::new();
        let mut positions = Vec::new();
        for input in batch.iter_mut() {
            input.cache.reserve(input.tokens.len())?;
            let start = input.cache.len() as u32;
            tokens.extend_from_slice(input.tokens);
            positions.extend((start..).take(input.tokens.len()));
        }
        let total = tokens.len();
        let positions = Tensor::from_vec(positions, total, &Device::Cpu)?;
        let cos = self.cos.index_select(&positions, 0)?.unsqueeze(1)?;
        let sin = self.sin.index_select(&positions, 0)?.unsqueeze(1)?;

        let mut x = self.embedding.rows(&tokens)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let attended = self.attention(index, layer, &x, (&cos, &sin), batch)?;
            x = (x + attended)?;
            x = (&x + self.feed_forward(layer, &x, Multiplication::choose(batch))?)?;
        }
        for input in batch.iter_mut() {
            input.cache.advance(input.tokens.len());
        }
        self.logits(&x, batch)
    }

    fn attention(
        &self,
        index: usize,
        layer: &Layer,
        x: &Tensor,
        (cos, sin): (&Tensor, &Tensor),
        batch: &[SequenceInput<'_>],
    ) -> Result<Tensor> {
        let ModelConfig {
            width,
            heads,
            kv_heads,
            norm_epsilon,
            ..
        } = self.config;
        let (head_width, kv_width) = (self.config.head_width(), self.config.kv_width());
        let total = x.dim(0)?;
        let multiplication = Multiplication::choose(batch);

        let qkv = multiplication.multiply(
            &rms_norm(x, &layer.attention_norm, norm_epsilon)?,
            &layer.qkv,
        )?;
        // Queries and keys are adjacent and rotate by the same angles, so one call does both.
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
        for input in batch {
            let count = input.tokens.len();
            let own = |all: &Tensor| all.narrow(0, first, count);
            let (keys, values) = input.cache.write(index, &own(&k)?, &own(&v)?)?;
            outputs.push(attend(&own(&q)?, &keys, &values)?);
            first += count;
        }
        let output = match outputs.as_slice() {
            [only] => only.clone(),
            several => Tensor::cat(several, 0)?,
        };
        multiplication.multiply(&output, &layer.output)
    }

    fn feed_forward(
        &self,
        layer: &Layer,
        x: &Tensor,
        multiplication: Multiplication,
    ) -> Result<Tensor> {
        let gate_up = rms_norm(x, &layer.inner_norm, self.config.norm_epsilon)?;
        let gate_up = multiplication.multiply(&gate_up, &layer.gate_up)?;
        multiplication.multiply(&gate_up.apply_op1_no_bwd(&SwiGlu)?, &layer.down)
    }

    fn logits(&self, x: &Tensor, batch: &[SequenceInput<'_>]) -> Result<Vec<Vec<f32>>> {
        let mut wanted = Vec::new();
        let mut end = 0u32;
        for input in batch {
            end += input.tokens.len() as u32;
            if input.logits {
                wanted.push(end - 1);
            }
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = Tensor::new(wanted, &Device::Cpu)?;
        let last = x.index_select(&wanted, 0)?;
        let last = rms_norm(&last, &self.norm, self.config.norm_epsilon)?;
        self.embedding.multiply(&last)?.to_vec2()
    }
}

/// Method of multiplying activations by weights.
#[derive(Clone, Copy)]
enum Multiplication {
    /// Dequantizes one row of weights at a time.
    ByRow,
    /// Dequantizes the whole matrix first: faster for many tokens.
    ByMatrix,
}

/// Minimum number of tokens for which [`Multiplication::ByMatrix`] is faster.
const BY_MATRIX_TOKENS: usize = 16;

impl Multiplication {
    /// Chooses the method. The results of a sequence must not depend on the others in the batch, so
    /// only a batch of one sequence, as in the prefill, uses `ByMatrix`.
    fn choose(batch: &[SequenceInput<'_>]) -> Self {
        match batch {
            [only] if only.tokens.len() >= BY_MATRIX_TOKENS => Self::ByMatrix,
            _ => Self::ByRow,
        }
    }

    fn multiply(self, x: &Tensor, weights: &Matrix) -> Result<Tensor> {
        match self {
            Self::ByRow => weights.multiply(x),
            Self::ByMatrix => x.matmul(&weights.dequantize()?.t()?),
        }
    }
}
