//! What options do to the headers of a request.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Headers that one layer of options sets, or, without a value, removes.
#[derive(Clone, Default)]
pub(super) struct Headers(Vec<(HeaderName, Option<HeaderValue>)>);

impl Headers {
    pub(super) fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.put(name, Some(value));
    }

    pub(super) fn remove(&mut self, name: HeaderName) {
        self.put(name, None);
    }

    fn put(&mut self, name: HeaderName, value: Option<HeaderValue>) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
    }

    /// Whether this layer says something about it, and be it that it is not to be sent.
    pub(super) fn mentions(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Lays this layer over `below`.
    pub(super) fn over(self, mut below: Self) -> Self {
        below.0.retain(|(name, _)| !self.mentions(name));
        below.0.extend(self.0);
        below
    }

    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            match value {
                Some(value) => drop(headers.insert(name.clone(), value.clone())),
                None => drop(headers.remove(name)),
            }
        }
    }

    /// Those that are set, and the names of those that are removed.
    pub(super) fn parts(&self) -> (HeaderMap, Vec<&str>) {
        let mut set = HeaderMap::new();
        self.apply(&mut set);
        let removed = self.0.iter().filter(|(_, value)| value.is_none());
        (set, removed.map(|(name, _)| name.as_str()).collect())
    }
}

/// Why a header cannot be a caller's to set or to remove: it says how the connection is used, and
/// whoever uses the connection says it. With a wrong one the server waits for bytes that never come,
/// or takes the rest of the body for another request.
pub(crate) fn of_the_connection(name: &HeaderName) -> Option<&'static str> {
    match *name {
        header::CONTENT_LENGTH | header::TRANSFER_ENCODING => {
            Some("the transport says how long the body is")
        }
        header::CONNECTION | header::TE | header::TRAILER | header::UPGRADE => {
            Some("how the connection is used is the transport's to say")
        }
        _ if matches!(name.as_str(), "keep-alive" | "proxy-connection") => {
            Some("how long the connection is kept is the transport's to say")
        }
        _ => None,
    }
}
