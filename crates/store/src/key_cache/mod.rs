//! [`KeyCache`]: keys by their hash, for the time in which the database need not be asked, and for the
//! longer time in which it does not answer.

mod cache;
mod options;
mod table;

pub use cache::KeyCache;
pub use options::KeyCacheOptions;
