//! `~author/family-latest`, the reasoning efforts of models, and names of models that do not exist.

use orouter_server::config::{Config, ModelConfig, ServedModels};
use orouter_upstream_double::{Upstream, Vendor};
use orouter_wire::ReasoningEffort;

use super::support::router::{config, model, provider};
use super::*;

/// A model of the family `gpt` at the provider `p`, with the last part of its id as its name there.
fn gpt(id: &str, created: u64, efforts: Option<&[&str]>) -> ModelConfig {
    let mut model = model(id, &["p"]);
    model.endpoints[0].model = None;
    model.family = Some("gpt".to_owned());
    model.created = Some(created);
    model.supported_efforts = efforts.map(|efforts| {
        efforts
            .iter()
            .map(|effort| ReasoningEffort::from(*effort))
            .collect()
    });
    model
}

async fn server(vendor: Vendor, change: impl Fn(&mut Config)) -> (Running, Upstream) {
    let reply = move |request: &_| vendor.reply(request, "Hello");
    let upstream = Upstream::start(reply).await.unwrap();
    let models = [
        gpt("openai/gpt-4", 4, None),
        gpt("openai/gpt-6", 6, Some(&["low", "high"])),
        gpt("openai/gpt-5", 5, Some(&["medium"])),
        gpt("openai/gpt-7:free", 7, None),
    ];
    let mut config = config([provider("p", vendor, upstream.base_url())], models);
    change(&mut config);
    let server = start(Server::builder().config(&config).unwrap()).await;
    (server, upstream)
}

#[tokio::test]
async fn the_newest_model_of_a_family_serves_its_name() {
    let (server, upstream) = server(Vendor::Responses, |_| {}).await;
    for (name, id) in [
        ("~openai/gpt-latest", "openai/gpt-6"),
        ("~OPENAI/GPT-LATEST", "openai/gpt-6"),
        ("~openai/gpt-latest:floor", "openai/gpt-6"),
        ("~openai/gpt-latest:free", "openai/gpt-7:free"),
    ] {
        let answer = ask(&server, &json!({"model": name})).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert_eq!(answer.json()["model"], id);
        let sent = upstream.received().last().unwrap().json();
        assert_eq!(sent["model"], id.split_once('/').unwrap().1);
    }
    for (path, id) in [
        ("/api/v1/models/~openai/gpt-latest", "openai/gpt-6"),
        ("/api/v1/model/~openai/gpt-latest:free", "openai/gpt-7:free"),
        (
            "/api/v1/models/~OpenAI/GPT-Latest/endpoints",
            "openai/gpt-6",
        ),
    ] {
        let answer = server.client().get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let body = answer.json();
        let model = body.get("data").unwrap_or(&body);
        assert_eq!(model["id"], id, "{path}");
    }
    let unknown = server.client().get("/api/v1/models/~openai/o-latest").await;
    assert_eq!(unknown.status, 404, "{}", unknown.text());
    for (name, status) in [
        ("~openai/o-latest", 404),
        ("~meta/gpt-latest", 404),
        ("~openai/gpt", 404),
        ("~openai/gpt-latest:thinking", 404),
        ("~openai/gpt-latest:online", 400),
    ] {
        let answer = ask(&server, &json!({"model": name})).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        if status == 404 {
            assert_eq!(answer.error()["availability"]["code"], "model_not_found");
        }
        let members = json!({"models": [name, "openai/gpt-4"], "model": null});
        let fallback = ask(&server, &members).await;
        assert_eq!(fallback.status == 200, status == 404, "{name}");
    }
}

