//! The request: from the Responses API to Chat Completions.
//!
//! [`request`](crate::request) reads the items and tools. `messages.rs` turns them into messages,
//! which borrow the client's texts; `message.rs`, `part.rs`, `choice.rs` and `thought.rs` write them.
//! The body is written once, without a tree of values.

mod choice;
mod format;
mod message;
mod messages;
mod parameters;
mod part;
mod reasoning;
mod thought;

use bytes::Bytes;
use orouter_wire::ResponsesRequest;
use orouter_wire::json::Writer;

use self::message::Message;
use self::thought::ThoughtReader;
use crate::notes::Notes;
use crate::output::ToolNames;
use crate::refusal::Refusal;
use crate::request::api::{Api, CacheMarks};
use crate::request::choice::Choice;
use crate::request::conversation;
use crate::request::part::string;
use crate::request::support::Support;
use crate::request::tools::{self, Tools};
use crate::target::Target;

/// The abilities of Chat Completions.
static API: Api = Api {
    name: "Chat Completions",
    media_in_results: false,
    image_ids: false,
    image_detail: true,
    file_urls: false,
    image_config: false,
    audio: true,
    video: true,
    cache_marks: CacheMarks::Listed,
    check_media: |_, _| Ok(()),
    allows_name: |_| true,
};

/// Returns the body for the upstream and the names of its tools.
pub(super) fn translate(
    request: &ResponsesRequest,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<(Bytes, ToolNames), Refusal> {
    let support = Support::new(&API, target.supported_parameters, notes);
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
    let messages = messages(request, &tools, target, support, notes)?;

    let size = messages.iter().map(Message::size).sum::<usize>() + tools.size();
    let mut body = out.finish();
    // Escapes make texts longer.
    body.reserve(size + size / 8);
    let mut out = Writer::onto(body);
    choice::write(&choice, &tools, &mut out);
    out.member("messages");
    out.open_array();
    for message in &messages {
        out.element();
        message.write(support, &mut out);
    }
    out.close_array();
    out.close_object();
    Ok((out.finish().freeze(), tools.to_names()))
}

/// Returns the messages of a request.
fn messages<'a>(
    request: &'a ResponsesRequest,
    tools: &'a Tools<'a>,
    target: &'a Target<'a>,
    support: Support<'a>,
    notes: &'a Notes,
) -> Result<Vec<Message<'a>>, Refusal> {
    let turns = conversation::read(request, tools, target, support, notes)?;
    let thoughts = ThoughtReader {
        target,
        support,
        notes,
    };
    Ok(messages::messages(turns, thoughts, notes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{ToolKind, ToolName};

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
