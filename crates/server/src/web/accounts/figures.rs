//! Makes the figures of the database exact before they are read.

use std::time::Duration;

use orouter_store::{Accounts, Payer};

/// Maximum time to wait for the database. The figures are a little older then.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits until the charges of this server are in the database, and its leases of these budgets are
/// returned.
pub(super) async fn update(accounts: &Accounts, payer: &Payer) {
    accounts.update_figures(payer, PATIENCE).await;
}
