//! The names, types and meanings of all metrics. `docs/metrics.md` lists them; a test compares both.

use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

/// A metric: its name without unit and suffix, its unit, type and meaning.
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) unit: Option<Unit>,
    pub(super) kind: MetricType,
    pub(super) help: &'static str,
}

const fn family(
    name: &'static str,
    unit: Option<Unit>,
    kind: MetricType,
    help: &'static str,
) -> Family {
    Family {
        name,
        unit,
        kind,
        help,
    }
}

const fn seconds(name: &'static str, help: &'static str) -> Family {
    family(name, Some(Unit::Seconds), MetricType::Histogram, help)
}

const fn gauge(name: &'static str, help: &'static str) -> Family {
    family(name, None, MetricType::Gauge, help)
}

const fn bytes(name: &'static str, help: &'static str) -> Family {
    family(name, Some(Unit::Bytes), MetricType::Gauge, help)
}

const fn counter(name: &'static str, help: &'static str) -> Family {
    family(name, None, MetricType::Counter, help)
}

pub(super) static HTTP_DURATION: Family = seconds(
    "http_server_request_duration",
    "Duration of HTTP requests, to the end of the response",
);
pub(super) static HTTP_ACTIVE: Family = gauge(
    "http_server_active_requests",
    "Number of HTTP requests in progress",
);
pub(super) static REQUEST_DURATION: Family = seconds(
    "gen_ai_server_request_duration",
    "Duration of generations, to the last output token",
);
pub(super) static FIRST_TOKEN: Family = seconds(
    "gen_ai_server_time_to_first_token",
    "Time to the first output token of streams that succeed",
);
pub(super) static PER_TOKEN: Family = seconds(
    "gen_ai_server_time_per_output_token",
    "Time per output token after the first one, of streams that succeed",
);
pub(super) static TOKENS: Family = family(
    "gen_ai_client_token_usage",
    None,
    MetricType::Histogram,
    "Number of tokens of a generation",
);
pub(super) static ATTEMPT_DURATION: Family = seconds(
    "gen_ai_client_operation_duration",
    "Duration of attempts at endpoints",
);
pub(super) static ATTEMPTS: Family = counter(
    "orouter_attempts",
    "Number of attempts at endpoints that have ended",
);
pub(super) static COST: Family = counter("orouter_cost_usd", "Cost of all generations in USD");
pub(super) static BREAKER: Family = gauge(
    "orouter_endpoint_breaker_state",
    "State of the circuit breaker: 0 closed, 1 half-open, 2 open",
);
pub(super) static ENDPOINT_ACTIVE: Family = gauge(
    "orouter_endpoint_active_requests",
    "Number of requests that run at the endpoint",
);
pub(super) static ENDPOINT_QUEUED: Family = gauge(
    "orouter_endpoint_queued_requests",
    "Number of requests that wait for the endpoint",
);
pub(super) static PROVIDER_ACTIVE: Family = gauge(
    "orouter_provider_active_generations",
    "Number of generations that run in this process",
);
pub(super) static PROVIDER_QUEUED: Family = gauge(
    "orouter_provider_queued_generations",
    "Number of generations that wait in this process",
);
pub(super) static CONNECTIONS: Family = gauge(
    "orouter_open_connections",
    "Number of open connections of clients",
);
pub(super) static BODIES: Family = bytes(
    "orouter_bodies_in_flight",
    "Memory that the bodies of requests in flight take",
);
pub(super) static DROPPED_LOG_LINES: Family = counter(
    "orouter_dropped_log_lines",
    "Number of log lines that could not be written",
);
pub(super) static PENDING_RECORDS: Family = gauge(
    "orouter_pending_records",
    "Number of records of generations that are not in the database yet",
);
/// Only of servers that export traces.
pub(super) static DROPPED_SPANS: Family = counter(
    "orouter_dropped_spans",
    "Number of spans that could not be exported",
);
pub(super) static BUILD: Family = family(
    "orouter_build",
    None,
    MetricType::Info,
    "Version and commit of the server",
);
pub(super) static CPU: Family = family(
    "process_cpu",
    Some(Unit::Seconds),
    MetricType::Counter,
    "CPU time of the process",
);
pub(super) static RESIDENT: Family = bytes("process_resident_memory", "Resident memory");
pub(super) static VIRTUAL: Family = bytes("process_virtual_memory", "Virtual memory");
pub(super) static OPEN_FDS: Family = gauge("process_open_fds", "Number of open file descriptors");
pub(super) static MAX_FDS: Family =
    gauge("process_max_fds", "Maximum number of open file descriptors");
pub(super) static START_TIME: Family = family(
    "process_start_time",
    Some(Unit::Seconds),
    MetricType::Gauge,
    "Start of the process, in seconds since 1970",
);
