//! The options in force for a call: its own, then those of its client.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use orouter_http::{AbortHandle, EffectiveTimeouts};
use serde_json::Value;
use url::Url;

use super::{Query, RequestOptions};
use crate::{error::Error, retry::RetryPolicy, server_url::ServerUrl};

impl RequestOptions {
    /// Returns these options and, for each option that they do not set, the one of `below`.
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
            drop_rejected_reasoning: self
                .drop_rejected_reasoning
                .or(below.drop_rejected_reasoning),
            broken: below.broken.or(self.broken),
        }
    }

    /// Returns true if these options set or remove the header.
    pub(crate) fn mentions(&self, name: &HeaderName) -> bool {
        self.headers.mentions(name)
    }
}

/// The options in force for one call. An option that the call does not set has the client's value.
pub(crate) struct EffectiveOptions<'a> {
    client: &'a RequestOptions,
    call: &'a RequestOptions,
}

impl<'a> EffectiveOptions<'a> {
    pub(crate) fn new(client: &'a RequestOptions, call: &'a RequestOptions) -> Self {
        Self { client, call }
    }

    /// Returns the first deferred error of a setter, if there is one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.call.broken.as_ref().or(self.client.broken.as_ref()) {
            Some(message) => Err(Error::configuration(message.clone())),
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

    pub(crate) fn timeouts(&self) -> EffectiveTimeouts {
        EffectiveTimeouts::new(&self.call.timeouts, &self.client.timeouts)
    }

    pub(crate) fn abort(&self) -> Option<&AbortHandle> {
        self.call.abort.as_ref().or(self.client.abort.as_ref())
    }

    /// Returns the server URL if the call sets one. The client's own is in its shared state.
    pub(crate) fn server_url_of_call(&self) -> Option<&ServerUrl> {
        self.call.server_url.as_ref()
    }

    /// Returns true if the call sets options for retries. Otherwise the client's policy is in force.
    pub(crate) fn call_sets_retries(&self) -> bool {
        self.call.retrying.is_set()
    }

    pub(crate) fn policy(&self) -> Arc<dyn RetryPolicy> {
        self.call.retrying.over(&self.client.retrying).policy()
    }

    pub(crate) fn follow_redirects(&self) -> bool {
        let set = self.call.follow_redirects.or(self.client.follow_redirects);
        set.unwrap_or(true)
    }

    pub(crate) fn drop_rejected_reasoning(&self) -> bool {
        let set = self.call.drop_rejected_reasoning;
        set.or(self.client.drop_rejected_reasoning).unwrap_or(false)
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        const DEFAULT_BYTES: usize = 64 << 20;
        self.call
            .max_response_bytes
            .or(self.client.max_response_bytes)
            .unwrap_or(DEFAULT_BYTES)
    }

    pub(crate) fn max_event_bytes(&self) -> usize {
        const DEFAULT_BYTES: usize = 64 << 20;
        self.call
            .max_event_bytes
            .or(self.client.max_event_bytes)
            .unwrap_or(DEFAULT_BYTES)
    }
}
