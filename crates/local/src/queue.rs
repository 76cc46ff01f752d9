//! The bounded queue between callers and the engine's thread.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use llguidance::Matcher;
use tokio::sync::mpsc::UnboundedSender;

use crate::error::GenerateError;
use crate::forbidden::ForbiddenTexts;
use crate::generation::GenerationEvent;
use crate::options::{EngineOptions, Status};
use crate::repetition::Repetition;
use crate::sampler::Sampler;
use crate::text::TextStream;

/// A prompt to generate from, with the state that the generation needs.
pub(crate) struct Job {
    /// Tokens of the prompt.
    pub(crate) tokens: Vec<u32>,
    /// Maximum number of tokens to generate.
    pub(crate) max_output: u32,
    pub(crate) sampler: Sampler,
    pub(crate) text: TextStream,
    pub(crate) forbidden: ForbiddenTexts,
    pub(crate) repetition: Repetition,
    pub(crate) matcher: Option<Matcher>,
    pub(crate) events: UnboundedSender<Result<GenerationEvent, GenerateError>>,
}

/// Prompts that wait, and the state of the engine's thread that callers can see.
pub(crate) struct Queue {
    pub(crate) options: EngineOptions,
    state: Mutex<State>,
    changed: Condvar,
}

/// The state behind the queue's lock.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) waiting: VecDeque<Job>,
    /// Slots reserved for prompts that their callers still prepare.
    pub(crate) reserved: usize,
    /// Generations that run.
    pub(crate) active: usize,
    /// No more prompts will be added.
    pub(crate) closed: bool,
    /// The thread has ended.
    pub(crate) stopped: bool,
    /// Moving average of the time that a generation takes.
    pub(crate) typical: Option<Duration>,
}

impl State {
    /// Number of prompts that run, wait, or are being prepared.
    fn taken(&self) -> usize {
        self.active + self.waiting.len() + self.reserved
    }
}

impl Queue {
    pub(crate) fn new(options: EngineOptions) -> Self {
        Self {
            options,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Releases the lock until a prompt is added or the queue is closed.
    pub(crate) fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves a slot for a prompt.
    ///
    /// # Errors
    /// [`GenerateError::Busy`] if all slots are taken, [`GenerateError::Failed`] if the thread has
    /// ended.
    pub(crate) fn reserve(&self) -> Result<QueueSlot<'_>, GenerateError> {
        let mut state = self.lock();
        if state.stopped {
            return Err(thread_ended());
        }
        let taken = state.taken();
        if taken >= self.options.parallel + self.options.queue {
            let rounds = taken.div_ceil(self.options.parallel);
            let wait = state.typical.unwrap_or(Duration::from_secs(1)) * rounds.min(60) as u32;
            let retry_after =
                Duration::from_secs(wait.as_secs_f64().ceil().clamp(1.0, 60.0) as u64);
            return Err(GenerateError::Busy { retry_after });
        }
        state.reserved += 1;
        Ok(QueueSlot { queue: self })
    }

    pub(crate) fn status(&self) -> Status {
        let state = self.lock();
        // A prompt that can start at once is not counted as queued, even if the thread has not
        // taken it yet.
        let taken = state.taken();
        let active = state.active.max(taken.min(self.options.parallel));
        Status {
            active,
            queued: taken - active,
            parallel: self.options.parallel,
            queue_limit: self.options.queue,
        }
    }

    /// Closes the queue. The thread ends after the prompts that were added before.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }
}

/// A reserved slot in the queue; dropping it releases the slot.
pub(crate) struct QueueSlot<'a> {
    queue: &'a Queue,
}

impl QueueSlot<'_> {
    /// Adds the prompt for which the slot was reserved.
    pub(crate) fn fill(self, job: Job) -> Result<(), GenerateError> {
        let mut state = self.queue.lock();
        if state.stopped {
            return Err(thread_ended());
        }
        state.waiting.push_back(job);
        drop(state);
        self.queue.changed.notify_one();
        Ok(())
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.queue.lock().reserved -= 1;
    }
}

fn thread_ended() -> GenerateError {
    GenerateError::Failed("the engine's thread has ended".to_owned())
}
