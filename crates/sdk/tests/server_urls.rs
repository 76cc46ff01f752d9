//! Server URLs that end in `/responses`, set in every possible way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    OpenRouter, OpenRouterBuilder, RequestOptions,
    testing::{ScriptedServer, Step, http_response},
};
use support::{RESPONSE, builder, request, soon};

const LIST: &str = r#"{"data":[{"id":"m"}]}"#;

async fn server(body: &str) -> ScriptedServer {
    let headers = [
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    let answer = http_response(200, &headers, body);
    ScriptedServer::start([vec![Step::send(answer), Step::Close]])
        .await
        .unwrap()
}

/// Returns clients for this URL, one for each way to set it.
fn clients(url: &str) -> Vec<(OpenRouter, RequestOptions)> {
    let none = RequestOptions::new;
    let build = |builder: OpenRouterBuilder| builder.build().unwrap();
    let text = url.to_owned();
    let variable = move |name: &str| (name == "OPENROUTER_BASE_URL").then(|| text.clone());
    vec![
        (build(builder().server_url(url)), none()),
        (build(builder().options(none().server_url(url))), none()),
        (
            build(OpenRouter::builder().api_key("k").env(variable)),
            none(),
        ),
        (build(builder()), none().server_url(url)),
    ]
}

#[tokio::test]
async fn the_endpoint_is_requested_once() {
    let (responses, models) = (server(RESPONSE).await, server(LIST).await);
    for end in [
        "",
        "/",
        "/responses",
        "/responses/",
        "/responses//",
        "/Responses",
        "/RESPONSES/",
        "/responses/responses",
        "/responses#fragment",
    ] {
        for (client, options) in clients(&format!("{}{end}", responses.url())) {
            let call = client.responses().create(request()).options(options);
            soon(call).await.unwrap();
            let line = responses.received().pop().unwrap();
            assert_eq!(
                line.request_line(),
                "POST /api/v1/responses HTTP/1.1",
                "{end}"
            );
        }
        for (client, options) in clients(&format!("{}{end}", models.url())) {
            soon(client.models().list().options(options)).await.unwrap();
            let line = models.received().pop().unwrap();
            assert_eq!(line.request_line(), "GET /api/v1/models HTTP/1.1", "{end}");
        }
    }
    let url = format!("{}/responses?api-version=1", responses.url());
    for (client, options) in clients(&url) {
        let call = client.responses().create(request()).options(options);
        soon(call).await.unwrap();
        let line = responses.received().pop().unwrap();
        let expected = "POST /api/v1/responses?api-version=1 HTTP/1.1";
        assert_eq!(line.request_line(), expected);
    }
}
