//! The language model: hyperparameters, weights, key-value cache and forward pass, on token numbers
//! and logits.

mod attention;
mod cache;
mod config;
mod forward;
mod load;
mod matrix;
mod ops;

#[cfg(test)]
mod tests;

pub(crate) use cache::Cache;
pub(crate) use forward::{Model, SequenceInput};
pub(crate) use load::{ModelLoadError, load};
