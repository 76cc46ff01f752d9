//! How the options of a call and those of its client come together.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use serde_json::Value;
use url::Url;

use super::{Query, RequestOptions};
use orouter_http::AbortHandle;

use crate::{error::Error, retry::RetryPolicy};

impl RequestOptions {
    /// Lays these options over `below`, member by member.
    pub(crate) fn over(self, mut below: Self) -> Self {
        let named = |name: &String| self.extra_body.iter().any(|(known, _)| known == name);
        below.extra_body.retain(|(name, _)| !named(name));
        below.extra_body.extend(self.extra_body);
        Self {
            headers: self.headers.over(below.headers),
            query: self.query.over(below.query),
            extra_body: below.extra_body,
            timeouts: self.timeouts.over(below.timeouts),
            retrying: self.retrying.over(&below.retrying),
            server_url: self.server_url.or(below.server_url),
            abort: self.abort.or(below.abort),
            max_response_bytes: self.max_response_bytes.or(below.max_response_bytes),
            max_event_bytes: self.max_event_bytes.or(below.max_event_bytes),
            follow_redirects: self.follow_redirects.or(below.follow_redirects),
            broken: below.broken.or(self.broken),
        }
    }

    /// Whether these say something about the header, and be it that it is not to be sent.
    pub(crate) fn mentions(&self, name: &HeaderName) -> bool {
        self.headers.mentions(name)
    }

    /// Whether the policy of the client does not hold here.
    pub(crate) fn sets_retries(&self) -> bool {
        self.retrying.is_set()
    }
}

/// A client's options with a call's laid over them.
pub(crate) struct Layers<'a> {
    pub(crate) client: &'a RequestOptions,
    pub(crate) call: &'a RequestOptions,
}

impl Layers<'_> {
    /// What a setter had to swallow.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.call.broken.as_ref().or(self.client.broken.as_ref()) {
            Some(what) => Err(Error::configuration(what.clone())),
            None => self
                .call
                .retrying
                .over(&self.client.retrying)
                .check()
                .map_err(Error::configuration),
        }
    }

    pub(crate) fn apply_headers(&self, headers: &mut HeaderMap) {
        self.client.headers.apply(headers);
        self.call.headers.apply(headers);
    }

    pub(crate) fn apply_query(&self, url: &mut Url) {
        Query::apply(&self.client.query, &self.call.query, url);
    }

    pub(crate) fn extra_body(&self) -> impl Iterator<Item = &(String, Value)> {
        let call = &self.call.extra_body;
        let client = self.client.extra_body.iter();
        client
            .filter(|(name, _)| call.iter().all(|(known, _)| known != name))
            .chain(call)
    }

    pub(crate) fn abort(&self) -> Option<&AbortHandle> {
        self.call.abort.as_ref().or(self.client.abort.as_ref())
    }

    pub(crate) fn policy(&self) -> Arc<dyn RetryPolicy> {
        self.call.retrying.over(&self.client.retrying).policy()
    }

    pub(crate) fn follow_redirects(&self) -> bool {
        let set = self.call.follow_redirects.or(self.client.follow_redirects);
        set.unwrap_or(true)
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        const DEFAULT: usize = 64 << 20;
        self.call
            .max_response_bytes
            .or(self.client.max_response_bytes)
            .unwrap_or(DEFAULT)
    }

    pub(crate) fn max_event_bytes(&self) -> usize {
        const DEFAULT: usize = 64 << 20;
        self.call
            .max_event_bytes
            .or(self.client.max_event_bytes)
            .unwrap_or(DEFAULT)
    }
}
