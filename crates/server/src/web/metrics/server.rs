//! The metrics of the server as a whole.

use std::fmt;
use std::sync::atomic::Ordering;

use super::families;
use super::writer::Writer;
use crate::app::App;
use crate::version::COMMIT;

pub(super) fn write(app: &App, writer: &mut Writer<'_>) -> fmt::Result {
    let connections = app.connections.load(Ordering::Relaxed);
    writer.gauge(&families::CONNECTIONS, connections as f64)?;
    writer.gauge(&families::BODIES, app.memory.used() as f64)?;
    let dropped = app.dropped_log_lines.as_ref();
    let dropped = dropped.map_or(0, |counter| counter.load(Ordering::Relaxed));
    writer.counter(&families::DROPPED_LOG_LINES, dropped as f64)?;
    let accounts = app.accounts.as_ref();
    let pending = accounts.map_or(0, orouter_store::Accounts::pending_records);
    writer.gauge(&families::PENDING_RECORDS, pending as f64)?;
    if let Some(dropped) = app.tracer.dropped() {
        writer.counter(&families::DROPPED_SPANS, dropped as f64)?;
    }
    let labels = vec![
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("commit", COMMIT.unwrap_or_default().into()),
    ];
    writer.family(&families::BUILD)?.info(&labels)
}
