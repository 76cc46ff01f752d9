//! The notes in the metadata about members of a request: those that an upstream did not get, and no
//! others.

use orouter_server::config::ProviderConfig;
use orouter_upstream_double::{Fault, Reply, Upstream, Vendor};
use serde_json::{Value, json};

use super::fallback::{response, success};
use crate::support::router::{ask, config, model, ordered, provider, start};
use crate::support::{Client, Running};

/// A server in front of these upstreams. Their endpoints have an output limit, because Anthropic
/// requires one, and this list of parameters.
async fn serving(providers: Vec<ProviderConfig>, listed: Option<&[&str]>) -> Running {
    let names: Vec<String> = providers.iter().map(|one| one.name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut model = model("test/model", &names);
    for endpoint in &mut model.endpoints {
        endpoint.max_output_tokens = Some(8192);
        endpoint.supported_parameters =
            listed.map(|listed| listed.iter().map(|name| (*name).to_owned()).collect());
    }
    start(&config(providers, [model])).await
}

/// Sends a request. Returns the notes as `action param`.
async fn notes(server: &Running, request: &Value) -> Vec<String> {
    let headers = [("x-openrouter-metadata", "enabled")];
    let bytes = Client::posted_with(
        "/api/v1/responses",
        &headers,
        request.to_string().as_bytes(),
    );
    let answer = server.client().open(&bytes).await.whole().await;
    assert_eq!(answer.status, 200, "{request}: {}", answer.text());
    let response = response(&answer, request["stream"] == true);
    let notes = &response["openrouter_metadata"]["pipeline"][0]["data"]["notes"];
    let notes = notes.as_array().cloned().unwrap_or_default();
    let words = |note: &Value| {
        let word = |name: &str| note[name].as_str().unwrap().to_owned();
        format!("{} {}", word("action"), word("param"))
    };
    notes.iter().map(words).collect()
}

/// A request with these members, and what the upstream of a protocol got and the client read.
async fn sent(vendor: Vendor, listed: Option<&[&str]>, members: &Value) -> (Value, Vec<String>) {
    let streamed = members["stream"] == true;
    let upstream = Upstream::replay([success(vendor, streamed, "Hello")])
        .await
        .unwrap();
    let server = serving(vec![provider("one", vendor, upstream.base_url())], listed).await;
    let mut request = ask("test/model", false);
    request
        .as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    let notes = notes(&server, &request).await;
    let received = upstream.received();
    (received.last().unwrap().json(), notes)
}

/// Members, and the member of a chat request that stands for them, if one does.
fn members() -> Vec<(Value, Option<&'static str>)> {
    vec![
        (json!({"prompt_cache_key": "k"}), Some("prompt_cache_key")),
        (
            json!({"prompt_cache_retention": "24h"}),
            Some("prompt_cache_retention"),
        ),
        (
            json!({"prompt_cache_options": {"mode": "implicit"}}),
            Some("prompt_cache_options"),
        ),
        (
            json!({"cache_control": {"type": "ephemeral"}}),
            Some("cache_control"),
        ),
        (json!({"service_tier": "priority"}), Some("service_tier")),
        (json!({"safety_identifier": "s"}), Some("safety_identifier")),
        (
            json!({"include": ["message.output_text.logprobs"]}),
            Some("logprobs"),
        ),
        (json!({"temperature": 0.5}), Some("temperature")),
        (json!({"max_output_tokens": 9}), Some("max_tokens")),
        (
            json!({"context_management": [{"type": "compaction"}]}),
            None,
        ),
        (json!({"image_config": {"size": "1K"}}), None),
        (json!({"moderation": {"model": "m"}}), None),
        (json!({"max_tool_calls": 3}), None),
        (json!({"truncation": "auto"}), None),
        (
            json!({"x_search_filter": {"from_date": "2026-01-01"}}),
            None,
        ),
        (
            json!({"stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}]}),
            None,
        ),
        (json!({"future_member": {"a": 1}}), None),
    ]
}

#[tokio::test]
async fn members_that_an_upstream_gets_are_not_noted() {
    for (members, chat_name) in members() {
        let name = members.as_object().unwrap().keys().next().unwrap();
        let (body, notes) = sent(Vendor::Responses, None, &members).await;
        assert_eq!(body[name], members[name], "{body}");
        assert_eq!(notes, Vec::<String>::new(), "{members}");
        let (body, notes) = sent(Vendor::Chat, None, &members).await;
        match chat_name {
            Some(chat_name) => {
                assert!(body.get(chat_name).is_some(), "{chat_name}: {body}");
                assert_eq!(notes, Vec::<String>::new(), "{members}");
            }
            None => {
                assert!(body.get(name).is_none(), "{body}");
                assert_eq!(notes, [format!("ignored {name}")], "{members}");
            }
        }
    }
}

#[tokio::test]
async fn padding_is_noted_where_events_are_made_here() {
    let members = json!({"stream": true, "stream_options": {"include_obfuscation": true}});
    let (body, notes) = sent(Vendor::Responses, None, &members).await;
    assert_eq!(body["stream_options"], members["stream_options"]);
    assert!(notes.is_empty(), "{notes:?}");
    let (_, notes) = sent(Vendor::Chat, None, &members).await;
    assert_eq!(notes, ["ignored stream_options.include_obfuscation"]);
}

#[tokio::test]
async fn members_that_no_upstream_gets_are_noted() {
    for vendor in Vendor::ALL {
        for members in [
            json!({"client_metadata": {"k": "v"}}),
            json!({"trace": {"trace_id": "t"}}),
        ] {
            let name = members.as_object().unwrap().keys().next().unwrap();
            let (body, notes) = sent(vendor, None, &members).await;
            assert!(body.get(name).is_none(), "{body}");
            assert_eq!(notes, [format!("ignored {name}")], "{vendor:?} {members}");
        }
        // Members for the routing take effect here.
        for members in [json!({"session_id": "s"}), json!({"route": "sort"})] {
            let name = members.as_object().unwrap().keys().next().unwrap();
            let (body, notes) = sent(vendor, None, &members).await;
            assert!(body.get(name).is_none(), "{body}");
            assert_eq!(notes, Vec::<String>::new(), "{vendor:?} {members}");
        }
        let (_, notes) = sent(vendor, None, &json!({"provider": {"colour": 1}})).await;
        assert_eq!(notes, ["ignored provider.colour"], "{vendor:?}");
    }
}

#[tokio::test]
async fn an_output_limit_that_an_upstream_requires_is_noted() {
    for vendor in Vendor::ALL {
        let upstream = Upstream::replay([success(vendor, false, "Hello")])
            .await
            .unwrap();
        let one = provider("one", vendor, upstream.base_url());
        let server = start(&config([one], [model("test/model", &["one"])])).await;
        let required = vendor == Vendor::Anthropic;
        let noted: &[&str] = match required {
            true => &["adjusted max_output_tokens"],
            false => &[],
        };
        assert_eq!(
            notes(&server, &ask("test/model", false)).await,
            noted,
            "{vendor:?}"
        );
        let sent = upstream.received()[0].json();
        assert_eq!(sent["max_tokens"].is_u64(), required, "{sent}");
    }
}

#[tokio::test]
async fn parameters_that_the_endpoint_does_not_list_are_noted() {
    let listed: Option<&[&str]> = Some(&["top_p"]);
    for vendor in Vendor::ALL {
        for (members, path) in [
            (json!({"temperature": 0.5}), "temperature"),
            (json!({"max_output_tokens": 9}), "max_output_tokens"),
            (json!({"reasoning": {"effort": "low"}}), "reasoning"),
            (json!({"text": {"verbosity": "low"}}), "text.verbosity"),
            (json!({"seed": 1}), "seed"),
        ] {
            let (body, notes) = sent(vendor, listed, &members).await;
            if path == "max_output_tokens" && vendor == Vendor::Anthropic {
                // The API requires it.
                assert_eq!((&body["max_tokens"], notes.len()), (&json!(9), 0));
                continue;
            }
            assert_eq!(notes, [format!("ignored {path}")], "{vendor:?} {members}");
        }
        let (body, notes) = sent(vendor, listed, &json!({"top_p": 0.5})).await;
        let top_p = match vendor {
            Vendor::Gemini => "/generationConfig/topP",
            Vendor::Chat | Vendor::Responses | Vendor::Anthropic => "/top_p",
        };
        assert_eq!((body.pointer(top_p), notes.len()), (Some(&json!(0.5)), 0));
        let (body, notes) = sent(
            vendor,
            Some(&["max_completion_tokens"]),
            &json!({"max_output_tokens": 9}),
        )
        .await;
        let name = match vendor {
            Vendor::Chat => "/max_completion_tokens",
            Vendor::Responses => "/max_output_tokens",
            Vendor::Anthropic => "/max_tokens",
            Vendor::Gemini => "/generationConfig/maxOutputTokens",
        };
        let sent = body.pointer(name);
        assert_eq!((sent, notes.len()), (Some(&json!(9)), 0), "{body}");
    }
}

#[tokio::test]
async fn notes_are_about_the_endpoint_that_serves() {
    for (first, second, noted) in [
        (Vendor::Chat, Vendor::Responses, vec!["ignored trace"]),
        (
            Vendor::Responses,
            Vendor::Chat,
            vec![
                "ignored trace",
                "ignored future_member",
                "ignored max_tool_calls",
            ],
        ),
    ] {
        let failing: Reply = Fault::Status(503).reply(first, false).unwrap();
        let one = Upstream::replay([failing]).await.unwrap();
        let two = Upstream::replay([success(second, false, "Hello")])
            .await
            .unwrap();
        let providers = vec![
            provider("one", first, one.base_url()),
            provider("two", second, two.base_url()),
        ];
        let server = serving(providers, None).await;
        let mut request = ordered("test/model", false, &["one", "two"]);
        for (name, value) in [
            ("trace", json!({"trace_id": "t"})),
            ("future_member", json!(1)),
            ("max_tool_calls", json!(3)),
        ] {
            request[name] = value;
        }
        assert_eq!(notes(&server, &request).await, noted);
        assert_eq!((one.requests(), two.requests()), (1, 1));
    }
}
