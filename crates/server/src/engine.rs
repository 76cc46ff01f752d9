//! The engine of the embedded model, re-exported from `orouter-local`: the types that a
//! [`LocalModel`](crate::LocalModel) is created from.

pub use orouter_local::{Engine, EngineOptions, LoadError, weights};
