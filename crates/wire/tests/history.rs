//! `History`: appending responses, outputs of calls, turns and JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use orouter_wire::{
    CustomToolCall, FunctionCall, FunctionCallOutput, History, HistoryErrorKind, ImageDetail,
    InputImage, Item, ItemStatus, Message, ReasoningItem, Response, ResponseStatus,
    ResponsesRequest, from_str, to_string,
};
use serde_json::json;

/// A completed response with these items.
fn response(output: Vec<Item>) -> Response {
    let mut response = Response::new("resp_1", "m");
    response.status = ResponseStatus::Completed;
    response.output = output;
    response
}

fn reasoning(encrypted: &str) -> Item {
    let mut item = ReasoningItem::default();
    item.id = Some("rs_1".to_owned());
    item.encrypted_content = Some(encrypted.to_owned());
    item.into()
}

fn call(id: &str) -> Item {
    FunctionCall::new(id, "f", "{}").into()
}

fn output(id: &str) -> Item {
    FunctionCallOutput::new(id, "done").into()
}

/// Short names of the items, to compare.
fn names(history: &History) -> Vec<String> {
    let name = |item: &Item| match item {
        Item::Message(message) => format!("{}:{}", message.role, message.text()),
        Item::Reasoning(_) => "reasoning".to_owned(),
        Item::FunctionCall(call) => call.call_id.clone(),
        Item::FunctionCallOutput(output) => format!("{} output", output.call_id),
        other => to_string(other),
    };
    history.items().iter().map(name).collect()
}

#[test]
fn begins_with_text_or_items_and_becomes_the_input() {
    assert_eq!(names(&History::from("hi")), ["user:hi"]);
    assert_eq!(names(&Message::user("hi").into()), ["user:hi"]);
    let mut history = History::from([Message::system("Be brief."), Message::user("hi")]);
    history.push("more");
    history.push(Message::assistant("a"));
    history.push([Message::user("b"), Message::user("c")]);
    history.push(FunctionCallOutput::new("call_1", json!({"a": 1})));
    assert_eq!(
        names(&history),
        [
            "system:Be brief.",
            "user:hi",
            "user:more",
            "assistant:a",
            "user:b",
            "user:c",
            "call_1 output"
        ]
    );
    let request = ResponsesRequest::new("m").input(&history);
    assert_eq!(request.input.unwrap().items(), history.items());
    let collected: History = history.clone().into_iter().collect();
    assert_eq!(collected, history);
    assert!(History::new().is_empty());
}

#[test]
fn a_response_is_appended_with_its_reasoning_unchanged() {
    let mut history = History::from("hi");
    let answer = Message::assistant("Hello").id("msg_1");
    history.append(&response(vec![reasoning("secret"), answer.into()]));
    assert_eq!(names(&history), ["user:hi", "reasoning", "assistant:Hello"]);
    assert_eq!(
        to_string(&history.items()[1]),
        r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"secret"}"#
    );
}

