//! The request: from the Responses API to Chat Completions.
//!
//! `conversation.rs` turns the items into messages, which borrow the client's texts; `turn.rs`,
//! `part.rs`, `call.rs` and `thought.rs` write them. The body is written once, without a tree of
//! values.

mod call;
mod choice;
mod content;
mod conversation;
mod format;
mod hosted;
mod names;
mod outputs;
mod parameters;
mod part;
mod place;
mod reasoning;
mod support;
mod thought;
mod tools;
mod turn;
mod undecoded;

use bytes::{Bytes, BytesMut};
use orouter_wire::json::Writer;
use orouter_wire::{Input, ResponsesRequest};

use self::choice::Choice;
use self::content::ContentReader;
use self::conversation::Conversation;
use self::part::string;
use self::support::Support;
use self::turn::Turn;
use super::reply::ToolNames;
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::Target;

/// Returns the body for the upstream and the names of its tools.
pub(super) fn translate(
    request: &ResponsesRequest,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<(Bytes, ToolNames), Refusal> {
    let support = Support::new(target.supported_parameters, notes);
    let tools = tools::read(request, support, notes)?;
    let choice = Choice::read(request, &tools, support)?;
    let reader = ContentReader {
        modalities: target.input_modalities,
        support,
        notes,
    };
    let items = request.input.as_ref().map_or(&[][..], Input::items);
    let mut conversation = Conversation::new(items, &tools.names, reader, target);
    if let Some(instructions) = &request.instructions {
        conversation.add_instructions(instructions);
    }
    match &request.input {
        Some(Input::Text(text)) => conversation.add_user_text(text),
        Some(Input::Items(_)) => conversation.add_items()?,
        None => {}
        Some(_) => {
            return Err(Refusal::new(
                "input",
                "`input` must be a string or a list of items",
            ));
        }
    }
    let turns = conversation.finish();

    let size = turns.iter().map(Turn::size).sum::<usize>() + tools.size() + 1024;
    let mut out = Writer::onto(BytesMut::with_capacity(size));
    out.open_object();
    string(&mut out, "model", target.model);
    out.member("messages");
    out.open_array();
    for turn in &turns {
        out.element();
        turn.write(support, &mut out);
    }
    out.close_array();
    choice.write(&tools, &mut out);
    parameters::write(
        request,
        target,
        choice.has_tools(),
        support,
        notes,
        &mut out,
    )?;
    out.close_object();
    Ok((out.finish().freeze(), tools.to_names()))
}
