//! The engine's thread: takes answers in turns, one token each.
//!
//! All answers that are past their prompt go through the model together, a token at a time, so
//! that the weights are read from memory once for all of them. Between two such rounds at most one
//! stretch of one prompt is read. What an answer says depends on none of the others.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use llguidance::Matcher;
use tokio::sync::mpsc::UnboundedSender;

use crate::markup::Markup;
use crate::model::{Cache, Model, Rows};
use crate::repetition::Repetition;
use crate::sampler::Sampler;
use crate::text::TextStream;
use crate::tokenizer::Tokenizer;
use crate::{Done, EngineOptions, FinishReason, GenerateError, Status, Step};

/// Tokens of a prompt that are read at once: large enough for the matrix products to be
/// efficient, small enough for other answers not to stall.
const STRETCH: usize = 256;

/// An answer to be made.
pub(crate) struct Job {
    /// The prompt.
    pub(crate) tokens: Vec<u32>,
    /// At most so many tokens are made.
    pub(crate) max_output: u32,
    pub(crate) sampler: Sampler,
    pub(crate) text: TextStream,
    pub(crate) markup: Markup,
    pub(crate) repetition: Repetition,
    pub(crate) matcher: Option<Matcher>,
    pub(crate) steps: UnboundedSender<Result<Step, GenerateError>>,
}

/// Where prompts wait, and what is known about the thread from outside.
pub(crate) struct Queue {
    options: EngineOptions,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Places held by prompts that are still being prepared.
    reserved: usize,
    active: usize,
    /// No more prompts will come.
    closed: bool,
    /// The thread is gone.
    stopped: bool,
    /// How long an answer took lately.
    typical: Option<Duration>,
}

impl Queue {
    pub(crate) fn new(options: EngineOptions) -> Self {
        Self {
            options,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a prompt, if there is one.
    pub(crate) fn reserve(&self) -> Result<Place<'_>, GenerateError> {
        let mut state = self.lock();
        if state.stopped {
            return Err(stopped());
        }
        let taken = state.active + state.waiting.len() + state.reserved;
        if taken >= self.options.parallel + self.options.queue {
            let rounds = taken.div_ceil(self.options.parallel);
            let wait = state.typical.unwrap_or(Duration::from_secs(1)) * rounds.min(60) as u32;
            let retry_after =
                Duration::from_secs(wait.as_secs_f64().ceil().clamp(1.0, 60.0) as u64);
            return Err(GenerateError::Busy { retry_after });
        }
        state.reserved += 1;
        Ok(Place { queue: self })
    }

    pub(crate) fn status(&self) -> Status {
        let state = self.lock();
        // A prompt that finds a free turn is not waiting, though the thread has yet to take it.
        let taken = state.active + state.waiting.len() + state.reserved;
        let active = state.active.max(taken.min(self.options.parallel));
        Status {
            active,
            queued: taken - active,
            parallel: self.options.parallel,
            queue_limit: self.options.queue,
        }
    }

    /// Says that no more prompts will come; the thread ends after those it has.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }
}

/// A place in the queue, given back when dropped.
pub(crate) struct Place<'a> {
    queue: &'a Queue,
}

impl Place<'_> {
    /// Puts the prompt that the place was for into the queue.
    pub(crate) fn fill(self, job: Job) -> Result<(), GenerateError> {
        let mut state = self.queue.lock();
        if state.stopped {
            return Err(stopped());
        }
        state.waiting.push_back(job);
        drop(state);
        self.queue.changed.notify_one();
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.lock().reserved -= 1;
    }
}

fn stopped() -> GenerateError {
    GenerateError::Failed("its thread has stopped".to_owned())
}

/// An answer being made.
struct Turn {
    job: Job,
    cache: Cache,
    /// Tokens of the prompt that have been read.
    read: usize,
    /// The token that was drawn last.
    last: u32,
    made: u32,
    /// Its last step was sent.
    over: bool,
    since: Instant,
}

/// Makes answers until the queue is closed and empty.
pub(crate) fn run(queue: &Arc<Queue>, model: &Model, tokenizer: &Tokenizer) {
    /// Leaves nobody waiting, however the thread ends.
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

    let mut turns: Vec<Turn> = Vec::new();
    while admit(queue, model, &mut turns) {
        read_prompt(model, tokenizer, &mut turns);
        make_tokens(model, tokenizer, &mut turns);
        let mut state = queue.lock();
        for turn in turns.extract_if(.., |turn| turn.is_over()) {
            let took = turn.since.elapsed();
            state.typical = Some(state.typical.map_or(took, |before| (before * 3 + took) / 4));
        }
        state.active = turns.len();
    }
}

