#![doc = include_str!("../README.md")]
//!
//! Start with [`audit`] for a stream that is complete, and with [`Auditor`] for one that is still
//! running.
//!
//! ```
//! let body = "data: {\"type\":\"response.created\",\"sequence_number\":0,\
//!     \"response\":{\"id\":\"r\",\"status\":\"in_progress\"}}\n\n";
//! let events = orouter_conformance::read_events(body)?;
//! let findings = orouter_conformance::audit(&events);
//! assert_eq!(
//!     findings[0].to_string(),
//!     "after 1 events: the stream does not end with response.completed, .incomplete or .failed",
//! );
//! # Ok::<(), orouter_conformance::ReadError>(())
//! ```

mod auditor;
mod finding;
mod recorded;
mod seen;
mod texts;

pub use auditor::Auditor;
pub use finding::{Finding, Violation};
pub use recorded::{ReadError, assemble, audit, read_events};
