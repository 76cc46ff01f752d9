//! The number of series does not depend on the texts that clients send.

use orouter_server::Server;
use orouter_server::config::ServedModels;
use orouter_upstream_double::{Reply, Upstream, Vendor};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::exposition::Exposition;
use crate::serving::{Serving, ask};
use crate::support::router::{config, model, provider};

/// Number of texts of each kind.
const TEXTS: usize = 10_000;

/// Number of models of a provider that serves any model which have series of their own.
const NAMED: usize = 100;

/// A connection that sends one request after the other.
struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn new(server: &Serving) -> Self {
        Self(BufReader::new(
            TcpStream::connect(server.main).await.unwrap(),
        ))
    }

    /// Sends a request and returns the status of its response.
    async fn send(&mut self, method: &str, path: &str, agent: &str, body: &str) -> u16 {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: {agent}\r\n\
             x-request-id: {agent}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await.unwrap();
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).await.unwrap() > 0, "closed");
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            } else if line == "\r\n" {
                break;
            }
        }
        self.0.read_exact(&mut vec![0; length]).await.unwrap();
        status
    }
}

async fn serving(served: fn(&str) -> bool) -> (Serving, Upstream) {
    let upstream = Upstream::start(move |request| match served(&request.model()) {
        true => Vendor::Chat.reply(request, "Hi"),
        false => Reply::json(
            404,
            r#"{"error":{"message":"no such model","code":"model_not_found"}}"#,
        ),
    })
    .await
    .unwrap();
    let listed = provider("listed", Vendor::Chat, upstream.base_url());
    let mut open = provider("open", Vendor::Chat, upstream.base_url());
    open.models = ServedModels::Any;
    let config = config([listed, open], [model("test/model", &["listed"])]);
    let server = Serving::local(Server::builder().config(&config).unwrap()).await;
    (server, upstream)
}

fn models(metrics: &Exposition) -> std::collections::BTreeSet<String> {
    let samples = metrics.families.values().flat_map(|family| &family.samples);
    let models = samples.filter_map(|sample| sample.labels.get("gen_ai_request_model"));
    models.cloned().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_agents_methods_and_paths_of_clients_add_none() {
    let (server, _upstream) = serving(|_| true).await;
    let mut connection = Connection::new(&server).await;
    let mut before = 0;
    for number in 0..TEXTS {
        let agent = format!("agent-{number}");
        let unknown = ask(&format!("vendor-{number}/model-{number}"), false).to_string();
        let path = "/v1/responses";
        assert_eq!(connection.send("POST", path, &agent, &unknown).await, 404);
        let path = format!("/path-{number}");
        assert_eq!(connection.send("GET", &path, &agent, "").await, 404);
        let path = format!("/v1/models/open-{number}");
        assert_eq!(connection.send("GET", &path, &agent, "").await, 404);
        let method = format!("METHOD{number}");
        assert_eq!(connection.send(&method, "/health", &agent, "").await, 405);
        if number == 0 {
            server.scrape().await; // the series of its own request
            before = server.scrape().await.series();
        }
    }
    let metrics = server.scrape().await;
    assert_eq!(metrics.series(), before);
    let expected = ["other", "test/model", "unknown"].map(str::to_owned);
    let names: Vec<String> = models(&metrics).into_iter().collect();
    assert!(
        names.iter().all(|name| expected.contains(name)),
        "{names:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_first_models_of_an_open_provider_add_some() {
    let (server, _upstream) = serving(|_| true).await;
    let mut connection = Connection::new(&server).await;
    let mut before = 0;
    for number in 0..TEXTS {
        let body = ask(&format!("open/model-{number}"), false).to_string();
        let status = connection
            .send("POST", "/v1/responses", "agent", &body)
            .await;
        assert_eq!(status, 200);
        if number == NAMED {
            server.scrape().await;
            before = server.scrape().await.series();
        }
    }
    let metrics = server.scrape().await;
    assert!(metrics.series() <= before, "{} {before}", metrics.series());
    let names = models(&metrics);
    assert!(names.contains("other") && names.contains("open/model-0"));
    let named = names
        .iter()
        .filter(|name| name.starts_with("open/"))
        .count();
    assert_eq!(named, NAMED);
    let requests = "gen_ai_server_request_duration_seconds_count";
    let other = [
        ("gen_ai_request_model", "other"),
        ("orouter_endpoint", "open"),
    ];
    assert_eq!(metrics.sum(requests, &other), (TEXTS - NAMED) as f64);
}

#[tokio::test]
async fn models_that_do_not_exist_do_not_use_up_the_limit() {
    let (server, _upstream) = serving(|name| name == "exists").await;
    let client = server.client();
    for number in 0..2 * NAMED {
        let response = client
            .ask(&ask(&format!("open/typo-{number}"), false))
            .await;
        assert_ne!(response.status, 200);
    }
    assert_eq!(client.ask(&ask("open/exists", false)).await.status, 200);
    let names = models(&server.scrape().await);
    assert!(
        names.contains("open/exists") && names.contains("other"),
        "{names:?}"
    );
    assert!(!names.iter().any(|name| name.contains("typo")), "{names:?}");
}
