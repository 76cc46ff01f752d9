//! A simulated fleet of 30 endpoints and 200 requests: the order of the attempts equals that of an
//! independent model.
//!
//! `generate.py` wrote `fleet.json` and `requests.jsonl` from the rules of routing. All endpoints but
//! the last expected one fail, so that the metadata of the response has the whole order.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod provider;
#[path = "../support/mod.rs"]
mod support;

use orouter_server::config::{Config, EndpointConfig, ModelConfig};
use orouter_server::provider::Price;
use orouter_server::{Amount, Server};
use serde_json::{Value, json};
use support::{HttpResponse, Running};

use provider::{Behaviour, Fleet};

/// The names of a model and of one of its endpoints.
type Name = (String, String);

struct Endpoint {
    /// The id at its provider.
    id: String,
    model: String,
    provider: String,
    slug: String,
    /// Seconds until the first content, and tokens per second. `None` if it is not measured.
    figures: Option<(f64, f64)>,
    config: EndpointConfig,
}

impl Endpoint {
    fn read(json: &Value) -> Self {
        let provider = text(&json["provider"]);
        let mut config = EndpointConfig::new(&provider);
        config.model = Some(text(&json["id"]));
        config.region = json["region"].as_str().map(str::to_owned);
        config.tier = Some(text(&json["tier"]));
        config.price = json["price"].as_array().map(|prices| {
            let mut price =
                Price::per_million(prices[0].as_f64().unwrap(), prices[1].as_f64().unwrap());
            price.cache_read = json["cache_read"].as_f64().map(Amount::per_million);
            price
        });
        config.quantization = json["quantization"].as_str().map(str::to_owned);
        config.data_collection = json["collects"].as_bool();
        config.zdr = json["zdr"].as_bool();
        config.distillable = json["distillable"].as_bool();
        let parameters = json["parameters"].as_array();
        config.supported_parameters = parameters.map(|list| list.iter().map(text).collect());
        let latency = json["latency"].as_f64();
        Self {
            id: text(&json["id"]),
            model: text(&json["model"]),
            slug: text(&json["slug"]),
            figures: latency.map(|latency| (latency, json["throughput"].as_f64().unwrap())),
            provider,
            config,
        }
    }
}

fn text(json: &Value) -> String {
    json.as_str().expect("a string").to_owned()
}

/// Reads a list of names; empty if it is missing.
fn names(json: &Value) -> Vec<Name> {
    let list = json.as_array().map_or(&[][..], Vec::as_slice);
    list.iter().map(name).collect()
}

fn name(json: &Value) -> Name {
    (text(&json[0]), text(&json[1]))
}

fn description() -> Value {
    serde_json::from_str(include_str!("fleet.json")).unwrap()
}

/// A running server with the fleet.
struct Scene {
    server: Running,
    fleet: Fleet,
    endpoints: Vec<Endpoint>,
}

impl Scene {
    async fn new() -> Self {
        let description = description();
        let list = |name: &str| description[name].as_array().unwrap().clone();
        let endpoints: Vec<Endpoint> = list("endpoints").iter().map(Endpoint::read).collect();
        let fleet = Fleet::new(description["tokens"].as_u64().unwrap());
        let mut builder = Server::builder();
        let mut names: Vec<&str> = endpoints.iter().map(|e| e.provider.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let own = endpoints.iter().filter(|e| e.provider == name);
            builder = builder.provider(fleet.provider(name, own.map(|e| e.id.as_str())));
        }
        let mut config = Config::default();
        for model in list("models") {
            let mut entry = ModelConfig::new(text(&model["id"]));
            entry.created = model["created"].as_u64();
            entry.family = model["family"].as_str().map(str::to_owned);
            let own = endpoints.iter().filter(|e| e.model == entry.id);
            entry.endpoints = own.map(|e| e.config.clone()).collect();
            config.models.push(entry);
        }
        for endpoint in &endpoints {
            assert_eq!(endpoint.config.slug(), endpoint.slug);
        }
        Self {
            server: Running::start(builder.config(&config).unwrap()).await,
            fleet,
            endpoints,
        }
    }

    fn endpoint(&self, (model, slug): &Name) -> &Endpoint {
        let is = |e: &&Endpoint| e.model == *model && e.slug == *slug;
        self.endpoints.iter().find(is).unwrap()
    }

    /// Sends a request to one endpoint.
    async fn ask_only(&self, endpoint: &Endpoint, behaviour: Behaviour, session: Option<&str>) {
        self.fleet.set(behaviour);
        let only = [endpoint.slug.as_str()];
        // The base slug of a provider also names its other endpoints.
        let ignore: Vec<&str> = self
            .endpoints
            .iter()
            .filter(|e| e.model == endpoint.model && e.slug != endpoint.slug)
            .map(|e| e.slug.as_str())
            .collect();
        let request = json!({"model": endpoint.model, "input": "set up", "session_id": session,
            "provider": {"only": only, "ignore": ignore}});
        let fails = matches!(self.fleet.behaviour(), Behaviour::Fail);
        let answer = self.ask(&request).await;
        assert_eq!(answer.status == 503, fails, "{request}: {}", answer.text());
    }

