//! The ledger of one budget: the credits of an account, or the limit of a key in the current window.
//!
//! [`Ledger`] has the state and [`Ledger::apply`] is its only change. It is pure: no I/O, no clock. It
//! is used on two levels. In the database, the reservations are the leases of server processes. In a
//! process, the budget is its lease, and the reservations are those of generations. Money that a
//! process may spend is therefore always held by a reservation in the database.

mod state;
mod transition;

pub use state::{Ledger, Reservation};
pub use transition::{Outcome, Transition};

#[cfg(test)]
mod interleavings;
