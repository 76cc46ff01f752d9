//! [`NewKey`] and [`KeyChange`]: the values of a key that its creator chooses.

use super::stored::Key;
use crate::error::StoreError;
use crate::id::AccountId;
use crate::secret::ApiKey;
use crate::time::{LimitReset, Timestamp};
use crate::usd::Usd;

/// Maximum length of a key's name and of its creator, in characters.
const MAX_NAME: usize = 256;

/// Exclusive maximum of a key's limit, as in the API.
const MAX_LIMIT: Usd = Usd::from_nanos(1_000_000_000_000_000);

/// Maximum number of models or providers of a key.
const MAX_ALLOWED: usize = 256;

/// The values of a new key.
///
/// ```
/// use orouter_store::{NewKey, Usd};
/// let mut new = NewKey::new("search");
/// new.limit = Some(Usd::from_f64(10.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewKey {
    /// Account whose credits the key spends. Default: `default`.
    pub account: AccountId,
    /// Name, 1 to 256 characters.
    pub name: String,
    /// `true` for a management key. Default: `false`.
    pub management: bool,
    /// Maximum amount per window, 0 to 1 million USD. Default: none.
    pub limit: Option<Usd>,
    /// Window of the limit. Default: the limit is never reset.
    pub limit_reset: Option<LimitReset>,
    /// Time from which the key may not be used. Default: it does not expire.
    pub expires_at: Option<Timestamp>,
    /// User who creates the key. Default: unknown.
    pub creator: Option<String>,
    /// Models that the key may use. Default: all.
    pub allowed_models: Option<Vec<String>>,
    /// Providers that the key may use. Default: all.
    pub allowed_providers: Option<Vec<String>>,
    /// Maximum number of requests per minute. Default: no limit.
    pub requests_per_minute: Option<u32>,
    /// Maximum number of tokens per minute. Default: no limit.
    pub tokens_per_minute: Option<u32>,
}

impl NewKey {
    /// Creates the values of a key with this name and no limits.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Returns the key that is to be stored.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if a value cannot be stored.
    pub(crate) fn to_key(&self, secret: &ApiKey, now: Timestamp) -> Result<Key, StoreError> {
        let key = Key {
            hash: secret.hash(),
            account: self.account.clone(),
            name: self.name.clone(),
            label: secret.label(),
            disabled: false,
            management: self.management,
            limit: self.limit,
            limit_reset: self.limit_reset,
            expires_at: self.expires_at,
            created_at: now,
            updated_at: None,
            last_used_at: None,
            creator: self.creator.clone(),
            allowed_models: self.allowed_models.clone(),
            allowed_providers: self.allowed_providers.clone(),
            requests_per_minute: self.requests_per_minute,
            tokens_per_minute: self.tokens_per_minute,
        };
        check(&key)?;
        Ok(key)
    }
}

/// A change of a key. `None` leaves a value as it is; `Some(None)` removes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyChange {
    /// New name.
    pub name: Option<String>,
    /// `true` disables the key, `false` enables it.
    pub disabled: Option<bool>,
    /// New limit.
    pub limit: Option<Option<Usd>>,
    /// New window of the limit.
    pub limit_reset: Option<Option<LimitReset>>,
    /// New end of the key's use.
    pub expires_at: Option<Option<Timestamp>>,
    /// New list of models.
    pub allowed_models: Option<Option<Vec<String>>>,
    /// New list of providers.
    pub allowed_providers: Option<Option<Vec<String>>>,
    /// New maximum number of requests per minute.
    pub requests_per_minute: Option<Option<u32>>,
    /// New maximum number of tokens per minute.
    pub tokens_per_minute: Option<Option<u32>>,
}

impl KeyChange {
    /// Applies the change.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if a value cannot be stored.
    pub(crate) fn apply(&self, key: &mut Key, now: Timestamp) -> Result<(), StoreError> {
        set(&mut key.name, self.name.as_ref());
        set(&mut key.disabled, self.disabled.as_ref());
        set(&mut key.limit, self.limit.as_ref());
        set(&mut key.limit_reset, self.limit_reset.as_ref());
        set(&mut key.expires_at, self.expires_at.as_ref());
        set(&mut key.allowed_models, self.allowed_models.as_ref());
        set(&mut key.allowed_providers, self.allowed_providers.as_ref());
        set(
            &mut key.requests_per_minute,
            self.requests_per_minute.as_ref(),
        );
        set(&mut key.tokens_per_minute, self.tokens_per_minute.as_ref());
        key.updated_at = Some(now);
        check(key)
    }
}

fn set<T: Clone>(value: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        *value = new.clone();
    }
}

fn check(key: &Key) -> Result<(), StoreError> {
    check_name("name", &key.name)?;
    if let Some(creator) = &key.creator {
        check_name("creator_user_id", creator)?;
    }
    if key
        .limit
        .is_some_and(|limit| limit < Usd::ZERO || limit >= MAX_LIMIT)
    {
        return Err(StoreError::invalid(
            "limit",
            "must be at least 0 and less than 1000000 US dollars",
        ));
    }
    check_list("allowed_models", key.allowed_models.as_deref())?;
    check_list("allowed_providers", key.allowed_providers.as_deref())
}

fn check_name(member: &'static str, name: &str) -> Result<(), StoreError> {
    let length = name.chars().take(MAX_NAME + 1).count();
    // PostgreSQL stores no NUL in a text.
    if (1..=MAX_NAME).contains(&length) && !name.contains('\0') {
        Ok(())
    } else {
        Err(StoreError::invalid(
            member,
            "must have 1 to 256 characters, and no NUL",
        ))
    }
}

fn check_list(member: &'static str, list: Option<&[String]>) -> Result<(), StoreError> {
    let list = list.unwrap_or_default();
    if list.len() > MAX_ALLOWED {
        return Err(StoreError::invalid(member, "must have at most 256 names"));
    }
    list.iter().try_for_each(|name| check_name(member, name))
}