    async fn ask(&self, request: &Value) -> HttpResponse {
        let body = request.to_string();
        let head = format!(
            "POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nx-openrouter-metadata: enabled\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.server
            .client()
            .open(head.as_bytes())
            .await
            .whole()
            .await
    }

    /// Brings the endpoints into the state that the case describes. Those of `order` are measured.
    async fn set_up(&self, setup: &Value, order: &[Name]) {
        let timed = |endpoint: &Endpoint| {
            let (latency, throughput) = endpoint.figures?;
            Some(Behaviour::Timed(latency, throughput))
        };
        if setup["figures"] == true {
            for endpoint in order.iter().map(|name| self.endpoint(name)) {
                if let Some(behaviour) = timed(endpoint) {
                    self.ask_only(endpoint, behaviour, None).await;
                }
            }
        }
        if let Some(session) = setup.get("session") {
            let endpoint = self.endpoint(&name(&session["endpoint"]));
            let behaviour = timed(endpoint).unwrap();
            self.ask_only(endpoint, behaviour, session["id"].as_str())
                .await;
        }
        for (member, failures) in [("outage", 3), ("open", 5)] {
            for name in names(&setup[member]) {
                for _ in 0..failures {
                    self.ask_only(self.endpoint(&name), Behaviour::Fail, None)
                        .await;
                }
            }
        }
    }
}

/// Returns the endpoints of all attempts, in order.
fn attempts(response: &Value) -> Vec<Name> {
    let attempts = response["openrouter_metadata"]["attempts"].as_array();
    let name = |attempt: &Value| (text(&attempt["model"]), text(&attempt["provider"]));
    attempts.unwrap().iter().map(name).collect()
}

/// Returns the expected order with the choices that the server made.
fn with_choices(mut order: Vec<Name>, choices: &[Vec<Name>], actual: &[Name]) -> Vec<Name> {
    for choice in choices {
        let first = actual.iter().find(|name| choice.contains(name));
        let start = order.iter().position(|name| choice.contains(name));
        if let (Some(first), Some(start)) = (first, start) {
            let from = order.iter().position(|name| name == first).unwrap();
            order[start..=from].rotate_right(1);
        }
    }
    order
}

async fn check(line: usize, case: &Value) {
    let scene = Scene::new().await;
    let (request, expected) = (&case["request"], &case["expected"]);
    let setup = &case["setup"];
    let case = format!("request {line}: {case}");
    let order = names(&expected["order"]);
    scene.set_up(setup, &order).await;
    let Some((last, others)) = order.split_last() else {
        scene.fleet.set(Behaviour::Fail);
        let answer = scene.ask(request).await;
        assert_eq!(
            expected["status"],
            answer.status,
            "{case}: {}",
            answer.text()
        );
        let code = &answer.error()["availability"]["code"];
        assert_eq!(*code, expected["code"], "{case}");
        return;
    };
    // Endpoints of which any one may come first among them.
    let choices = expected["choice"].as_array().unwrap();
    let choices: Vec<Vec<Name>> = choices.iter().map(names).collect();
    // If several may be the last one, all fail.
    let any_last = choices.iter().any(|choice| choice.contains(last));
    let failing = if any_last { &order[..] } else { others };
    let ids = failing.iter().map(|name| scene.endpoint(name).id.clone());
    scene.fleet.set(Behaviour::FailAt(ids.collect()));
    let answer = scene.ask(request).await;
    let status = if any_last { 503 } else { 200 };
    assert_eq!(answer.status, status, "{case}: {}", answer.text());
    let actual = attempts(&answer.json());
    assert_eq!(actual, with_choices(order, &choices, &actual), "{case}");
}

#[tokio::test]
async fn attempts_follow_the_order_of_an_independent_model() {
    let mut number = 0;
    for (index, line) in include_str!("requests.jsonl").lines().enumerate() {
        check(index + 1, &serde_json::from_str(line).unwrap()).await;
        number += 1;
    }
    assert_eq!(number, 200);
}

/// The table covers every rule: otherwise a change of the generator could leave one out.
#[test]
fn the_requests_use_every_preference() {
    let requests = include_str!("requests.jsonl");
    assert_eq!(description()["endpoints"].as_array().unwrap().len(), 30);
    for word in [
        "\"order\": [\"",
        "\"only\"",
        "\"ignore\"",
        "allow_fallbacks",
        "data_collection",
        "zdr",
        "enforce_distillable_text",
        "quantizations",
        "max_price",
        "require_parameters",
        "\"price\"",
        "\"latency\"",
        "\"throughput\"",
        "\"partition\": \"none\"",
        "preferred_max_latency",
        "preferred_min_throughput",
        ":nitro",
        ":floor",
        ":free",
        "-latest",
        "\"flex\"",
        "\"priority\"",
        "\"fast\"",
        "\"default\"",
        "\"outage\"",
        "\"open\"",
        "session_id",
        "\"models\"",
        "\"tools\"",
        "privacy_restricted",
        "constraint_filtered",
        "verbosity",
    ] {
        assert!(requests.matches(word).count() >= 3, "{word}");
    }
}
