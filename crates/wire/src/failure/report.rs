//! [`ReportedFailure`]: the parts of an error object, whatever its shape.

use std::fmt;

use super::availability::Availability;
use super::class::FailureClass;
use super::classify::{decide, is_final};
use super::error_body::ErrorMetadata;
use super::hint::RetryHints;
use super::members::{self, elements, status, text, typed, words};
use super::vocabulary;
use crate::extra::Extra;
use crate::metadata::OpenRouterMetadata;
use crate::raw::Raw;

/// A failure as a service reported it: in an error body, or in an event of a stream.
///
/// The usual shape is `{"error": {"code", "message", "metadata"}, "openrouter_metadata",
/// "user_id"}`. Services also send `code` as a string or not at all, `error` as a string or a list,
/// the parts at the top level, the failed response with or without its event, lists of complaints,
/// and a list around all of it. `Debug` shows codes, never messages or metadata.
///
/// ```
/// use orouter_wire::failure::{FailureClass, ReportedFailure};
///
/// let body = r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota"}}"#;
/// let failure = ReportedFailure::from_raw(&body.parse()?);
/// assert_eq!(failure.class(Some(429)), Some(FailureClass::Quota));
/// assert!(!failure.is_retryable(Some(429)));
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ReportedFailure {
    /// The service's message. It can quote the request.
    pub message: Option<String>,
    /// `error.code`: a word, or a number as it is written.
    pub code: Option<String>,
    /// `error.type`, except for the word `error`, which marks an event.
    pub r#type: Option<String>,
    /// OpenRouter's stable word for the cause, in `error_type` or `metadata.error_type`.
    pub error_type: Option<String>,
    /// The member of the request that is at fault.
    pub param: Option<String>,
    /// The HTTP status that the object claims: a numeric `code`, `status`, `status_code` or
    /// `http_status` from 400 to 599.
    pub claimed_status: Option<u16>,
    /// `error.metadata`. It can quote the request.
    pub metadata: Option<Box<ErrorMetadata>>,
    /// `error.availability`: why a model cannot be served.
    pub availability: Option<Box<Availability>>,
    /// `error.availability.retryable`, if the service sent it.
    pub retryable: Option<bool>,
    /// OpenRouter's account of the routing, if the request asked for it.
    pub openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    /// The account that sent the request.
    pub user_id: Option<String>,
    /// `true` if the object has a member `error` that is not null.
    pub has_error: bool,
    /// The hints about when to retry.
    pub retry_hints: RetryHints,
    /// Words from other members, in order.
    words: Vec<String>,
}

/// Reading.
impl ReportedFailure {
    /// Reads an error body, an event or a failed response.
    #[must_use]
    pub fn from_raw(raw: &Raw) -> Self {
        let first = || elements(raw)?.first().and_then(members::object);
        match members::object(raw).or_else(first) {
            Some(top) => Self::from_members(top),
            None => Self::from_text(words(raw)),
        }
    }

    /// A failure that is reported in words alone.
    #[must_use]
    pub fn from_text(message: Option<String>) -> Self {
        let mut failure = Self {
            message,
            ..Self::default()
        };
        failure.read_phrases();
        failure
    }

    fn from_members(mut top: Extra) -> Self {
        // A stream's last event wraps the response that holds the error.
        let response = top.remove("response");
        let mut response = response
            .as_ref()
            .and_then(members::object)
            .unwrap_or_default();
        let mut either = |name| {
            let given = top.remove(name).filter(|given| !given.is_null());
            given.or_else(|| response.remove(name))
        };
        let mut failure = Self {
            openrouter_metadata: typed(either("openrouter_metadata")),
            user_id: either("user_id").as_ref().and_then(text),
            ..Self::default()
        };
        let own = either("error").filter(|error| !error.is_null());
        // Some wrap the error once more, some give a list.
        let wrapped = |name| top.get(name).and_then(members::object)?.remove("error");
        let listed = || elements(top.get("errors")?)?.into_iter().next();
        if let Some(error) = own.or_else(|| wrapped("detail")).or_else(listed) {
            failure.has_error = true;
            if let Some(errors) = top.get("errors") {
                failure.message = words(errors);
            }
            match members::object(&error) {
                Some(mut error) => {
                    failure.take(&mut error);
                    let class = error.remove("type").as_ref().and_then(text);
                    failure.r#type = class.filter(|class| class != "error");
                }
                None => {
                    if let Some(mut quoted) = members::quoted_error(&error) {
                        failure.take(&mut quoted);
                        failure.r#type = quoted.remove("type").as_ref().and_then(text);
                    }
                    fill(&mut failure.message, || words(&error));
                    // Some services send a code in its place.
                    let code = error.as_string();
                    let is_code = |code: &String| !code.contains(char::is_whitespace);
                    failure.words.extend(code.filter(is_code));
                }
            }
        }
        for object in [&mut top, &mut response] {
            if is_response(object) {
                // The caller's own labels.
                object.remove("metadata");
            }
        }
        response.remove("metadata");
        failure.take(&mut top);
        failure.take(&mut response);
        failure.read_phrases();
        failure
    }

