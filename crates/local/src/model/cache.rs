//! What one conversation has computed so far: the keys and values of its tokens.

use candle_core::{DType, Device, Result, Tensor};

use super::Shape;

/// Room is made for so many tokens at a time: little enough that a short answer takes little
/// memory, and enough that copying while growing is not felt.
const GROWTH: usize = 256;

/// Keys and values of one conversation, for every layer: 4 bytes × 2 × layers × key width a token.
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
    /// A conversation without tokens, with room for so many: growing leaves holes in memory, so a
    /// prompt's length, which is known, is made room for at once.
    pub(crate) fn new(shape: &Shape, room: usize) -> Result<Self> {
        let mut cache = Self {
            layers: Vec::with_capacity(shape.layers),
            len: 0,
            capacity: room.max(1).next_multiple_of(GROWTH),
            kv_heads: shape.kv_heads,
            head_width: shape.head_width(),
        };
        for _ in 0..shape.layers {
            let layer = Layer {
                keys: cache.room()?,
                values: cache.room()?,
            };
            cache.layers.push(layer);
        }
        Ok(cache)
    }

    /// Tokens it holds.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Makes room for so many more tokens.
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

    /// Writes a layer's keys and values of the next tokens, both `(tokens, kv heads, width)`, and
    /// gives those of all tokens so far, both `(kv heads, tokens, width)`. The new ones count once
    /// [`Self::advance`] is called.
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

    /// Counts tokens whose keys and values were written in every layer.
    pub(crate) fn advance(&mut self, tokens: usize) {
        self.len += tokens;
    }

    fn room(&self) -> Result<Tensor> {
        let shape = (self.kv_heads, self.capacity, self.head_width);
        Tensor::zeros(shape, DType::F32, &Device::Cpu)
    }
}
