//! Getters of [`RequestOptions`]: the values that were set, for middleware and tests.

use http::HeaderName;
use orouter_http::{AbortHandle, Timeouts};
use serde_json::Value;

use super::RequestOptions;
use crate::retry::RetryConfig;

/// The options that were set. Getters begin with `get_`, since the setters have the plain names.
///
/// They return what this value holds, not what its client or the defaults add.
impl RequestOptions {
    /// Returns the value of a header, also of a credential such as `Authorization`. `None` if the header
    /// is not set or is removed, or if its value is not UTF-8.
    ///
    /// The API key of the client is not among the options.
    ///
    /// # Example
    ///
    /// ```
    /// use orouter::RequestOptions;
    ///
    /// let options = RequestOptions::new().header("x-trace", "1");
    /// assert_eq!(options.get_header("X-Trace"), Some("1"));
    /// ```
    #[must_use]
    pub fn get_header(&self, name: impl AsRef<str>) -> Option<&str> {
        let name = HeaderName::from_bytes(name.as_ref().as_bytes()).ok()?;
        std::str::from_utf8(self.headers.get(&name)?.as_bytes()).ok()
    }

    /// Returns the values of a query parameter, in order.
    pub fn get_query(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query.values(name)
    }

    /// Returns an additional member of the body.
    #[must_use]
    pub fn get_extra_body(&self, name: &str) -> Option<&Value> {
        let member = self.extra_body.iter().find(|(known, _)| known == name);
        member.map(|(_, value)| value)
    }

    /// Returns the limits on waiting.
    #[must_use]
    pub fn get_timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Returns the configuration of retries.
    #[must_use]
    pub fn get_retries(&self) -> Option<&RetryConfig> {
        self.retrying.retries()
    }

    /// Returns the maximum number of attempts of [`max_attempts`](Self::max_attempts). A number in
    /// [`get_retries`](Self::get_retries) is not returned here.
    #[must_use]
    pub fn get_max_attempts(&self) -> Option<u32> {
        self.retrying.attempts()
    }

    /// Returns the base URL of the server, without a fragment. `None` if it is not set or cannot be
    /// used.
    #[must_use]
    pub fn get_server_url(&self) -> Option<&str> {
        self.server_url
            .as_ref()
            .map(crate::server_url::ServerUrl::as_str)
    }

    /// Returns the handle that aborts the call.
    #[must_use]
    pub fn get_abort(&self) -> Option<&AbortHandle> {
        self.abort.as_ref()
    }

    /// Returns the setting of [`follow_redirects`](Self::follow_redirects).
    #[must_use]
    pub fn get_follow_redirects(&self) -> Option<bool> {
        self.follow_redirects
    }

    /// Returns the setting of [`drop_rejected_reasoning`](Self::drop_rejected_reasoning).
    #[must_use]
    pub fn get_drop_rejected_reasoning(&self) -> Option<bool> {
        self.drop_rejected_reasoning
    }

    /// Returns the maximum size of a response body, in bytes.
    #[must_use]
    pub fn get_max_response_bytes(&self) -> Option<usize> {
        self.max_response_bytes
    }

    /// Returns the maximum size of one event of a stream, in bytes.
    #[must_use]
    pub fn get_max_event_bytes(&self) -> Option<usize> {
        self.max_event_bytes
    }
}
