//! The leases of this process: [`Leases`] reserves the cost of generations without the database.
//!
//! A budget has a lease, which grows in chunks before it is empty and shrinks when it is not used.
//! [`budget`] has the lease of one budget and the reservations against it, [`ask`] the requests to the
//! database, [`registration`] the time for which all leases are valid, [`overdraft`] the amounts that are
//! admitted while the database does not answer, [`maintain`] the task in the background.

mod ask;
mod budget;
mod hold;
mod leases;
mod maintain;
mod options;
mod overdraft;
mod registration;

pub use hold::{Hold, Paid};
pub use leases::{Leases, Payer, Refusal};
pub use options::{LeaseOptions, OutagePolicy};
