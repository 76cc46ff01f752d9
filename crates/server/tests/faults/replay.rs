//! Replayed reasoning: encrypted contents and signatures are sent only to the endpoint that issued
//! them.

use std::sync::{Arc, Mutex};

use orouter_server::Server;
use orouter_server::config::{Config, ModelConfig};
use orouter_upstream_double::{Fault, Received, Reply, Upstream, Vendor, frames};
use serde_json::{Value, json};

use super::fallback::response;
use crate::support::Client;
use crate::support::client::HttpResponse;
use crate::support::router::{ask, config, model, provider};

/// An upstream whose replies have reasoning that only it can read, and that can be told to fail.
struct Issuer {
    vendor: Vendor,
    upstream: Upstream,
    fault: Arc<Mutex<Option<Fault>>>,
}

/// The sealed text of an upstream.
fn seal(name: &str) -> String {
    format!("SealOf{name}AndNobodyElse")
}

impl Issuer {
    async fn new(name: &'static str, vendor: Vendor) -> Self {
        let fault: Arc<Mutex<Option<Fault>>> = Arc::default();
        let failing = Arc::clone(&fault);
        let upstream = Upstream::start(move |request: &Received| {
            let streamed = request.is_streamed();
            let fault = *failing.lock().unwrap();
            match fault.and_then(|fault| fault.reply(vendor, streamed)) {
                Some(reply) => reply,
                None => sealed(vendor, &seal(name), streamed),
            }
        });
        Self {
            vendor,
            upstream: upstream.await.unwrap(),
            fault,
        }
    }

