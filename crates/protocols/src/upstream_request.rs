//! [`UpstreamRequest`]: a request for an upstream.

use std::sync::Arc;

use bytes::Bytes;

use crate::reply::ReplyReader;

/// A request for an upstream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpstreamRequest {
    /// The path after the base URL, without a leading slash: `chat/completions`.
    pub path: &'static str,
    /// The JSON body.
    pub body: Bytes,
    /// Reads the reply to this request.
    pub reader: Arc<dyn ReplyReader>,
}

impl UpstreamRequest {
    /// Creates a request.
    pub(crate) fn new(path: &'static str, body: Bytes, reader: Arc<dyn ReplyReader>) -> Self {
        Self { path, body, reader }
    }
}
