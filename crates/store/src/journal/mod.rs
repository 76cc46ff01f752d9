//! The journal: a bounded, durable queue of settlements on the local disk.
//!
//! A settlement is appended with one write and no wait for the database ([`Journal`]). A task writes
//! batches to the database and removes them from the journal ([`writer`]). Journals that killed
//! processes have left in the folder are written too ([`adopt`]).
//!
//! A file is a sequence of frames ([`frame`]). Data that was appended survives a killed process. It is
//! synchronised with the disk once a second, so that a power failure loses at most the records of the
//! last second that were not yet written to the database.

mod adopt;
mod batch;
mod files;
mod frame;
mod queue;
mod recent;
mod write;
mod writer;
mod writer_options;

pub use queue::{Journal, JournalFull, JournalOptions, Permit};
pub use writer::start;
pub use writer_options::WriterOptions;
