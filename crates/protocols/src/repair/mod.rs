//! [`Repair`]: turns the events of any upstream into events that follow the rules of a stream.

mod client_ids;
mod compare;
mod events;
mod finish;
mod item_kind;
mod locate;
mod part_lists;
mod parts;
mod slot;
mod state;
mod texts;

pub use finish::Output;
pub use state::Repair;
