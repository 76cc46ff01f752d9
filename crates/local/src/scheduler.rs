//! The engine's thread: runs all generations in rounds, one token each per round.
//!
//! The sequences whose prompt is read go through the model as one batch, so that the weights are
//! read from memory once per round. Each round also reads at most one chunk of one prompt. The text
//! of a generation does not depend on the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::GenerateError;
use crate::model::{Cache, Model, SequenceInput};
use crate::queue::Queue;
use crate::sequence::Sequence;
use crate::tokenizer::Tokenizer;

/// Maximum number of prompt tokens that the model reads in one pass: enough for efficient matrix
/// products, and few enough that other generations do not stall.
const PREFILL_CHUNK: usize = 256;

/// Runs generations until the queue is closed and empty.
pub(crate) fn run(queue: &Arc<Queue>, model: &Model, tokenizer: &Tokenizer) {
    /// Drops all waiting prompts when the thread ends, so that their callers get an error.
    struct Stopped<'a>(&'a Queue);
    impl Drop for Stopped<'_> {
        fn drop(&mut self) {
            let mut state = self.0.lock();
            state.stopped = true;
            state.active = 0;
            state.waiting.clear();
        }
    }
    let _stopped = Stopped(queue);

    // A panic ends the running generations only, whose callers see their channels close. The queue
    // and the model are in a consistent state at every point that can panic.
    while catch_unwind(AssertUnwindSafe(|| run_rounds(queue, model, tokenizer))).is_err() {
        queue.lock().active = 0;
    }
}

/// Takes prompts from the queue and runs rounds until the queue is closed and empty.
fn run_rounds(queue: &Queue, model: &Model, tokenizer: &Tokenizer) {
    let mut sequences: Vec<Sequence> = Vec::new();
    while admit(queue, model, &mut sequences) {
        prefill(model, tokenizer, &mut sequences);
        decode(model, tokenizer, &mut sequences);
        let mut state = queue.lock();
        for sequence in sequences.extract_if(.., |sequence| sequence.is_over()) {
            let took = sequence.since.elapsed();
            state.typical = Some(state.typical.map_or(took, |before| (before * 3 + took) / 4));
        }
        state.active = sequences.len();
    }
}

/// Starts waiting prompts while fewer than `parallel` generations run. Waits for a prompt if none
/// runs. Returns `false` once the queue is closed and empty.
fn admit(queue: &Queue, model: &Model, sequences: &mut Vec<Sequence>) -> bool {
    let mut state = queue.lock();
    loop {
        state.waiting.retain(|job| !job.events.is_closed());
        while sequences.len() < queue.options.parallel {
            let Some(job) = state.waiting.pop_front() else {
                break;
            };
            match Cache::new(model.config(), job.tokens.len()) {
                Ok(cache) => sequences.push(Sequence::new(job, cache)),
                Err(error) => {
                    let _ = job
                        .events
                        .send(Err(GenerateError::Failed(error.to_string())));
                }
            }
        }
        state.active = sequences.len();
        if !sequences.is_empty() {
            return true;
        }
        if state.closed {
            return false;
        }
        state = queue.wait(state);
    }
}

/// Reads the next chunk of the first prompt that is not read yet.
///
/// The chunk is a batch of its own, and chunks are counted from the prompt's first token. So
/// rounding errors do not depend on the other generations.
fn prefill(model: &Model, tokenizer: &Tokenizer, sequences: &mut [Sequence]) {
    let Some(sequence) = sequences
        .iter_mut()
        .find(|sequence| !sequence.is_over() && sequence.unread() > 0)
    else {
        return;
    };
    let end = sequence.job.tokens.len().min(sequence.read + PREFILL_CHUNK);
    let tokens = sequence
        .job
        .tokens
        .get(sequence.read..end)
        .unwrap_or_default();
    let last = end == sequence.job.tokens.len();
    let input = SequenceInput {
        cache: &mut sequence.cache,
        tokens,
        logits: last,
    };
    match model.forward(&mut [input]) {
        Ok(logits) => {
            sequence.read = end;
            if let Some(logits) = logits.first() {
                sequence.prompt_read(logits, tokenizer);
            }
        }
        Err(error) => sequence.fail(error.to_string()),
    }
}

/// Generates one token of each sequence whose prompt is read.
fn decode(model: &Model, tokenizer: &Tokenizer, sequences: &mut [Sequence]) {
    let mut decoding: Vec<&mut Sequence> = sequences
        .iter_mut()
        .filter(|sequence| !sequence.is_over() && sequence.unread() == 0)
        .collect();
    if decoding.is_empty() {
        return;
    }
    let mut batch = Vec::with_capacity(decoding.len());
    for sequence in &mut decoding {
        let tokens = std::slice::from_ref(&sequence.last);
        batch.push(SequenceInput {
            cache: &mut sequence.cache,
            tokens,
            logits: true,
        });
    }
    match model.forward(&mut batch) {
        Ok(logits) => {
            for (sequence, logits) in decoding.iter_mut().zip(&logits) {
                sequence.advance(logits, tokenizer);
            }
        }
        Err(error) => {
            for sequence in decoding {
                sequence.fail(error.to_string());
            }
        }
    }
}
