//! [`RecordStore`]: records of generations.

use std::sync::Arc;

use super::StoreFuture;
use crate::id::{AccountId, BudgetId};
use crate::record::{ActivityQuery, ActivityRow, GenerationRecord, Settlement};
use crate::secret::KeyHash;
use crate::time::Timestamp;
use crate::usd::Usd;

/// Records of generations.
pub trait RecordStore {
    /// Writes settlements in one transaction: stores each record whose id is new, and charges its
    /// cost to its account and its key. Records whose id is known change nothing, so that a batch can
    /// be repeated. See also [`Written::outdated`].
    fn write_settlements(&self, batch: Arc<[Settlement]>) -> StoreFuture<'_, Written>;

    /// Returns a record; `None` unless it exists in this scope.
    fn generation(&self, id: &str, scope: Scope) -> StoreFuture<'_, Option<GenerationRecord>>;

    /// Returns the sums of the last 30 completed days, the latest day first.
    fn activity(&self, query: ActivityQuery) -> StoreFuture<'_, Vec<ActivityRow>>;

    /// Returns records in the order of their end. Call it again with the cursor of the last record
    /// until it returns none.
    fn export(&self, query: ExportQuery) -> StoreFuture<'_, Vec<GenerationRecord>>;

    /// Removes what is older than the retention allows, sums of days that no operation needs any more
    /// (after 62 days), and shared state that has expired. Lifetime sums are kept. Does a
    /// bounded part of the work; call it again while [`Removed::more`] is `true`.
    fn clean(&self, retention: Retention) -> StoreFuture<'_, Removed>;
}

/// The result of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// Number of records that are new.
    pub new: usize,
    /// Charges that their leases did not hold.
    pub excesses: Vec<Excess>,
    /// Ids of records that were neither stored nor charged: records of their time were removed, so they
    /// may have been stored and charged before.
    pub outdated: Vec<String>,
}

/// A charge that its lease did not hold completely.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Excess {
    /// The generation.
    pub generation: String,
    /// The budget.
    pub budget: BudgetId,
    /// The part of the cost that the lease did not hold.
    pub amount: Usd,
}

impl Excess {
    pub(crate) const fn new(generation: String, budget: BudgetId, amount: Usd) -> Self {
        Self {
            generation,
            budget,
            amount,
        }
    }
}

/// The records that a caller may read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Those of an account.
    Account(AccountId),
    /// Those of a key.
    Key(KeyHash),
}

/// Selects records for an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportQuery {
    /// Only records of this account. Default: all.
    pub account: Option<AccountId>,
    /// Only records that ended at this time or later. Default: all.
    pub since: Option<Timestamp>,
    /// Only records that ended before this time. Default: all.
    pub until: Option<Timestamp>,
    /// Only records after this one. Default: all.
    pub after: Option<ExportCursor>,
    /// Maximum number of records. Default: 0, which is read as 1,000.
    pub count: u32,
}

impl ExportQuery {
    /// Returns the maximum number of records.
    pub(crate) fn page(&self) -> i64 {
        const PAGE: u32 = 1_000;
        i64::from(if self.count == 0 { PAGE } else { self.count })
    }
}

/// The place of a record in an export.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportCursor {
    /// End of the record's generation.
    pub completed_at: Timestamp,
    /// Id of the record.
    pub id: String,
}

impl ExportCursor {
    /// Returns the place of a record.
    #[must_use]
    pub fn of(record: &GenerationRecord) -> Self {
        Self {
            completed_at: record.completed_at,
            id: record.id.clone(),
        }
    }
}

/// Times before which data is removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// Removes the client fields of records that ended before this time. Default: none.
    pub client_fields_before: Option<Timestamp>,
    /// Removes records that ended before this time. Default: none.
    pub records_before: Option<Timestamp>,
}

/// The result of [`RecordStore::clean`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// Number of records whose client fields were removed.
    pub client_fields: u64,
    /// Number of records that were removed.
    pub records: u64,
    /// Number of sums of days that were removed.
    pub sums: u64,
    /// `true` if there may be more to remove.
    pub more: bool,
}
