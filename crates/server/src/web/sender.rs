//! [`Sender`]: the facts about the sender of a request that its headers tell.

use http::HeaderMap;
use http::header::{HeaderName, ORIGIN, USER_AGENT};
use orouter_store::ClientFields;

use crate::account::bearer;

/// The header with the id of a session, for clients that do not set it in the body.
const SESSION: &str = "x-session-id";

/// The header with the page of the application, in the hosted API's spelling.
const REFERER: HeaderName = HeaderName::from_static("http-referer");

/// Maximum length of the header, in characters: that of the member of the body. A longer one is not
/// used, since a header never causes a refusal.
const MAX_SESSION: usize = 256;

/// The facts about the sender of a request that its headers tell.
pub(super) struct Sender {
    /// The key of the request; empty if it has none.
    pub(super) key: Vec<u8>,
    pub(super) session: Option<String>,
    /// The fields for the record in the store, if there is one.
    pub(super) client: ClientFields,
    /// The client's own id of the request, for the record in the store.
    pub(super) request_id: Option<String>,
}

impl Sender {
    /// `recorded`: the generation is recorded in the store.
    pub(super) fn of(headers: &HeaderMap, recorded: bool) -> Self {
        let key = bearer(headers).ok().flatten().unwrap_or_default();
        let text = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let session = headers.get(SESSION).and_then(|value| value.to_str().ok());
        let session = session.map(str::trim);
        let mut client = ClientFields::default();
        if recorded {
            client.user_agent = text(USER_AGENT);
            client.http_referer = text(REFERER).or_else(|| text(http::header::REFERER));
            client.origin = text(ORIGIN);
        }
        Self {
            key: key.to_owned(),
            session: session
                .filter(|session| session.len() <= MAX_SESSION)
                .map(str::to_owned),
            client,
            request_id: match recorded {
                true => text(HeaderName::from_static("x-request-id")),
                false => None,
            },
        }
    }
}
