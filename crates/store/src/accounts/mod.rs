//! [`Accounts`]: everything that a server needs of a store, with its tasks. [`admission`] has the part
//! of one generation.

mod admission;
mod options;
mod server;

pub use admission::Admission;
pub use options::{AccountsOptions, RetentionOptions};
pub use server::{Accounts, KeyError};
