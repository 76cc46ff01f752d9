//! [`Key`]: an API key as it is stored, and its usage.

use std::fmt;

use crate::id::AccountId;
use crate::secret::KeyHash;
use crate::time::{LimitReset, Timestamp};
use crate::usd::Usd;

/// An API key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// SHA-256 of the key.
    pub hash: KeyHash,
    /// Account whose credits the key spends.
    pub account: AccountId,
    /// Name, chosen by the creator.
    pub name: String,
    /// First and last characters of the key: `sk-or-v1-0e6...1c96`.
    pub label: String,
    /// `true` if the key may not be used.
    pub disabled: bool,
    /// `true` if the key manages keys and reads the account's usage. It cannot make requests.
    pub management: bool,
    /// Maximum amount that the key may spend in a window; `None`: no limit.
    pub limit: Option<Usd>,
    /// Window of the limit; `None`: the limit is never reset.
    pub limit_reset: Option<LimitReset>,
    /// Time from which the key may not be used; `None`: it does not expire.
    pub expires_at: Option<Timestamp>,
    /// Time of the creation.
    pub created_at: Timestamp,
    /// Time of the last change; `None` before the first one.
    pub updated_at: Option<Timestamp>,
    /// End of the last generation that was recorded for the key.
    pub last_used_at: Option<Timestamp>,
    /// User who created the key.
    pub creator: Option<String>,
    /// Models that the key may use; `None`: all.
    pub allowed_models: Option<Vec<String>>,
    /// Providers that the key may use; `None`: all.
    pub allowed_providers: Option<Vec<String>>,
    /// Maximum number of requests per minute; `None`: no limit.
    pub requests_per_minute: Option<u32>,
    /// Maximum number of tokens per minute; `None`: no limit.
    pub tokens_per_minute: Option<u32>,
}

impl Key {
    /// Checks that the key may be used at this time.
    ///
    /// # Errors
    /// If the key is disabled or has expired.
    pub fn check(&self, now: Timestamp) -> Result<(), KeyRefusal> {
        if self.disabled {
            Err(KeyRefusal::Disabled)
        } else if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            Err(KeyRefusal::Expired)
        } else {
            Ok(())
        }
    }
}

/// The reason why a stored key may not be used. The log has it; clients get one message for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRefusal {
    /// No key has this hash.
    Unknown,
    /// The key is disabled.
    Disabled,
    /// The key has expired.
    Expired,
}

impl fmt::Display for KeyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown key",
            Self::Disabled => "disabled key",
            Self::Expired => "expired key",
        })
    }
}

/// The amounts that a key has spent. The windows are those of the database's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyUsage {
    /// Sum of all charges.
    pub total: Usd,
    /// Charges of the current day.
    pub daily: Usd,
    /// Charges of the current week, which begins on Monday.
    pub weekly: Usd,
    /// Charges of the current month.
    pub monthly: Usd,
    /// Amount of the limit that servers have leased for requests.
    pub reserved: Usd,
}

impl KeyUsage {
    /// Returns the charges of the current window.
    #[must_use]
    pub const fn in_window(&self, reset: Option<LimitReset>) -> Usd {
        match reset {
            None => self.total,
            Some(LimitReset::Daily) => self.daily,
            Some(LimitReset::Weekly) => self.weekly,
            Some(LimitReset::Monthly) => self.monthly,
        }
    }
}

/// A key with its usage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDetails {
    /// The key.
    pub key: Key,
    /// The amounts that it has spent.
    pub usage: KeyUsage,
}

impl KeyDetails {
    /// Returns `limit − settled − reserved` of the current window; `None` without a limit. Negative
    /// after an excess, or if the limit was lowered.
    #[must_use]
    pub fn limit_remaining(&self) -> Option<Usd> {
        let settled = self.usage.in_window(self.key.limit_reset);
        self.key
            .limit
            .map(|limit| limit - settled - self.usage.reserved)
    }
}
