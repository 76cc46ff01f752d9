//! Starts the log of `orouter serve` on standard error, and logs panics.

use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::time::Duration;

use orouter_server::config::{LogConfig, LogFormat};
use tracing_subscriber::EnvFilter;

use crate::exit::CommandError;
use crate::log_fields::TextFields;
use crate::log_writer::LogWriter;

/// Log of this process after [`start`].
static WRITER: OnceLock<LogWriter> = OnceLock::new();

/// Level without `RUST_LOG`, `--log-level` and `[log]`.
const DEFAULT_LEVEL: &str = "info";

/// Maximum time that the process waits at its end for the last lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Starts the log. Afterwards, other code must not write to standard error: a write can block.
pub(crate) fn start(config: &LogConfig) -> Result<LogWriter, CommandError> {
    let filter = filter(config.level.as_deref().unwrap_or(DEFAULT_LEVEL))?;
    let writer = standard_error()
        .and_then(LogWriter::start)
        .map_err(|error| CommandError::failed(format!("cannot start the log: {error}")))?;
    let subscriber = tracing_subscriber::fmt()
        .with_writer(writer.clone())
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        // Internal errors would be written to standard error directly.
        .log_internal_errors(false);
    let installed = match config.format {
        None | Some(LogFormat::Text) => subscriber.fmt_fields(TextFields).try_init(),
        Some(LogFormat::Json) => subscriber
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .try_init(),
    };
    installed.map_err(|error| CommandError::failed(format!("cannot start the log: {error}")))?;
    std::panic::set_hook(Box::new(report_panic));
    let _ = WRITER.set(writer.clone());
    Ok(writer)
}

/// Returns `true` after [`start`].
pub(crate) fn is_started() -> bool {
    WRITER.get().is_some()
}

/// Waits until the lines so far are written, at most [`FLUSH_TIMEOUT`].
pub(crate) fn flush() {
    if let Some(writer) = WRITER.get() {
        writer.flush(FLUSH_TIMEOUT);
    }
}

/// Writes a line of text to the log without level and time.
pub(crate) fn write_plain(text: &str) {
    if let Some(mut writer) = WRITER.get() {
        let _ = writer.write_all(format!("{text}\n").as_bytes());
    }
}

/// Returns the filter of `RUST_LOG`, or of `level` if the variable is not set.
fn filter(level: &str) -> Result<EnvFilter, CommandError> {
    match std::env::var("RUST_LOG") {
        Ok(directives) if !directives.trim().is_empty() => {
            EnvFilter::builder().parse(&directives).map_err(|error| {
                CommandError::usage(format!(
                    "RUST_LOG={directives:?} is not a log filter: {error}"
                ))
            })
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(CommandError::usage("RUST_LOG is not valid Unicode"))
        }
        _ => EnvFilter::builder()
            .parse(level.to_ascii_lowercase())
            .map_err(|error| CommandError::usage(format!("--log-level: {error}"))),
    }
}

/// Returns standard error without the lock of `std::io::stderr`, which a blocked write would hold.
#[cfg(unix)]
fn standard_error() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd as _;
    let descriptor = io::stderr().as_fd().try_clone_to_owned()?;
    Ok(descriptor.into())
}

#[cfg(not(unix))]
fn standard_error() -> io::Result<io::Stderr> {
    Ok(io::stderr())
}

/// Logs a panic with its location, and with its message if that is constant. Other messages may
/// quote a request.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>().copied();
    tracing::error!(location, message_text = message, "panic");
}
