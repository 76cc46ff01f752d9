//! Pages to read: no code lives here.

#[doc = include_str!("../docs/tolerance.md")]
pub mod tolerance {}

#[doc = include_str!("../docs/unknown.md")]
pub mod unknown {}
