//! The ids of accounts, processes, leases and budgets.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::secret::KeyHash;

/// Identifies an account. The default is `default`, the account that exists initially.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct AccountId(Arc<str>);

/// Maximum length of an account's id, in bytes.
const MAX_ACCOUNT_ID: usize = 64;

impl AccountId {
    /// Creates an id.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] unless it has 1 to 64 ASCII letters, digits, `-` and `_`.
    pub fn new(id: &str) -> Result<Self, StoreError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if (1..=MAX_ACCOUNT_ID).contains(&id.len()) && id.bytes().all(allowed) {
            Ok(Self(Arc::from(id)))
        } else {
            Err(StoreError::invalid(
                "account",
                "must have 1 to 64 letters, digits, - and _",
            ))
        }
    }

    /// Creates an id that a database has kept.
    pub(crate) fn stored(id: &str) -> Self {
        Self(Arc::from(id))
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an id that a journal has kept.
impl From<String> for AccountId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl Default for AccountId {
    fn default() -> Self {
        Self(Arc::from("default"))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifies a run of a server process: 32 random hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ProcessId(Arc<str>);

impl ProcessId {
    /// Creates a random id.
    ///
    /// # Errors
    /// If the operating system's random source fails.
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = [0; 16];
        crate::secret::fill_random(&mut bytes)?;
        Ok(Self(crate::secret::to_hex(&bytes).into()))
    }

    /// Returns the id that a text is; `None` unless it has 32 hex digits.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let is_id = text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_id.then(|| Self(text.into()))
    }

    /// Creates an id that a database has kept.
    pub(crate) fn stored(id: &str) -> Self {
        Self(Arc::from(id))
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an id that a journal has kept.
impl From<String> for ProcessId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<ProcessId> for String {
    fn from(id: ProcessId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifies a lease: the money of a budget that a process may spend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LeaseId {
    /// The process that holds the lease.
    pub process: ProcessId,
    /// Number of the lease in the process. It increases when a lease has expired and the process
    /// takes a new one.
    pub number: i64,
}

impl LeaseId {
    /// Creates the id of a process's lease.
    #[must_use]
    pub const fn new(process: ProcessId, number: i64) -> Self {
        Self { process, number }
    }
}

/// Identifies a budget. Accounts come before keys, which is the order in which they are locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BudgetId {
    /// The credits of an account.
    Account(AccountId),
    /// The limit of a key in the current window.
    Key(KeyHash),
}

impl BudgetId {
    /// Returns the kind of the budget in the database: `account` or `key`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Key(_) => "key",
        }
    }

    /// Returns the id of the account, or the hash of the key.
    #[must_use]
    pub fn owner(&self) -> String {
        match self {
            Self::Account(account) => account.as_str().to_owned(),
            Self::Key(hash) => hash.to_string(),
        }
    }

    /// Returns the budget with this kind and owner; `None` if there is no such kind.
    #[must_use]
    pub fn from_parts(kind: &str, owner: &str) -> Option<Self> {
        match kind {
            "account" => Some(Self::Account(AccountId::stored(owner))),
            "key" => owner.parse().ok().map(Self::Key),
            _ => None,
        }
    }
}

/// Shows the kind and the owner: `account default`.
impl fmt::Display for BudgetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.owner())
    }
}
