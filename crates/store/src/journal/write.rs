//! [`write`]: writes settlements to the database. [`keep`]: keeps what cannot be written in a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::private;
use crate::error::StoreError;
use crate::record::Settlement;
use crate::store::Store;

/// Name of the file with settlements that the database refuses.
const REFUSED_FILE: &str = "refused.jsonl";

/// Writes settlements, and returns those whose values the database refuses, so that they do not stop
/// the others, and those that may have been charged before.
///
/// # Errors
/// If the database cannot write now. Also if it refuses statements, for example because it was restored
/// without its tables: the settlements then wait until an operator has changed it.
pub(super) async fn write(
    settlements: Arc<[Settlement]>,
    store: &dyn Store,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut parts = vec![settlements];
    let mut refused = Vec::new();
    while let Some(part) = parts.pop() {
        match store.write_settlements(Arc::clone(&part)).await {
            Ok(written) => {
                for excess in &written.excesses {
                    tracing::warn!(
                        generation = excess.generation, budget = %excess.budget,
                        usd = %excess.amount, "a cost is above what was reserved for it"
                    );
                }
                let outdated = |it: &&Settlement| written.outdated.contains(&it.record.id);
                for settlement in part.iter().filter(outdated) {
                    let generation = &settlement.record.id;
                    tracing::error!(
                        generation,
                        "a record is as old as those that were removed, and may \
                        have been charged before; it is kept in {REFUSED_FILE} and not charged"
                    );
                    refused.push(to_json(settlement)?);
                }
            }
            Err(error @ StoreError::Value(_)) => match part.as_ref() {
                [] => {}
                [one] => {
                    let generation = &one.record.id;
                    tracing::error!(%error, generation, "the database refuses a record; it is kept in \
                        {REFUSED_FILE}");
                    refused.push(to_json(one)?);
                }
                many => {
                    let (first, second) = many.split_at(many.len() / 2);
                    parts.extend([second.into(), first.into()]);
                }
            },
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

fn to_json(settlement: &Settlement) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(settlement).map_err(|error| StoreError::Io(error.to_string()))
}

/// Appends what cannot be written to a file beside the journal. Call it immediately before the queue
/// forgets the settlements, because they are appended again with each repetition.
pub(super) async fn keep(folder: &Path, payloads: Vec<Vec<u8>>) -> Result<(), StoreError> {
    if payloads.is_empty() {
        return Ok(());
    }
    let path: PathBuf = folder.join(REFUSED_FILE);
    let keep = move || {
        let mut lines = Vec::new();
        for payload in payloads {
            lines.extend(payload);
            lines.push(b'\n');
        }
        let mut file = private().append(true).create(true).open(path)?;
        file.write_all(&lines)?;
        file.sync_data()
    };
    match tokio::task::spawn_blocking(keep).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(StoreError::Io(format!(
            "{REFUSED_FILE} cannot be written: {error}"
        ))),
        Err(error) => Err(StoreError::Io(error.to_string())),
    }
}
