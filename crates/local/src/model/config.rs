//! The hyperparameters of a llama model.

/// Hyperparameters of a llama model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ModelConfig {
    pub(crate) layers: usize,
    /// Length of a token's embedding.
    pub(crate) width: usize,
    /// Length of the inner vector of a feed-forward layer.
    pub(crate) inner_width: usize,
    /// Number of query heads.
    pub(crate) heads: usize,
    /// Number of key heads, and of value heads.
    pub(crate) kv_heads: usize,
    /// Number of tokens in the vocabulary.
    pub(crate) vocabulary: usize,
    pub(crate) norm_epsilon: f32,
    /// Base of the rotation frequencies.
    pub(crate) rope_base: f32,
}

impl ModelConfig {
    /// Returns the length of one head's vector.
    pub(crate) fn head_width(&self) -> usize {
        self.width / self.heads
    }

    /// Returns the length of the key vectors of a token, which is that of its value vectors too.
    pub(crate) fn kv_width(&self) -> usize {
        self.kv_heads * self.head_width()
    }
}
