use super::*;

const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9/base/");

fn of(variables: &[(&str, &str)]) -> Result<Option<Traces>, TracesError> {
    Traces::from_variables(&|wanted| {
        let set = variables.iter().find(|(name, _)| *name == wanted);
        set.map(|(_, value)| (*value).to_owned())
    })
}

fn with(variables: &[(&str, &str)]) -> Traces {
    of(&[&[ENDPOINT], variables].concat()).unwrap().unwrap()
}

#[test]
fn an_endpoint_is_needed() {
    let url = |variables: &[(&str, &str)]| {
        let traces = of(variables).unwrap();
        traces.map(|traces| traces.collector.url.to_string())
    };
    let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://c.example/in");
    let found = Some("http://127.0.0.1:9/base/v1/traces".to_owned());
    assert_eq!(url(&[ENDPOINT]), found);
    assert_eq!(url(&[ENDPOINT, ("OTEL_TRACES_EXPORTER", "otlp")]), found);
    assert_eq!(url(&[ENDPOINT, own]), Some(own.1.to_owned()));
    for variables in [
        &[][..],
        &[("OTEL_TRACES_EXPORTER", "otlp")],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")],
        &[ENDPOINT, ("OTEL_SDK_DISABLED", "TRUE")],
        &[ENDPOINT, ("OTEL_TRACES_EXPORTER", "none")],
    ] {
        assert_eq!(url(variables), None, "{variables:?}");
    }
}

#[test]
fn unsupported_values_are_errors_that_name_the_variable_and_not_the_value() {
    for (name, value) in [
        ("OTEL_SDK_DISABLED", "unusable"),
        ("OTEL_TRACES_EXPORTER", "unusable"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "unusable"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "unusable"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "unusable"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10s"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "unusable"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "unusable"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://unusable"),
        (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://unusable@collector",
        ),
        ("OTEL_RESOURCE_ATTRIBUTES", "unusable"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "NaN"),
        ("OTEL_PROPAGATORS", "b3"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "unusable"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
        (CONTENT, "unusable"),
    ] {
        let error = of(&[ENDPOINT, (name, value)]).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
        assert!(!error.contains("unusable"), "{error}");
    }
}

#[test]
fn the_variables_set_what_they_name() {
    let traces = with(&[
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "250"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=collector-secret"),
        ("OTEL_TRACES_SAMPLER", "traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ("OTEL_PROPAGATORS", "baggage"),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "7"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "3"),
    ]);
    assert!(!format!("{traces:?}").contains("collector-secret"));
    let Collector {
        headers,
        protocol,
        gzip,
        timeout,
        ..
    } = traces.collector;
    assert_eq!(headers["x-key"], "collector-secret");
    assert_eq!((protocol, gzip), (Protocol::Json, true));
    assert_eq!(timeout, Duration::from_millis(250));
    assert_eq!(
        Some(traces.spans.sampler),
        Sampler::named("traceidratio", 0.25)
    );
    assert!(!traces.spans.propagates);
    let Batches {
        delay,
        max_queue,
        max_spans,
    } = traces.batches;
    assert_eq!(
        (delay, max_queue, max_spans),
        (Duration::from_millis(10), 7, 3)
    );
}

#[test]
fn the_resource_has_a_name_and_a_version() {
    let resource = |variables: &[(&str, &str)]| {
        let mut found = with(variables).collector.resource;
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let text = |(name, value): &(_, Value)| match value {
            Value::Text(text) => format!("{name}={text}"),
            other => panic!("{other:?}"),
        };
        found.iter().map(text).collect::<Vec<_>>()
    };
    let version = format!("service.version={VERSION}");
    assert_eq!(resource(&[]), ["service.name=orouter", &version]);
    let list = (
        "OTEL_RESOURCE_ATTRIBUTES",
        "service.name=a,service.version=2,team=x%20y",
    );
    assert_eq!(
        resource(&[list]),
        ["service.name=a", "service.version=2", "team=x y"]
    );
    assert_eq!(
        resource(&[list, ("OTEL_SERVICE_NAME", "b")]),
        ["service.name=b", "service.version=2", "team=x y"]
    );
}

#[test]
fn content_is_left_out_by_default() {
    assert!(!with(&[]).spans.content);
    for (value, content) in [
        ("true", true),
        ("SPAN_ONLY", true),
        ("SPAN_AND_EVENT", true),
        ("EVENT_ONLY", false),
        ("NO_CONTENT", false),
    ] {
        assert_eq!(with(&[(CONTENT, value)]).spans.content, content, "{value}");
    }
}
