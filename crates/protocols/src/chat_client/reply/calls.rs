//! Tool calls that the client runs.

use std::borrow::Cow;

use orouter_wire::json::Writer;
use orouter_wire::{Extra, Item, Raw};

/// A tool call that the client runs.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    pub(super) id: &'a str,
    pub(super) name: Cow<'a, str>,
    /// The arguments of a function, or the input of a custom tool.
    pub(super) text: &'a str,
    pub(super) is_custom: bool,
    /// Data that the provider needs back with the call.
    pub(super) extra_content: Option<&'a Raw>,
}

impl<'a> Call<'a> {
    /// Returns the call in an item. `None` if the client does not run it.
    pub(super) fn of(item: &'a Item) -> Option<Self> {
        let extra_content = |extra: &'a Extra| {
            let raw = extra.get("extra_content");
            raw.filter(|raw| raw.get().starts_with('{'))
        };
        match item {
            Item::FunctionCall(call) => Some(Self {
                id: &call.call_id,
                name: full_name(call.namespace.as_deref(), &call.name),
                text: &call.arguments,
                is_custom: false,
                extra_content: extra_content(&call.extra),
            }),
            Item::CustomToolCall(call) => Some(Self {
                id: &call.call_id,
                name: full_name(call.namespace.as_deref(), &call.name),
                text: &call.input,
                is_custom: true,
                extra_content: extra_content(&call.extra),
            }),
            _ => None,
        }
    }

    /// Writes the call as an element, with this text. `index` is the number of the call in chunks.
    pub(super) fn write(&self, index: Option<u64>, text: &str, out: &mut Writer) {
        out.element();
        out.open_object();
        if let Some(index) = index {
            out.member("index");
            out.unsigned(index);
        }
        out.member("id");
        out.string(self.id);
        let (kind, member) = names(self.is_custom);
        out.member("type");
        out.string(kind);
        out.member(kind);
        out.open_object();
        out.member("name");
        out.string(&self.name);
        out.member(member);
        out.string(text);
        out.close_object();
        if let Some(extra) = self.extra_content {
            out.member("extra_content");
            out.raw(extra.get());
        }
        out.close_object();
    }
}

/// The addition of a later chunk to a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delta<'a> {
    /// Number of the call among all calls.
    pub(super) index: u64,
    pub(super) is_custom: bool,
    pub(super) text: &'a str,
    pub(super) extra_content: Option<&'a Raw>,
}

impl Delta<'_> {
    /// Writes the delta as an element. Clients require the object with the text, also if the text is
    /// empty.
    pub(super) fn write(&self, out: &mut Writer) {
        let (kind, member) = names(self.is_custom);
        out.element();
        out.open_object();
        out.member("index");
        out.unsigned(self.index);
        out.member(kind);
        out.open_object();
        out.member(member);
        out.string(self.text);
        out.close_object();
        if let Some(extra) = self.extra_content {
            out.member("extra_content");
            out.raw(extra.get());
        }
        out.close_object();
    }
}

/// Returns the type of a call, and the member with its text.
fn names(is_custom: bool) -> (&'static str, &'static str) {
    match is_custom {
        true => ("custom", "input"),
        false => ("function", "arguments"),
    }
}

/// Returns the name of a tool with its namespace, which Chat Completions does not have.
fn full_name<'a>(namespace: Option<&str>, name: &'a str) -> Cow<'a, str> {
    match namespace.filter(|namespace| !namespace.is_empty()) {
        Some(namespace) => Cow::Owned(format!("{namespace}__{name}")),
        None => Cow::Borrowed(name),
    }
}

/// Returns the arguments of a whole call. No arguments are an empty object.
pub(super) fn whole_text<'a>(call: &Call<'a>) -> &'a str {
    match call.text {
        text if !call.is_custom && text.trim().is_empty() => "{}",
        text => text,
    }
}
