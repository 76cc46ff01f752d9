//! Guides as documentation pages. This module contains no code.

#[doc = include_str!("../docs/tolerance.md")]
pub mod tolerance {}

#[doc = include_str!("../docs/unknown.md")]
pub mod unknown {}
