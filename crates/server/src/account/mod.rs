//! Callers of the server and their keys: [`Keys`] has the static keys, [`bearer`] reads the key that a
//! request presents.

mod bearer;
mod keys;

pub(crate) use bearer::bearer;
pub(crate) use keys::{KeyRefusal, Keys};
