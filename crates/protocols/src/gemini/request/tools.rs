//! `tools` and `toolConfig`: the functions that the model may or must call.

use orouter_wire::json::Writer;

use super::super::model::Model;
use super::answer::Answer;
use super::schema;
use crate::request::choice::{Choice, Mode};
use crate::request::offered::{Definition, Offered};
use crate::request::part::string;
use crate::request::tools::Tools;

/// Maximum length of a function's name, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// Returns `true` for the names of functions that the API allows.
pub(super) fn allows_name(name: &str) -> bool {
    let is_start = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    name.len() <= MAX_NAME_BYTES
        && name.bytes().next().is_some_and(is_start)
        && name.bytes().all(is_rest)
}

/// Writes `tools` and `toolConfig` as members of the open object.
pub(super) fn write(
    tools: &Tools<'_>,
    choice: &Choice,
    answer: &Answer<'_>,
    model: Model,
    out: &mut Writer,
) {
    if !choice.has_tools() || !answer.keeps_tools(choice, model) {
        return;
    }
    out.member("tools");
    out.open_array();
    out.element();
    out.open_object();
    out.member("functionDeclarations");
    out.open_array();
    for tool in choice.sent(tools) {
        out.element();
        write_function(tool, out);
    }
    if let Answer::Tool { name, schema } = answer {
        out.element();
        out.open_object();
        string(out, "name", name);
        let description = "Gives the final answer. Call it alone, when no other call is needed.";
        string(out, "description", description);
        out.member("parametersJsonSchema");
        out.raw(schema);
        out.close_object();
    }
    out.close_array();
    out.close_object();
    out.close_array();
    write_config(tools, choice, answer, model, out);
}

fn write_function(tool: &Offered<'_>, out: &mut Writer) {
    out.open_object();
    string(out, "name", &tool.upstream);
    if let Some(description) = tool.description() {
        string(out, "description", &description);
    }
    if let Some(schema) = tool.schema().and_then(schema::adapt_arguments) {
        out.member("parametersJsonSchema");
        out.raw(&schema);
    }
    out.close_object();
}

fn write_config(
    tools: &Tools<'_>,
    choice: &Choice,
    answer: &Answer<'_>,
    model: Model,
    out: &mut Writer,
) {
    let is_strict = |tool: &Offered<'_>| match tool.definition {
        Definition::Function(function) => function.strict == Some(true),
        Definition::Custom(_) => false,
    };
    let strict = model.has_validated_calls() && choice.sent(tools).any(is_strict);
    let mode = match choice.mode {
        Mode::None => "NONE",
        _ if matches!(answer, Answer::Tool { .. }) => "ANY",
        Mode::Required | Mode::Force(_) => "ANY",
        Mode::Unset | Mode::Auto if strict => "VALIDATED",
        Mode::Auto => "AUTO",
        Mode::Unset => return,
    };
    out.member("toolConfig");
    out.open_object();
    out.member("functionCallingConfig");
    out.open_object();
    string(out, "mode", mode);
    if let Mode::Force(index) = choice.mode
        && let Some(tool) = tools.offered.get(index)
    {
        out.member("allowedFunctionNames");
        out.open_array();
        out.element();
        out.string(&tool.upstream);
        out.close_array();
    }
    out.close_object();
    out.close_object();
}

#[cfg(test)]
mod tests {
    use super::allows_name;

    #[test]
    fn names_have_letters_digits_and_some_signs() {
        for (name, allowed) in [
            ("get_weather", true),
            ("_a.b:c-d9", true),
            (&"a".repeat(64), true),
            (&"a".repeat(65), false),
            ("9a", false),
            ("-a", false),
            ("a b", false),
            ("é", false),
            ("", false),
        ] {
            assert_eq!(allows_name(name), allowed, "{name}");
        }
    }
}
