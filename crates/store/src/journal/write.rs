//! [`write`]: writes settlements to the database, and keeps what it refuses in a file.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::error::StoreError;
use crate::record::Settlement;
use crate::store::Store;

/// Name of the file with settlements that the database refuses.
const REFUSED_FILE: &str = "refused.jsonl";

/// Writes settlements. Those that the database refuses alone are kept in a file, so that they do not
/// stop the others.
pub(super) async fn write(
    settlements: Arc<[Settlement]>,
    folder: &Path,
    store: &dyn Store,
) -> Result<(), StoreError> {
    let mut parts = vec![settlements];
    while let Some(part) = parts.pop() {
        match store.write_settlements(Arc::clone(&part)).await {
            Ok(written) => {
                for excess in &written.excesses {
                    tracing::warn!(
                        generation = excess.generation, budget = %excess.budget,
                        usd = %excess.amount, "a cost is above what was reserved for it"
                    );
                }
            }
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => match part.as_ref() {
                [] => {}
                [one] => {
                    let generation = &one.record.id;
                    tracing::error!(%error, generation, "the database refuses a record; it is kept in \
                        {REFUSED_FILE}");
                    let json = serde_json::to_vec(one)
                        .map_err(|error| StoreError::Io(error.to_string()))?;
                    keep_unreadable(folder, &json)?;
                }
                many => {
                    let (first, second) = many.split_at(many.len() / 2);
                    parts.extend([second.into(), first.into()]);
                }
            },
        }
    }
    Ok(())
}

/// Appends what cannot be written to a file beside the journal.
pub(super) fn keep_unreadable(folder: &Path, payload: &[u8]) -> Result<(), StoreError> {
    let keep = || {
        let path = folder.join(REFUSED_FILE);
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(payload)?;
        file.write_all(b"\n")?;
        file.sync_data()
    };
    keep().map_err(|error| StoreError::Io(format!("{REFUSED_FILE} cannot be written: {error}")))
}
