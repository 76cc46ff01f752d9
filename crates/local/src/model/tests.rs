//! Checks that the forward pass gives the same logits for the same tokens in other batches.
//!
//! The weights are random, so that no download is needed. The crate's `tests` directory tests the
//! real weights.

use std::io::Write;
use std::path::PathBuf;

use half::f16;

use super::{Cache, Model, SequenceInput, load};
use crate::gguf::Header;

const VOCABULARY: usize = 64;
const WIDTH: usize = 64;
const INNER: usize = 256;

/// Returns a GGUF file of a tiny llama model with random weights.
fn sample() -> Vec<u8> {
    let mut seed = 7u32;
    let mut random = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 24) as f32
    };
    let mut values: Vec<(&str, u32, Vec<u8>)> = Vec::new();
    let text = |text: &str| {
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes
    };
    values.push(("general.architecture", 8, text("llama")));
    for (key, number) in [
        ("llama.block_count", 2u32),
        ("llama.embedding_length", WIDTH as u32),
        ("llama.feed_forward_length", INNER as u32),
        ("llama.attention.head_count", 4),
        ("llama.attention.head_count_kv", 2),
    ] {
        values.push((key, 4, number.to_le_bytes().to_vec()));
    }
    for (key, number) in [
        ("llama.attention.layer_norm_rms_epsilon", 1e-5f32),
        ("llama.rope.freq_base", 1e4),
    ] {
        values.push((key, 6, number.to_le_bytes().to_vec()));
    }
    let mut tokens = 8u32.to_le_bytes().to_vec();
    tokens.extend((VOCABULARY as u64).to_le_bytes());
    for token in 0..VOCABULARY {
        tokens.extend(text(&token.to_string()));
    }
    values.push(("tokenizer.ggml.tokens", 9, tokens));

    let mut tensors: Vec<(String, Vec<u64>, u32)> = vec![(
        "token_embd.weight".into(),
        vec![WIDTH as u64, VOCABULARY as u64],
        8,
    )];
    tensors.push(("output_norm.weight".into(), vec![WIDTH as u64], 0));
    for layer in 0..2 {
        for (name, columns, rows) in [
            ("attn_q", WIDTH, WIDTH),
            ("attn_k", WIDTH, WIDTH / 2),
            ("attn_v", WIDTH, WIDTH / 2),
            ("attn_output", WIDTH, WIDTH),
            ("ffn_gate", WIDTH, INNER),
            ("ffn_up", WIDTH, INNER),
            ("ffn_down", INNER, WIDTH),
        ] {
            let name = format!("blk.{layer}.{name}.weight");
            tensors.push((name, vec![columns as u64, rows as u64], 3));
        }
        for name in ["attn_norm", "ffn_norm"] {
            tensors.push((format!("blk.{layer}.{name}.weight"), vec![WIDTH as u64], 0));
        }
    }

    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3u32.to_le_bytes());
    bytes.extend((tensors.len() as u64).to_le_bytes());
    bytes.extend((values.len() as u64).to_le_bytes());
    for (key, kind, value) in values {
        bytes.extend(text(key));
        bytes.extend(kind.to_le_bytes());
        bytes.extend(value);
    }
    let mut data = Vec::new();
    for (name, dimensions, kind) in &tensors {
        bytes.extend(text(name));
        bytes.extend((dimensions.len() as u32).to_le_bytes());
        for dimension in dimensions {
            bytes.extend(dimension.to_le_bytes());
        }
        bytes.extend(kind.to_le_bytes());
        bytes.extend((data.len() as u64).to_le_bytes());
        let count: u64 = dimensions.iter().product();
        match kind {
            0 => (0..count).for_each(|_| data.extend((0.5 + random()).to_le_bytes())),
            3 => {
                for _ in 0..count / 32 {
                    data.extend(f16::from_f32(0.02).to_le_bytes());
                    data.extend(f16::from_f32(-0.15 - random() * 0.01).to_le_bytes());
                    data.extend((0..16).map(|_| (random() * 256.0) as u8));
                }
            }
            _ => {
                for _ in 0..count / 32 {
                    data.extend(f16::from_f32(0.01).to_le_bytes());
                    data.extend((0..32).map(|_| (random() * 256.0) as u8));
                }
            }
        }
        data.resize(data.len().next_multiple_of(32), 0);
    }
    bytes.resize(bytes.len().next_multiple_of(32), 0);
    bytes.extend(data);
    bytes
}

