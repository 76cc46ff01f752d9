//! Converts text to tokens and back, with the vocabulary and the merges of a GGUF file.

use std::collections::HashMap;

use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

use crate::gguf::{Header, Metadata};

/// Token type of control tokens in the GGUF format.
const CONTROL: u64 = 3;

/// A byte-level BPE tokenizer.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    bpe: tokenizers::Tokenizer,
    /// Text of each token, in bytes; empty for control tokens.
    bytes: Vec<Vec<u8>>,
    /// Control tokens by name.
    control: HashMap<String, u32>,
    /// The control token that ends a message.
    end: u32,
    /// All tokens that end the output.
    ends: Vec<u32>,
    /// Length of the longest token in bytes.
    longest: usize,
}

impl Tokenizer {
    /// Builds a tokenizer from the metadata of a file. The error is its reason, as text.
    pub(crate) fn new(header: &Header<'_>) -> Result<Self, String> {
        match (
            header.get("tokenizer.ggml.model"),
            header.get("tokenizer.ggml.pre"),
        ) {
            (Some(Metadata::Text("gpt2")), Some(Metadata::Text("smollm"))) => {}
            (model, pre) => {
                return Err(format!(
                    "the tokenizer {model:?} with the pre-tokenizer {pre:?} is not known"
                ));
            }
        }
        let (
            Some(Metadata::Texts(tokens)),
            Some(Metadata::Texts(merges)),
            Some(Metadata::Unsigneds(kinds)),
            Some(Metadata::Unsigned(end)),
        ) = (
            header.get("tokenizer.ggml.tokens"),
            header.get("tokenizer.ggml.merges"),
            header.get("tokenizer.ggml.token_type"),
            header.get("tokenizer.ggml.eos_token_id"),
        )
        else {
            return Err("the tokenizer is incomplete".to_owned());
        };
        let end = match u32::try_from(*end) {
            Ok(end) if (end as usize) < tokens.len() && kinds.len() == tokens.len() => end,
            _ => return Err("the tokenizer contradicts itself".to_owned()),
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
            .ok_or("a merge of the tokenizer is not a pair")?;
        let bpe = BPE::builder()
            .vocab_and_merges(
                vocabulary
                    .into_iter()
                    .collect::<tokenizers::models::bpe::Vocab>(),
                pairs,
            )
            .build()
            .map_err(|error| format!("the tokenizer cannot be built: {error}"))?;
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

    /// Appends the tokens of plain text. Does not recognize the names of control tokens.
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

    /// Returns the text of a token in bytes, which may end within a character. Empty for control
    /// tokens.
    pub(crate) fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns `true` if the token ends the output.
    pub(crate) fn is_end(&self, token: u32) -> bool {
        self.ends.contains(&token)
    }

    /// Returns the token that ends a message.
    pub(crate) fn end(&self) -> u32 {
        self.end
    }

    /// Returns the control tokens by name.
    pub(crate) fn control(&self) -> &HashMap<String, u32> {
        &self.control
    }

    /// Returns the number of tokens in the vocabulary.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the length of the longest token in bytes: a text of `n` bytes has at least
    /// `n / longest` tokens.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }
}

/// Returns the characters that stand for bytes in a byte-level vocabulary: printable bytes stand for
/// themselves, and the others are numbered from U+0100.
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
