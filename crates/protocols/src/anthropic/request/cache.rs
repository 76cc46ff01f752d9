//! [`Mark`]: marks for the prompt cache.

use orouter_wire::json::Writer;

use crate::json_text::{get, string as text_of};
use crate::notes::Notes;
use crate::request::part::{Marks, string};

/// Maximum number of marks in one request.
const MAX_MARKS: usize = 4;

/// A mark for the prompt cache, which ends a part of the prompt that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    lifetime: Lifetime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifetime {
    /// Five minutes, without a `ttl`.
    Default,
    FiveMinutes,
    OneHour,
}

impl Mark {
    /// Reads the marks of a part or a tool. OpenAI's mark is one of the default lifetime, or of an
    /// hour if it has a longer lifetime than five minutes.
    pub(super) fn read(marks: Marks<'_>, notes: &Notes) -> Option<Self> {
        let Some(raw) = marks.cache_control else {
            let lifetime = match marks.breakpoint?.ttl {
                Some(_) => Lifetime::OneHour,
                None => Lifetime::Default,
            };
            return Some(Self { lifetime });
        };
        let member = |name| get(raw.get(), name).and_then(text_of);
        if member("type").as_deref() != Some("ephemeral") {
            notes.ignored("cache_control", "its `type` is not `ephemeral`");
            return None;
        }
        let lifetime = match (get(raw.get(), "ttl"), member("ttl").as_deref()) {
            (None | Some("null"), _) => Lifetime::Default,
            (_, Some("5m")) => Lifetime::FiveMinutes,
            (_, Some("1h")) => Lifetime::OneHour,
            _ => {
                let reason = "sent as `5m`: the lifetime can be `5m` or `1h`";
                notes.adjusted("cache_control.ttl", reason);
                Lifetime::Default
            }
        };
        Some(Self { lifetime })
    }

    /// Writes the mark as a member of the open object.
    pub(super) fn write(self, out: &mut Writer) {
        out.member("cache_control");
        out.open_object();
        string(out, "type", "ephemeral");
        match self.lifetime {
            Lifetime::Default => {}
            Lifetime::FiveMinutes => string(out, "ttl", "5m"),
            Lifetime::OneHour => string(out, "ttl", "1h"),
        }
        out.close_object();
    }
}

/// Removes the marks that the API refuses. `marks` are all places of marks, in the order of the prompt:
/// tools, system, messages, and last the mark that the upstream puts at the end.
///
/// The first mark and the last ones stay: the first ends what many conversations share, and clients
/// that mark each new message need the last ones.
pub(super) fn limit(mut marks: Vec<&mut Option<Mark>>, notes: &Notes) {
    marks.retain(|mark| mark.is_some());
    let excess = marks.len().saturating_sub(MAX_MARKS);
    if excess > 0 {
        let reason =
            format!("the API takes {MAX_MARKS} marks; the first and the last ones are sent");
        notes.adjusted("cache_control", reason);
        for mark in marks.iter_mut().skip(1).take(excess) {
            **mark = None;
        }
    }
    let mut short = false;
    for mark in marks.into_iter().flat_map(Option::as_mut) {
        match mark.lifetime {
            Lifetime::Default | Lifetime::FiveMinutes => short = true,
            Lifetime::OneHour if short => {
                let reason = "sent as `5m`: a mark of one hour cannot follow one of five minutes";
                notes.adjusted("cache_control.ttl", reason);
                mark.lifetime = Lifetime::FiveMinutes;
            }
            Lifetime::OneHour => {}
        }
    }
}
