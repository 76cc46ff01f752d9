//! The key-value cache of a sequence.

use candle_core::{DType, Device, Result, Tensor};

use super::config::ModelConfig;

/// Number of tokens by which the capacity grows: few enough that a short generation takes little
/// memory, and enough that copying costs little.
const GROWTH: usize = 256;

/// Keys and values of one sequence, for every layer: 8 bytes × layers × key width per token.
#[derive(Debug)]
pub(crate) struct Cache {
    layers: Vec<Layer>,
    len: usize,
    capacity: usize,
    kv_heads: usize,
    head_width: usize,
}

#[derive(Debug)]
struct Layer {
    keys: Tensor,
    values: Tensor,
}

impl Cache {
    /// Creates an empty cache with a capacity of `room` tokens. Pass the length of the prompt:
    /// growing fragments memory.
    pub(crate) fn new(config: &ModelConfig, room: usize) -> Result<Self> {
        let mut cache = Self {
            layers: Vec::with_capacity(config.layers),
            len: 0,
            capacity: room.max(1).next_multiple_of(GROWTH),
            kv_heads: config.kv_heads,
            head_width: config.head_width(),
        };
        for _ in 0..config.layers {
            let layer = Layer {
                keys: cache.room()?,
                values: cache.room()?,
            };
            cache.layers.push(layer);
        }
        Ok(cache)
    }

    /// Returns the number of cached tokens.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Reserves capacity for `more` tokens.
    pub(crate) fn reserve(&mut self, more: usize) -> Result<()> {
        let needed = self.len + more;
        if needed <= self.capacity {
            return Ok(());
        }
        self.capacity = needed.next_multiple_of(GROWTH);
        let mut layers = std::mem::take(&mut self.layers);
        for layer in &mut layers {
            for tensor in [&mut layer.keys, &mut layer.values] {
                let room = self.room()?;
                if self.len > 0 {
                    room.slice_set(&tensor.narrow(1, 0, self.len)?.contiguous()?, 1, 0)?;
                }
                *tensor = room;
            }
        }
        self.layers = layers;
        Ok(())
    }

    /// Writes the keys and values of the next tokens in one layer, both `(tokens, kv heads, width)`.
    /// Returns those of all tokens, both `(kv heads, tokens, width)`. The new tokens are counted
    /// by [`Self::advance`].
    pub(crate) fn write(
        &self,
        layer: usize,
        keys: &Tensor,
        values: &Tensor,
    ) -> Result<(Tensor, Tensor)> {
        let Some(layer) = self.layers.get(layer) else {
            candle_core::bail!("the model has no layer {layer}");
        };
        let len = self.len + keys.dim(0)?;
        layer
            .keys
            .slice_set(&keys.transpose(0, 1)?.contiguous()?, 1, self.len)?;
        layer
            .values
            .slice_set(&values.transpose(0, 1)?.contiguous()?, 1, self.len)?;
        Ok((
            layer.keys.narrow(1, 0, len)?,
            layer.values.narrow(1, 0, len)?,
        ))
    }

    /// Counts tokens whose keys and values were written in all layers.
    pub(crate) fn advance(&mut self, tokens: usize) {
        self.len += tokens;
    }

    fn room(&self) -> Result<Tensor> {
        let dimensions = (self.kv_heads, self.capacity, self.head_width);
        Tensor::zeros(dimensions, DType::F32, &Device::Cpu)
    }
}
