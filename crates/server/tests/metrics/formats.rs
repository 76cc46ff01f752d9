//! The formats of the metrics.

use crate::exposition::Exposition;
use crate::serving::{FAILING, MODEL, Serving, ask, builder};

/// The header of Prometheus 3.
const PROMETHEUS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
    text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

#[tokio::test]
async fn the_client_chooses_the_format() {
    let server = Serving::local(builder()).await;
    let client = server.client();
    client.ask(&ask(MODEL, true)).await;
    client.ask(&ask(FAILING, false)).await;
    let response = client.request("GET", "/metrics", &[]).await;
    assert_eq!(
        response.headers["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = Exposition::read(&response.text(), false);
    let accept = [("accept", PROMETHEUS)];
    let response = client.request("GET", "/metrics", &accept).await;
    assert_eq!(
        response.headers["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let open_metrics = Exposition::read(&response.text(), true);
    // OpenMetrics has the names of families without the suffixes of counters and infos.
    let names = |exposition: &Exposition, suffixes: &[&str]| -> Vec<String> {
        let names = exposition.families.keys();
        let name = |name: &String| {
            let stripped = suffixes.iter().find_map(|suffix| name.strip_suffix(suffix));
            stripped.unwrap_or(name).to_owned()
        };
        names.map(name).collect()
    };
    let expected: Vec<String> = names(&text, &["_total", "_info"]);
    assert_eq!(names(&open_metrics, &[]), expected);
    let seconds = open_metrics.families["http_server_request_duration_seconds"]
        .unit
        .as_deref();
    assert_eq!(seconds, Some("seconds"));
    assert_eq!(open_metrics.sum("orouter_attempts_total", &[]), 2.0);
}

#[tokio::test]
async fn head_has_no_body() {
    let server = Serving::local(builder()).await;
    for path in ["/metrics", "/metrics/", "/metrics?name=value"] {
        let head = format!("HEAD {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let open = server.client().open(head.as_bytes()).await;
        assert_eq!(open.status, 200, "{path}");
        assert!(open.headers["content-type"].starts_with("text/plain"));
        assert!(open.rest().await.is_empty(), "{path}");
        assert_eq!(server.client().get(path).await.status, 200);
    }
}
