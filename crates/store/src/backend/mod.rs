//! The part of both backends that does not depend on the database: which migrations to run
//! ([`migration`]), which charges a batch makes ([`charges`]), and which part of a budget a lease
//! gets ([`grant`]). [`stored`] has the form of a record. Pure.

mod charges;
mod grant;
mod migration;
mod stored;

#[cfg(feature = "postgres")]
pub(crate) use charges::Charged;
#[cfg(feature = "sqlite")]
pub(crate) use charges::{ActivityKey, ActivitySums};
pub(crate) use charges::{Batch, BudgetState, charge, leases_of};
pub(crate) use grant::grant;
pub(crate) use migration::{Migration, pending};
pub(crate) use stored::Stored;

/// Number of days for which the sums of a day are kept. `GET /activity` and the windows of limits need
/// 31; as many again are kept, so that a clock that is wrong for a time removes nothing of use.
pub(crate) const SUMS_KEPT_DAYS: i64 = 62;
