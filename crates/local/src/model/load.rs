//! Loads the weights of a model into memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use candle_core::{Device, Tensor};

use super::config::ModelConfig;
use super::forward::{Layer, Model};
use super::matrix::Matrix;
use crate::gguf::{Header, Metadata, TensorInfo, TensorType};

/// Error of loading the weights.
#[derive(Debug)]
pub(crate) enum ModelLoadError {
    /// The file cannot be read.
    Read(std::io::Error),
    /// The model is not supported. The text names the reason.
    Unsupported(String),
}

impl From<std::io::Error> for ModelLoadError {
    fn from(error: std::io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<candle_core::Error> for ModelLoadError {
    fn from(error: candle_core::Error) -> Self {
        Self::Unsupported(error.to_string())
    }
}

type Result<T> = std::result::Result<T, ModelLoadError>;

fn unsupported<T>(reason: impl Into<String>) -> Result<T> {
    Err(ModelLoadError::Unsupported(reason.into()))
}

/// Loads the model of a file with this header, for sequences of at most `positions` tokens.
pub(crate) fn load(path: &Path, header: &Header<'_>, positions: usize) -> Result<Model> {
    let config = config(header)?;
    let weights = Weights { header };

    // All layers take equally long, so each thread takes the next layer.
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Layer)>> {
        let mut file = File::open(path)?;
        let mut layers = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= config.layers {
                return Ok(layers);
            }
            layers.push((index, weights.layer(&mut file, &config, index)?));
        }
    };
    let (embedding, norm, mut layers) = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut file = File::open(path)?;
        let embedding = weights.matrix(
            &mut file,
            &["token_embd.weight"],
            config.vocabulary,
            config.width,
        )?;
        let norm = weights.vector(&mut file, "output_norm.weight", config.width)?;
        let mut layers = work()?;
        for worker in workers {
            let more = worker.join().map_err(|_| {
                ModelLoadError::Unsupported("a thread that read the weights failed".into())
            })??;
            layers.extend(more);
        }
        Ok::<_, ModelLoadError>((embedding, norm, layers))
    })?;
    layers.sort_unstable_by_key(|(index, _)| *index);
    let layers = layers.into_iter().map(|(_, layer)| layer).collect();

    let (cos, sin) = rotations(&config, positions)?;
    Ok(Model {
        config,
        embedding,
        layers,
        norm,
        cos,
        sin,
    })
}

fn config(header: &Header<'_>) -> Result<ModelConfig> {
    match header.get("general.architecture") {
        Some(Metadata::Text("llama")) => {}
        Some(Metadata::Text(other)) => {
            return unsupported(format!("its architecture {other} is not llama"));
        }
        _ => return unsupported("the file has no architecture"),
    }
    let whole = |key: &str| match header.get(key) {
        Some(Metadata::Unsigned(number)) if (1..1 << 24).contains(number) => Ok(*number as usize),
        _ => unsupported(format!("the file has no valid {key}")),
    };
    let fraction = |key: &str| match header.get(key) {
        Some(Metadata::Float(number)) if number.is_finite() && *number > 0.0 => Ok(*number as f32),
        _ => unsupported(format!("the file has no valid {key}")),
    };
    let Some(Metadata::Texts(tokens)) = header.get("tokenizer.ggml.tokens") else {
        return unsupported("the file has no vocabulary");
    };
    let config = ModelConfig {
        layers: whole("llama.block_count")?,
        width: whole("llama.embedding_length")?,
        inner_width: whole("llama.feed_forward_length")?,
        heads: whole("llama.attention.head_count")?,
        kv_heads: whole("llama.attention.head_count_kv")?,
        vocabulary: tokens.len(),
        norm_epsilon: fraction("llama.attention.layer_norm_rms_epsilon")?,
        rope_base: fraction("llama.rope.freq_base")?,
    };
    let fits = config.width.is_multiple_of(config.heads)
        && config.heads.is_multiple_of(config.kv_heads)
        && config.head_width().is_multiple_of(2)
        && config.vocabulary > 0;
    if fits {
        Ok(config)
    } else {
        unsupported("its hyperparameters contradict each other")
    }
}

