//! [`Calls`]: the calls of a reply.

use std::collections::HashSet;

use orouter_wire::json::Writer;
use orouter_wire::{ItemStatus, Raw};

use super::arguments::{self, PartialArgs, UnknownPlace};
use super::model::FunctionCall;
use crate::output::{Items, OpenCall, ToolNames};
use crate::reply::UpstreamEvent;

/// The calls of a reply.
///
/// A call is one part with all its arguments. On Vertex AI it can come in pieces, if the request asks
/// for that: the pieces after the first one have no name, and the last one says that none follows.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Ids that calls use. Some servers give the same one to several calls.
    ids: HashSet<String>,
    /// The call whose arguments come in pieces.
    open: Option<(OpenCall, PartialArgs)>,
}

impl Calls {
    /// Returns `true` if the part continues the call that is open.
    pub(super) fn continues(&self, call: &FunctionCall) -> bool {
        self.open.is_some() && call.name.as_deref().unwrap_or_default().is_empty()
    }

    /// Begins a call, and ends it if the part has all its arguments.
    pub(super) fn begin(
        &mut self,
        name: &str,
        mut call: FunctionCall,
        signature: Option<String>,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) -> Result<(), UnknownPlace> {
        self.end(ItemStatus::Completed, tools, items, events);
        let mut open = OpenCall::new(false);
        open.push_name(name);
        let id = call.id.take().filter(|id| !id.is_empty());
        if let Some(id) = id.filter(|id| self.ids.insert(id.clone())) {
            open.set_call_id(id);
        }
        attach(&mut open, signature);
        if call.will_continue == Some(true) || call.partial_args.is_some() {
            open.announce(tools, items, events);
            self.open = Some((open, PartialArgs::default()));
            return self.resume(call, None, tools, items, events);
        }
        let arguments = arguments::whole(call.args.as_ref());
        open.push(arguments, tools, items, events);
        open.announce(tools, items, events);
        open.end(ItemStatus::Completed, items, events);
        Ok(())
    }

    /// Adds a piece to the call that is open.
    pub(super) fn resume(
        &mut self,
        call: FunctionCall,
        signature: Option<String>,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) -> Result<(), UnknownPlace> {
        let Some((open, args)) = &mut self.open else {
            return Ok(());
        };
        attach(open, signature);
        for piece in call.partial_args.into_iter().flatten() {
            args.push(piece)?;
        }
        if call.will_continue != Some(true) {
            self.end(ItemStatus::Completed, tools, items, events);
        }
        Ok(())
    }

    /// Ends the call that is open.
    pub(super) fn end(
        &mut self,
        status: ItemStatus,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if let Some((mut open, args)) = self.open.take() {
            open.push(args.into_text(), tools, items, events);
            open.end(status, items, events);
        }
    }
}

/// Puts the signature of a call's part into the call, at the place where Google's Chat Completions
/// API has it.
fn attach(call: &mut OpenCall, signature: Option<String>) {
    let Some(signature) = signature else {
        return;
    };
    let mut out = Writer::new();
    out.open_object();
    out.member("google");
    out.open_object();
    out.member("thought_signature");
    out.string(&signature);
    out.close_object();
    out.close_object();
    let text = std::str::from_utf8(&out.finish())
        .ok()
        .map(str::parse::<Raw>);
    if let Some(Ok(raw)) = text {
        call.set_extra_content(raw);
    }
}
