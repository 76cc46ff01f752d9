//! [`Caller`]: the sender of a request, as far as routing distinguishes senders.

use http::HeaderMap;

use crate::account::bearer;

/// The header with the id of a session, for clients that do not set it in the body.
const SESSION: &str = "x-session-id";

/// Maximum length of the header, in characters: that of the member of the body. A longer one is not
/// used, since a header never causes a refusal.
const MAX_SESSION: usize = 256;

/// The sender of a request, and the session that its headers name.
pub(super) struct Caller {
    /// The key of the request; empty if it has none.
    pub(super) key: Vec<u8>,
    pub(super) session: Option<String>,
}

impl Caller {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let key = bearer(headers).ok().flatten().unwrap_or_default();
        let session = headers.get(SESSION).and_then(|value| value.to_str().ok());
        let session = session.map(str::trim);
        Self {
            key: key.to_owned(),
            session: session
                .filter(|session| session.len() <= MAX_SESSION)
                .map(str::to_owned),
        }
    }
}
