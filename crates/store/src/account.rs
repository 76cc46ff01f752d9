//! [`Account`]: prepaid credits, and what was spent of them.

use crate::error::StoreError;
use crate::id::AccountId;
use crate::time::Timestamp;
use crate::usd::Usd;

/// An account: the workspace of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Id, which is the `workspace_id` of the API.
    pub id: AccountId,
    /// Sum of all credits that were added; `None`: the account has no credits and no limit.
    pub credits: Option<Usd>,
    /// Sum of all charges.
    pub usage: Usd,
    /// Amount that servers have leased for requests.
    pub reserved: Usd,
    /// Time of the creation.
    pub created_at: Timestamp,
}

impl Account {
    /// Returns `credits − usage`; `None` without credits.
    #[must_use]
    pub fn balance(&self) -> Option<Usd> {
        self.credits.map(|credits| credits - self.usage)
    }
}

/// Credits that are added to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreditGrant {
    /// Identifies the grant, 1 to 256 characters. A grant is added once, so that the request can be
    /// repeated.
    pub id: String,
    /// Account that gets the credits.
    pub account: AccountId,
    /// Amount, up to 1 billion USD; negative to take credits back.
    pub amount: Usd,
    /// Reason, for the books.
    pub note: Option<String>,
}

impl CreditGrant {
    /// Creates a grant without a note.
    #[must_use]
    pub fn new(id: impl Into<String>, account: AccountId, amount: Usd) -> Self {
        Self {
            id: id.into(),
            account,
            amount,
            note: None,
        }
    }
}

/// Maximum amount of a grant.
const MAX_GRANT: Usd = Usd::from_nanos(1_000_000_000_000_000_000);

impl CreditGrant {
    /// Checks that the grant can be stored.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if it cannot.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let readable = |text: &str| text.chars().take(257).count() <= 256 && !text.contains('\0');
        if self.id.is_empty() || !readable(&self.id) {
            return Err(StoreError::invalid(
                "id",
                "must have 1 to 256 characters, and no NUL",
            ));
        }
        if !self.note.as_deref().is_none_or(readable) {
            return Err(StoreError::invalid(
                "note",
                "must have at most 256 characters, and no NUL",
            ));
        }
        if self.amount > MAX_GRANT || self.amount < -MAX_GRANT {
            return Err(StoreError::invalid(
                "amount",
                "must be at most 1 billion US dollars",
            ));
        }
        Ok(())
    }
}
