#![doc = include_str!("lib.md")]

mod abort;
mod clock;
mod deadline;
mod idle;
mod interrupt;
mod recording_waker;
pub mod redact;
pub mod redirect;
pub mod retry_after;
mod send;
#[cfg(feature = "testing")]
pub mod testing;
mod timeouts;
mod timestamp;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
mod tokio_clock;
pub mod transport;

#[cfg(any(feature = "reqwest", feature = "hyper"))]
pub use self::tokio_clock::TokioClock;
pub use self::{
    abort::AbortHandle,
    clock::Clock,
    deadline::Deadline,
    idle::IdleTimer,
    interrupt::{Interrupt, StepLimit},
    recording_waker::RecordingWaker,
    send::{BoxError, BoxFuture, BoxStream, MaybeSend, MaybeSendSync},
    timeouts::{EffectiveTimeouts, TimeoutKind, Timeouts},
    timestamp::Timestamp,
};
