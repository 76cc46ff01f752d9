//! [`AccountStore`]: accounts and their credits.

use super::StoreFuture;
use crate::account::{Account, CreditGrant};
use crate::id::AccountId;

/// Accounts and their credits.
pub trait AccountStore {
    /// Creates an account without credits. Does nothing if it exists.
    fn create_account(&self, id: AccountId) -> StoreFuture<'_, ()>;

    /// Returns an account; `None` if it does not exist.
    fn account(&self, id: AccountId) -> StoreFuture<'_, Option<Account>>;

    /// Adds credits, once for each id of a grant, and returns the account; `None` if it does not
    /// exist. The account is limited by its credits from the first grant on.
    fn add_credits(&self, grant: CreditGrant) -> StoreFuture<'_, Option<Account>>;
}
