//! The language model itself: its numbers and its forward pass. No text, no sampling.

use candle_core::{Layout, Result, Storage};

mod attention;
mod cache;
mod forward;
mod load;
mod matrix;
mod ops;

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
}

/// The numbers of a tensor from its first one on, whatever its strides.
fn numbers<'a>(storage: &'a Storage, layout: &Layout) -> Result<&'a [f32]> {
    let Storage::Cpu(numbers) = storage else {
        candle_core::bail!("this model runs in main memory");
    };
    Ok(numbers
        .as_slice::<f32>()?
        .get(layout.start_offset()..)
        .unwrap_or_default())
}
