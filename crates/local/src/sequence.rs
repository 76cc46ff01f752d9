//! One running generation: samples tokens, and sends text and the outcome to the caller.

use std::time::Instant;

use crate::error::GenerateError;
use crate::generation::{Done, FinishReason, GenerationEvent};
use crate::model::Cache;
use crate::queue::Job;
use crate::text::TextStream;
use crate::tokenizer::Tokenizer;

/// A running generation.
pub(crate) struct Sequence {
    pub(crate) job: Job,
    pub(crate) cache: Cache,
    /// Number of prompt tokens that the model has read.
    pub(crate) read: usize,
    /// The token that was sampled last.
    pub(crate) last: u32,
    /// Time when the generation left the queue.
    pub(crate) since: Instant,
    generated: u32,
    /// The final event was sent.
    finished: bool,
}

impl Sequence {
    /// Starts the generation of a job, with an empty cache.
    pub(crate) fn new(job: Job, cache: Cache) -> Self {
        Self {
            job,
            cache,
            read: 0,
            last: 0,
            since: Instant::now(),
            generated: 0,
            finished: false,
        }
    }

    /// Returns the number of prompt tokens that the model has not read yet.
    pub(crate) fn unread(&self) -> usize {
        self.job.tokens.len() - self.read
    }

    /// Returns `true` if the generation is complete, failed, or dropped by its caller.
    pub(crate) fn is_over(&self) -> bool {
        self.finished || self.job.events.is_closed()
    }

    /// Records that the model has read the whole prompt, and samples the first token.
    pub(crate) fn prompt_read(&mut self, logits: &[f32], tokenizer: &Tokenizer) {
        let tokens = self.input_tokens();
        self.send(Ok(GenerationEvent::PromptRead { tokens }));
        self.advance(logits, tokenizer);
    }

    /// Samples the next token from the logits.
    ///
    /// A position is free if the constraint allows more than half of the vocabulary there: in text
    /// and in strings. Forbidden texts and loops are looked for only at free positions.
    pub(crate) fn advance(&mut self, logits: &[f32], tokenizer: &Tokenizer) {
        let Job {
            sampler,
            forbidden,
            matcher,
            ..
        } = &mut self.job;
        let is_permitted =
            |token| is_output(tokenizer, token) && !forbidden.completed_by(tokenizer.bytes(token));
        let mut free = true;
        let sampled = match matcher {
            None => sampler.sample(logits, is_permitted),
            Some(matcher) => match matcher.compute_mask() {
                Ok(mask) => {
                    free = mask.num_set() > tokenizer.len() / 2;
                    sampler.sample(logits, |token| {
                        mask.is_allowed(token)
                            && if free {
                                is_permitted(token)
                            } else {
                                is_output(tokenizer, token)
                            }
                    })
                }
                Err(error) => return self.fail(format!("the constraint failed: {error:#}")),
            },
        };
        let Some(token) = sampled else {
            return self.fail("no token satisfies the constraint".to_owned());
        };
        self.last = token;
        self.generated += 1;
        if tokenizer.is_end(token) {
            return self.finish(FinishReason::Stop);
        }

        self.job.forbidden.push(tokenizer.bytes(token));
        let (text, stopped) = self.job.text.push(tokenizer.bytes(token));
        if !text.is_empty() {
            self.send(Ok(GenerationEvent::Text(text)));
        }
        if stopped {
            return self.finish(FinishReason::StopString);
        }
        if let Some(matcher) = &mut self.job.matcher {
            if let Err(error) = matcher.consume_token(token) {
                return self.fail(format!("the constraint failed: {error:#}"));
            }
            if matcher.is_stopped() {
                return self.finish(FinishReason::Stop);
            }
        }
        // A quotation mark ends a JSON string: a list of equal strings is not a loop.
        let structural = self.job.matcher.is_some() && tokenizer.bytes(token).contains(&b'"');
        if !free || structural {
            self.job.repetition.reset();
        } else if self.job.repetition.push(token) {
            return self.finish(FinishReason::Loop);
        }
        if self.generated >= self.job.max_output {
            self.finish(FinishReason::Length);
        }
    }

    /// Ends the generation with an error.
    pub(crate) fn fail(&mut self, reason: String) {
        self.send(Err(GenerateError::Failed(reason)));
        self.finished = true;
    }

    fn finish(&mut self, reason: FinishReason) {
        let text = std::mem::replace(&mut self.job.text, TextStream::new(Vec::new()));
        let rest = text.finish();
        // At a stop string, the text before it was sent already.
        if reason != FinishReason::StopString && !rest.is_empty() {
            self.send(Ok(GenerationEvent::Text(rest)));
        }
        self.send(Ok(GenerationEvent::Done(Done {
            reason,
            input_tokens: self.input_tokens(),
            output_tokens: self.generated,
        })));
        self.finished = true;
    }

    fn input_tokens(&self) -> u32 {
        u32::try_from(self.job.tokens.len()).unwrap_or(u32::MAX)
    }

    fn send(&self, event: Result<GenerationEvent, GenerateError>) {
        // A dropped receiver is noticed by `is_over` in the next round.
        let _ = self.job.events.send(event);
    }
}

/// Returns `true` for text tokens and end tokens. Other control tokens are never sampled.
fn is_output(tokenizer: &Tokenizer, token: u32) -> bool {
    tokenizer.is_end(token) || !tokenizer.bytes(token).is_empty()
}
