//! Reads a model's weights into memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use candle_core::{Device, Tensor};

use super::Shape;
use super::forward::{Layer, Model};
use super::matrix::Matrix;
use crate::gguf::{Head, Storage, TensorPlace, Value};

/// Why weights could not be read.
#[derive(Debug)]
pub(crate) enum WeightsProblem {
    /// The operating system did not give the bytes.
    Read(std::io::Error),
    /// The file holds another kind of model.
    Unsupported(String),
}

impl From<std::io::Error> for WeightsProblem {
    fn from(error: std::io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<candle_core::Error> for WeightsProblem {
    fn from(error: candle_core::Error) -> Self {
        Self::Unsupported(error.to_string())
    }
}

type Result<T> = std::result::Result<T, WeightsProblem>;

fn unsupported<T>(what: impl Into<String>) -> Result<T> {
    Err(WeightsProblem::Unsupported(what.into()))
}

/// Reads the model whose head was read from the same file, for prompts and answers of at most
/// `positions` tokens together.
pub(crate) fn load(path: &Path, head: &Head<'_>, positions: usize) -> Result<Model> {
    let shape = shape(head)?;
    let weights = Weights { head };

    // Layers differ in nothing but their number, so threads take the next one that is left.
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Layer)>> {
        let mut file = File::open(path)?;
        let mut layers = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= shape.layers {
                return Ok(layers);
            }
            layers.push((index, weights.layer(&mut file, &shape, index)?));
        }
    };
    let (embedding, norm, mut layers) = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut file = File::open(path)?;
        let embedding = weights.matrix(
            &mut file,
            &["token_embd.weight"],
            shape.vocabulary,
            shape.width,
        )?;
        let norm = weights.vector(&mut file, "output_norm.weight", shape.width)?;
        let mut layers = work()?;
        for helper in helpers {
            let more = helper
                .join()
                .map_err(|_| WeightsProblem::Unsupported("reading it failed".into()))??;
            layers.extend(more);
        }
        Ok::<_, WeightsProblem>((embedding, norm, layers))
    })?;
    layers.sort_unstable_by_key(|(index, _)| *index);
    let layers = layers.into_iter().map(|(_, layer)| layer).collect();

    let (cos, sin) = angles(&shape, positions)?;
    Ok(Model {
        shape,
        embedding,
        layers,
        norm,
        cos,
        sin,
    })
}

fn shape(head: &Head<'_>) -> Result<Shape> {
    match head.get("general.architecture") {
        Some(Value::Text("llama")) => {}
        Some(Value::Text(other)) => return unsupported(format!("its architecture is {other}")),
        _ => return unsupported("it names no architecture"),
    }
    let whole = |key: &str| match head.get(key) {
        Some(Value::Unsigned(number)) if (1..1 << 24).contains(number) => Ok(*number as usize),
        _ => unsupported(format!("it has no usable {key}")),
    };
    let fraction = |key: &str| match head.get(key) {
        Some(Value::Float(number)) if number.is_finite() && *number > 0.0 => Ok(*number as f32),
        _ => unsupported(format!("it has no usable {key}")),
    };
    let Some(Value::Texts(tokens)) = head.get("tokenizer.ggml.tokens") else {
        return unsupported("it has no vocabulary");
    };
    let shape = Shape {
        layers: whole("llama.block_count")?,
        width: whole("llama.embedding_length")?,
        inner_width: whole("llama.feed_forward_length")?,
        heads: whole("llama.attention.head_count")?,
        kv_heads: whole("llama.attention.head_count_kv")?,
        vocabulary: tokens.len(),
        norm_epsilon: fraction("llama.attention.layer_norm_rms_epsilon")?,
        rope_base: fraction("llama.rope.freq_base")?,
    };
    let fits = shape.width.is_multiple_of(shape.heads)
        && shape.heads.is_multiple_of(shape.kv_heads)
        && shape.head_width().is_multiple_of(2)
        && shape.vocabulary > 0;
    if fits {
        Ok(shape)
    } else {
        unsupported("its measures do not fit together")
    }
}

