//! The metrics of HTTP requests.

use std::fmt;

use super::families;
use super::writer::{Labels, Writer};
use crate::metrics::{HttpMetrics, HttpSeries};
use crate::route_names;

/// The only scheme of the server.
const SCHEME: (&str, &str) = ("url_scheme", "http");

/// The error type of requests whose client disconnected before the response began.
const CANCELLED: &str = "cancelled";

pub(super) fn write(http: &HttpMetrics, writer: &mut Writer<'_>) -> fmt::Result {
    let mut durations = writer.family(&families::HTTP_DURATION)?;
    for series in http.series() {
        durations.histogram(&labels(&series), &series.durations)?;
    }
    let mut active = writer.family(&families::HTTP_ACTIVE)?;
    for (method, count) in http.active() {
        let labels = vec![method_label(method), (SCHEME.0, SCHEME.1.into())];
        active.gauge(&labels, count as f64)?;
    }
    Ok(())
}

fn method_label(method: &'static str) -> (&'static str, std::borrow::Cow<'static, str>) {
    ("http_request_method", method.into())
}

/// Returns the labels of the semantic conventions. The error type is the status of a 5xx.
fn labels(series: &HttpSeries) -> Labels<'static> {
    let mut labels = vec![method_label(series.method), (SCHEME.0, SCHEME.1.into())];
    if let Some((prefix, rest)) = series.route.and_then(route_names::template) {
        labels.push(("http_route", format!("{prefix}{rest}").into()));
    }
    if let Some(status) = series.status {
        labels.push(("http_response_status_code", status.to_string().into()));
    }
    match series.status {
        None => labels.push(("error_type", CANCELLED.into())),
        Some(status) if status >= 500 => labels.push(("error_type", status.to_string().into())),
        Some(_) => {}
    }
    labels
}
