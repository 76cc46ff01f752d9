//! Helpers of the suite.

use std::sync::Arc;
use std::time::Duration;

use orouter_store::{
    Account, AccountId, ApiKey, BudgetId, CreditGrant, GenerationRecord, KeyDetails, LeaseAnswer,
    LeaseId, LeaseRequest, NewKey, ProcessId, Settlement, Store, Timestamp, TokenCounts, Usd,
};

pub(crate) type Db = Arc<dyn Store>;

/// Lifetime of processes that are not to expire.
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) const fn usd(nanos: i64) -> Usd {
    Usd::from_nanos(nanos)
}

pub(crate) fn account() -> AccountId {
    AccountId::default()
}

pub(crate) fn credits_budget() -> BudgetId {
    BudgetId::Account(account())
}

pub(crate) async fn add_credits(db: &Db, nanos: i64) -> Account {
    let grant = CreditGrant::new(random_name(), account(), usd(nanos));
    db.add_credits(grant).await.unwrap().expect("an account")
}

pub(crate) async fn read_account(db: &Db) -> Account {
    db.account(account()).await.unwrap().expect("an account")
}

pub(crate) async fn create_key(db: &Db, new: NewKey) -> (ApiKey, KeyDetails) {
    let secret = ApiKey::random().unwrap();
    let details = db.create_key(new, &secret).await.unwrap();
    (secret, details)
}

pub(crate) fn random_name() -> String {
    ProcessId::random().unwrap().to_string()
}

/// Registers a process.
pub(crate) async fn process(db: &Db, lifetime: Duration) -> ProcessId {
    let process = ProcessId::random().unwrap();
    let beat = db.heartbeat(process.clone(), lifetime).await.unwrap();
    assert!(!beat.known);
    process
}

pub(crate) async fn lease(
    db: &Db,
    budget: &BudgetId,
    process: &ProcessId,
    version: i64,
    least: i64,
    most: i64,
) -> LeaseAnswer {
    let id = LeaseId::new(process.clone(), 1);
    let request = LeaseRequest::new(budget.clone(), id, version, usd(least), usd(most));
    db.lease(request).await.unwrap()
}

/// Returns the settlement of a generation that ended now.
pub(crate) async fn settlement(db: &Db, nanos: i64) -> Settlement {
    settlement_at(db.now().await.unwrap(), nanos)
}

pub(crate) fn settlement_at(at: Timestamp, nanos: i64) -> Settlement {
    let mut record = GenerationRecord::new(format!("gen-{}", random_name()), at);
    record.model = "a/b".to_owned();
    record.provider = Some("p".to_owned());
    record.endpoint = Some("p/x".to_owned());
    record.cost = usd(nanos);
    record.tokens = TokenCounts::new(10, 20);
    Settlement::new(record)
}

pub(crate) async fn write(db: &Db, settlements: Vec<Settlement>) -> orouter_store::Written {
    db.write_settlements(settlements.into()).await.unwrap()
}
