//! [`Delivery`]: sends spans to the collector, and repeats exports that failed for a time.

use std::future::poll_fn;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use orouter_http::retry_after::{date_from_headers, hints_from_headers};
use orouter_http::transport::{HttpRequest, HyperTransport, Transport as _};
use tokio::time::Instant;
use url::Url;

use super::settings::{Collector, Protocol};
use super::span::{Attributes, Span};
use super::{json, protobuf, rejected};

/// Time before the first repetition of an export. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Maximum size of a collector's response that is read, in bytes. It only counts rejected spans.
const MAX_RESPONSE_BYTES: usize = 64 << 10;

/// Sends spans to the collector.
#[derive(Debug)]
pub(super) struct Delivery {
    transport: HyperTransport,
    url: Url,
    headers: HeaderMap,
    timeout: Duration,
    encoding: Arc<Encoding>,
}

#[derive(Debug)]
struct Encoding {
    protocol: Protocol,
    gzip: bool,
    resource: Attributes,
}

/// A failed export.
struct Problem {
    reason: String,
    /// `true` if the export may be repeated.
    repeatable: bool,
    /// The pause that the collector asks for.
    pause: Option<Duration>,
}

impl Problem {
    fn lasting(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            repeatable: false,
            pause: None,
        }
    }
}

impl Delivery {
    pub(super) fn new(transport: HyperTransport, collector: Collector) -> Self {
        let Collector {
            url,
            mut headers,
            protocol,
            gzip,
            timeout,
            resource,
        } = collector;
        let kind = match protocol {
            Protocol::Protobuf => "application/x-protobuf",
            Protocol::Json => "application/json",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let agent = concat!("orouter-server/", env!("CARGO_PKG_VERSION"));
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(agent));
        Self {
            transport,
            url,
            headers,
            timeout,
            encoding: Arc::new(Encoding {
                protocol,
                gzip,
                resource,
            }),
        }
    }

    /// Sends spans within the time limit, while `repeats` allows it more than once. Returns the number
    /// of those that the collector rejected.
    ///
    /// # Errors
    /// The reason why the collector did not take them.
    pub(super) async fn deliver(
        &self,
        spans: Vec<Span>,
        repeats: impl Fn() -> bool,
    ) -> Result<usize, String> {
        let deadline = Instant::now() + self.timeout;
        let encoding = Arc::clone(&self.encoding);
        // Prompts and responses can be megabytes, which a thread for requests must not encode.
        let body = tokio::task::spawn_blocking(move || encoding.encode(&spans));
        let body = body.await.map_err(|error| error.to_string())?;
        let mut pause = FIRST_PAUSE;
        loop {
            let Ok(sent) = tokio::time::timeout_at(deadline, self.send(body.clone())).await else {
                return Err("the collector did not reply in time".to_owned());
            };
            let problem = match sent {
                Ok(rejected) => return Ok(rejected),
                Err(problem) => problem,
            };
            // Different servers shall not repeat their exports at the same time.
            let own = pause.mul_f64(0.5 + fastrand::f64() / 2.0);
            let wait = problem.pause.unwrap_or(own);
            if !problem.repeatable || !repeats() || Instant::now() + wait >= deadline {
                return Err(problem.reason);
            }
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
    }

    async fn send(&self, body: Bytes) -> Result<usize, Problem> {
        let request = HttpRequest::new(Method::POST, self.url.clone())
            .with_headers(self.headers.clone())
            .with_body(body);
        let sent = self.transport.send(request).await;
        let response = sent.map_err(|error| Problem {
            reason: format!("the collector cannot be reached: {}", error.reason()),
            repeatable: !error.is_unusable(),
            pause: None,
        })?;
        let (status, headers, mut body) = response.into_parts();
        if !status.is_success() {
            let hints = hints_from_headers(&headers);
            let now = date_from_headers(&headers).unwrap_or_else(SystemTime::now);
            return Err(Problem {
                reason: format!("the collector replied with status {}", status.as_u16()),
                repeatable: is_repeatable(status),
                pause: hints.delay(Some(now), false),
            });
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = poll_fn(|cx| body.poll_chunk(cx)).await {
            // The spans were taken: the rest of the response does not matter.
            let Ok(chunk) = chunk else {
                return Ok(0);
            };
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_RESPONSE_BYTES {
                return Err(Problem::lasting("the collector's response is too large"));
            }
        }
        Ok(match self.encoding.protocol {
            Protocol::Protobuf => rejected::in_protobuf(&bytes),
            Protocol::Json => rejected::in_json(&bytes),
        })
    }
}

/// Returns `true` for the statuses after which OTLP repeats an export.
fn is_repeatable(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

impl Encoding {
    fn encode(&self, spans: &[Span]) -> Bytes {
        let body = match self.protocol {
            Protocol::Protobuf => protobuf::request(&self.resource, spans),
            Protocol::Json => json::request(&self.resource, spans),
        };
        if !self.gzip {
            return body.into();
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        // Writing to memory does not fail.
        let _ = encoder.write_all(&body);
        encoder.finish().unwrap_or_default().into()
    }
}