fn model() -> Model {
    let bytes = sample();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let path: PathBuf = file.path().to_owned();
    load(&path, &Header::parse(&bytes).unwrap(), 1024).unwrap()
}

fn tokens(count: usize, from: usize) -> Vec<u32> {
    (0..count)
        .map(|i| ((i * 13 + from) % VOCABULARY) as u32)
        .collect()
}

/// Returns the logits after the tokens, which are read in chunks of this length.
fn logits(model: &Model, tokens: &[u32], chunk: usize) -> Vec<f32> {
    let mut cache = Cache::new(model.config(), 0).unwrap();
    let mut last = Vec::new();
    for tokens in tokens.chunks(chunk) {
        let rows = SequenceInput {
            cache: &mut cache,
            tokens,
            logits: true,
        };
        last = model.forward(&mut [rows]).unwrap().remove(0);
    }
    assert_eq!(cache.len(), tokens.len());
    last
}

#[test]
fn chunks_of_any_length_give_the_same_logits_up_to_rounding() {
    let model = model();
    // More than the initial capacity of a cache, so that it grows.
    let tokens = tokens(300, 0);
    let whole = logits(&model, &tokens, 300);
    let span = whole
        .iter()
        .fold(0.0f32, |span, logit| span.max(logit.abs()));
    assert!(span > 0.1, "the logits of the sample are too small: {span}");
    for chunk in [1, 2, 7, 64, 299] {
        let other = logits(&model, &tokens, chunk);
        for (one, other) in whole.iter().zip(&other) {
            assert!(
                (one - other).abs() < 0.05 * span,
                "{chunk}: {one} and {other}, {span}"
            );
        }
    }
}

#[test]
fn earlier_tokens_and_their_order_matter() {
    let model = model();
    let one = logits(&model, &[1, 2, 3, 4], 4);
    assert_ne!(one, logits(&model, &[2, 1, 3, 4], 4));
    assert_ne!(one, logits(&model, &[9, 2, 3, 4], 4));
}

#[test]
fn logits_are_bit_identical_in_any_batch() {
    let model = model();
    let prompts = [tokens(5, 1), tokens(40, 2), tokens(33, 3)];
    let prepared = |prompt: &[u32]| {
        let mut cache = Cache::new(model.config(), 0).unwrap();
        let rows = SequenceInput {
            cache: &mut cache,
            tokens: prompt,
            logits: false,
        };
        assert!(model.forward(&mut [rows]).unwrap().is_empty());
        cache
    };

    let alone: Vec<_> = prompts
        .iter()
        .map(|prompt| {
            let rows = SequenceInput {
                cache: &mut prepared(prompt),
                tokens: &[42],
                logits: true,
            };
            model.forward(&mut [rows]).unwrap().remove(0)
        })
        .collect();
    let mut caches: Vec<_> = prompts.iter().map(|prompt| prepared(prompt)).collect();
    let mut batch: Vec<_> = caches
        .iter_mut()
        .map(|cache| SequenceInput {
            cache,
            tokens: &[42],
            logits: true,
        })
        .collect();
    assert_eq!(model.forward(&mut batch).unwrap(), alone);
}

#[test]
fn a_missing_tensor_is_named() {
    let bytes = sample();
    let at = bytes
        .windows(10)
        .position(|bytes| bytes == b"blk.1.attn")
        .unwrap();
    let mut bytes = bytes;
    bytes[at + 4] = b'7';
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let error = load(file.path(), &Header::parse(&bytes).unwrap(), 16).unwrap_err();
    assert!(format!("{error:?}").contains("blk.1.attn"), "{error:?}");
}
