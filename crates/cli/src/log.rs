//! The log of `orouter serve`: level and form, and where panics are reported.

use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use crate::exit::Failure;
use crate::limit_args::{LogArgs, LogFormat};
use crate::log_writer::LogWriter;

/// The log of this process, once it is started.
static WRITER: OnceLock<LogWriter> = OnceLock::new();

/// Maximum time that the end of the process waits for the last lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Starts logging to standard error. From here on nothing else may write there: a write can block.
pub(crate) fn start(args: &LogArgs) -> Result<LogWriter, Failure> {
    let filter = filter(&args.level)?;
    let writer = standard_error()
        .and_then(LogWriter::start)
        .map_err(|error| Failure::failed(format!("cannot start the log: {error}")))?;
    let subscriber = tracing_subscriber::fmt()
        .with_writer(writer.clone())
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        // They would go to standard error directly.
        .log_internal_errors(false);
    let installed = match args.format {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .try_init(),
    };
    installed.map_err(|error| Failure::failed(format!("cannot start the log: {error}")))?;
    std::panic::set_hook(Box::new(report_panic));
    let _ = WRITER.set(writer.clone());
    Ok(writer)
}

/// Set once [`start`] was called.
pub(crate) fn is_started() -> bool {
    WRITER.get().is_some()
}

/// Waits for the lines so far to be written, but not long.
pub(crate) fn flush() {
    if let Some(writer) = WRITER.get() {
        writer.flush(FLUSH_TIMEOUT);
    }
}

/// Writes text as it is to the log's output.
pub(crate) fn write_plain(text: &str) {
    if let Some(mut writer) = WRITER.get() {
        let _ = writer.write_all(format!("{text}\n").as_bytes());
    }
}

/// `RUST_LOG` if it is set, else everything from `level` on.
fn filter(level: &str) -> Result<EnvFilter, Failure> {
    match std::env::var("RUST_LOG") {
        Ok(directives) if !directives.trim().is_empty() => EnvFilter::builder()
            .parse(&directives)
            .map_err(|error| Failure::usage(format!("RUST_LOG={directives:?}: {error}"))),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::usage("RUST_LOG is not valid Unicode"))
        }
        _ => EnvFilter::builder()
            .parse(level.to_ascii_lowercase())
            .map_err(|error| Failure::usage(format!("--log-level: {error}"))),
    }
}

/// Standard error without the lock of `std::io::stderr`, which a blocked write holds.
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

/// Logs a panic: the place, and the message if it is constant. A message with values in it may
/// quote a request.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>().copied();
    tracing::error!(place, message_text = message, "panic");
}
