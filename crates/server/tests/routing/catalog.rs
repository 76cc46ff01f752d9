//! Models from the configuration, on demand and from an imported catalog.

use orouter_server::config::{Config, EndpointConfig, ModelConfig, ServedModels};
use orouter_server::provider::Price;
use orouter_upstream_double::{Upstream, Vendor};

use super::fake::Turn;
use super::support::router::{config, model, provider};
use super::*;

async fn upstream() -> Upstream {
    let reply = |request: &_| Vendor::Responses.reply(request, "Hello");
    Upstream::start(reply).await.unwrap()
}

/// Returns the upstream's name of the model in each request.
fn models(upstream: &Upstream) -> Vec<String> {
    let model = |received: &Value| received["model"].as_str().unwrap().to_owned();
    let received = upstream.received();
    received
        .iter()
        .map(|request| model(&request.json()))
        .collect()
}

#[tokio::test]
async fn names_and_aliases_are_compared_ignoring_case() {
    let upstream = upstream().await;
    let mut known = ModelConfig::new("Author/Model-1");
    known.aliases = vec!["My-Alias".to_owned()];
    known.endpoints = vec![EndpointConfig::new("p0")];
    let one = provider("p0", Vendor::Responses, upstream.base_url());
    let config = config([one], [known]);
    let server = start(Server::builder().config(&config).unwrap()).await;
    for name in [
        "Author/Model-1",
        "author/model-1",
        "AUTHOR/MODEL-1",
        "my-alias",
        "MY-ALIAS",
    ] {
        let answer = ask(&server, &json!({"model": name})).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert_eq!(answer.json()["model"], "Author/Model-1");
    }
    assert!(models(&upstream).iter().all(|name| name == "Model-1"));
    let answer = ask(&server, &json!({"model": "p0/other"})).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.error()["availability"]["code"], "model_not_found");
}

#[tokio::test]
async fn a_provider_of_all_models_serves_any_name() {
    let upstream = upstream().await;
    let mut any = provider("acme", Vendor::Responses, upstream.base_url());
    any.models = ServedModels::Any;
    let mut config = config([any], []);
    let mut imported = ModelConfig::new("acme/Known");
    imported.name = Some("A known model".to_owned());
    imported.context_length = Some(500);
    imported.price = Some(Price::per_million(1.0, 2.0));
    config.imported = vec![imported, ModelConfig::new("other/unserved")];
    let server = start(Server::builder().config(&config).unwrap()).await;
    let names = ["acme/GPT-x:8b", "ACME/a/b", "acme/KNOWN"];
    for name in names {
        let answer = ask(&server, &json!({"model": name})).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    }
    // The case is kept, unless the catalog knows the model.
    assert_eq!(models(&upstream), ["GPT-x:8b", "a/b", "Known"]);
    for name in [
        "acme/",
        "acme",
        "acme/a b",
        "other/unserved",
        "acme/x:online",
    ] {
        let answer = ask(&server, &json!({"model": name})).await;
        assert!(
            (400..=404).contains(&answer.status),
            "{name}: {}",
            answer.text()
        );
    }
    let long = format!("acme/{}", "x".repeat(300));
    assert!((400..=404).contains(&ask(&server, &json!({"model": long})).await.status));
    let list = server.client().get("/api/v1/models").await.json();
    let list = list["data"].as_array().unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(list[0]["id"], "acme/Known");
    assert_eq!(list[0]["name"], "A known model");
    assert_eq!(list[0]["context_length"], 500);
    assert_eq!(list[0]["pricing"]["prompt"], "0.000001");
    let priced = ask(&server, &json!({"model": "acme/known"})).await.json();
    assert!(priced["usage"]["cost"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn models_may_refer_to_providers_in_this_process() {
    let own = Fake::new("local", &["local/small"], [Turn::Answer]);
    let mut known = ModelConfig::new("house/assistant");
    let mut endpoint = EndpointConfig::new("local");
    endpoint.model = Some("small".to_owned());
    endpoint.price = Some(Price::per_million(1.0, 1.0));
    known.endpoints = vec![endpoint];
    let config = config([], [known]);
    let builder = Server::builder().provider(own.clone());
    let server = start(builder.config(&config).unwrap()).await;
    for name in ["house/assistant", "local/small"] {
        let answer = ask(&server, &json!({"model": name})).await;
        assert_eq!(answer.json()["model"], name, "{}", answer.text());
    }
    assert_eq!(own.calls(), 2);
    let mut unknown = Config::default();
    let mut model = ModelConfig::new("a/b");
    model.endpoints = vec![EndpointConfig::new("nobody")];
    unknown.models = vec![model];
    let error = Server::builder().config(&unknown).unwrap_err();
    assert!(error.to_string().contains("nobody"), "{error}");
}

#[tokio::test]
async fn a_configured_endpoint_replaces_the_one_that_its_provider_lists() {
    let own = Fake::priced("local", &["local/small"], Price::free());
    let mut known = ModelConfig::new("local/small");
    let mut endpoint = EndpointConfig::new("local");
    endpoint.price = Some(Price::per_million(1.0, 2.0));
    known.endpoints = vec![endpoint];
    let config = config([], [known]);
    let builder = Server::builder().provider(own.clone());
    let server = start(builder.config(&config).unwrap()).await;
    let answer = ask(&server, &json!({"model": "local/small"})).await.json();
    assert!(answer["usage"]["cost"].as_f64().unwrap() > 0.0, "{answer}");
    let list = server.client().get("/api/v1/models").await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["data"][0]["pricing"]["prompt"], "0.000001");
    let path = "/api/v1/models/local/small/endpoints";
    let listed = server.client().get(path).await.json();
    let endpoints = listed["data"]["endpoints"].as_array().unwrap();
    assert_eq!(endpoints.len(), 1, "{listed}");
    assert_eq!(endpoints[0]["pricing"]["completion"], "0.000002");
}

#[tokio::test]
async fn a_reload_replaces_models_and_keeps_the_state_of_endpoints() {
    let failing = upstream().await;
    let one = provider("p0", Vendor::Responses, Upstream::refusing().await.unwrap());
    let two = provider("p1", Vendor::Responses, failing.base_url());
    let mut config = config([one, two], [model(MODEL, &["p0", "p1"])]);
    let server = Server::builder().config(&config).unwrap().build();
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let client = support::Client::new(bound.local_addr());
    tokio::spawn(bound.serve(std::future::pending()));
    let ask = async |members: Value| {
        let body = body(&members).to_string();
        let headers = [("x-openrouter-metadata", "enabled")];
        let bytes = support::Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
        client.open(&bytes).await.whole().await
    };
    let ordered = json!({"provider": {"order": ["p0", "p1"]}});
    for _ in 0..5 {
        assert_eq!(attempts(&ask(ordered.clone()).await), ["p0", "p1"]);
    }
    assert_eq!(
        attempts(&ask(ordered.clone()).await),
        ["p1"],
        "the breaker is open"
    );
    config.models.push(model(OTHER, &["p1"]));
    server.reload(&config).unwrap();
    assert_eq!(ask(json!({"model": OTHER})).await.status, 200);
    assert_eq!(
        attempts(&ask(ordered.clone()).await),
        ["p1"],
        "the breaker is open"
    );
    let mut faulty = config.clone();
    faulty.models.push(model("test/three", &["nobody"]));
    assert!(server.reload(&faulty).is_err());
    assert_eq!(ask(json!({"model": OTHER})).await.status, 200);
    config.models.pop();
    server.reload(&config).unwrap();
    assert_eq!(ask(json!({"model": OTHER})).await.status, 404);
}
