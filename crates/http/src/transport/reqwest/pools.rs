//! Which pool of connections a call goes through.
//!
//! A connection lives on the runtime that it was opened on: a task there reads and writes it. A call
//! from another runtime would wait for that task, which is for ever where the runtime is idle or was
//! dropped. So each runtime has a pool of its own, and so has each limit on connecting, which
//! `reqwest` knows for whole clients only.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use tokio::runtime;

use super::settings::ClientSettings;
use crate::transport::error::TransportError;

/// How many pools are kept beside the usual one; past that the oldest is given up.
const OTHERS: usize = 64;

/// One `reqwest` client for each runtime and limit on connecting.
pub(super) struct Pools {
    settings: ClientSettings,
    /// That of nearly all calls: of the first runtime, with the limit in the settings.
    usual: reqwest::Client,
    first: OnceLock<runtime::Id>,
    others: Mutex<Vec<(Key, reqwest::Client)>>,
    /// `usual` is the caller's, for every call.
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

    /// Everything goes through the caller's client.
    #[cfg(feature = "own-reqwest-client")]
    pub(super) fn own(client: reqwest::Client) -> Self {
        Self {
            own: true,
            ..Self::new(ClientSettings::default(), client)
        }
    }

    /// The client is the caller's.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// The client for a call from the runtime around it, with this limit on connecting.
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
        if others.len() == OTHERS {
            others.remove(0);
        }
        others.push((key, client.clone()));
        Ok(client)
    }
}
