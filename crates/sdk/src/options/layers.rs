//! How the options of a call and those of its client come together.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::Value;
use url::Url;

use super::{Query, RequestOptions};
use crate::{
    error::Error,
    retry::RetryPolicy,
};

impl RequestOptions {
    /// Lays these options over the headers of `below`, and over what was wrong with them.
    pub(crate) fn with_headers_below(mut self, below: &Self) -> Self {
        self.headers = self.headers.over(below.headers.clone());
        self.broken = self.broken.or_else(|| below.broken.clone());
        self
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
            None => Ok(()),
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

    pub(crate) fn policy(&self) -> Arc<dyn RetryPolicy> {
        self.call.retrying.over(&self.client.retrying).policy()
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