#[test]
fn what_the_api_does_not_take_back_is_left_out() {
    let append = |mut whole: Response, status: ResponseStatus| {
        whole.status = status;
        let mut history = History::new();
        history.append(&whole);
        names(&history)
    };
    let mut cut = FunctionCall::new("call_2", "f", r#"{"ci"#);
    // A call whose arguments are cut, with and without a status.
    let items = vec![
        reasoning("a"),
        call("call_1"),
        reasoning("b"),
        cut.clone().into(),
    ];
    assert_eq!(
        append(response(items), ResponseStatus::Incomplete),
        ["reasoning", "call_1"]
    );
    // In a completed response the model itself wrote the invalid arguments; they were not cut off.
    let items = vec![reasoning("a"), cut.clone().into()];
    assert_eq!(
        append(response(items), ResponseStatus::Completed),
        ["reasoning", "call_2"]
    );
    cut.status = Some(ItemStatus::InProgress);
    assert!(
        append(
            response(vec![reasoning("a"), cut.into()]),
            ResponseStatus::Completed
        )
        .is_empty()
    );

    // Reasoning that nothing follows, and messages without content.
    let empty = || Item::from(Message::assistant(""));
    let items = vec![reasoning("a"), empty(), call("call_1"), reasoning("b")];
    assert_eq!(
        append(response(items), ResponseStatus::Completed),
        ["reasoning", "call_1"]
    );
    let no_content: Item = from_str(r#"{"type":"message","role":"assistant"}"#).unwrap();
    assert!(
        append(
            response(vec![no_content, empty()]),
            ResponseStatus::Completed
        )
        .is_empty()
    );

    // The part of a message that arrived is kept.
    let message = Message::assistant("Hel").status(ItemStatus::Incomplete);
    assert_eq!(
        append(response(vec![message.into()]), ResponseStatus::Incomplete),
        ["assistant:Hel"]
    );
}

#[test]
fn a_text_that_only_the_response_repeats_becomes_a_message() {
    let mut whole = response(Vec::new());
    whole.output_text = Some("Hello".to_owned());
    let mut history = History::new();
    history.append(&whole);
    assert_eq!(names(&history), ["assistant:Hello"]);
    whole.output = vec![Message::assistant("Hello").into()];
    history.append(&whole);
    assert_eq!(history.len(), 2);
}

#[test]
fn calls_wait_for_their_outputs() {
    let mut history = History::from("hi");
    let custom = CustomToolCall::new("call_3", "g", "x");
    history.append(&response(vec![
        call("call_1"),
        call("call_2"),
        custom.into(),
    ]));
    let pending = |history: &History| -> Vec<String> {
        let ids = history.pending_items().filter_map(Item::call_id);
        ids.map(str::to_owned).collect()
    };
    assert_eq!(pending(&history), ["call_1", "call_2", "call_3"]);
    history.push_output("call_2", json!({"ok": true})).unwrap();
    assert_eq!(pending(&history), ["call_1", "call_3"]);
    assert_eq!(history.pending_calls()[0].call_id, "call_1");
    history.push_output("call_3", "text").unwrap();
    assert!(matches!(
        history.items().last(),
        Some(Item::CustomToolCallOutput(_))
    ));
    history.push_output("call_1", "text").unwrap();
    assert!(pending(&history).is_empty() && history.pending_calls().is_empty());
}

#[test]
fn an_output_without_its_call_is_an_error() {
    let mut history = History::from("hi");
    history.append(&response(vec![call("call_1"), call("call_2")]));
    let error = history.push_output("call_9", "x").unwrap_err();
    assert_eq!(error.kind(), HistoryErrorKind::UnknownCall);
    assert_eq!(error.call_id(), "call_9");
    assert_eq!(
        error.to_string(),
        r#"the history has no call "call_9"; waiting for an output: call_1, call_2"#
    );
    history.push_output("call_1", "x").unwrap();
    let error = history.push_output("call_1", "y").unwrap_err();
    assert_eq!(error.kind(), HistoryErrorKind::HasOutput);

    let shell: Item = from_str(r#"{"type":"shell_call","call_id":"sh_1"}"#).unwrap();
    history.push(shell);
    let error = history.push_output("sh_1", "x").unwrap_err();
    assert_eq!(error.kind(), HistoryErrorKind::OtherKind);
    assert_eq!(history.len(), 5);

    let error = History::new().push_output("", "x").unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"the history has no call ""; no call waits for an output"#
    );
}

/// Two turns with calls between a system message and a last question.
fn conversation() -> History {
    let mut history = History::from([Message::system("s"), Message::user("one")]);
    history.append(&response(vec![reasoning("a"), call("call_1")]));
    history.push(output("call_1"));
    history.append(&response(vec![Message::assistant("first").into()]));
    history.push("two");
    history.push(Message::developer("d"));
    history.append(&response(vec![reasoning("b"), call("call_2")]));
    history.push(output("call_2"));
    history.push("three");
    history
}

#[test]
fn turns_are_dropped_as_a_whole_from_the_oldest_on() {
    let cut = |budget| {
        let mut history = conversation();
        let fits = history.truncate_by(budget, |_| 1);
        (fits, names(&history))
    };
    let all = names(&conversation());
    assert_eq!(all.len(), 12);
    assert_eq!(cut(12), (true, all));
    let newer = [
        "system:s",
        "user:two",
        "developer:d",
        "reasoning",
        "call_2",
        "call_2 output",
        "user:three",
    ];
    assert_eq!(cut(11), (true, newer.map(str::to_owned).to_vec()));
    assert_eq!(cut(7), (true, newer.map(str::to_owned).to_vec()));
    let newest = ["system:s", "developer:d", "user:three"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(cut(6), (true, newest.clone()));
    assert_eq!(cut(3), (true, newest.clone()));
    // The newest turn stays, even if it is above the budget.
    assert_eq!(cut(2), (false, newest.clone()));
    assert_eq!(cut(0), (false, newest));
}

#[test]
fn a_call_stays_with_an_output_that_comes_in_a_later_turn() {
    let mut history = History::from([Message::user("one")]);
    history.push([call("call_1")]);
    history.push("wait");
    history.push(output("call_1"));
    history.push("two");
    let mut short = history.clone();
    assert!(short.truncate_by(4, |_| 1));
    assert_eq!(names(&short), ["user:two"]);
    history.items_mut().pop();
    assert!(!history.truncate_by(2, |_| 1));
    assert_eq!(
        names(&history),
        ["user:one", "call_1", "user:wait", "call_1 output"]
    );
}

#[test]
fn messages_in_a_row_are_one_turn_and_a_greeting_is_the_first() {
    let mut history = History::from([
        Message::assistant("Welcome"),
        Message::user("a"),
        Message::user("b"),
        Message::assistant("c"),
    ]);
    assert!(history.truncate_by(3, |_| 1));
    assert_eq!(names(&history), ["user:a", "user:b", "assistant:c"]);
    assert!(!history.truncate_by(2, |_| 1));
    assert_eq!(history.len(), 3);
}

#[test]
fn settings_and_compacted_context_stay() {
    let compaction = r#"{"type":"compaction","encrypted_content":"x"}"#;
    let settings = r#"{"type":"configuration_update","reasoning":{"effort":"low"}}"#;
    let mut history = History::from("a");
    history.push(from_str::<Item>(compaction).unwrap());
    history.push(from_str::<Item>(settings).unwrap());
    history.push("b");
    assert!(history.truncate_by(3, |_| 1));
    assert_eq!(names(&history), [compaction, settings, "user:b"]);
}

#[test]
fn counts_cannot_overflow() {
    let mut history = conversation();
    assert!(!history.truncate_by(u64::MAX - 1, |_| u64::MAX));
    assert_eq!(history.len(), 3);
    assert!(History::new().truncate_to(0));
}

#[test]
fn the_estimate_counts_text_by_bytes_and_images_by_detail() {
    let tokens = |item: Item| History::from(item).estimated_tokens();
    assert_eq!(tokens(Message::user("12345678").into()), 4 + 2);
    assert_eq!(
        tokens(FunctionCall::new("c", "name", "12345").into()),
        4 + 1 + 2
    );
    let image = InputImage::from_url(format!("data:image/png;base64,{}", "A".repeat(100_000)));
    assert_eq!(tokens(Message::user(image.clone()).into()), 4 + 1_000);
    let small = image.clone().detail(ImageDetail::Low);
    assert_eq!(
        tokens(Message::user("1234").part(small).into()),
        4 + 1 + 100
    );
    assert_eq!(
        tokens(FunctionCallOutput::new("c", image).into()),
        4 + 1_000
    );
    assert!(tokens(reasoning(&"x".repeat(400))) > 100);

    let mut history = History::from("x".repeat(4_000));
    history.push(Message::assistant("y"));
    history.push("z");
    assert!(!History::from("x".repeat(4_000)).truncate_to(100));
    assert!(history.truncate_to(100));
    assert_eq!(names(&history), ["user:z"]);
}

#[test]
fn json_is_an_array_of_items() {
    let history = conversation();
    let text = to_string(&history);
    assert!(
        text.starts_with(r#"[{"type":"message","role":"system""#),
        "{text}"
    );
    assert_eq!(from_str::<History>(&text).unwrap(), history);
    let value = serde_json::to_value(&history).unwrap();
    assert_eq!(serde_json::from_value::<History>(value).unwrap(), history);
    assert!(from_str::<History>("{}").is_err());
    assert!(serde_json::from_str::<History>("null").is_err());
}
