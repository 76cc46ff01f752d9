//! The request: from the Responses API to Chat Completions.
//!
//! `conversation.rs` turns the items into messages, which borrow the client's texts; `turn.rs`,
//! `part.rs`, `call.rs` and `thought.rs` write them. The body is written once, without a tree of
//! values.

mod call;
mod call_reader;
mod choice;
mod content;
mod conversation;
mod format;
mod hosted;
mod media;
mod names;
mod offered;
mod outputs;
mod parameters;
mod part;
mod part_error;
mod place;
mod reasoning;
mod replacement;
mod support;
mod thought;
mod tools;
mod turn;
mod undecoded;

use bytes::Bytes;
use orouter_wire::json::Writer;
use orouter_wire::{Input, ResponsesRequest};

use self::call_reader::CallReader;
use self::choice::Choice;
use self::content::ContentReader;
use self::conversation::Conversation;
use self::media::MediaReader;
use self::part::string;
use self::support::Support;
use self::tools::Tools;
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
    // The parameters come first, so that their notes are kept if a long history has many.
    let mut out = Writer::new();
    out.open_object();
    string(&mut out, "model", target.model);
    parameters::write(
        request,
        target,
        choice.has_tools(),
        support,
        notes,
        &mut out,
    )?;
    let turns = turns(request, &tools, target, support, notes)?;

    let size = turns.iter().map(Turn::size).sum::<usize>() + tools.size();
    let mut body = out.finish();
    // Escapes make texts longer.
    body.reserve(size + size / 8);
    let mut out = Writer::onto(body);
    choice.write(&tools, &mut out);
    out.member("messages");
    out.open_array();
    for turn in &turns {
        out.element();
        turn.write(support, &mut out);
    }
    out.close_array();
    out.close_object();
    Ok((out.finish().freeze(), tools.to_names()))
}

/// Returns the messages of a request.
fn turns<'a>(
    request: &'a ResponsesRequest,
    tools: &'a Tools<'a>,
    target: &'a Target<'a>,
    support: Support<'a>,
    notes: &'a Notes,
) -> Result<Vec<Turn<'a>>, Refusal> {
    let media = MediaReader {
        modalities: target.input_modalities,
        support,
        notes,
    };
    let reader = ContentReader { media, notes };
    let calls = CallReader {
        names: &tools.names,
        target,
        notes,
    };
    let items = request.input.as_ref().map_or(&[][..], Input::items);
    let mut conversation = Conversation::new(items, calls, reader, target);
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
    Ok(conversation.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::reply::{ToolKind, ToolName};

    #[test]
    fn names_of_tools_are_turned_back() {
        let request = orouter_wire::from_str(
            r#"{"model": "m", "input": "hi", "tools": [
                {"type": "function", "name": "f"},
                {"type": "custom", "name": "c"},
                {"type": "namespace", "name": "n", "description": "", "tools": [
                    {"type": "function", "name": "f"}, {"type": "custom", "name": "c"}
                ]}
            ]}"#,
        )
        .unwrap();
        let (_, names) = translate(&request, &Target::new("m"), &Notes::default()).unwrap();
        for (upstream, name, namespace, kind) in [
            ("f", "f", None, ToolKind::Function),
            ("c", "c", None, ToolKind::Custom),
            ("n__f", "f", Some("n"), ToolKind::Function),
            ("n__c", "c", Some("n"), ToolKind::Custom),
        ] {
            let expected = ToolName {
                name: name.to_owned(),
                namespace: namespace.map(str::to_owned),
                kind,
            };
            assert_eq!(names.get(upstream), Some(&expected));
        }
        assert_eq!(names.get("n"), None);
    }
}