    /// Takes from `object` what is still missing.
    fn take(&mut self, object: &mut Extra) {
        fill(&mut self.message, || {
            let names = ["message", "detail", "msg", "title", "errors"];
            names.iter().find_map(|name| words(object.get(name)?))
        });
        self.take_words(object);
        self.retry_hints.read_members(object);
        let code = object.remove("code");
        fill(&mut self.claimed_status, || {
            let claims = ["http_status", "status_code", "status"].map(|name| object.get(name));
            std::iter::once(code.as_ref())
                .chain(claims)
                .flatten()
                .find_map(status)
        });
        fill(&mut self.code, || code.as_ref().and_then(text));
        fill(&mut self.param, || object.get("param").and_then(text));
        if let Some(metadata) = object.remove("metadata") {
            if let Some(members) = members::object(&metadata) {
                self.retry_hints.read_members(&members);
                if let Some(raw) = members.get("raw") {
                    self.read_provider(raw);
                }
            }
            fill(&mut self.metadata, || typed(Some(metadata)));
        }
        if let Some(availability) = object.remove("availability") {
            if let Some(members) = members::object(&availability) {
                self.words.extend(members.get("code").and_then(text));
                self.retry_hints.read_members(&members);
                fill(&mut self.retryable, || {
                    members.get("retryable").and_then(members::truth)
                });
            }
            fill(&mut self.availability, || typed(Some(availability)));
        }
        fill(&mut self.error_type, || {
            object.get("error_type").and_then(text)
        });
        fill(&mut self.error_type, || {
            let name = self.metadata.as_ref()?.error_type.as_ref()?;
            Some(name.as_str().to_owned())
        });
    }

    /// Reads the hints in the response of a provider: JSON, text that holds JSON, or words.
    fn read_provider(&mut self, raw: &Raw) {
        let text = raw.as_string();
        let inner = match &text {
            Some(text) => text.parse().ok(),
            None => Some(raw.clone()),
        };
        let object = inner
            .filter(|inner: &Raw| inner.get().starts_with(['{', '[']))
            .map(|inner| Self::from_raw(&inner));
        match (object, text) {
            (Some(failure), _) => {
                let own = std::mem::take(&mut self.retry_hints);
                self.retry_hints = own.and(&failure.retry_hints);
            }
            (None, Some(text)) => self.retry_hints.read_message(&text),
            (None, None) => {}
        }
    }

    /// Takes the words that stand elsewhere than in `error.code` and `error.type`: the type of a
    /// failure that is not in a member `error` (AWS names it `__type`), Google's `status` and the
    /// reasons in its `details` and `errors`.
    fn take_words(&mut self, object: &Extra) {
        for name in ["type", "__type", "status"] {
            self.words.extend(object.get(name).and_then(text));
        }
        for name in ["details", "errors"] {
            for detail in object.get(name).and_then(elements).unwrap_or_default() {
                let members = members::object(&detail).unwrap_or_default();
                self.words.extend(members.get("reason").and_then(text));
                self.retry_hints.read_members(&members);
            }
        }
    }

    fn read_phrases(&mut self) {
        if let Some(message) = &self.message {
            self.retry_hints.read_message(message);
        }
    }
}

/// Judging. The argument of each method is the HTTP status that came with the failure, or `None`
/// if there was none or it was a success; the object's own claim then takes its place.
impl ReportedFailure {
    /// Returns the cause, or `None` if neither the status nor a word is known.
    ///
    /// A word for a cause that a retry cannot resolve, such as `insufficient_quota`, counts most,
    /// then a word for a transient cause, then the first words of the message if they are known, then
    /// the status. General words, such as
    /// `invalid_request_error` and `server_error`, count only without a status. Between several
    /// words the order is `error_type`, `code`, `type`, then those of other members.
    #[must_use]
    pub fn class(&self, http_status: Option<u16>) -> Option<FailureClass> {
        self.cause(http_status).map(|cause| cause.class)
    }

    /// Returns the HTTP status of the failure: the given one, the claimed one, or that of the
    /// word that decides its class.
    #[must_use]
    pub fn status(&self, http_status: Option<u16>) -> Option<u16> {
        let status = http_status.filter(|status| (400..600).contains(status));
        status
            .or(self.claimed_status)
            .or_else(|| Some(self.cause(None)?.status))
    }

    /// Returns `true` if the same request may succeed later.
    ///
    /// `error.availability.retryable` decides if the service sent it. Otherwise the class has to
    /// be transient, and the status must not be a 4XX other than 408 and 429.
    #[must_use]
    pub fn is_retryable(&self, http_status: Option<u16>) -> bool {
        self.retryable.unwrap_or_else(|| {
            let transient = |class: FailureClass| class.is_transient();
            self.class(http_status).is_some_and(transient)
                && !self.status(http_status).is_some_and(is_final)
        })
    }

    fn cause(&self, http_status: Option<u16>) -> Option<vocabulary::Entry> {
        let status = http_status.filter(|status| (400..600).contains(status));
        let named = [&self.error_type, &self.code, &self.r#type];
        let words = named
            .into_iter()
            .flatten()
            .chain(&self.words)
            .map(String::as_str)
            // Those are statuses.
            .filter(|word| vocabulary::status_in(word).is_none());
        let message = self.message.as_deref();
        let claimed = self.claimed_status;
        decide(words, message, claimed, status.or(claimed))
    }
}

impl fmt::Debug for ReportedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportedFailure")
            .field("class", &self.class(None))
            .field("code", &self.code)
            .field("type", &self.r#type)
            .field("error_type", &self.error_type)
            .field("claimed_status", &self.claimed_status)
            .field("retryable", &self.retryable)
            .field("retry_hints", &self.retry_hints)
            .finish_non_exhaustive()
    }
}

fn fill<T>(slot: &mut Option<T>, find: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = find();
    }
}

/// Returns `true` for the members of a response.
fn is_response(members: &Extra) -> bool {
    members.get("output").is_some()
        || members.get("object").and_then(Raw::as_string).as_deref() == Some("response")
}
