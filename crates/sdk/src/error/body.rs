//! Reading the body of an error, whatever its shape.
//!
//! A body is JSON (whole or damaged), a stream of events, HTML, other text or nothing. The members of
//! JSON are read by [`ReportedFailure`], as those of a stream's events are.

use std::ops::{Deref, DerefMut};

use orouter_wire::failure::ReportedFailure;

use super::read::{self, Content, Unread};
use orouter_http::redact;

/// Longest piece of a body that is not JSON to be quoted in a message, in characters.
const QUOTED: usize = 200;

/// The parts of an error body, as far as they could be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Detail {
    reported: ReportedFailure,
    /// Why not all of the body could be read.
    pub(super) unread: Option<Unread>,
}

impl Deref for Detail {
    type Target = ReportedFailure;

    fn deref(&self) -> &ReportedFailure {
        &self.reported
    }
}

impl DerefMut for Detail {
    fn deref_mut(&mut self) -> &mut ReportedFailure {
        &mut self.reported
    }
}

impl Detail {
    pub(super) fn of(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let mut first = None;
        for (name, data) in read::events(&text) {
            let detail = Self::of_text(&data);
            // Others may have come before the event that reports the failure.
            if detail.has_error || detail.is_specific() || name == "error" {
                return detail;
            }
            first.get_or_insert(detail);
        }
        first.unwrap_or_else(|| Self::of_text(&text))
    }

    fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let (reported, unread) = match read::json(text) {
            Content::Json(raw) => (ReportedFailure::from_raw(&raw), None),
            Content::Part(raw, unread) => (ReportedFailure::from_raw(&raw), Some(unread)),
            Content::Text if read::is_binary(text) => {
                (ReportedFailure::default(), Some(Unread::Binary))
            }
            Content::Text => (ReportedFailure::from_text(quoted(text)), None),
        };
        let mut detail = Self { reported, unread };
        let message = detail.message.take();
        detail.message = message.filter(|message| !message.trim().is_empty());
        detail
    }

    /// Returns `true` if it names a cause.
    fn is_specific(&self) -> bool {
        self.message.is_some() || self.code.is_some() || self.error_type.is_some()
    }
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
