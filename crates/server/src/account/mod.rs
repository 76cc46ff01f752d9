//! The callers of the server and what they may do: [`bearer`] reads the key of a request, [`keys`] has
//! the static keys, [`admission`] admits generations against the store, [`allowed`] has the models and
//! providers of a key, [`estimate`] the highest cost of a request.

mod admission;
mod allowed;
mod bearer;
mod caller;
mod estimate;
mod keys;
mod open;
mod rules;

pub(crate) use admission::{admit, unavailable};
pub(crate) use allowed::{may_use, restrict};
pub(crate) use bearer::bearer;
pub(crate) use caller::Caller;
pub(crate) use estimate::Estimate;
pub(crate) use keys::{KeyRefusal, Keys};
pub use open::{open_accounts, open_store};
pub(crate) use rules::Rules;
