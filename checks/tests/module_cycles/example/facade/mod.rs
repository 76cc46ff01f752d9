//! Hands names on: whoever takes one from here takes it from the module that defines it.

mod first;
mod second;

pub use self::{first::First, second::Second};
