//! Tool calls of other services in the history. Those with a text become calls of a function, with
//! their results.

use std::borrow::Cow;

use orouter_wire::item::{CodeOutput, ItemStatus, McpError};
use orouter_wire::json::Writer;
use orouter_wire::{Item, to_string};

use super::part::string;

/// A call of a tool as a function.
#[derive(Debug)]
pub(crate) struct HostedCall<'a> {
    pub(crate) name: &'a str,
    /// JSON text.
    pub(crate) arguments: Cow<'a, str>,
    /// The result, if the item contains it. Otherwise another item is the output.
    pub(crate) result: Option<Cow<'a, str>>,
    /// The result is that of a call that failed.
    pub(crate) failed: bool,
}

/// Returns the call in an item. `None` if the item is no call, or has no text.
pub(crate) fn call(item: &Item) -> Option<HostedCall<'_>> {
    let named = |name: &'static str, arguments: String| HostedCall {
        name,
        arguments: Cow::Owned(arguments),
        result: None,
        failed: false,
    };
    Some(match item {
        Item::LocalShellCall(call) => named("local_shell", to_string(call.action.as_deref()?)),
        Item::ShellCall(call) => match (&call.action, &call.arguments) {
            (Some(action), _) => named("shell", to_string(action)),
            (None, arguments) => named("shell", arguments.clone()?),
        },
        Item::ApplyPatchCall(call) => named("apply_patch", to_string(call.operation.as_ref()?)),
        Item::Program(program) => named("program", object("code", &program.code)),
        Item::McpCall(call) => HostedCall {
            name: &call.name,
            arguments: Cow::Borrowed(&call.arguments),
            result: Some(match (&call.output, &call.error) {
                (Some(output), _) => Cow::Borrowed(output),
                (None, Some(McpError::Text(error))) => Cow::Borrowed(error),
                (None, Some(error)) => Cow::Owned(to_string(error)),
                (None, None) => Cow::Borrowed(""),
            }),
            failed: call.output.is_none() && call.error.is_some(),
        },
        Item::CodeInterpreterCall(call) => {
            let outputs = call.outputs.iter().flatten();
            let logs: Vec<&str> = outputs
                .filter_map(|output| match output {
                    CodeOutput::Logs(output) => Some(output.logs.as_str()),
                    _ => None,
                })
                .collect();
            HostedCall {
                result: Some(Cow::Owned(logs.join("\n"))),
                ..named("code_interpreter", object("code", call.code.as_deref()?))
            }
        }
        Item::FileSearchCall(call) => {
            let results = call.results.iter().flatten();
            let texts: Vec<&str> = results.filter_map(|found| found.text.as_deref()).collect();
            if texts.is_empty() {
                return None;
            }
            let mut arguments = Writer::new();
            arguments.open_object();
            arguments.member("queries");
            arguments.open_array();
            for query in &call.queries {
                arguments.element();
                arguments.string(query);
            }
            arguments.close_array();
            arguments.close_object();
            HostedCall {
                result: Some(Cow::Owned(texts.join("\n\n"))),
                ..named("file_search", into_text(arguments))
            }
        }
        _ => return None,
    })
}

/// Returns the text of an output that another kind of tool has.
pub(crate) fn output_text(item: &Item) -> Option<Cow<'_, str>> {
    Some(match item {
        Item::LocalShellCallOutput(output) => Cow::Borrowed(&output.output),
        Item::ShellCallOutput(output) => {
            let parts = output.output.iter();
            let texts = parts.flat_map(|part| [part.stdout.as_str(), part.stderr.as_str()]);
            let texts: Vec<&str> = texts
                .chain(output.error.as_deref())
                .filter(|text| !text.is_empty())
                .collect();
            Cow::Owned(texts.join("\n"))
        }
        Item::ApplyPatchCallOutput(output) => {
            let status = output.status.as_ref().map(ItemStatus::as_str);
            Cow::Borrowed(output.output.as_deref().or(status).unwrap_or_default())
        }
        _ => return None,
    })
}

/// Returns the text of a JSON object with one string.
fn object(name: &str, value: &str) -> String {
    let mut out = Writer::new();
    out.open_object();
    string(&mut out, name, value);
    out.close_object();
    into_text(out)
}

fn into_text(out: Writer) -> String {
    // The writer writes whole strings and ASCII only.
    String::from_utf8(out.finish().into()).unwrap_or_default()
}
