//! [`Traces`]: the export of traces, as the standard variables configure it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use orouter_http::transport::HyperTransport;
use url::Url;

use super::VERSION;
use super::headers::{headers, pairs};
use super::sampler::Sampler;
use super::span::{Attributes, Value};
use super::variables::{TracesError, Variables, positive};

const CONTENT: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

/// The encoding of the requests to the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Protobuf,
    Json,
}

/// The collector and the requests that it gets.
pub(super) struct Collector {
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) protocol: Protocol,
    pub(super) gzip: bool,
    /// Time limit of an export with its retries.
    pub(super) timeout: Duration,
    pub(super) resource: Attributes,
}

/// The settings of spans.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpanSettings {
    pub(super) sampler: Sampler,
    /// `true` if contexts are accepted from clients and passed to upstreams.
    pub(super) propagates: bool,
    /// `true` if spans contain prompts and responses.
    pub(super) content: bool,
}

/// The sizes of the queue and of exports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batches {
    /// Maximum time that a span waits for others.
    pub(super) delay: Duration,
    pub(super) max_queue: usize,
    pub(super) max_spans: usize,
}

/// The export of traces, for [`ServerBuilder::traces`](crate::ServerBuilder::traces).
///
/// ```no_run
/// # fn main() -> Result<(), orouter_server::TracesError> {
/// use orouter_server::{Server, Traces};
///
/// let mut builder = Server::builder();
/// if let Some(traces) = Traces::from_env()? {
///     builder = builder.traces(traces);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Traces {
    pub(super) collector: Collector,
    pub(super) transport: HyperTransport,
    pub(super) spans: SpanSettings,
    pub(super) batches: Batches,
}

impl Traces {
    /// Reads the variables of OpenTelemetry (`OTEL_*`). Returns `None` without
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, with
    /// `OTEL_SDK_DISABLED=true`, and with `OTEL_TRACES_EXPORTER=none`.
    ///
    /// # Errors
    /// If a variable has a value that is not supported, or if TLS cannot be set up.
    pub fn from_env() -> Result<Option<Self>, TracesError> {
        Self::from_variables(&|name| {
            std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
        })
    }

    /// As [`from_env`](Self::from_env), with variables from the function.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, TracesError> {
        let variables = Variables(variable);
        let exporter = variables.text("OTEL_TRACES_EXPORTER");
        if variables.flag("OTEL_SDK_DISABLED")? || exporter.as_deref() == Some("none") {
            return Ok(None);
        }
        if exporter.is_some_and(|exporter| exporter != "otlp") {
            return Err(TracesError::value(
                "OTEL_TRACES_EXPORTER",
                "use otlp or none",
            ));
        }
        let Some(url) = endpoint(&variables)? else {
            return Ok(None);
        };
        let transport = HyperTransport::new()
            .map_err(|error| TracesError::other(format!("cannot reach a collector: {error}")))?;
        Ok(Some(Self {
            collector: collector(url, &variables)?,
            transport,
            spans: SpanSettings {
                sampler: sampler(&variables)?,
                propagates: propagates(&variables)?,
                content: content(&variables)?,
            },
            batches: batches(&variables)?,
        }))
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces")
            .field("spans", &self.spans)
            .field("batches", &self.batches)
            .finish_non_exhaustive()
    }
}