    fn fail(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Returns the body of the last request.
    fn last(&self) -> String {
        let received = self.upstream.received();
        received.last().unwrap().json().to_string()
    }

    fn requests(&self) -> usize {
        self.upstream.requests()
    }
}

/// Returns a reply with sealed reasoning and a text.
fn sealed(vendor: Vendor, seal: &str, streamed: bool) -> Reply {
    let body = match vendor {
        Vendor::Responses => json!({"id": "resp_1", "object": "response", "status": "completed",
            "model": "m", "output": [
                {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": seal},
                {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                    "content": [{"type": "output_text", "text": "Hello", "annotations": []}]},
            ], "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}}),
        Vendor::Chat => json!({"id": "c", "object": "chat.completion", "model": "m", "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant",
                "content": "Hello", "reasoning": "why", "reasoning_details": [
                    {"type": "reasoning.text", "text": "why", "signature": seal,
                        "format": "anthropic-claude-v1", "index": 0}]}}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}),
        Vendor::Anthropic => json!({"id": "msg_1", "type": "message", "role": "assistant",
            "model": "m", "stop_reason": "end_turn", "stop_sequence": null, "content": [
                {"type": "thinking", "thinking": "why", "signature": seal},
                {"type": "text", "text": "Hello"},
            ], "usage": {"input_tokens": 1, "output_tokens": 2}}),
        Vendor::Gemini => json!({"modelVersion": "m", "responseId": "r", "candidates": [
            {"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [
                {"text": "Hello", "thoughtSignature": seal},
            ]}}],
            "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2,
                "totalTokenCount": 3}}),
    };
    if !streamed {
        return Reply::json(200, &body.to_string());
    }
    Reply::stream(match vendor {
        Vendor::Responses => {
            let done = |index: usize| {
                json!({"type": "response.output_item.done", "output_index": index,
                    "item": body["output"][index]})
            };
            let last = json!({"type": "response.completed", "response": body});
            [done(0), done(1), last]
                .map(|event| format!("data: {event}\n\n"))
                .to_vec()
        }
        Vendor::Chat => {
            let mut chunk = body.clone();
            let message = chunk["choices"][0].as_object_mut().unwrap();
            let delta = message.remove("message").unwrap();
            message.insert("delta".to_owned(), delta);
            frames(&format!("data: {chunk}\n\ndata: [DONE]\n\n"))
        }
        Vendor::Anthropic => {
            let mut events = vec![json!({"type": "message_start", "message": {
                "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
                "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}})];
            let block = |index: usize, start: Value, deltas: Vec<Value>| {
                let start = json!({"type": "content_block_start", "index": index,
                    "content_block": start});
                let delta = |delta| {
                    json!({"type": "content_block_delta", "index": index,
                    "delta": delta})
                };
                let mut events = vec![start];
                events.extend(deltas.into_iter().map(delta));
                events.push(json!({"type": "content_block_stop", "index": index}));
                events
            };
            let thinking = json!({"type": "thinking", "thinking": "", "signature": ""});
            let deltas = vec![
                json!({"type": "thinking_delta", "thinking": "why"}),
                json!({"type": "signature_delta", "signature": seal}),
            ];
            events.extend(block(0, thinking, deltas));
            let text = json!({"type": "text_delta", "text": "Hello"});
            events.extend(block(1, json!({"type": "text", "text": ""}), vec![text]));
            events.push(
                json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"},
                "usage": {"output_tokens": 2}}),
            );
            events.push(json!({"type": "message_stop"}));
            let frame = |event: &Value| {
                format!(
                    "event: {}\ndata: {event}\n\n",
                    event["type"].as_str().unwrap()
                )
            };
            events.iter().map(frame).collect()
        }
        Vendor::Gemini => vec![format!("data: {body}\n\n")],
    })
}

/// A server with two issuers, `alpha` and `beta`: a model at both, and a model at each.
struct Setup {
    server: Server,
    config: Config,
    client: Client,
    alpha: Issuer,
    beta: Issuer,
}

impl Setup {
    async fn new(alpha: Vendor, beta: Vendor) -> Self {
        let alpha = Issuer::new("Alpha", alpha).await;
        let beta = Issuer::new("Beta", beta).await;
        let one = provider("alpha", alpha.vendor, alpha.upstream.base_url());
        let two = provider("beta", beta.vendor, beta.upstream.base_url());
        let models: [ModelConfig; 3] = [
            model("test/both", &["alpha", "beta"]),
            model("test/alpha", &["alpha"]),
            model("test/beta", &["beta"]),
        ];
        let config = config([one, two], models);
        let server = Server::builder().config(&config).unwrap().build();
        let bound = server.bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(bound.local_addr());
        tokio::spawn(bound.serve(std::future::pending()));
        Self {
            server,
            config,
            client,
            alpha,
            beta,
        }
    }

    async fn ask(&self, request: &Value) -> HttpResponse {
        let headers = [("x-openrouter-metadata", "enabled")];
        let body = request.to_string();
        let bytes = Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
        self.client.open(&bytes).await.whole().await
    }

    /// Asks a model for the first turn. Returns the input of the next turn: the output is sent back
    /// as it arrived.
    async fn turn(&self, name: &str, order: &[&str], streamed: bool, seal: &str) -> Vec<Value> {
        let mut request = ask(name, streamed);
        request["provider"] = json!({"order": order});
        let answer = self.ask(&request).await;
        let response = response(&answer, streamed);
        let output = response["output"].as_array().unwrap();
        let text = response["output"].to_string();
        assert!(text.contains(seal), "the reply has no {seal}: {text}");
        let mut input = vec![json!({"role": "user", "content": "Hi"})];
        input.extend(output.iter().cloned());
        input.push(json!({"role": "user", "content": "Go on"}));
        input
    }
}

/// Returns a request of the next turn.
fn next(name: &str, order: &[&str], streamed: bool, input: &[Value]) -> Value {
    let mut request = ask(name, streamed);
    request["input"] = input.into();
    if !order.is_empty() {
        request["provider"] = json!({"order": order});
    }
    request
}

/// Returns the paths in the notes of a response.
fn noted(answer: &HttpResponse, streamed: bool) -> Vec<String> {
    let response = response(answer, streamed);
    let pipeline = &response["openrouter_metadata"]["pipeline"];
    let notes = pipeline[0]["data"]["notes"].as_array();
    let notes = notes.into_iter().flatten();
    notes
        .map(|note| note["param"].as_str().unwrap().to_owned())
        .collect()
}

fn notes_a_removal(notes: &[String]) -> bool {
    notes.iter().any(|path| path.starts_with("input["))
}

/// Returns each pair of protocols, streaming or not.
fn pairs() -> Vec<(Vendor, Vendor, bool)> {
    let mut pairs = Vec::new();
    for alpha in Vendor::ALL {
        for beta in Vendor::ALL {
            pairs.extend([(alpha, beta, false), (alpha, beta, true)]);
        }
    }
    pairs
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_reasoning_returns_to_its_issuer_and_to_no_other_endpoint() {
    for (one, two, streamed) in pairs() {
        let what = format!("{one:?} {two:?} {streamed}");
        let setup = Setup::new(one, two).await;
        let sealed = seal("Alpha");
        let input = setup.turn("test/both", &["alpha"], streamed, &sealed).await;

        let request = next("test/both", &["alpha"], streamed, &input);
        let notes = noted(&setup.ask(&request).await, streamed);
        assert!(
            setup.alpha.last().contains(&sealed),
            "{what}: {}",
            setup.alpha.last()
        );
        assert!(!notes_a_removal(&notes), "{what}: {notes:?}");

        let request = next("test/both", &["beta"], streamed, &input);
        let notes = noted(&setup.ask(&request).await, streamed);
        assert_eq!(setup.beta.requests(), 1, "{what}");
        assert!(
            !setup.beta.last().contains(&sealed),
            "{what}: {}",
            setup.beta.last()
        );
        assert!(
            setup.beta.last().contains("Hello"),
            "the text stays: {what}"
        );
        assert!(notes_a_removal(&notes), "{what}: {notes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_order_the_issuer_comes_first() {
    for (one, two, streamed) in pairs() {
        let setup = Setup::new(one, two).await;
        let input = setup
            .turn("test/both", &["beta"], streamed, &seal("Beta"))
            .await;
        for _ in 0..4 {
            let request = next("test/both", &[], streamed, &input);
            assert_eq!(setup.ask(&request).await.status, 200);
        }
        assert_eq!(setup.alpha.requests(), 0, "{one:?} {two:?}");
        assert_eq!(setup.beta.requests(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_removes_the_seals_and_a_fallback_to_the_issuer_restores_them() {
    for (one, two, streamed) in pairs() {
        let what = format!("{one:?} {two:?} {streamed}");
        let setup = Setup::new(one, two).await;
        let sealed = seal("Alpha");
        let input = setup.turn("test/both", &["alpha"], streamed, &sealed).await;

        // The other endpoint fails first: the issuer gets the items as they were.
        setup.beta.fail(Some(Fault::Status(503)));
        let request = next("test/both", &["beta", "alpha"], streamed, &input);
        let notes = noted(&setup.ask(&request).await, streamed);
        assert!(!setup.beta.last().contains(&sealed), "{what}");
        assert!(setup.alpha.last().contains(&sealed), "{what}");
        assert!(!notes_a_removal(&notes), "{what}: {notes:?}");

        // The issuer fails first: the other endpoint serves without them.
        setup.beta.fail(None);
        setup.alpha.fail(Some(Fault::Status(503)));
        let request = next("test/both", &["alpha", "beta"], streamed, &input);
        let answer = setup.ask(&request).await;
        let notes = noted(&answer, streamed);
        assert!(setup.alpha.last().contains(&sealed), "{what}");
        assert!(!setup.beta.last().contains(&sealed), "{what}");
        assert!(notes_a_removal(&notes), "{what}: {notes:?}");

        // A conversation with reasoning of both: each gets its own.
        let mut longer = input.clone();
        let output = response(&answer, streamed)["output"].clone();
        longer.extend(output.as_array().unwrap().iter().cloned());
        longer.push(json!({"role": "user", "content": "Once more"}));
        setup.alpha.fail(None);
        for (issuer, own, other) in [
            (&setup.alpha, seal("Alpha"), seal("Beta")),
            (&setup.beta, seal("Beta"), seal("Alpha")),
        ] {
            let name = if own == sealed { "alpha" } else { "beta" };
            let request = next("test/both", &[name], streamed, &longer);
            let notes = noted(&setup.ask(&request).await, streamed);
            let last = issuer.last();
            assert!(
                last.contains(&own) && !last.contains(&other),
                "{what}: {last}"
            );
            assert!(notes_a_removal(&notes), "{what}: {notes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_of_the_same_provider_is_another_endpoint() {
    for (one, two, streamed) in pairs() {
        let what = format!("{one:?} {two:?} {streamed}");
        let setup = Setup::new(one, two).await;
        let sealed = seal("Alpha");
        let input = setup.turn("test/alpha", &[], streamed, &sealed).await;

        let mut request = next("test/alpha", &[], streamed, &input);
        request["models"] = json!(["test/beta"]);
        setup.alpha.fail(Some(Fault::Status(500)));
        let answer = setup.ask(&request).await;
        assert_eq!(response(&answer, streamed)["model"], "test/beta", "{what}");
        assert!(setup.alpha.last().contains(&sealed), "{what}");
        assert!(!setup.beta.last().contains(&sealed), "{what}");
        assert!(notes_a_removal(&noted(&answer, streamed)), "{what}");

        setup.alpha.fail(None);
        let request = next("test/both", &["alpha"], streamed, &input);
        setup.ask(&request).await;
        assert!(!setup.alpha.last().contains(&sealed), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_the_issuers() {
    for (one, two, streamed) in pairs() {
        let what = format!("{one:?} {two:?} {streamed}");
        let setup = Setup::new(one, two).await;
        let sealed = seal("Alpha");
        let input = setup.turn("test/both", &["alpha"], streamed, &sealed).await;
        let mut changed = setup.config.clone();
        changed.models.push(model("test/new", &["beta"]));
        setup.server.reload(&changed).unwrap();

        let request = next("test/new", &[], streamed, &input);
        assert!(
            notes_a_removal(&noted(&setup.ask(&request).await, streamed)),
            "{what}"
        );
        assert!(!setup.beta.last().contains(&sealed), "{what}");
        let request = next("test/both", &[], streamed, &input);
        setup.ask(&request).await;
        assert!(setup.alpha.last().contains(&sealed), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reasoning_of_an_unknown_issuer_is_sent_and_left_out_after_a_refusal() {
    for (one, two, streamed) in pairs() {
        let what = format!("{one:?} {two:?} {streamed}");
        let before = Setup::new(one, two).await;
        let sealed = seal("Alpha");
        let input = before
            .turn("test/both", &["alpha"], streamed, &sealed)
            .await;
        // Another server does not know the issuers of this one.
        let setup = Setup::new(one, two).await;
        let request = next("test/both", &["alpha"], streamed, &input);
        let answer = setup.ask(&request).await;
        assert!(setup.alpha.last().contains(&sealed), "{what}");
        assert!(!notes_a_removal(&noted(&answer, streamed)), "{what}");

        let refusal = one.error(
            "invalid_request_error",
            &"invalid_encrypted_content".into(),
            "messages.1.content.0: Invalid `signature` in `thinking` block",
        );
        let refusing = Upstream::start(move |request: &Received| {
            match request.json().to_string().contains("SealOf") {
                true => Reply::json(400, &refusal.to_string()),
                false => one.reply(request, "Hello"),
            }
        });
        let refusing = refusing.await.unwrap();
        let alone = provider("alone", one, refusing.base_url());
        let server = Server::builder().config(&config([alone], [model("test/x", &["alone"])]));
        let server = crate::support::Running::start(server.unwrap()).await;
        let request = next("test/x", &[], streamed, &input);
        let answer = server.client().ask(&request).await;
        assert_eq!(response(&answer, streamed)["status"], "completed", "{what}");
        let sent: Vec<bool> = refusing
            .received()
            .iter()
            .map(|request| request.json().to_string().contains(&sealed))
            .collect();
        assert_eq!(sent, [true, false], "{what}");
    }
}
