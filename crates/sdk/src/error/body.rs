//! Reading the body of an error, whatever its shape.
//!
//! The usual shape is `{"error": {"code", "message", "metadata"}, "openrouter_metadata", "user_id"}`.
//! In the wild `code` is a number, a string or missing; `error` may be a string, a list or missing; the
//! parts may stand at the top level; the body may be a failed response, a stream's event, a list of
//! complaints, HTML or nothing.

use std::time::Duration;

use orouter_wire::{Availability, ErrorMetadata, Extra, OpenRouterMetadata, Raw, Wire};

use super::cause::status_of_cause;
use super::read::{self, Content, Members, Unread};
use crate::redact;
use crate::retry::hint;

/// Longest piece of a body that is not JSON to be quoted in a message, in characters.
const QUOTED: usize = 200;

/// Most complaints of a list to be in a message.
const COMPLAINTS: usize = 3;

/// The parts of an error body, as far as they could be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Detail {
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
    pub(super) error_type: Option<String>,
    /// `error.type`, which names a class of failures on services that have no `error_type`.
    pub(super) class: Option<String>,
    pub(super) metadata: Option<Box<ErrorMetadata>>,
    pub(super) availability: Option<Box<Availability>>,
    /// `availability.retryable`, where it is said.
    pub(super) retryable: Option<bool>,
    pub(super) openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    pub(super) user_id: Option<String>,
    /// A status that the body claims for itself: for failures inside a 200.
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<Duration>,
    /// Whether there is an `error` that is not null.
    pub(super) told: bool,
    /// Why not all of the body could be read.
    pub(super) unread: Option<Unread>,
}

impl Detail {
    pub(super) fn of(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let mut first = None;
        for (name, data) in read::events(&text) {
            let detail = Self::of_text(&data);
            // Others may have come before the event that reports the failure.
            if detail.told || detail.says_something() || name == "error" {
                return detail;
            }
            first.get_or_insert(detail);
        }
        first.unwrap_or_else(|| Self::of_text(&text))
    }

    fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut detail = match read::json(text) {
            Content::Json(raw) => Self::of_json(&raw),
            Content::Part(raw, unread) => Self {
                unread: Some(unread),
                ..Self::of_json(&raw)
            },
            Content::Text if read::is_binary(text) => Self {
                unread: Some(Unread::Binary),
                ..Self::default()
            },
            Content::Text => Self {
                message: quoted(text),
                ..Self::default()
            },
        };
        detail.message = detail.message.filter(|message| !message.trim().is_empty());
        detail
    }

    fn says_something(&self) -> bool {
        self.message.is_some() || self.code.is_some() || self.error_type.is_some()
    }

    fn of_json(raw: &Raw) -> Self {
        let first = || elements(raw)?.first().and_then(Members::of);
        match Members::of(raw).or_else(first) {
            Some(top) => Self::of_object(top),
            None => Self {
                message: words(raw),
                ..Self::default()
            },
        }
    }

    fn of_object(mut top: Extra) -> Self {
        // A stream's last event wraps the response that holds the error.
        let response = top.remove("response");
        let mut response = response.as_ref().and_then(Members::of).unwrap_or_default();
        let mut either = |name| {
            let given = top.remove(name).filter(|given| !given.is_null());
            given.or_else(|| response.remove(name))
        };
        let mut detail = Self {
            openrouter_metadata: typed(either("openrouter_metadata")),
            user_id: text(either("user_id")),
            ..Self::default()
        };
        let own = either("error").filter(|error| !error.is_null());
        // Some wrap the error once more, some give a list.
        let wrapped = |name| top.get(name).and_then(Members::of)?.remove("error");
        let listed = || elements(top.get("errors")?)?.into_iter().next();
        if let Some(error) = own.or_else(|| wrapped("detail")).or_else(listed) {
            detail.told = true;
            if let Some(errors) = top.get("errors") {
                detail.message = words(errors);
            }
            match Members::of(&error) {
                Some(mut error) => {
                    detail.take(&mut error);
                    detail.class = text(error.remove("type")).filter(|class| class != "error");
                }
                None => fill(&mut detail.message, || words(&error)),
            }
        }
        if is_response(&top) {
            // The caller's own labels.
            top.remove("metadata");
        }
        response.remove("metadata");
        detail.take(&mut top);
        detail.take(&mut response);
        detail
    }

    /// Takes from `object` what is still missing.
    fn take(&mut self, object: &mut Extra) {
        fill(&mut self.message, || {
            let names = ["message", "detail", "msg", "title", "errors"];
            names.iter().find_map(|name| words(object.get(name)?))
        });
        let code = object.remove("code");
        if self.status.is_none() {
            let claims = ["http_status", "status_code", "status"].map(|name| object.get(name));
            self.status = std::iter::once(code.as_ref())
                .chain(claims)
                .flatten()
                .find_map(status);
        }
        fill(&mut self.code, || text(code));
        fill(&mut self.metadata, || typed(object.remove("metadata")));
        fill(&mut self.availability, || {
            let availability = object.remove("availability");
            self.retryable = availability.as_ref().and_then(retryable);
            typed(availability)
        });
        fill(&mut self.error_type, || text(object.remove("error_type")));
        if let Some(metadata) = &self.metadata {
            fill(&mut self.error_type, || {
                Some(metadata.error_type.as_ref()?.as_str().to_owned())
            });
        }
        if let Some(availability) = &self.availability {
            fill(&mut self.retry_after, || {
                let text = || text(availability.extra.get("retry_after").cloned());
                let given = availability.retry_after;
                hint::duration(given.or_else(|| text()?.trim().parse().ok())?, 1.0)
            });
        }
    }
}