/// Cosines and sines of every position, `(positions, head width / 2)` each.
fn angles(shape: &Shape, positions: usize) -> Result<(Tensor, Tensor)> {
    let width = shape.head_width();
    let frequencies: Vec<f64> = (0..width / 2)
        .map(|pair| f64::from(shape.rope_base).powf(-2.0 * pair as f64 / width as f64))
        .collect();
    let angle = |position: usize| frequencies.iter().map(move |f| position as f64 * f);
    let table = |of: fn(f64) -> f64| {
        let numbers: Vec<f32> = (0..positions)
            .flat_map(angle)
            .map(|radians| of(radians) as f32)
            .collect();
        Tensor::from_vec(numbers, (positions, width / 2), &Device::Cpu)
    };
    Ok((table(f64::cos)?, table(f64::sin)?))
}

/// The weights of one file.
#[derive(Clone, Copy)]
struct Weights<'a> {
    head: &'a Head<'a>,
}

impl Weights<'_> {
    fn layer(&self, file: &mut File, shape: &Shape, index: usize) -> Result<Layer> {
        let name = |part: &str| format!("blk.{index}.{part}.weight");
        let [q, k, v] = ["attn_q", "attn_k", "attn_v"].map(name);
        let (width, inner) = (shape.width, shape.inner_width);
        Ok(Layer {
            attention_norm: self.vector(file, &name("attn_norm"), width)?,
            qkv: self.matrix(file, &[&q, &k, &v], width + 2 * shape.kv_width(), width)?,
            output: self.matrix(file, &[&name("attn_output")], width, width)?,
            inner_norm: self.vector(file, &name("ffn_norm"), width)?,
            gate_up: self.matrix(
                file,
                &[&name("ffn_gate"), &name("ffn_up")],
                2 * inner,
                width,
            )?,
            down: self.matrix(file, &[&name("ffn_down")], width, inner)?,
        })
    }

    /// Matrices of equal width as one, below each other.
    fn matrix(
        &self,
        file: &mut File,
        names: &[&str],
        rows: usize,
        columns: usize,
    ) -> Result<Matrix> {
        let mut bytes = Vec::new();
        let mut stored = None;
        let mut found = 0;
        for name in names {
            let place = self.place(name)?;
            if place.columns != columns || !columns.is_multiple_of(32) {
                return unsupported(format!("{name} has rows of {}", place.columns));
            }
            if stored.is_some_and(|stored| stored != place.storage) {
                return unsupported(format!("{name} is stored as {:?}", place.storage));
            }
            stored = Some(place.storage);
            found += place.rows;
            bytes.extend(self.bytes(file, place)?);
        }
        if found != rows {
            return unsupported(format!(
                "{} has {found} rows, not {rows}",
                names.join(" and ")
            ));
        }
        match stored {
            Some(Storage::Q4_1) => Ok(Matrix::from_q4_1(&bytes, columns)),
            Some(Storage::Q8_0) => Ok(Matrix::from_q8_0(&bytes, columns)),
            other => unsupported(format!("{} is stored as {other:?}", names.join(" and "))),
        }
    }

    fn vector(&self, file: &mut File, name: &str, len: usize) -> Result<Tensor> {
        let place = self.place(name)?;
        if place.storage != Storage::F32 || (place.rows, place.columns) != (1, len) {
            return unsupported(format!("{name} is not a vector of {len} floats"));
        }
        let bytes = self.bytes(file, place)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().copied().map(f32::from_le_bytes).collect();
        Ok(Tensor::from_vec(numbers, len, &Device::Cpu)?)
    }

    fn place(&self, name: &str) -> Result<&TensorPlace> {
        match self.head.tensor(name) {
            Some(place) => Ok(place),
            None => unsupported(format!("it has no {name}")),
        }
    }

    fn bytes(&self, file: &mut File, place: &TensorPlace) -> Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(place.len).unwrap_or(usize::MAX)];
        file.seek(SeekFrom::Start(place.start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