#[tokio::test]
async fn an_imported_catalog_names_the_newest_model() {
    let (server, upstream) = server(Vendor::Responses, |config| {
        config.models.clear();
        config.providers[0].models = ServedModels::Any;
        let mut latest = ModelConfig::new("~p/gpt-latest");
        latest.alias_target = Some("p/gpt-9".to_owned());
        config.imported = vec![latest];
    })
    .await;
    let answer = ask(&server, &json!({"model": "~P/gpt-latest"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["model"], "p/gpt-9");
    assert_eq!(upstream.received()[0].json()["model"], "gpt-9");
}

#[tokio::test]
async fn the_name_of_a_family_gets_the_nearest_effort() {
    for vendor in [Vendor::Responses, Vendor::Chat] {
        let (server, upstream) = server(vendor, |_| {}).await;
        for (effort, sent) in [
            ("low", "low"),
            ("high", "high"),
            ("xhigh", "high"),
            ("max", "high"),
            ("minimal", "low"),
            ("none", "low"),
            // Both are as near.
            ("medium", "low"),
        ] {
            for stream in [false, true] {
                let members = json!({"model": "~openai/gpt-latest", "stream": stream,
                    "reasoning": {"effort": effort, "summary": "auto"}, "own_member": 5});
                let answer = ask(&server, &members).await;
                assert_eq!(answer.status, 200, "{effort}: {}", answer.text());
                let body = upstream.received().last().unwrap().json();
                let received = match vendor {
                    Vendor::Responses => {
                        assert_eq!(body["reasoning"]["summary"], "auto");
                        assert_eq!(body["own_member"], 5);
                        &body["reasoning"]["effort"]
                    }
                    _ => &body["reasoning_effort"],
                };
                assert_eq!(received, sent, "{vendor:?} {effort}: {body}");
                let noted = answer.text().contains("\"reasoning.effort\"");
                assert_eq!(noted, effort != sent, "{}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn a_concrete_model_refuses_an_effort_that_it_does_not_support() {
    let (server, upstream) = server(Vendor::Responses, |config| {
        config.models[1].aliases = vec!["newest".to_owned()];
    })
    .await;
    let reasoning = |effort: &str| json!({"effort": effort});
    for members in [
        json!({"model": "openai/gpt-6", "reasoning": reasoning("medium")}),
        json!({"model": "newest", "reasoning": reasoning("max")}),
        json!({"model": "openai/gpt-6", "reasoning": reasoning("none")}),
        json!({"model": "openai/gpt-4", "models": ["openai/gpt-6"], "reasoning": reasoning("medium")}),
    ] {
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 400, "{members}: {}", answer.text());
        let error = answer.error();
        assert_eq!(error["param"], "reasoning.effort");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains("`low` or `high`") && message.contains("openai/gpt-6"),
            "{message}"
        );
    }
    assert_eq!(upstream.requests(), 0);
    for members in [
        json!({"model": "openai/gpt-6", "reasoning": reasoning("high")}),
        json!({"model": "openai/gpt-4", "reasoning": reasoning("max")}),
        json!({"model": "openai/gpt-6", "reasoning": {"max_tokens": 100}}),
        json!({"model": "openai/gpt-6"}),
    ] {
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 200, "{members}: {}", answer.text());
    }
    for model in ["openai/gpt-6", "~openai/gpt-latest"] {
        let both = json!({"model": model, "reasoning": {"effort": "high", "max_tokens": 100}});
        assert_eq!(ask(&server, &both).await.status, 400, "{model}");
    }
}

#[tokio::test]
async fn a_free_variant_that_does_not_exist_names_the_paid_model() {
    let (server, _upstream) = server(Vendor::Responses, |_| {}).await;
    for (name, code, others) in [
        (
            "openai/gpt-6:free",
            "free_variant_ended",
            json!(["openai/gpt-6"]),
        ),
        (
            "OpenAI/GPT-6:FREE",
            "free_variant_ended",
            json!(["openai/gpt-6"]),
        ),
        ("openai/gpt-9:free", "model_not_found", Value::Null),
        ("openai/gpt-6:extended", "model_not_found", Value::Null),
        ("openai/gpt-6:thinking", "model_not_found", Value::Null),
        (":free", "model_not_found", Value::Null),
    ] {
        let answer = ask(&server, &json!({"model": name})).await;
        assert_eq!(answer.status, 404, "{name}: {}", answer.text());
        let availability = &answer.error()["availability"];
        assert_eq!(availability["code"], code, "{name}");
        assert_eq!(availability["requested_models"], json!([name]));
        assert_eq!(availability["retryable"], false);
        if !others.is_null() {
            assert_eq!(availability["fallback_models"], others, "{name}");
        }
    }
}
