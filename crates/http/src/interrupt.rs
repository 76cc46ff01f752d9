//! The reasons for ending a wait early, and the limit on one step of a call.

use std::{fmt, time::Duration};

use crate::timeouts::TimeoutKind;

/// The reason why a wait ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// The caller aborted the call.
    Aborted,
    /// A time limit passed: which one, and its full length.
    Timeout(TimeoutKind, Duration),
}

impl fmt::Display for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aborted => f.write_str("the call was aborted"),
            Self::Timeout(kind, limit) => match kind {
                TimeoutKind::Connect => write!(f, "no connection within {limit:?}"),
                TimeoutKind::FirstByte => write!(f, "no response within {limit:?}"),
                TimeoutKind::Idle => write!(f, "nothing arrived for {limit:?}"),
                TimeoutKind::EventIdle => write!(f, "no event arrived for {limit:?}"),
                TimeoutKind::Total => write!(f, "the call took longer than {limit:?}"),
            },
        }
    }
}

/// A time limit on one step of a call, part of which may be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLimit {
    kind: TimeoutKind,
    /// The full limit, for messages.
    limit: Duration,
    remaining: Duration,
}

impl StepLimit {
    /// Returns a limit of which nothing is used up.
    #[must_use]
    pub const fn new(kind: TimeoutKind, limit: Duration) -> Self {
        Self {
            kind,
            limit,
            remaining: limit,
        }
    }

    /// Returns the limit that remains `passed` after its start.
    ///
    /// # Errors
    ///
    /// [`Interrupt::Timeout`] if nothing remains.
    pub fn after(self, passed: Duration) -> Result<Self, Interrupt> {
        let remaining = self.limit.saturating_sub(passed);
        if remaining.is_zero() {
            Err(self.timeout())
        } else {
            Ok(Self { remaining, ..self })
        }
    }

    /// Returns the time that remains.
    #[must_use]
    pub const fn remaining(self) -> Duration {
        self.remaining
    }

    /// Returns the interrupt for the end of this limit.
    #[must_use]
    pub const fn timeout(self) -> Interrupt {
        Interrupt::Timeout(self.kind, self.limit)
    }
}
