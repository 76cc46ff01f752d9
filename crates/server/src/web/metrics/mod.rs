//! `GET /metrics`: the figures of the server for Prometheus. [`families`] has the names, the other
//! modules collect the values.

mod endpoints;
mod families;
mod format;
mod generations;
mod process;
mod requests;
mod server;
mod writer;

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, prometheus_text, text};
use prometheus_client::registry::Registry;

use self::format::Format;
use self::writer::Writer;
use crate::app::App;
use crate::failure::{Failure, FailureKind};

/// Returns the figures in the format that the client prefers.
pub(super) async fn metrics(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let accept = headers.get_all(ACCEPT).iter();
    let format = Format::preferred(accept.filter_map(|value| value.to_str().ok()));
    // A large catalog takes milliseconds.
    let text = tokio::task::spawn_blocking(move || encode(app, format)).await;
    let Ok(Ok(text)) = text else {
        return Failure::new(FailureKind::Server, "the metrics cannot be written").into_response();
    };
    let head = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static(format.content_type()),
        ),
        (VARY, HeaderValue::from_static("Accept")),
    ];
    (head, text).into_response()
}

fn encode(app: Arc<App>, format: Format) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Figures(app)));
    let mut out = String::new();
    match format {
        Format::Text => prometheus_text::encode(&mut out, &registry)?,
        Format::OpenMetrics => text::encode(&mut out, &registry)?,
    }
    Ok(out)
}

/// Collects the figures when they are requested.
#[derive(Debug)]
struct Figures(Arc<App>);

impl Collector for Figures {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (app, mut writer) = (&*self.0, Writer::new(encoder));
        let catalog = app.catalog();
        requests::write(&app.metrics.http, &mut writer)?;
        generations::write(&app.metrics, &catalog, &mut writer)?;
        endpoints::write(&catalog, &mut writer)?;
        server::write(app, &mut writer)?;
        process::write(&mut writer)
    }
}
