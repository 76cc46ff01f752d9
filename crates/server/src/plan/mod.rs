//! Stage 2 of 5: the endpoints to try, in order.
//!
//! `model` comes first, then each of `models`; unknown names are skipped. [`models`] finds their
//! endpoints, [`limits`], [`tiers`] and [`preferences`] exclude some, [`order`] sorts the others,
//! [`preferred`] moves slow ones to the end.

mod candidate;
mod conversation;
mod criterion;
mod effort;
mod limits;
mod models;
mod order;
mod path;
mod preferences;
mod preferred;
mod slug;
mod stage;
#[cfg(test)]
mod tests;
mod tiers;
mod variant;

pub(crate) use limits::Size;
pub(crate) use stage::{Plan, Question, plan};
