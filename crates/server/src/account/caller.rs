//! [`Caller`]: the holder of the key of a request.

use std::sync::Arc;

use orouter_store::{AccountId, CachedKey, Payer};

/// The holder of the key of a request.
#[derive(Clone, Debug, Default)]
pub(crate) enum Caller {
    /// The request has no key, and needs none.
    #[default]
    Anonymous,
    /// The holder of a static key of the configuration, with its name.
    Static(Arc<str>),
    /// The holder of a key of the store.
    Key(Arc<CachedKey>),
}

impl Caller {
    /// Returns the name of the key.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::Static(name) => Some(name),
            Self::Key(known) => Some(&known.key.name),
        }
    }

    /// Returns the key of the store.
    pub(crate) fn key(&self) -> Option<&CachedKey> {
        match self {
            Self::Anonymous | Self::Static(_) => None,
            Self::Key(known) => Some(known),
        }
    }

    /// Returns the key of the store, to be kept.
    pub(crate) fn stored_key(&self) -> Option<Arc<CachedKey>> {
        match self {
            Self::Anonymous | Self::Static(_) => None,
            Self::Key(known) => Some(Arc::clone(known)),
        }
    }

    /// Returns `true` for the holder of a management key.
    pub(crate) fn is_manager(&self) -> bool {
        self.key().is_some_and(|known| known.key.management)
    }

    /// Returns the account that pays for the requests of the caller.
    pub(crate) fn account(&self) -> AccountId {
        self.key()
            .map(|known| known.key.account.clone())
            .unwrap_or_default()
    }

    /// Returns the budgets that pay for the requests of the caller. The default account pays for
    /// those without a key of the store, if it has credits.
    pub(crate) fn payer(&self) -> Payer {
        match self.key() {
            Some(known) => Payer::of(known),
            None => {
                let mut payer = Payer::default();
                payer.account = Some(AccountId::default());
                payer
            }
        }
    }

    /// Returns `true` if the amount that the caller may spend is limited.
    pub(crate) fn is_limited(&self) -> bool {
        self.key()
            .is_some_and(|known| known.prepaid || known.key.limit.is_some())
    }
}
