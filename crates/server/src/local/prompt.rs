//! Builds the prompt: `system`, `user` and `assistant` turns of text.
//!
//! `instructions` and the system messages before the first other turn become one system turn,
//! because chat templates accept only one. [`super::history`] turns items into turns.

use orouter_local::Message as Turn;
use orouter_wire::{Input, ResponsesRequest};
use serde_json::Value;

use super::custom::custom_head;
use super::grammar::CALL;
use super::history::Conversation;
use super::offer::Offer;
use crate::failure::Failure;
use orouter_protocols::Notes;

/// Returns the turns of a request, oldest first, at least one. Skipped and converted items are
/// added to `notes`.
pub(super) fn turns(
    request: &ResponsesRequest,
    offer: &Offer,
    schema: Option<&Value>,
    notes: &Notes,
) -> Result<Vec<Turn>, Failure> {
    let mut conversation = Conversation::new(offer, notes);
    if let Some(instructions) = &request.instructions {
        conversation.add_text("system", instructions);
    }
    match &request.input {
        Some(Input::Text(text)) if text.is_empty() => {}
        Some(Input::Text(text)) => conversation.add_text("user", text),
        Some(Input::Items(items)) => {
            for (index, item) in items.iter().enumerate() {
                conversation.add_item(item, &format!("input[{index}]"))?;
            }
        }
        _ => {
            return Err(Failure::invalid(
                "input",
                "`input` must be a string or a list of items",
            ));
        }
    }
    for note in [
        functions_note(offer),
        customs_note(offer),
        schema_note(schema),
    ]
    .into_iter()
    .flatten()
    {
        conversation.add_instruction(&note);
    }
    let mut turns = conversation.turns;
    if turns.is_empty() {
        turns.push(Turn::user(""));
    }
    Ok(turns)
}

/// Returns the text that describes the functions and the form of a call.
fn functions_note(offer: &Offer) -> Option<String> {
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
        note.push_str(&format!("\n  arguments: {}\n", function.parameters.value));
    }
    note.push_str(if offer.must_call && offer.customs.is_empty() {
        "Answer with one call, and nothing else, in this form:\n"
    } else {
        "If one of them is needed to answer, answer with the call, and nothing else, in this form:\n"
    });
    note.push_str(CALL);
    note.push_str("{\"name\": \"function name\", \"arguments\": {\"argument name\": \"value\"}}");
    Some(note)
}

/// Returns the text that describes the custom tools and the form of a call.
fn customs_note(offer: &Offer) -> Option<String> {
    if offer.customs.is_empty() {
        return None;
    }
    let mut note = String::from("You can call these tools, which take plain text:\n");
    for tool in &offer.customs {
        note.push_str("- ");
        note.push_str(&tool.name);
        if let Some(description) = &tool.description {
            note.push_str(": ");
            note.push_str(description);
        }
        note.push('\n');
    }
    note.push_str(if offer.must_call && offer.functions.is_empty() {
        "Answer with one call, and nothing else, in this form:\n"
    } else {
        "If one of them is needed to answer, answer with the call, and nothing else, in this form:\n"
    });
    note.push_str(CALL);
    note.push_str(&custom_head("tool name"));
    note.push_str("the text");
    Some(note)
}

/// Returns the text that asks for JSON of a schema.
fn schema_note(schema: Option<&Value>) -> Option<String> {
    let schema = schema?;
    Some(format!(
        "Answer with JSON that fits this schema, and nothing else:\n{schema}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::offer::{Custom, Format, Function};
    use super::super::schema::Schema;
    use super::*;

    fn read(body: &Value, offer: &Offer, schema: Option<&Value>) -> Vec<(String, String)> {
        let request = orouter_wire::from_str(&body.to_string()).expect("a request");
        let turns = turns(&request, offer, schema, &Notes::default()).expect("turns");
        turns
            .into_iter()
            .map(|turn| (turn.role, turn.content))
            .collect()
    }

    fn turn(role: &str, content: &str) -> (String, String) {
        (role.to_owned(), content.to_owned())
    }

    #[test]
    fn instructions_and_leading_system_messages_are_one_turn() {
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
    fn calls_and_outputs_have_the_form_that_the_prompt_describes() {
        let function = Function {
            name: "get_time".to_owned(),
            description: Some("The time.".to_owned()),
            parameters: Schema::any_object("tools[0].parameters"),
        };
        let offer = Offer {
            functions: vec![function],
            ..Offer::default()
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
    fn a_custom_tool_is_called_with_plain_text() {
        let tool = Custom {
            name: "agents.note".to_owned(),
            description: Some("Keeps a note.".to_owned()),
            format: Format::Text,
            path: String::new(),
        };
        let offer = Offer {
            customs: vec![tool],
            ..Offer::default()
        };
        let body = json!({"input": [
            {"role": "user", "content": "Note it."},
            {"role": "assistant", "content": null},
            {"type": "custom_tool_call", "call_id": "c", "name": "note", "namespace": "agents", "input": "a\n{b}"},
            {"type": "custom_tool_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "kept"}]},
        ]});
        let turns = read(&body, &offer, None);
        assert!(turns[0].1.contains("agents.note: Keeps a note."));
        assert_eq!(
            turns[1..],
            [
                turn("user", "Note it."),
                turn(
                    "assistant",
                    "<tool_call>\n{\"name\": \"agents.note\"}\na\n{b}"
                ),
                turn("user", "<tool_response>\nkept\n</tool_response>"),
            ]
        );
    }

    #[test]
    fn empty_turns_are_kept_and_an_empty_conversation_has_one() {
        for role in ["user", "assistant", "system", "developer"] {
            let turn_role = if role == "developer" { "system" } else { role };
            for message in [
                json!({"role": role, "content": null}),
                json!({"role": role}),
                json!({"type": "message", "role": role, "content": ""}),
                json!({"type": "message", "role": role, "content": []}),
            ] {
                let turns = read(&json!({"input": [message]}), &Offer::default(), None);
                assert_eq!(turns, [turn(turn_role, "")]);
            }
        }
        for body in [
            json!({"input": ""}),
            json!({"input": []}),
            json!({"input": [{"type": "compaction", "encrypted_content": "x"}]}),
        ] {
            assert_eq!(read(&body, &Offer::default(), None), [turn("user", "")]);
        }
        let body = json!({"input": [], "instructions": "Joke."});
        assert_eq!(
            read(&body, &Offer::default(), None),
            [turn("system", "Joke.")]
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
