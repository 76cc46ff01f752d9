//! The sections `[server]`, `[log]`, `[store]`, `[records]` and `[[keys]]`.

use std::path::PathBuf;
use std::time::Duration;

use super::secret::Secret;
use crate::access::{AllowedHost, AllowedOrigin};

/// `[server]`. A member that is `None` keeps the default of the command or the library.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServerConfig {
    /// Address to listen on.
    pub listen: Option<String>,
    /// Origins of web pages that may read responses.
    pub allow_origins: Vec<AllowedOrigin>,
    /// Host names to accept besides loopback ones.
    pub allow_hosts: Vec<AllowedHost>,
    /// `true` if keys with a limit may use models without a price.
    pub allow_unpriced: bool,
    /// `true` if the server may fetch file URLs for upstreams that take none. A reload applies it.
    pub fetch_urls: bool,
    /// Maximum time for running responses on shutdown.
    pub drain: Option<Duration>,
    /// Maximum time for a client to send its body.
    pub body_timeout: Option<Duration>,
    /// Maximum time for a client to send its head.
    pub head_timeout: Option<Duration>,
    /// Maximum time between two requests on a connection.
    pub keep_alive_timeout: Option<Duration>,
    /// Maximum time that the head of a stream waits for the first content.
    pub head_hold: Option<Duration>,
    /// Maximum size of a request body, in bytes.
    pub max_body: Option<usize>,
    /// Maximum memory for bodies of requests in flight, in bytes.
    pub max_bodies_in_flight: Option<usize>,
    /// Maximum number of open connections.
    pub max_connections: Option<usize>,
}

/// `[log]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LogConfig {
    /// The filter, such as `info`. `None`: the default of the command.
    pub level: Option<String>,
    /// The form of the lines. `None`: the default of the command.
    pub format: Option<LogFormat>,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[store]`: the database of accounts, keys and records.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoreConfig {
    /// URL of the database: `sqlite:PATH` or `postgres://..`. It may contain a password.
    pub url: Secret,
    /// Folder for the records that are not in the database yet. It must be on a local disk, and must
    /// outlive the process.
    pub journal: PathBuf,
    /// Number of tokens that each image, file, audio and video of a prompt counts for, when the cost
    /// of a request is reserved.
    pub media_tokens: u32,
    /// Effect of a database outage on limits.
    pub on_outage: OnOutage,
    /// With [`OnOutage::Admit`]: maximum amount for each key, in USD.
    pub admit_up_to: f64,
}

impl StoreConfig {
    /// Value of [`media_tokens`](Self::media_tokens) by default.
    pub const MEDIA_TOKENS: u32 = 2_000;

    /// Value of [`admit_up_to`](Self::admit_up_to) by default, in USD.
    pub const ADMIT_UP_TO: f64 = 5.0;

    /// Creates the section with this URL and this folder for the journal, `media_tokens = 2000` and
    /// `on_outage = "refuse"`.
    #[must_use]
    pub fn new(url: Secret, journal: impl Into<PathBuf>) -> Self {
        Self {
            url,
            journal: journal.into(),
            media_tokens: Self::MEDIA_TOKENS,
            on_outage: OnOutage::Refuse,
            admit_up_to: Self::ADMIT_UP_TO,
        }
    }
}

/// Effect of a database outage on limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnOutage {
    /// Keys with limits are refused.
    Refuse,
    /// Keys with limits are admitted up to an amount.
    Admit,
}

/// `[records]`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordsConfig {
    /// `true` if client fields are stored.
    pub client_fields: bool,
    /// Retention of client fields.
    pub retention: Duration,
    /// Address of the listener for administrators.
    pub admin_listen: Option<String>,
    /// `true` if every request needs a key. `None`: only while listening on an address that is not a
    /// loopback one, or while the file or the store has a key.
    pub require_keys: Option<bool>,
}

impl Default for RecordsConfig {
    fn default() -> Self {
        Self {
            client_fields: true,
            retention: Duration::from_secs(30 * 24 * 3600),
            admin_listen: None,
            require_keys: None,
        }
    }
}

/// `[[keys]]`: a static key. Only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyConfig {
    /// Name of the key, for logs.
    pub name: String,
    /// SHA-256 of the key.
    pub hash: [u8; 32],
}

impl KeyConfig {
    /// Creates a key.
    #[must_use]
    pub fn new(name: impl Into<String>, hash: [u8; 32]) -> Self {
        Self {
            name: name.into(),
            hash,
        }
    }
}
