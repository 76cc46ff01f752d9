//! [`Exchange`]: shares the endpoints of conversations and the outages of endpoints with the other
//! servers on the database, once a second, so that no request waits for it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::error::StoreError;
use crate::id::ProcessId;
use crate::store::{EndpointCounts, ServedConversation, Store};
use crate::time::Timestamp;

/// Interval of the exchange.
const INTERVAL: Duration = Duration::from_secs(1);

/// Time for which answers overlap, because transactions become visible after the time they store.
const OVERLAP: Duration = Duration::from_secs(5);

/// Time for which outages are of interest.
const OUTAGES: Duration = Duration::from_secs(30);

/// Maximum number of conversations that are sent or received at once, and of counts that wait.
const MAX_ENTRIES: usize = 10_000;

/// Receives what other servers have shared.
pub trait ExchangeReceiver: Send + Sync {
    /// Receives conversations that any server has served lately. The same ones may come again.
    fn conversations(&self, served: Vec<ServedConversation>);

    /// Receives all that other servers counted in the last 30 s, and replaces what was received
    /// before.
    fn outages(&self, counts: Vec<EndpointCounts>);
}

/// Collects what is to be shared. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    outgoing: Arc<Mutex<Outgoing>>,
}

#[derive(Default)]
struct Outgoing {
    conversations: HashMap<String, String>,
    /// Attempts and failures of an endpoint in a second.
    counts: HashMap<(String, i64), (u32, u32)>,
}

impl Exchange {
    /// Shares the endpoint that serves a conversation. `conversation` is the same in all processes and
    /// reveals nothing about the content.
    pub fn serves(&self, conversation: String, endpoint: String) {
        let mut outgoing = self.outgoing();
        if outgoing.conversations.len() < MAX_ENTRIES {
            outgoing.conversations.insert(conversation, endpoint);
        }
    }

    /// Shares attempts and failures of an endpoint at a time of the database's clock.
    pub fn count(&self, endpoint: &str, at: Timestamp, attempts: u32, failures: u32) {
        let mut outgoing = self.outgoing();
        let second = (endpoint.to_owned(), at.to_millis().div_euclid(1000));
        if outgoing.counts.len() < MAX_ENTRIES || outgoing.counts.contains_key(&second) {
            let counts = outgoing.counts.entry(second).or_default();
            counts.0 = counts.0.saturating_add(attempts);
            counts.1 = counts.1.saturating_add(failures);
        }
    }

    /// Exchanges once a second, until `stop` becomes `true`. What cannot be sent is dropped: it is of
    /// no use later.
    pub async fn run(
        &self,
        store: Arc<dyn Store>,
        process: ProcessId,
        receiver: Arc<dyn ExchangeReceiver>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut since = None;
        loop {
            tokio::select! {
                () = sleep(INTERVAL) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let exchanged = self
                .exchange(store.as_ref(), &process, receiver.as_ref(), &mut since)
                .await;
            if let Err(error) = exchanged {
                tracing::debug!(%error, "the exchange with other servers failed");
            }
        }
    }

    async fn exchange(
        &self,
        store: &dyn Store,
        process: &ProcessId,
        receiver: &dyn ExchangeReceiver,
        since: &mut Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let (conversations, counts) = self.take();
        if !conversations.is_empty() {
            store.put_conversations(conversations).await?;
        }
        if !counts.is_empty() {
            store.put_outages(process.clone(), counts).await?;
        }
        let now = store.now().await?;
        let from = since.unwrap_or(now.minus(OUTAGES * 20)).minus(OVERLAP);
        let most = u32::try_from(MAX_ENTRIES).unwrap_or(u32::MAX);
        receiver.conversations(store.conversations_since(from, most).await?);
        *since = Some(now);
        receiver.outages(
            store
                .outages_since(process.clone(), now.minus(OUTAGES))
                .await?,
        );
        Ok(())
    }

    fn take(&self) -> (Vec<ServedConversation>, Vec<EndpointCounts>) {
        let outgoing = std::mem::take(&mut *self.outgoing());
        let conversations = outgoing.conversations.into_iter();
        let counts = outgoing.counts.into_iter();
        let at = |second: i64| Timestamp::from_millis(second.saturating_mul(1000));
        (
            conversations
                .map(|(id, endpoint)| ServedConversation::new(id, endpoint))
                .collect(),
            counts
                .map(|((endpoint, second), (attempts, failures))| {
                    EndpointCounts::new(endpoint, at(second), attempts, failures)
                })
                .collect(),
        )
    }

    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("conversations", &self.conversations.len())
            .field("counts", &self.counts.len())
            .finish()
    }
}
