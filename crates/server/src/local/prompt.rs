//! The conversation as the small model reads it: `system`, `user` and `assistant` turns of text.
//!
//! `instructions` and the system messages before the first other turn become one system turn, for
//! chat templates know but one. Calls and their outputs, for which the template has no roles, are
//! written as text in the form that the prompt teaches: `<tool_call>` in the assistant's turn,
//! `<tool_response>` in the user's.

use orouter_local::Message as Turn;
use orouter_wire::{
    ContentPart, FunctionCall, FunctionCallOutput, Input, Item, Message, MessageContent,
    ResponsesRequest, Role, ToolOutput,
};
use serde_json::Value;

use super::grammar::{CALL, CALL_END, call_head};
use super::tools::Offer;
use crate::admit::aside;
use crate::failure::Failure;

/// The turns of a request, oldest first; the last one is not the assistant's, or the model goes on
/// from there.
pub(super) fn turns(
    request: &ResponsesRequest,
    offer: &Offer,
    schema: Option<&Value>,
) -> Result<Vec<Turn>, Failure> {
    let mut conversation = Conversation::default();
    if let Some(instructions) = &request.instructions {
        conversation.say("system", instructions);
    }
    match &request.input {
        Some(Input::Text(text)) => conversation.say("user", text),
        Some(Input::Items(items)) => {
            for (index, item) in items.iter().enumerate() {
                conversation.item(item, &format!("input[{index}]"))?;
            }
        }
        _ => {
            return Err(Failure::invalid(
                "input",
                "`input` must be a string or a list of items",
            ));
        }
    }
    if !conversation
        .turns
        .iter()
        .any(|turn| turn.role != "system" && !turn.content.trim().is_empty())
    {
        return Err(Failure::invalid(
            "input",
            "`input` is empty: there is nothing to answer",
        ));
    }
    for note in [tools_note(offer), schema_note(schema)]
        .into_iter()
        .flatten()
    {
        conversation.instruct(&note);
    }
    Ok(conversation.turns)
}

/// The turns so far, and the calls that outputs may refer to.
#[derive(Default)]
struct Conversation {
    turns: Vec<Turn>,
    call_ids: Vec<String>,
}

impl Conversation {
    /// Adds text to the conversation; what one speaker says in a row is one turn.
    fn say(&mut self, role: &str, text: &str) {
        match self.turns.last_mut() {
            Some(last) if last.role == role => {
                last.content.push_str("\n\n");
                last.content.push_str(text);
            }
            _ => self.turns.push(Turn::new(role, text)),
        }
    }

    /// Adds to the leading system turn, which is made if there is none.
    fn instruct(&mut self, text: &str) {
        match self.turns.first_mut() {
            Some(first) if first.role == "system" => {
                first.content.push_str("\n\n");
                first.content.push_str(text);
            }
            _ => self.turns.insert(0, Turn::system(text)),
        }
    }

    fn item(&mut self, item: &Item, path: &str) -> Result<(), Failure> {
        match item {
            Item::Message(message) => self.message(message, path),
            Item::FunctionCall(call) => self.call(call, path),
            Item::FunctionCallOutput(output) => self.output(output, path),
            // What a model thought on the way to an earlier answer is not part of the conversation.
            Item::Reasoning(_) => Ok(()),
            other => Err(match other.kind() {
                "" => Failure::invalid(path, format!("`{path}` is not an item: a JSON object")),
                kind => Failure::invalid(
                    format!("{path}.type"),
                    format!(
                        "`{path}.type` is `{kind}`; this model reads `message`, `function_call` \
                         and `function_call_output`"
                    ),
                ),
            }),
        }
    }

    fn message(&mut self, message: &Message, path: &str) -> Result<(), Failure> {
        let role = match message.role {
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::System | Role::Developer => "system",
            _ => return Err(bad_role(path)),
        };
        if message
            .extra
            .get("role")
            .is_some_and(|raw| raw.get() != "null")
        {
            return Err(bad_role(path));
        }
        aside::content(&message.extra, path, "content")?;
        let text = match &message.content {
            Some(MessageContent::Text(text)) => text.clone(),
            Some(MessageContent::Parts(parts)) => joined(parts, path, "content")?,
            _ => {
                return Err(Failure::invalid(
                    format!("{path}.content"),
                    format!("`{path}.content` must be a string or a list of parts"),
                ));
            }
        };
        self.say(role, &text);
        Ok(())
    }

    fn call(&mut self, call: &FunctionCall, path: &str) -> Result<(), Failure> {
        for member in ["call_id", "name", "arguments"] {
            aside::string(&call.extra, path, member)?;
        }
        for (member, value) in [("call_id", &call.call_id), ("name", &call.name)] {
            if value.is_empty() {
                return Err(must_be_string(path, member));
            }
        }
        let arguments = match call.arguments.trim() {
            "" => "{}",
            arguments => arguments,
        };
        self.call_ids.push(call.call_id.clone());
        self.say(
            "assistant",
            &format!("{CALL}{}{arguments}{CALL_END}", call_head(&call.name)),
        );
        Ok(())
    }

    fn output(&mut self, output: &FunctionCallOutput, path: &str) -> Result<(), Failure> {
        aside::string(&output.extra, path, "call_id")?;
        if output.call_id.is_empty() {
            return Err(must_be_string(path, "call_id"));
        }
        if !self.call_ids.contains(&output.call_id) {
            return Err(Failure::invalid(
                format!("{path}.call_id"),
                format!("`{path}.call_id` names no `function_call` that comes before it"),
            ));
        }
        aside::content(&output.extra, path, "output")?;
        let text = match &output.output {
            Some(ToolOutput::Text(text)) => text.clone(),
            Some(ToolOutput::Parts(parts)) => joined(parts, path, "output")?,
            _ => {
                return Err(Failure::invalid(
                    format!("{path}.output"),
                    format!("`{path}.output` must be a string or a list of parts"),
                ));
            }
        };
        self.say(
            "user",
            &format!("<tool_response>\n{text}\n</tool_response>"),
        );
        Ok(())
    }
}

