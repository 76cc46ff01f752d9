//! [`LeaseOptions`]: sizes and times of leases.

use std::time::Duration;

use crate::usd::Usd;

/// Sizes and times of leases.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LeaseOptions {
    /// Time after which the leases of a process that does not renew them expire. It is also the time
    /// for which a process uses its leases while the database does not answer. Default: 60 s.
    pub lifetime: Duration,
    /// Maximum time that the reservation for a request waits for one answer of the database. Default:
    /// 1 s.
    pub deadline: Duration,
    /// Time after the database did not answer in which requests do not wait for it. Default: 1 s.
    pub outage_pause: Duration,
    /// Maximum amount that a lease keeps ready. Default: 10 USD.
    pub max_chunk: Usd,
    /// Time without a reservation after which a lease is returned. Default: 10 s.
    pub idle: Duration,
    /// Maximum time that a reservation waits for other processes to return what they do not use,
    /// before it is refused. Default: 200 ms.
    pub recall: Duration,
    /// Time in which a refusal is repeated without asking the database. Default: 100 ms.
    pub refusal: Duration,
    /// Decides about requests that no lease covers while the database does not answer. Default:
    /// refuse them.
    pub on_outage: OutagePolicy,
}

impl Default for LeaseOptions {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(60),
            deadline: Duration::from_secs(1),
            outage_pause: Duration::from_secs(1),
            max_chunk: Usd::from_nanos(10_000_000_000),
            idle: Duration::from_secs(10),
            recall: Duration::from_millis(200),
            refusal: Duration::from_millis(100),
            on_outage: OutagePolicy::Refuse,
        }
    }
}

/// Decides about requests that no lease covers while the database does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutagePolicy {
    /// They are refused.
    #[default]
    Refuse,
    /// They are admitted, up to this amount for each key (for each account, if there is no key) until
    /// the database answers again.
    AdmitUpTo(Usd),
}
