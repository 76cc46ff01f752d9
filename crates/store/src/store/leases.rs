//! [`LeaseStore`]: the money that server processes may spend.

use std::time::Duration;

use super::StoreFuture;
use crate::id::{BudgetId, LeaseId, ProcessId};
use crate::time::Timestamp;
use crate::usd::Usd;

/// The money that server processes may spend.
///
/// A lease is a reservation in the ledger of a budget. It is valid while its process renews its
/// registration. The expired leases of a budget are returned when any process asks for a lease of it
/// or sends a heartbeat.
pub trait LeaseStore {
    /// Registers a process, or renews its registration, for `lifetime`, and returns leases of
    /// processes that did not renew theirs. `Heartbeat::known` is `false` if the registration had
    /// expired; the leases of the process are then lost, and it is registered anew.
    fn heartbeat(&self, process: ProcessId, lifetime: Duration) -> StoreFuture<'_, Heartbeat>;

    /// Extends or reduces a lease.
    fn lease(&self, request: LeaseRequest) -> StoreFuture<'_, LeaseAnswer>;

    /// Returns all leases of a process, which has ended.
    fn end_process(&self, process: ProcessId) -> StoreFuture<'_, ()>;
}

/// The answer to a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heartbeat {
    /// Time of the database's clock.
    pub now: Timestamp,
    /// `false` if the process was not registered.
    pub known: bool,
    /// Number of registered processes, with this one.
    pub processes: u32,
}

impl Heartbeat {
    pub(crate) const fn new(now: Timestamp, known: bool, processes: u32) -> Self {
        Self {
            now,
            known,
            processes,
        }
    }
}

/// A request to extend or reduce a lease. It is the transition
/// [`Reserve`](crate::ledger::Transition::Reserve) of the budget's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeaseRequest {
    /// The budget.
    pub budget: BudgetId,
    /// The lease.
    pub lease: LeaseId,
    /// Number of this request; greater than that of the last one of the lease.
    pub version: i64,
    /// Minimum of all money that the lease is granted since it began.
    pub least: Usd,
    /// Maximum of all money that the lease is granted since it began. Less may be granted, so that
    /// other processes get a share.
    pub most: Usd,
}

impl LeaseRequest {
    /// Creates a request.
    #[must_use]
    pub const fn new(
        budget: BudgetId,
        lease: LeaseId,
        version: i64,
        least: Usd,
        most: Usd,
    ) -> Self {
        Self {
            budget,
            lease,
            version,
            least,
            most,
        }
    }
}

/// The answer to a request for a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeaseAnswer {
    /// The lease is changed.
    Granted {
        /// All money that the lease was granted since it began.
        granted: Usd,
    },
    /// Less than the minimum is available.
    Refused {
        /// Amount that is available.
        available: Usd,
        /// Amount that the leases of other processes hold. They are asked to return what they do not
        /// need ([`Change::Short`](crate::Change::Short)).
        leased: Usd,
    },
    /// The budget has no limit, so that no lease is needed.
    Unlimited,
    /// The process is not registered; its leases have expired.
    Lost,
    /// The account or the key does not exist.
    Missing,
}
