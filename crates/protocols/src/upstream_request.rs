//! [`UpstreamRequest`]: a request for an upstream.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use crate::reply::ReplyReader;

/// A request for an upstream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpstreamRequest {
    /// The path after the base URL, without a leading slash: `chat/completions`. Characters that a
    /// path cannot have are not escaped.
    pub path: Cow<'static, str>,
    /// The query of the URL, without the question mark: `alt=sse`. `None` if the protocol has none.
    pub query: Option<&'static str>,
    /// Headers that belong to this request alone, with names in lower case. The values are not
    /// checked.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Bytes,
    /// Reads the reply to this request.
    pub reader: Arc<dyn ReplyReader>,
}

impl UpstreamRequest {
    /// Creates a request without a query and without headers of its own.
    pub(crate) fn new(
        path: impl Into<Cow<'static, str>>,
        body: Bytes,
        reader: Arc<dyn ReplyReader>,
    ) -> Self {
        Self {
            path: path.into(),
            query: None,
            headers: Vec::new(),
            body,
            reader,
        }
    }
}