/// Returns the cosines and sines of all positions, `(positions, head width / 2)` each.
fn rotations(config: &ModelConfig, positions: usize) -> Result<(Tensor, Tensor)> {
    let width = config.head_width();
    let frequencies: Vec<f64> = (0..width / 2)
        .map(|pair| f64::from(config.rope_base).powf(-2.0 * pair as f64 / width as f64))
        .collect();
    let angle = |position: usize| frequencies.iter().map(move |f| position as f64 * f);
    let table = |function: fn(f64) -> f64| {
        let numbers: Vec<f32> = (0..positions)
            .flat_map(angle)
            .map(|radians| function(radians) as f32)
            .collect();
        Tensor::from_vec(numbers, (positions, width / 2), &Device::Cpu)
    };
    Ok((table(f64::cos)?, table(f64::sin)?))
}

/// Reads the tensors of one file.
#[derive(Clone, Copy)]
struct Weights<'a> {
    header: &'a Header<'a>,
}

impl Weights<'_> {
    fn layer(&self, file: &mut File, config: &ModelConfig, index: usize) -> Result<Layer> {
        let name = |part: &str| format!("blk.{index}.{part}.weight");
        let [q, k, v] = ["attn_q", "attn_k", "attn_v"].map(name);
        let (width, inner) = (config.width, config.inner_width);
        Ok(Layer {
            attention_norm: self.vector(file, &name("attn_norm"), width)?,
            qkv: self.matrix(file, &[&q, &k, &v], width + 2 * config.kv_width(), width)?,
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

    /// Reads matrices of equal width and stacks them.
    fn matrix(
        &self,
        file: &mut File,
        names: &[&str],
        rows: usize,
        columns: usize,
    ) -> Result<Matrix> {
        let mut bytes = Vec::new();
        let mut tensor_type = None;
        let mut found = 0;
        for name in names {
            let info = self.tensor_info(name)?;
            if info.columns != columns || !columns.is_multiple_of(32) {
                return unsupported(format!("{name} has rows of {}", info.columns));
            }
            if tensor_type.is_some_and(|expected| expected != info.tensor_type) {
                return unsupported(format!("{name} is stored as {:?}", info.tensor_type));
            }
            tensor_type = Some(info.tensor_type);
            found += info.rows;
            bytes.extend(self.bytes(file, info)?);
        }
        if found != rows {
            return unsupported(format!(
                "{} has {found} rows, not {rows}",
                names.join(" and ")
            ));
        }
        match tensor_type {
            Some(TensorType::Q4_1) => Ok(Matrix::from_q4_1(&bytes, columns)),
            Some(TensorType::Q8_0) => Ok(Matrix::from_q8_0(&bytes, columns)),
            other => unsupported(format!("{} is stored as {other:?}", names.join(" and "))),
        }
    }

    fn vector(&self, file: &mut File, name: &str, len: usize) -> Result<Tensor> {
        let info = self.tensor_info(name)?;
        if info.tensor_type != TensorType::F32 || (info.rows, info.columns) != (1, len) {
            return unsupported(format!("{name} is not a vector of {len} floats"));
        }
        let bytes = self.bytes(file, info)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().copied().map(f32::from_le_bytes).collect();
        Ok(Tensor::from_vec(numbers, len, &Device::Cpu)?)
    }

    fn tensor_info(&self, name: &str) -> Result<&TensorInfo> {
        match self.header.tensor(name) {
            Some(info) => Ok(info),
            None => unsupported(format!("the file has no tensor {name}")),
        }
    }

    fn bytes(&self, file: &mut File, info: &TensorInfo) -> Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(info.len).unwrap_or(usize::MAX)];
        file.seek(SeekFrom::Start(info.start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
