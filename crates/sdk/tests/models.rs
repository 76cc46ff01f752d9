//! `models().list()`: typed, tolerant, pageable.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{ErrorKind, RequestOptions, RetryConfig, Wire, testing::Reply};
use support::replay;

const LIST: &str = r#"{"data":[{"id":"a/b","canonical_slug":"a/b-1","name":"B","created":1700000000,"description":"d","context_length":8192,"architecture":{"modality":"text->text","input_modalities":["text"],"output_modalities":["text"],"tokenizer":"GPT"},"pricing":{"prompt":"0.00003","completion":"0.00006","discount":0.5},"top_provider":{"context_length":8192,"is_moderated":true},"per_request_limits":null,"supported_parameters":["tools"],"default_parameters":{"temperature":0.7},"supported_voices":null,"links":{"details":"/x"},"brand_new":1},{"id":"c/d"}],"total_count":2,"links":{"next":null}}"#;

#[tokio::test]
async fn models_are_typed_and_nothing_is_lost() {
    let (client, transport, _) = replay([Reply::json(LIST)]);
    let options = RequestOptions::new().query("supported_parameters", "tools");
    let (models, meta) = client
        .models()
        .list()
        .options(options)
        .with_meta()
        .await
        .unwrap();
    assert_eq!(meta.status(), 200);
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.method(), "GET");
    assert_eq!(
        sent.url(),
        "https://openrouter.ai/api/v1/models?supported_parameters=tools"
    );
    assert!(!sent.headers().contains_key("content-type") && sent.body().is_empty());

    let model = &models.data[0];
    assert_eq!((model.id.as_str(), model.name.as_str()), ("a/b", "B"));
    assert_eq!(model.context_length, Some(8192));
    assert_eq!(model.pricing.prompt, "0.00003");
    assert_eq!(
        model.default_parameters.as_ref().unwrap().temperature,
        Some(0.7)
    );
    assert!(model.top_provider.is_moderated);
    assert_eq!(models.unknown(), ["/data/0/brand_new"]);
    let again: serde_json::Value = serde_json::from_str(&orouter::to_string(&models)).unwrap();
    assert_eq!(
        again,
        serde_json::from_str::<serde_json::Value>(LIST).unwrap()
    );
    assert_eq!(
        models.into_iter().map(|model| model.id).collect::<Vec<_>>(),
        ["a/b", "c/d"]
    );
}

#[tokio::test]
async fn what_is_no_list_is_an_error() {
    for body in ["[]", "{\"data\":{}}", "not json"] {
        let (client, ..) = replay([Reply::json(body)]);
        let error = client.models().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
    let (client, ..) = replay([Reply::error(
        401,
        r#"{"error":{"code":401,"message":"who?"}}"#,
    )]);
    let options = RequestOptions::new().retries(RetryConfig::none());
    let error = client.models().list().options(options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(
        error
            .to_string()
            .contains("GET https://openrouter.ai/api/v1/models"),
        "{error}"
    );
}
