//! Errors of inputs as errors of the client, and a conversation kept in a `History`.

use std::error::Error as _;

use orouter::{
    Error, ErrorKind, History, HistoryError, InputError, InputImage, Item, Message,
    ResponsesRequest,
    testing::{self, Reply},
};
use serde_json::json;

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    fn read() -> Result<InputImage, Error> {
        Ok(InputImage::from_path("no/such/cat.png")?)
    }
    let error = read().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Build);
    assert!(!error.maybe_billed() && !error.is_retryable());
    assert!(
        error
            .to_string()
            .contains("no/such/cat.png: cannot read the image"),
        "{error}"
    );
    let source = error.source().unwrap();
    assert!(
        source
            .downcast_ref::<InputError>()
            .unwrap()
            .source()
            .is_some()
    );

    let error: Error = History::new()
        .push_output("call_1", "x")
        .unwrap_err()
        .into();
    assert_eq!(error.kind(), ErrorKind::Build);
    assert!(error.source().unwrap().is::<HistoryError>());
}

#[tokio::test]
async fn a_conversation_sends_back_what_the_model_said() {
    let (client, transport) = testing::client([
        Reply::tool_calls([("weather", json!({"city": "Paris"})), ("time", json!({}))]),
        Reply::text("Sunny, at noon."),
    ])
    .unwrap();
    let mut history = History::from([Message::system("Be brief."), Message::user("Weather?")]);
    loop {
        let request = ResponsesRequest::new("m").input(&history);
        history.append(&client.responses().create(request).await.unwrap());
        let calls = history.pending_calls();
        if calls.is_empty() {
            break;
        }
        for call in calls {
            history
                .push_output(&call.call_id, json!({"ok": true}))
                .unwrap();
        }
    }
    let requests = transport.responses_requests();
    let sent = requests[1].input.as_ref().unwrap().items();
    assert_eq!(sent, &history.items()[..6]);
    let ids: Vec<_> = sent.iter().filter_map(Item::call_id).collect();
    assert_eq!(ids, ["call_1", "call_2", "call_1", "call_2"]);
    assert_eq!(
        history.items()[6].as_message().unwrap().text(),
        "Sunny, at noon."
    );
}
