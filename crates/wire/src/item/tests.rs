use super::{
    FunctionCall, FunctionCallOutput, Input, Item, ItemStatus, Message, ReasoningItem, Role,
};
use crate::content::{ContentPart, Refusal};
use crate::{Wire, from_str, to_string};

/// Returns an item of each kind with no member except `type`.
fn one_of_each() -> Vec<Item> {
    const KINDS: &[&str] = &[
        "message",
        "reasoning",
        "function_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "web_search_call",
        "x_search_call",
        "file_search_call",
        "image_generation_call",
        "code_interpreter_call",
        "computer_call",
        "computer_call_output",
        "local_shell_call",
        "local_shell_call_output",
        "shell_call",
        "shell_call_output",
        "apply_patch_call",
        "apply_patch_call_output",
        "mcp_list_tools",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_call",
        "tool_search_call",
        "tool_search_output",
        "additional_tools",
        "program",
        "program_output",
        "compaction",
        "compaction_trigger",
        "context_compaction",
        "item_reference",
        "agent_message",
        "configuration_update",
        "openrouter:datetime",
        "openrouter:web_search",
        "openrouter:web_fetch",
        "openrouter:code_interpreter",
        "openrouter:file_search",
        "openrouter:files",
        "openrouter:image_generation",
        "openrouter:browser_use",
        "openrouter:bash",
        "openrouter:shell",
        "openrouter:text_editor",
        "openrouter:apply_patch",
        "openrouter:tool_search",
        "openrouter:memory",
        "openrouter:mcp",
        "openrouter:experimental__search_models",
        "openrouter:fusion",
        "openrouter:advisor",
        "openrouter:subagent",
        "openrouter:armor_blocked",
    ];
    let bare = |kind: &&str| from_str(&format!(r#"{{"type":"{kind}","id":"i"}}"#)).unwrap();
    let items: Vec<Item> = KINDS.iter().map(bare).collect();
    for (item, kind) in items.iter().zip(KINDS) {
        assert_eq!(item.kind(), *kind);
        assert!(!matches!(item, Item::Unknown(_)), "{kind}");
    }
    items
}

#[test]
fn items_of_all_kinds_decode_and_encode_without_loss() {
    for item in one_of_each() {
        let text = to_string(&item);
        assert_eq!(text, format!(r#"{{"type":"{}","id":"i"}}"#, item.kind()));
        assert_eq!(item.unknown(), Vec::<String>::new(), "{}", item.kind());
    }
}

#[test]
fn items_of_all_kinds_get_and_set_their_id() {
    for mut item in one_of_each() {
        assert_eq!(item.id(), Some("i"), "{}", item.kind());
        item.set_id("j");
        assert_eq!(item.id(), Some("j"), "{}", item.kind());
        assert!(to_string(&item).contains(r#""id":"j""#));
    }
}

#[test]
fn set_status_applies_to_kinds_with_a_status() {
    let mut with = 0;
    for mut item in one_of_each() {
        item.set_status(ItemStatus::Completed);
        match item.status() {
            Some(status) => {
                assert_eq!(*status, ItemStatus::Completed);
                with += 1;
            }
            None => assert!(!to_string(&item).contains("status"), "{}", item.kind()),
        }
    }
    assert_eq!(with, 44);
}

#[test]
fn messages_accept_common_handwritten_forms() {
    assert_eq!(
        to_string(&Item::from(Message::developer("Be brief."))),
        r#"{"type":"message","role":"developer","content":"Be brief."}"#
    );
    let message = Message::user([
        ContentPart::from("See:"),
        ContentPart::input_image("https://e.x/i.png"),
    ]);
    assert_eq!(
        to_string(&message),
        concat!(
            r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"See:"},"#,
            r#"{"type":"input_image","detail":"auto","image_url":"https://e.x/i.png"}]}"#
        )
    );
    assert_eq!(message.text(), "See:");
    assert_eq!(Message::assistant("Paris.").role, Role::Assistant);
    assert_eq!(Message::system("x").role.as_str(), "system");
}

#[test]
fn a_message_without_a_type_is_encoded_without_one() {
    let text =
        r#"{"role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]}"#;
    let item: Item = from_str(text).unwrap();
    assert_eq!(item.as_message().unwrap().text(), "Hi");
    assert_eq!(to_string(&item), text);
}

#[test]
fn text_excludes_refusals() {
    let message = Message::assistant([ContentPart::from(Refusal::new("I can't."))]);
    assert_eq!(message.text(), "");
    assert_eq!(message.refusal(), Some("I can't."));
}

#[test]
fn empty_arguments_are_an_empty_object() {
    #[derive(serde::Deserialize)]
    struct Nothing {}
    for arguments in ["", " \n", "{}"] {
        let call = FunctionCall::new("c", "f", arguments);
        assert!(call.parse_arguments::<Nothing>().is_ok(), "{arguments:?}");
        assert!(to_string(&call).contains(&format!(
            "\"arguments\":{}",
            serde_json::to_string(arguments).unwrap()
        )));
    }
    let broken = FunctionCall::new("c", "f", "{\"city\":");
    assert!(broken.parse_arguments::<serde_json::Value>().is_err());
}

#[test]
fn output_items_are_valid_input_items() {
    let output = r#"[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},
        {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}","status":"completed"},
        {"type":"hologram","depth":1e99}]"#;
    let output: Vec<Item> = from_str(output).unwrap();
    let mut input = Input::from("Hi");
    input.extend(output.clone());
    input.extend([FunctionCallOutput::new("c1", "42")]);
    let items = input.items();
    assert_eq!(items.len(), 5);
    assert_eq!(items[0].as_message().unwrap().text(), "Hi");
    assert_eq!(items[1..4], output[..]);
    assert!(to_string(&input).contains(r#"{"type":"hologram","depth":1e99}"#));
    assert_eq!(items[4].as_function_call_output().unwrap().call_id, "c1");
}

#[test]
fn reasoning_text_falls_back_to_the_summary() {
    let both: ReasoningItem = from_str(
        r#"{"summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],
            "content":[{"type":"reasoning_text","text":"c"}]}"#,
    )
    .unwrap();
    assert_eq!(
        (both.text().as_str(), both.summary_text().as_str()),
        ("c", "a\n\nb")
    );
    let summary: ReasoningItem =
        from_str(r#"{"summary":[{"type":"summary_text","text":"a"}]}"#).unwrap();
    assert_eq!(summary.text(), "a");
    assert_eq!(ReasoningItem::default().text(), "");
}

#[test]
fn open_items_do_not_report_unknown_members() {
    let item: Item = from_str(
        r#"{"type":"code_interpreter_call","id":"ci","call_id":"","name":"code_execution","code":7}"#,
    )
    .unwrap();
    // `code` is present with the wrong type.
    assert_eq!(item.unknown(), ["/code"]);
    assert!(item.typed_json().contains("code_execution"));
}

#[test]
fn items_have_a_small_size() {
    assert!(size_of::<Item>() <= 320, "{}", size_of::<Item>());
}