/// Returns the URL for traces: only the variable of all signals gets the path.
fn endpoint(variables: &Variables<'_>) -> Result<Option<Url>, TracesError> {
    let Some((name, value)) = variables.signal("ENDPOINT") else {
        return Ok(None);
    };
    let usable = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    };
    let mut url = Url::parse(&value).ok().filter(usable).ok_or_else(|| {
        TracesError::value(
            &name,
            "use an http:// or https:// URL without a user, and OTEL_EXPORTER_OTLP_HEADERS for keys",
        )
    })?;
    if name == "OTEL_EXPORTER_OTLP_ENDPOINT" {
        let path = format!("{}/v1/traces", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    Ok(Some(url))
}

fn collector(url: Url, variables: &Variables<'_>) -> Result<Collector, TracesError> {
    for name in ["CERTIFICATE", "CLIENT_KEY", "CLIENT_CERTIFICATE"] {
        if let Some((name, _)) = variables.signal(name) {
            let advice = "unset it: the certificates of the system are used";
            return Err(TracesError::value(&name, advice));
        }
    }
    let protocol = match variables.signal("PROTOCOL") {
        None => Protocol::Protobuf,
        Some((name, value)) => match value.as_str() {
            "http/protobuf" => Protocol::Protobuf,
            "http/json" => Protocol::Json,
            _ => return Err(TracesError::value(&name, "use http/protobuf or http/json")),
        },
    };
    let gzip = match variables.signal("COMPRESSION") {
        None => false,
        Some((name, value)) => match value.as_str() {
            "gzip" => true,
            "none" => false,
            _ => return Err(TracesError::value(&name, "use gzip or none")),
        },
    };
    let headers = match variables.signal("HEADERS") {
        None => HeaderMap::new(),
        Some((name, value)) => headers(&value)
            .ok_or_else(|| TracesError::value(&name, "use name=value, percent-encoded"))?,
    };
    let timeout = match variables.signal("TIMEOUT") {
        None => Duration::from_secs(10),
        Some((name, value)) => Duration::from_millis(positive(&name, &value)?),
    };
    Ok(Collector {
        url,
        headers,
        protocol,
        gzip,
        timeout,
        resource: resource(variables)?,
    })
}

/// Returns the attributes of the resource. The variables win over the name and version of this server.
fn resource(variables: &Variables<'_>) -> Result<Attributes, TracesError> {
    let name = "OTEL_RESOURCE_ATTRIBUTES";
    let list = variables.text(name).unwrap_or_default();
    let mut found =
        pairs(&list).ok_or_else(|| TracesError::value(name, "use name=value, percent-encoded"))?;
    if let Some(service) = variables.text("OTEL_SERVICE_NAME") {
        found.retain(|(name, _)| name != "service.name");
        found.push(("service.name".to_owned(), service));
    }
    for (name, value) in [("service.name", "orouter"), ("service.version", VERSION)] {
        if !found.iter().any(|(known, _)| known == name) {
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    let attribute = |(name, value)| (Cow::Owned(name), Value::from(value));
    Ok(found.into_iter().map(attribute).collect())
}

fn sampler(variables: &Variables<'_>) -> Result<Sampler, TracesError> {
    let ratio = match variables.text("OTEL_TRACES_SAMPLER_ARG") {
        None => 1.0,
        Some(value) => {
            let ratio = value.parse().ok();
            let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
            ratio.ok_or_else(|| {
                TracesError::value("OTEL_TRACES_SAMPLER_ARG", "use a number from 0 to 1")
            })?
        }
    };
    let Some(name) = variables.text("OTEL_TRACES_SAMPLER") else {
        return Ok(Sampler::default());
    };
    Sampler::named(&name, ratio).ok_or_else(|| {
        TracesError::value(
            "OTEL_TRACES_SAMPLER",
            "use always_on, always_off or traceidratio, each also with the prefix parentbased_",
        )
    })
}

fn propagates(variables: &Variables<'_>) -> Result<bool, TracesError> {
    let name = "OTEL_PROPAGATORS";
    let list = variables.text(name).unwrap_or("tracecontext".to_owned());
    let mut propagates = false;
    for propagator in list.split(',') {
        match propagator.trim() {
            "tracecontext" => propagates = true,
            // Baggage is not sent on: it is of no use to a provider.
            "baggage" | "none" => {}
            _ => return Err(TracesError::value(name, "use tracecontext or none")),
        }
    }
    Ok(propagates)
}

/// Returns `true` if spans contain prompts and responses. The values are those of the instrumentations
/// of OpenTelemetry; this server has no events.
fn content(variables: &Variables<'_>) -> Result<bool, TracesError> {
    let value = variables.text(CONTENT).map(|value| value.to_lowercase());
    match value.as_deref() {
        None | Some("false" | "no_content" | "event_only") => Ok(false),
        Some("true" | "span_only" | "span_and_event") => Ok(true),
        Some(_) => Err(TracesError::value(CONTENT, "use true or false")),
    }
}

fn batches(variables: &Variables<'_>) -> Result<Batches, TracesError> {
    let delay = Duration::from_secs(5);
    Ok(Batches {
        delay: variables.time("OTEL_BSP_SCHEDULE_DELAY", delay)?,
        max_queue: variables.count("OTEL_BSP_MAX_QUEUE_SIZE", 2048)?,
        max_spans: variables.count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512)?,
    })
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