impl Detail {
    /// The status that a failure inside a success stands for: the one it claims, or that of its
    /// cause.
    pub(super) fn stands_for(&self) -> Option<u16> {
        let of_cause = || {
            let causes = [&self.error_type, &self.code, &self.class].map(Option::as_deref);
            causes.into_iter().flatten().find_map(status_of_cause)
        };
        self.status.or_else(of_cause)
    }
}

fn fill<T>(slot: &mut Option<T>, find: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = find();
    }
}

/// An object as the wire has it. The wire's types keep whatever they do not know.
fn typed<T: Wire>(value: Option<Raw>) -> Option<Box<T>> {
    let object = value.filter(|value| value.get().starts_with('{'))?;
    object.parse_wire().ok().map(Box::new)
}

/// The elements of a list.
fn elements(raw: &Raw) -> Option<Vec<Raw>> {
    raw.get().starts_with('[').then(|| raw.parse_wire().ok())?
}

/// Whether these are the members of a response.
fn is_response(members: &Extra) -> bool {
    members.get("output").is_some()
        || members.get("object").and_then(Raw::as_string).as_deref() == Some("response")
}

/// What is said in words: a text, a list of complaints, or what an object of them says.
fn words(raw: &Raw) -> Option<String> {
    let said = match (elements(raw), Members::of(raw)) {
        (Some(list), _) => {
            let complaints: Vec<_> = list.iter().filter_map(complaint).take(COMPLAINTS).collect();
            complaints.join("; ")
        }
        (None, Some(_)) => complaint(raw)?,
        (None, None) => text(Some(raw.clone()))?,
    };
    Some(said).filter(|said| !said.trim().is_empty())
}

/// One complaint: a text, or an object that says where it is and what is wrong with it, but not what
/// was found there, which is the caller's.
fn complaint(raw: &Raw) -> Option<String> {
    let Some(members) = Members::of(raw) else {
        return raw.as_string();
    };
    let names = ["message", "msg", "detail", "title", "error"];
    let what = names
        .iter()
        .find_map(|name| members.get(name)?.as_string())?;
    let path = members.get("loc").and_then(elements).unwrap_or_default();
    let path: Vec<_> = path
        .into_iter()
        .filter_map(|step| text(Some(step)))
        .collect();
    Some(if path.is_empty() {
        what
    } else {
        format!("{}: {what}", path.join("."))
    })
}

/// A string, or a number as it is written.
fn text(value: Option<Raw>) -> Option<String> {
    let value = value?;
    if value
        .get()
        .starts_with(|c: char| c == '-' || c.is_ascii_digit())
    {
        return Some(value.get().to_owned());
    }
    value.as_string()
}

/// What an availability says of trying again. The wire's type cannot tell silence from a no.
fn retryable(availability: &Raw) -> Option<bool> {
    let said = Members::of(availability)?.remove("retryable")?;
    let text = said.as_string();
    text.as_deref().unwrap_or(said.get()).parse().ok()
}

/// An HTTP error status given as a number, or as text.
fn status(value: &Raw) -> Option<u16> {
    let text = text(Some(value.clone()))?;
    let number = text.strip_suffix(".0").unwrap_or(&text).parse().ok()?;
    (400..600).contains(&number).then_some(number)
}

/// The start of a body that is not JSON; of HTML, its title.
fn quoted(text: &str) -> Option<String> {
    let end = text
        .char_indices()
        .nth(16 * 1024)
        .map_or(text.len(), |(at, _)| at);
    let text = text.get(..end)?;
    if text.trim_start().starts_with('<') {
        let lower = text.to_ascii_lowercase();
        let title = lower.find("<title>").and_then(|open| {
            let open = open + "<title>".len();
            let close = open + lower.get(open..)?.find("</title>")?;
            text.get(open..close)
                .map(|title| redact::line(title, QUOTED))
        });
        return Some(
            title
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| "an HTML page".to_owned()),
        );
    }
    Some(redact::line(text, QUOTED))
}
