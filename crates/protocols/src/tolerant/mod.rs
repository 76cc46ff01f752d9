//! Types for the models of foreign APIs, which decode more than a model declares.
//!
//! A model is written with the wire's derive: a member of another type than expected decodes as
//! absent and is kept in `extra`. These types add what that does not give: lists whose odd elements
//! are left out, members that are not read, and short strings that every event repeats.

mod label;
mod list;
mod skipped;

pub(crate) use label::Label;
pub(crate) use list::List;
pub(crate) use skipped::Skipped;
