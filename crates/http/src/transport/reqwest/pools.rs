//! `Pools`: one connection pool for each runtime and connect timeout.
//!
//! A task of the runtime that opened a connection reads and writes it. A call from another runtime would
//! wait for that task, forever if the runtime is idle or dropped. Each runtime therefore has a pool of its
//! own. Each connect timeout has one too, because `reqwest` sets it for a whole client.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use tokio::runtime;

use super::settings::ClientSettings;
use crate::transport::error::TransportError;

/// Maximum number of pools besides the usual one. The oldest is dropped beyond it.
const MAX_OTHER_POOLS: usize = 64;

/// One `reqwest` client for each runtime and limit on connecting.
pub(super) struct Pools {
    settings: ClientSettings,
    /// The client of nearly all calls: those from the first runtime with the connect timeout of the
    /// settings.
    usual: reqwest::Client,
    first: OnceLock<runtime::Id>,
    others: Mutex<Vec<(Key, reqwest::Client)>>,
    /// `true` if `usual` is the caller's client, which then serves every call.
    own: bool,
}

type Key = (runtime::Id, Option<Duration>);

impl Pools {
    pub(super) fn new(settings: ClientSettings, usual: reqwest::Client) -> Self {
        Self {
            settings,
            usual,
            first: OnceLock::new(),
            others: Mutex::default(),
            own: false,
        }
    }

    /// Returns pools in which the caller's client serves every call.
    #[cfg(feature = "own-reqwest-client")]
    pub(super) fn own(client: reqwest::Client) -> Self {
        Self {
            own: true,
            ..Self::new(ClientSettings::default(), client)
        }
    }

    /// Returns `true` if the caller's client serves every call.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// Returns the client for a call from the current runtime with this connect timeout.
    pub(super) fn client(
        &self,
        connect_timeout: Option<Duration>,
    ) -> Result<reqwest::Client, TransportError> {
        let Ok(handle) = runtime::Handle::try_current() else {
            return Err(TransportError::unusable(
                "no tokio runtime here: call this inside one, or use the blocking client",
            ));
        };
        let runtime = handle.id();
        let usual = connect_timeout == self.settings.connect_timeout
            && *self.first.get_or_init(|| runtime) == runtime;
        if self.own || usual {
            return Ok(self.usual.clone());
        }
        let key = (runtime, connect_timeout);
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = others.iter().find(|(known, _)| *known == key) {
            return Ok(client.clone());
        }
        let client = self.settings.client(connect_timeout);
        let client = client.map_err(TransportError::unusable)?;
        if others.len() == MAX_OTHER_POOLS {
            others.remove(0);
        }
        others.push((key, client.clone()));
        Ok(client)
    }
}
