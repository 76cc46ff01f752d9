//! Stage 2 of 5: the endpoints to try, in order.
//!
//! `model` comes first, then each of `models`; unknown names are skipped. [`limits`] and
//! [`preferences`] exclude endpoints of a model, [`order`] sorts the others.

mod limits;
mod order;
mod path;
mod preferences;
mod refused;
mod slug;
mod stage;
mod variant;

pub(crate) use limits::Size;
pub(crate) use stage::plan;
