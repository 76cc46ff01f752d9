//! API keys: the stored key ([`stored`]), and the values of a new or changed key ([`change`]).

mod change;
mod stored;

pub use change::{KeyChange, NewKey};
pub use stored::{Key, KeyDetails, KeyRefusal, KeyUsage};