fn bad_role(path: &str) -> Failure {
    Failure::invalid(
        format!("{path}.role"),
        format!("`{path}.role` must be `user`, `assistant`, `system` or `developer`"),
    )
}

fn must_be_string(path: &str, member: &str) -> Failure {
    Failure::invalid(
        format!("{path}.{member}"),
        format!("`{path}.{member}` must be a string"),
    )
}

/// The text of the parts, one after the other; a part that is no text is refused.
fn joined(parts: &[ContentPart], path: &str, member: &str) -> Result<String, Failure> {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        let path = format!("{path}.{member}[{index}]");
        let (piece, extra, name) = match part {
            ContentPart::InputText(part) => (&part.text, &part.extra, "text"),
            ContentPart::OutputText(part) => (&part.text, &part.extra, "text"),
            ContentPart::Text(part) => (&part.text, &part.extra, "text"),
            ContentPart::Refusal(part) => (&part.refusal, &part.extra, "refusal"),
            other => return Err(not_text(other, &path)),
        };
        aside::string(extra, &path, name)?;
        text.push_str(piece);
    }
    Ok(text)
}

fn not_text(part: &ContentPart, path: &str) -> Failure {
    match part.kind() {
        "" => Failure::invalid(path, format!("`{path}` must be an object with a `type`")),
        kind => Failure::invalid(
            format!("{path}.type"),
            format!(
                "`{path}.type` is `{kind}`; this model reads text: no images, files, audio or \
                 video"
            ),
        ),
    }
}

/// Tells the model which functions there are and how to call one.
fn tools_note(offer: &Offer) -> Option<String> {
    if offer.functions.is_empty() {
        return None;
    }
    let mut note = String::from("You can call these functions:\n");
    for function in &offer.functions {
        note.push_str("- ");
        note.push_str(&function.name);
        if let Some(description) = &function.description {
            note.push_str(": ");
            note.push_str(description);
        }
        note.push_str(&format!("\n  arguments: {}\n", function.parameters));
    }
    note.push_str(if offer.must_call {
        "Answer with one call, and nothing else, in this form:\n"
    } else {
        "If one of them is needed to answer, answer with the call, and nothing else, in this form:\n"
    });
    note.push_str(CALL);
    note.push_str("{\"name\": \"function name\", \"arguments\": {\"argument name\": \"value\"}}");
    Some(note)
}

/// Tells the model that its answer is JSON, and of which schema.
fn schema_note(schema: Option<&Value>) -> Option<String> {
    let schema = schema?;
    Some(format!(
        "Answer with JSON that fits this schema, and nothing else:\n{schema}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tools::Function;
    use super::*;

    fn read(body: &Value, offer: &Offer, schema: Option<&Value>) -> Vec<(String, String)> {
        let request = orouter_wire::from_str(&body.to_string()).expect("a request");
        let turns = turns(&request, offer, schema).expect("turns");
        turns
            .into_iter()
            .map(|turn| (turn.role, turn.content))
            .collect()
    }

    fn turn(role: &str, content: &str) -> (String, String) {
        (role.to_owned(), content.to_owned())
    }

    #[test]
    fn what_comes_before_the_first_turn_is_one_system_turn() {
        let body = json!({"instructions": "One.", "input": [
            {"role": "system", "content": "Two."},
            {"role": "developer", "content": [{"type": "input_text", "text": "Three."}]},
            {"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]},
            {"role": "user", "content": "c"},
            {"role": "system", "content": "Four."},
        ]});
        assert_eq!(
            read(&body, &Offer::default(), None),
            [
                turn("system", "One.\n\nTwo.\n\nThree."),
                turn("user", "ab\n\nc"),
                turn("system", "Four."),
            ]
        );
        assert_eq!(
            read(&json!({"input": "hi"}), &Offer::default(), None),
            [turn("user", "hi")]
        );
    }

    #[test]
    fn calls_and_outputs_are_written_as_the_prompt_teaches_them() {
        let function = Function {
            name: "get_time".to_owned(),
            description: Some("The time.".to_owned()),
            parameters: json!({"type": "object"}),
        };
        let offer = Offer {
            functions: vec![function],
            must_call: false,
        };
        let body = json!({"input": [
            {"role": "user", "content": "When?"},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "function_call", "call_id": "c", "name": "get_time", "arguments": ""},
            {"type": "function_call_output", "call_id": "c", "output": "noon"},
        ]});
        let turns = read(&body, &offer, None);
        let (role, system) = &turns[0];
        assert_eq!(role, "system");
        assert!(system.contains("get_time: The time.") && system.contains("<tool_call>"));
        assert_eq!(
            turns[1..],
            [
                turn("user", "When?"),
                turn(
                    "assistant",
                    "<tool_call>\n{\"name\": \"get_time\", \"arguments\": {}}"
                ),
                turn("user", "<tool_response>\nnoon\n</tool_response>"),
            ]
        );
    }

    #[test]
    fn a_schema_is_shown_to_the_model() {
        let schema = json!({"type": "object", "title": "Person"});
        let turns = read(&json!({"input": "hi"}), &Offer::default(), Some(&schema));
        assert_eq!(turns[0].0, "system");
        assert!(turns[0].1.contains("Person"));
        assert_eq!(turns[1], turn("user", "hi"));
    }
}
