//! Opens the database that a configuration names.

use std::sync::Arc;

use orouter_store::{
    Accounts, AccountsOptions, OutagePolicy, SqliteOptions, SqliteStore, Store, StoreError, Usd,
};

use crate::config::{OnOutage, RecordsConfig, StoreConfig};

/// Opens the database of `[store]`, and migrates it to the current schema. Must be called in a tokio
/// runtime.
///
/// # Errors
/// If the database does not answer, or cannot be used. No message contains the URL.
pub async fn open_store(config: &StoreConfig) -> Result<Arc<dyn Store>, StoreError> {
    let url = config.url.expose();
    if let Some(path) = url.strip_prefix("sqlite:") {
        let store = SqliteStore::open(SqliteOptions::new(path)).await?;
        return Ok(Arc::new(store));
    }
    #[cfg(feature = "postgres")]
    {
        let options = orouter_store::PostgresOptions::new(url);
        let store = orouter_store::PostgresStore::open(options).await?;
        Ok(Arc::new(store))
    }
    #[cfg(not(feature = "postgres"))]
    Err(StoreError::Io(
        "store.url must begin with sqlite: in this build".to_owned(),
    ))
}

/// Opens the database of `[store]`, and starts what a server needs of it, for
/// [`ServerBuilder::accounts`](crate::ServerBuilder::accounts). Must be called in a tokio runtime.
///
/// # Errors
/// If the database or the folder of the journal cannot be used.
pub async fn open_accounts(
    store: &StoreConfig,
    records: &RecordsConfig,
) -> Result<Accounts, StoreError> {
    let database = open_store(store).await?;
    let mut options = AccountsOptions::new(&store.journal);
    options.leases.on_outage = match store.on_outage {
        OnOutage::Refuse => OutagePolicy::Refuse,
        OnOutage::Admit => OutagePolicy::AdmitUpTo(Usd::from_f64(store.admit_up_to)),
    };
    options.retention.client_fields = records.client_fields;
    options.retention.client_fields_for = records.retention;
    Accounts::start(database, options)
}
