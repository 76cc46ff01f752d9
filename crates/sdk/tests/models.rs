//! `models().list()`: types, tolerance, pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    Error, ErrorKind, ModelList, RequestOptions, RetryConfig, Wire,
    testing::{Reply, ScriptedServer, Step, http_response},
};
use support::{builder, replay, soon};

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

/// Lists the models of a real server that answers 200 with this body.
async fn listed(content_type: &str, body: &str) -> Result<ModelList, Error> {
    let answer = http_response(200, &[("content-type", content_type)], body);
    let server = ScriptedServer::start([vec![Step::send(answer), Step::Close]])
        .await
        .unwrap();
    let client = builder().server_url(server.url()).build().unwrap();
    soon(client.models().list()).await
}

#[tokio::test]
async fn a_success_that_is_not_a_list_of_models_is_an_error() {
    for body in [
        "{}",
        "[]",
        "null",
        "\"models\"",
        "",
        " ",
        "{\"data\":",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"id":"m"}}"#,
        r#"{"data":"m"}"#,
        r#"{"data":0}"#,
        r#"{"data":[1,2]}"#,
        r#"{"data":["m"]}"#,
        r#"{"data":[null]}"#,
        r#"{"data":[[]]}"#,
        r#"{"data":[{}]}"#,
        r#"{"data":[{"name":"m"}]}"#,
        r#"{"data":[{"id":""}]}"#,
        r#"{"data":[{"id":null}]}"#,
        r#"{"data":[{"id":5}]}"#,
        r#"{"data":[{"id":"m"},{}]}"#,
        r#"{"data":[{"id":"m"},5]}"#,
        r#"{"object":"list","data":[{"object":"file","id":"file-1"}]}"#,
        r#"{"object":"list","data":[{"object":"embedding","embedding":[0.5],"index":0}]}"#,
        r#"{"object":"list"}"#,
        r#"{"models":[{"name":"m"}]}"#,
        r#"{"id":"r","object":"response","status":"completed","output":[]}"#,
        r#"{"status":"ok"}"#,
        "<!doctype html><title>Sign in</title>",
    ] {
        let error = listed("application/json", body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
        assert!(!error.is_retryable(), "{body}");
    }
    let page = "<!doctype html><title>Sign in</title>";
    let error = listed("text/html", page).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    for body in [
        r#"{"error":{"code":500,"message":"the store is down"}}"#,
        r#"{"error":"the store is down"}"#,
        r#"{"data":null,"error":{"message":"the store is down"}}"#,
        r#"{"data":[],"error":{"message":"the store is down"}}"#,
        r#"{"data":{},"error":{"message":"the store is down"}}"#,
    ] {
        let error = listed("application/json", body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InBand, "{body}: {error}");
        assert!(error.to_string().contains("the store is down"), "{error}");
    }
}

#[tokio::test]
async fn lists_of_minimal_servers_are_lists() {
    for (body, ids) in [
        (r#"{"data":[]}"#, &[][..]),
        (r#"{"object":"list","data":[]}"#, &[]),
        (r#"{"data":[],"error":null}"#, &[]),
        (r#"{"data":[{"id":"m"}]}"#, &["m"]),
        (r#"{"object":"list","data":[{"id":"m"}]}"#, &["m"]),
        (
            r#"{"object":"list","data":[{"id":"llama3:8b","object":"model","created":1,"owned_by":"library"}]}"#,
            &["llama3:8b"],
        ),
        (
            r#"{"data":[{"type":"model","id":"c","display_name":"C"}],"has_more":false,"first_id":"c"}"#,
            &["c"],
        ),
        (
            r#"{"data":[{"id":"e","object":"engine","name":null,"created":"x"}]}"#,
            &["e"],
        ),
        (
            r#"{"data":[{"id":"a","pricing":{}},{"id":"b","object":""}]}"#,
            &["a", "b"],
        ),
    ] {
        let models = listed("application/json; charset=utf-8", body)
            .await
            .unwrap();
        let found: Vec<_> = models.into_iter().map(|model| model.id).collect();
        assert_eq!(found, ids, "{body}");
    }
}