/// Fills free turns from the queue, waiting while there is nothing at all to do. False when there
/// never will be.
fn admit(queue: &Queue, model: &Model, turns: &mut Vec<Turn>) -> bool {
    let mut state = queue.lock();
    loop {
        state.waiting.retain(|job| !job.steps.is_closed());
        while turns.len() < queue.options.parallel {
            let Some(job) = state.waiting.pop_front() else {
                break;
            };
            match Cache::new(model.shape(), job.tokens.len()) {
                Ok(cache) => turns.push(Turn {
                    job,
                    cache,
                    read: 0,
                    last: 0,
                    made: 0,
                    over: false,
                    since: Instant::now(),
                }),
                Err(error) => {
                    let _ = job
                        .steps
                        .send(Err(GenerateError::Failed(error.to_string())));
                }
            }
        }
        state.active = turns.len();
        if !turns.is_empty() {
            return true;
        }
        if state.closed {
            return false;
        }
        state = queue
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// Reads the next stretch of the prompt that came first and is not read yet.
///
/// It goes through the model alone and in stretches counted from its own beginning, so that
/// rounding is the same whatever else is going on.
fn read_prompt(model: &Model, tokenizer: &Tokenizer, turns: &mut [Turn]) {
    let Some(turn) = turns
        .iter_mut()
        .find(|turn| !turn.is_over() && turn.unread() > 0)
    else {
        return;
    };
    let end = turn.job.tokens.len().min(turn.read + STRETCH);
    let tokens = turn.job.tokens.get(turn.read..end).unwrap_or_default();
    let last = end == turn.job.tokens.len();
    let rows = Rows {
        cache: &mut turn.cache,
        tokens,
        scores: last,
    };
    match model.forward(&mut [rows]) {
        Ok(scores) => {
            turn.read = end;
            if let Some(scores) = scores.first() {
                let tokens = u32::try_from(turn.job.tokens.len()).unwrap_or(u32::MAX);
                turn.send(Ok(Step::Prompt { tokens }));
                turn.take(scores, tokenizer);
            }
        }
        Err(error) => turn.fail(error.to_string()),
    }
}

/// Makes one token of every answer whose prompt is read.
fn make_tokens(model: &Model, tokenizer: &Tokenizer, turns: &mut [Turn]) {
    let mut making: Vec<&mut Turn> = turns
        .iter_mut()
        .filter(|turn| !turn.is_over() && turn.unread() == 0)
        .collect();
    if making.is_empty() {
        return;
    }
    let mut batch = Vec::with_capacity(making.len());
    for turn in &mut making {
        let tokens = std::slice::from_ref(&turn.last);
        batch.push(Rows {
            cache: &mut turn.cache,
            tokens,
            scores: true,
        });
    }
    match model.forward(&mut batch) {
        Ok(scores) => {
            for (turn, scores) in making.iter_mut().zip(&scores) {
                turn.take(scores, tokenizer);
            }
        }
        Err(error) => {
            for turn in making {
                turn.fail(error.to_string());
            }
        }
    }
}

impl Turn {
    fn unread(&self) -> usize {
        self.job.tokens.len() - self.read
    }

    /// Whether there is nothing more to do: it is made, failed, or nobody wants it any more.
    fn is_over(&self) -> bool {
        self.over || self.job.steps.is_closed()
    }

    fn send(&self, step: Result<Step, GenerateError>) {
        // Nobody listening is noticed at the next turn.
        let _ = self.job.steps.send(step);
    }

    /// Draws the next token from the scores.
    ///
    /// A position is free if the constraint leaves more than half of the vocabulary open there:
    /// in text and in strings. Only there are texts kept out and loops detected.
    fn take(&mut self, scores: &[f32], tokenizer: &Tokenizer) {
        let Job {
            sampler,
            markup,
            matcher,
            ..
        } = &mut self.job;
        let unmarked =
            |token| may_say(tokenizer, token) && !markup.completed_by(tokenizer.bytes(token));
        let mut free = true;
        let drawn = match matcher {
            None => sampler.draw(scores, unmarked),
            Some(matcher) => match matcher.compute_mask() {
                Ok(mask) => {
                    free = mask.num_set() > tokenizer.len() / 2;
                    sampler.draw(scores, |token| {
                        mask.is_allowed(token)
                            && if free {
                                unmarked(token)
                            } else {
                                may_say(tokenizer, token)
                            }
                    })
                }
                Err(error) => return self.fail(format!("the constraint: {error:#}")),
            },
        };
        let Some(token) = drawn else {
            return self.fail("no token fits the constraint".to_owned());
        };
        self.last = token;
        self.made += 1;
        if tokenizer.is_end(token) {
            return self.finish(FinishReason::Stop);
        }

        self.job.markup.push(tokenizer.bytes(token));
        let (text, met) = self.job.text.push(tokenizer.bytes(token));
        if !text.is_empty() {
            self.send(Ok(Step::Text(text)));
        }
        if met {
            return self.finish(FinishReason::StopString);
        }
        if let Some(matcher) = &mut self.job.matcher {
            if let Err(error) = matcher.consume_token(token) {
                return self.fail(format!("the constraint: {error:#}"));
            }
            if matcher.is_stopped() {
                return self.finish(FinishReason::Stop);
            }
        }
        // A quotation mark ends a string of JSON: a list of equal strings is no loop.
        let shaped = self.job.matcher.is_some() && tokenizer.bytes(token).contains(&b'"');
        if !free || shaped {
            self.job.repetition.reset();
        } else if self.job.repetition.push(token) {
            return self.finish(FinishReason::Loop);
        }
        if self.made >= self.job.max_output {
            self.finish(FinishReason::Length);
        }
    }

    fn finish(&mut self, reason: FinishReason) {
        let text = std::mem::replace(&mut self.job.text, TextStream::new(Vec::new()));
        let rest = text.finish();
        // After a stop string the rest is what came before it, and has been sent.
        if reason != FinishReason::StopString && !rest.is_empty() {
            self.send(Ok(Step::Text(rest)));
        }
        self.send(Ok(Step::Done(Done {
            reason,
            input_tokens: u32::try_from(self.job.tokens.len()).unwrap_or(u32::MAX),
            output_tokens: self.made,
        })));
        self.over = true;
    }

    fn fail(&mut self, why: String) {
        self.send(Err(GenerateError::Failed(why)));
        self.over = true;
    }
}

/// Control tokens are never drawn, those that end an answer excepted.
fn may_say(tokenizer: &Tokenizer, token: u32) -> bool {
    tokenizer.is_end(token) || !tokenizer.bytes(token).is_empty()
}
