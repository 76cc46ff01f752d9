//! [`ChangeFeed`]: announces changes of keys and accounts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::id::{AccountId, BudgetId};
use crate::secret::KeyHash;

/// Number of changes that a feed keeps for a slow receiver. Further ones become [`Change::All`].
const CAPACITY: usize = 1024;

/// A change in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A key was created, changed or deleted.
    Key(KeyHash),
    /// The credits of an account were changed by other means than charges.
    Account(AccountId),
    /// A process needs more of a budget than is available, while leases of other processes hold some.
    Short(BudgetId),
    /// Changes may have been missed: anything may have changed.
    All,
}

#[cfg(feature = "postgres")]
impl Change {
    /// Returns the text that announces the change in the database.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Key(hash) => format!("key {hash}"),
            Self::Account(account) => format!("account {account}"),
            Self::Short(budget) => format!("short {budget}"),
            Self::All => "all".to_owned(),
        }
    }

    /// Returns the change that a text announces. A text of a later version of the program is read as
    /// [`Change::All`].
    pub(crate) fn from_text(text: &str) -> Self {
        let change = match text.split_once(' ') {
            Some(("key", hash)) => hash.parse().ok().map(Self::Key),
            Some(("account", account)) => Some(Self::Account(AccountId::stored(account))),
            Some(("short", budget)) => budget
                .split_once(' ')
                .and_then(|(kind, owner)| BudgetId::from_parts(kind, owner))
                .map(Self::Short),
            _ => None,
        };
        change.unwrap_or(Self::All)
    }
}

/// Sends changes to all feeds of a store. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct ChangeSender {
    sender: broadcast::Sender<Change>,
    live: Arc<AtomicBool>,
}

impl ChangeSender {
    pub(crate) fn new(live: bool) -> Self {
        Self {
            sender: broadcast::channel(CAPACITY).0,
            live: Arc::new(AtomicBool::new(live)),
        }
    }

    pub(crate) fn send(&self, change: Change) {
        let _ = self.sender.send(change); // an error means that nothing listens
    }

    /// Sets if changes of other processes arrive.
    pub(crate) fn set_live(&self, live: bool) {
        self.live.store(live, Ordering::Release);
    }

    pub(crate) fn subscribe(&self) -> ChangeFeed {
        ChangeFeed {
            receiver: self.sender.subscribe(),
            live: Arc::clone(&self.live),
        }
    }
}

/// Receives changes.
#[derive(Debug)]
pub struct ChangeFeed {
    receiver: broadcast::Receiver<Change>,
    live: Arc<AtomicBool>,
}

impl ChangeFeed {
    /// Waits for the next change; `None` after the store was closed. Cancel-safe.
    pub async fn next(&mut self) -> Option<Change> {
        match self.receiver.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => Some(Change::All),
            Err(RecvError::Closed) => None,
        }
    }

    /// Returns `true` while changes of other processes are known to arrive within a second.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live.load(Ordering::Acquire)
    }

    /// Returns a function that tells if the feed is live, also after the feed has moved.
    pub(crate) fn liveness(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let live = Arc::clone(&self.live);
        move || live.load(Ordering::Acquire)
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn changes_survive_their_text() {
        let hash = KeyHash::of(b"key");
        for change in [
            Change::Key(hash),
            Change::Account(AccountId::default()),
            Change::Short(BudgetId::Key(hash)),
            Change::Short(BudgetId::Account(AccountId::default())),
            Change::All,
        ] {
            assert_eq!(Change::from_text(&change.to_text()), change);
        }
        for text in ["", "key", "key x", "short", "short x y", "later thing"] {
            assert_eq!(Change::from_text(text), Change::All, "{text}");
        }
    }
}
