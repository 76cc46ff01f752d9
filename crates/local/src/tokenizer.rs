//! Text to tokens and back, from the vocabulary and the merges that a GGUF file holds.

use std::collections::HashMap;

use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

use crate::gguf::{Head, Value};

/// The number that the format gives to tokens which steer the model and are no text.
const CONTROL: u64 = 3;

/// A byte-level BPE tokenizer.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    bpe: tokenizers::Tokenizer,
    /// What each token says, in bytes; nothing for control tokens.
    bytes: Vec<Vec<u8>>,
    /// Control tokens by name.
    control: HashMap<String, u32>,
    /// The control token that ends a turn.
    end: u32,
    /// All tokens that end an answer.
    ends: Vec<u32>,
    longest: usize,
}

impl Tokenizer {
    /// Builds a tokenizer, or says what the file lacks.
    pub(crate) fn new(head: &Head<'_>) -> Result<Self, String> {
        match (
            head.get("tokenizer.ggml.model"),
            head.get("tokenizer.ggml.pre"),
        ) {
            (Some(Value::Text("gpt2")), Some(Value::Text("smollm"))) => {}
            (model, pre) => return Err(format!("its tokenizer is {model:?} with {pre:?}")),
        }
        let (
            Some(Value::Texts(tokens)),
            Some(Value::Texts(merges)),
            Some(Value::Unsigneds(kinds)),
            Some(Value::Unsigned(end)),
        ) = (
            head.get("tokenizer.ggml.tokens"),
            head.get("tokenizer.ggml.merges"),
            head.get("tokenizer.ggml.token_type"),
            head.get("tokenizer.ggml.eos_token_id"),
        )
        else {
            return Err("its tokenizer is incomplete".to_owned());
        };
        let end = match u32::try_from(*end) {
            Ok(end) if (end as usize) < tokens.len() && kinds.len() == tokens.len() => end,
            _ => return Err("its tokenizer contradicts itself".to_owned()),
        };

        let alphabet = byte_alphabet();
        let mut bytes = Vec::with_capacity(tokens.len());
        let mut control = HashMap::new();
        let mut vocabulary = HashMap::with_capacity(tokens.len());
        for (id, (token, kind)) in (0u32..).zip(tokens.iter().zip(kinds)) {
            if *kind == CONTROL {
                control.insert((*token).to_owned(), id);
                bytes.push(Vec::new());
            } else {
                bytes.push(
                    token
                        .chars()
                        .filter_map(|c| alphabet.get(&c).copied())
                        .collect(),
                );
            }
            vocabulary.insert((*token).to_owned(), id);
        }
        let pairs = merges
            .iter()
            .map(|merge| {
                merge
                    .split_once(' ')
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
            })
            .collect::<Option<Vec<_>>>()
            .ok_or("a merge of its tokenizer is no pair")?;
        let bpe = BPE::builder()
            .vocab_and_merges(
                vocabulary
                    .into_iter()
                    .collect::<tokenizers::models::bpe::Vocab>(),
                pairs,
            )
            .build()
            .map_err(|error| format!("its tokenizer cannot be built: {error}"))?;
        let mut bpe = tokenizers::Tokenizer::new(bpe);
        bpe.with_pre_tokenizer(Some(Sequence::new(vec![
            PreTokenizerWrapper::Digits(Digits::new(true)),
            PreTokenizerWrapper::ByteLevel(ByteLevel::new(false, true, true)),
        ])));

        let mut ends = vec![end];
        ends.extend(
            ["<|endoftext|>", "<|im_end|>"]
                .iter()
                .filter_map(|name| control.get(*name)),
        );
        ends.sort_unstable();
        ends.dedup();
        let longest = bytes.iter().map(Vec::len).max().unwrap_or(1).max(1);
        Ok(Self {
            bpe,
            bytes,
            control,
            end,
            ends,
            longest,
        })
    }

    /// Appends the tokens of plain text; names of control tokens in it are text like any other.
    pub(crate) fn encode(&self, text: &str, tokens: &mut Vec<u32>) -> Result<(), String> {
        if !text.is_empty() {
            let encoding = self
                .bpe
                .encode_fast(text, false)
                .map_err(|error| error.to_string())?;
            tokens.extend_from_slice(encoding.get_ids());
        }
        Ok(())
    }

    /// The text of a token, in bytes that may end inside a character; nothing for control tokens.
    pub(crate) fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether the token ends an answer.
    pub(crate) fn is_end(&self, token: u32) -> bool {
        self.ends.contains(&token)
    }

    /// The token that ends a turn.
    pub(crate) fn end(&self) -> u32 {
        self.end
    }

    /// Control tokens by name.
    pub(crate) fn control(&self) -> &HashMap<String, u32> {
        &self.control
    }

    /// Tokens in the vocabulary.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes in the longest token: text of `n` bytes has at least `n / longest` tokens.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }
}

/// The characters that stand for bytes in a byte-level vocabulary: printable ones for themselves,
/// the others moved up to U+0100 and on.
fn byte_alphabet() -> HashMap<char, u8> {
    let mut moved = 0x100..;
    (0..=255u8)
        .filter_map(|byte| {
            let code = match byte {
                b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF => u32::from(byte),
                _ => moved.next()?,
            };
            Some((char::from_u32(code)?, byte))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_character() {
        let alphabet = byte_alphabet();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(alphabet[&'Ġ'], b' ');
        assert_eq!(alphabet[&'Ċ'], b'\n');
        assert_eq!(alphabet[&'a'], b'a');
    }
}
