//! The headers that one layer of options sets or removes.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Headers that one layer of options sets. A name without a value is removed.
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

    /// Returns the value that this layer sets. `None` if it does not set the header, or removes it.
    pub(super) fn get(&self, name: &HeaderName) -> Option<&HeaderValue> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        value.as_ref()
    }

    /// Returns `true` if this layer sets or removes the header.
    pub(super) fn mentions(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Returns the headers of both layers. Those of `self` replace those of `below` by name.
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

    /// Returns the headers that are set, and the names of those that are removed.
    pub(super) fn parts(&self) -> (HeaderMap, Vec<&str>) {
        let mut set = HeaderMap::new();
        self.apply(&mut set);
        let removed = self.0.iter().filter(|(_, value)| value.is_none());
        (set, removed.map(|(name, _)| name.as_str()).collect())
    }
}

/// Returns the reason why callers cannot set or remove the header, if it describes the connection.
///
/// The transport sends these headers. With a wrong value the server would wait for bytes that are not
/// sent, or read the rest of the body as another request.
pub(crate) fn connection_header_reason(name: &HeaderName) -> Option<&'static str> {
    match *name {
        header::CONTENT_LENGTH | header::TRANSFER_ENCODING => {
            Some("the transport sends the length of the body")
        }
        header::CONNECTION | header::TE | header::TRAILER | header::UPGRADE => {
            Some("the transport decides how the connection is used")
        }
        _ if matches!(name.as_str(), "keep-alive" | "proxy-connection") => {
            Some("the transport decides how long the connection is kept")
        }
        _ => None,
    }
}
