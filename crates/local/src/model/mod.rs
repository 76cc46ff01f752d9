//! The language model itself: its numbers and its forward pass. No text, no sampling.

mod attention;
mod cache;
mod forward;
mod load;
mod ops;
mod requantise;

#[cfg(test)]
mod tests;

pub(crate) use cache::Cache;
pub(crate) use forward::{Model, Rows};
pub(crate) use load::{WeightsProblem, load};

/// The measures of a llama model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) layers: usize,
    pub(crate) width: usize,
    pub(crate) inner_width: usize,
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) vocabulary: usize,
    pub(crate) norm_epsilon: f32,
    pub(crate) rope_base: f32,
}

impl Shape {
    /// Numbers in one head.
    pub(crate) fn head_width(&self) -> usize {
        self.width / self.heads
    }

    /// Numbers in all key heads of a token, and likewise in all value heads.
    pub(crate) fn kv_width(&self) -> usize {
        self.kv_heads * self.head_width()
    }

    /// Zeros after each row of the down-projection.
    ///
    /// Where rows are a multiple of 256 numbers long, candle rounds activations in groups of 256
    /// on some processors, and this model's have outliers that leave nothing of the others in such
    /// a group: its answers go astray. In groups of 32, its way for other lengths, they do not.
    pub(crate) fn padding(&self) -> usize {
        if self.inner_width.is_multiple_of(256) { 32 } else { 0 }
    }
}
