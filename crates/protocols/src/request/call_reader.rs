//! [`CallReader`]: reads tool calls of the model.

use std::borrow::Cow;

use orouter_wire::{CustomToolCall, Extra, FunctionCall, Item, Raw};

use super::call::{Arguments, Call};
use super::hosted;
use super::names::Names;
use super::place::Place;
use super::undecoded;
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::seals;
use crate::target::Target;

/// Reads tool calls of the model.
#[derive(Clone, Copy)]
pub(crate) struct CallReader<'a> {
    pub(crate) names: &'a Names<'a>,
    pub(crate) target: &'a Target<'a>,
    pub(crate) notes: &'a Notes,
}

impl<'a> CallReader<'a> {
    /// Reads the call of a function.
    pub(crate) fn function(
        self,
        call: &'a FunctionCall,
        index: usize,
    ) -> Result<Call<'a>, Refusal> {
        let place = Place::item(index);
        for member in ["call_id", "name"] {
            undecoded::string(&call.extra, place, member)?;
        }
        let arguments = match call.extra.get("arguments") {
            // Some clients send an object instead of its text.
            Some(raw) if raw.get().starts_with('{') => raw.get(),
            _ => {
                undecoded::string(&call.extra, place, "arguments")?;
                &call.arguments
            }
        };
        Ok(Call {
            index,
            call_id: &call.call_id,
            id: call_id(&call.call_id, call.id.as_deref(), index),
            name: self.names.of_call(call.namespace.as_deref(), &call.name),
            arguments: Arguments::Json(Cow::Borrowed(arguments)),
            extra_content: self.extra_content(&call.extra, place),
            result: None,
            failed: false,
        })
    }

    /// Reads the call of a custom tool.
    pub(crate) fn custom(
        self,
        call: &'a CustomToolCall,
        index: usize,
    ) -> Result<Call<'a>, Refusal> {
        let place = Place::item(index);
        for member in ["call_id", "name", "input"] {
            undecoded::string(&call.extra, place, member)?;
        }
        Ok(Call {
            index,
            call_id: &call.call_id,
            id: call_id(&call.call_id, call.id.as_deref(), index),
            name: self.names.of_call(call.namespace.as_deref(), &call.name),
            arguments: Arguments::Input(&call.input),
            extra_content: self.extra_content(&call.extra, place),
            result: None,
            failed: false,
        })
    }

    /// Reads the call of another service's tool. `None` if the item is no call, or has no text.
    pub(crate) fn hosted(self, item: &'a Item, index: usize) -> Option<Call<'a>> {
        let call = hosted::call(item)?;
        let own = item.call_id().unwrap_or_default();
        Some(Call {
            index,
            call_id: own,
            id: call_id(own, item.id(), index),
            name: self.names.of_call(None, call.name),
            arguments: Arguments::Json(call.arguments),
            extra_content: None,
            result: call.result,
            failed: call.failed,
        })
    }

    /// Returns the data that an upstream attached to a call, if this endpoint takes it.
    fn extra_content(self, extra: &'a Extra, place: Place) -> Option<&'a Raw> {
        let name = "extra_content";
        let raw = extra.get(name).filter(|raw| raw.get().starts_with('{'))?;
        let seal = seals::of_member(extra, name);
        if seal.is_none_or(|seal| (self.target.accepts_encrypted)(&seal)) {
            return Some(raw);
        }
        self.notes.skipped(
            place.member(name).to_string(),
            "another endpoint signed this call, and this one cannot verify it",
        );
        None
    }
}

/// Returns the id of a call for the upstream. Upstreams refuse an empty one.
fn call_id<'a>(call_id: &'a str, id: Option<&'a str>, index: usize) -> Cow<'a, str> {
    match (call_id, id) {
        ("", None | Some("")) => Cow::Owned(format!("call_{index}")),
        ("", Some(id)) => Cow::Borrowed(id),
        (call_id, _) => Cow::Borrowed(call_id),
    }
}
