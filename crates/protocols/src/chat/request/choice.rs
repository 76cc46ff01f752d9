//! The form of `tools` and `tool_choice` in Chat Completions.

use orouter_wire::json::Writer;

use super::part;
use crate::request::choice::{Choice, Mode};
use crate::request::part::string;
use crate::request::tools::Tools;

/// Writes `tools` and `tool_choice` as members of the open object. Without tools, it writes nothing:
/// some upstreams refuse a choice without tools, or an empty list.
pub(super) fn write(choice: &Choice, tools: &Tools<'_>, out: &mut Writer) {
    if !choice.has_tools() {
        return;
    }
    out.member("tools");
    out.open_array();
    for tool in choice.sent(tools) {
        out.element();
        part::write_tool(tool, out);
    }
    out.close_array();
    match choice.mode {
        Mode::Unset => {}
        Mode::Auto => string(out, "tool_choice", "auto"),
        Mode::None => string(out, "tool_choice", "none"),
        Mode::Required => string(out, "tool_choice", "required"),
        Mode::Force(index) => {
            out.member("tool_choice");
            out.open_object();
            string(out, "type", "function");
            out.member("function");
            out.open_object();
            let name = tools.offered.get(index).map(|tool| tool.upstream.as_ref());
            string(out, "name", name.unwrap_or_default());
            out.close_object();
            out.close_object();
        }
    }
}
