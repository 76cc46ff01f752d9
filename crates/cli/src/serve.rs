//! `orouter serve`: runs a server until a signal stops it.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

use orouter_server::config::Config;
use orouter_server::engine::{Engine, EngineOptions, LoadError};
use orouter_server::store::Accounts;
use orouter_server::{Limits, LocalModel, Server, ServerBuilder, open_accounts};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::exit::{CommandError, Exit};
use crate::reload::{log_warnings, reload};
use crate::serve_args::ServeArgs;
use crate::serve_config::ServeConfig;
use crate::signals::{Received, Signals, Stop};
use crate::{check, embedded, log};

/// Default time between "not ready" and closing the listener: longer than a short probe interval of
/// a load balancer, and short enough for a user at a terminal.
const SHUTDOWN_DELAY: Duration = Duration::from_secs(1);

/// Maximum time that the start waits for the line with the address to be written.
const ADDRESS_TIMEOUT: Duration = Duration::from_secs(1);

/// Maximum time to write the last records when the server stops.
const ACCOUNTS_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) async fn run(args: ServeArgs) -> Result<(), CommandError> {
    let outcome = serve(args).await;
    log::flush();
    outcome
}

async fn serve(args: ServeArgs) -> Result<(), CommandError> {
    // Before anything else: a signal during the start must not have its default effect.
    let mut signals = Signals::new()
        .map_err(|error| CommandError::failed(format!("cannot handle signals: {error}")))?;
    let mut current = ServeConfig::read(args.config.clone()).map_err(|errors| {
        check::print_lines(errors.mistakes.iter().map(ToString::to_string));
        CommandError::reported(Exit::Usage)
    })?;
    let listener = listen(current.listen(&args), "--listen").await?;
    let address = listener.local_addr().map_err(CommandError::failed)?;
    let admin = match current.admin_listen(&args) {
        Some(address) => Some(listen(address, "--admin-listen or records.admin_listen").await?),
        None => None,
    };
    let admin_address = match &admin {
        Some(admin) => Some(admin.local_addr().map_err(CommandError::failed)?),
        None => None,
    };
    let config = current.overridden(&args);
    let dropped = log::start(&config.log)?.dropped();
    log_warnings(&config.warnings);
    log_choices(&current, &args, address);
    if admin_address.is_some_and(|address| !address.ip().is_loopback()) {
        tracing::warn!(
            "the listener for administrators has no loopback address: anyone who can reach it can read the metrics"
        );
    }

    let mut builder = Server::builder().dropped_log_lines(dropped);
    let accounts = accounts(&config).await?;
    if let Some(accounts) = &accounts {
        builder = builder.accounts(accounts.clone());
    }
    // The server starts before the model is loaded: `/health` and `/ready` report its state.
    let mut sender = None;
    if current.offers_embedded(&args) {
        let (model, loaded) = loading();
        builder = builder.provider(model);
        sender = Some(loaded);
    }
    let embedded = sender.is_some();
    builder = with_traces(builder)?;
    let limits = Limits::default().shutdown_delay(SHUTDOWN_DELAY);
    let server = builder
        .config(&config)
        .map_err(|error| CommandError::failed(format!("cannot use the configuration: {error}")))?
        .limits(current.limits(&args, limits))
        .build();
    let mut lines = format!("orouter: listening on http://{address}/api/v1\n");
    if let Some(address) = admin_address {
        lines.push_str(&format!("orouter: metrics on http://{address}/metrics\n"));
    }
    announce(lines);

    let load = load(&args, sender, current.has_providers());
    let (stop, stopped) = oneshot::channel();
    let stopping = async {
        loop {
            match signals.next().await {
                Received::Stop(_) => break,
                Received::HangUp => reload(&mut current, &server, &args, embedded),
            }
        }
        tracing::info!(
            "stopping: running responses finish; a second signal ends the server at once"
        );
        let _ = stop.send(());
        second_stop(&mut signals).await
    };
    let outcome = tokio::select! {
        outcome = server.serve_with_admin(listener, admin, async { drop(stopped.await) }) => outcome.map_err(CommandError::failed),
        outcome = load => outcome,
        stop = stopping => Err(stop.into()),
    };
    if let Some(accounts) = accounts {
        stop_accounts(&accounts).await;
    }
    outcome
}

/// Opens the accounts of the configuration.
async fn accounts(config: &Config) -> Result<Option<Accounts>, CommandError> {
    let Some(store) = &config.store else {
        return Ok(None);
    };
    let opened = open_accounts(store, &config.records).await;
    opened.map(Some).map_err(|error| {
        CommandError::failed(format!(
            "cannot use the database of [store]: {error}; store.url and store.journal set the places"
        ))
    })
}

/// Writes the records that are not in the database yet, and returns the leases.
async fn stop_accounts(accounts: &Accounts) {
    match tokio::time::timeout(ACCOUNTS_TIMEOUT, accounts.stop()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(
            %error, pending = accounts.pending_records(),
            "the database was not updated; the next server with this journal writes the rest"
        ),
        Err(_) => tracing::warn!(
            pending = accounts.pending_records(),
            "the database did not take all records in time; the next server with this journal writes the rest"
        ),
    }
}

/// Waits for the signal that ends a server that is stopping.
async fn second_stop(signals: &mut Signals) -> Stop {
    loop {
        match signals.next().await {
            Received::Stop(stop) => return stop,
            Received::HangUp => tracing::info!("SIGHUP ignored: the server is stopping"),
        }
    }
}

/// Adds the export of traces that the variables of OpenTelemetry configure.
#[cfg(feature = "otel")]
fn with_traces(builder: ServerBuilder) -> Result<ServerBuilder, CommandError> {
    let traces = orouter_server::Traces::from_env()
        .map_err(|error| CommandError::usage(format!("cannot export traces: {error}")))?;
    Ok(match traces {
        Some(traces) => {
            tracing::info!("exporting traces over OTLP");
            builder.traces(traces)
        }
        None => builder,
    })
}

/// Warns of a variable that asks for traces, which this build cannot export.
#[cfg(not(feature = "otel"))]
#[expect(clippy::unnecessary_wraps, reason = "the same as with the feature")]
fn with_traces(builder: ServerBuilder) -> Result<ServerBuilder, CommandError> {
    let names = [
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ];
    if let Some(name) = names.iter().find(|name| std::env::var_os(name).is_some()) {
        tracing::warn!(
            "{name} has no effect: this program was built without the feature `otel`, which exports traces"
        );
    }
    Ok(builder)
}

/// Logs the facts that a user could expect otherwise.
fn log_choices(current: &ServeConfig, args: &ServeArgs, address: SocketAddr) {
    let config = &current.config;
    if let Some(path) = current.path.as_ref().filter(|_| args.config.is_none()) {
        tracing::info!(
            "configuration: {} in the current folder; --config names another file",
            path.display()
        );
    }
    if current.path.is_none() && current.has_providers() {
        let names: Vec<&str> = config.providers.iter().map(|p| p.name.as_str()).collect();
        tracing::info!(
            "providers of the environment: {}; each serves <provider>/<model>",
            names.join(", ")
        );
    }
    if !current.offers_embedded(args) && (args.parallel.is_some() || args.queue.is_some()) {
        tracing::warn!(
            "--parallel and --queue have no effect: the configuration does not use the embedded model"
        );
    }
    let keys = config.records.require_keys;
    let loopback = address.ip().is_loopback();
    if keys.unwrap_or(!loopback) && config.keys.is_empty() && config.store.is_none() {
        tracing::warn!(
            "every request is refused: the server requires API keys and has none; add [store] or [[keys]] to a configuration file, or listen on a loopback address"
        );
    } else if !loopback && keys == Some(false) {
        tracing::warn!(
            "the server requires no API keys: anyone who can reach this address can use it"
        );
    }
}

/// Loads the embedded model, and sends it to the server. Ends only with an error: a failure ends a
/// server that has no other provider.
async fn load(
    args: &ServeArgs,
    sender: Option<mpsc::Sender<Loaded>>,
    other_providers: bool,
) -> Result<(), CommandError> {
    if let Some(sender) = sender {
        let mut options = EngineOptions::default();
        if let Some(parallel) = args.parallel {
            options.parallel = usize::from(parallel);
        }
        if let Some(queue) = args.queue {
            options.queue = usize::from(queue);
        }
        match embedded::engine(args.model_path.clone(), options).await {
            Ok(engine) => {
                let _ = sender.send(Ok(engine)); // fails only if the server has stopped
            }
            Err(error) if other_providers => {
                tracing::error!(error = %error.message, "the embedded model is not available; other models are");
                let _ = sender.send(Err(LoadError::Thread(io::Error::other(error.message))));
            }
            Err(error) => return Err(error),
        }
    }
    std::future::pending().await
}

/// The outcome of loading the embedded model.
type Loaded = Result<Engine, LoadError>;

/// Returns a model that is loaded later, and the sender for its engine.
fn loading() -> (LocalModel, mpsc::Sender<Loaded>) {
    let (sender, loaded) = mpsc::channel();
    let model = LocalModel::loading(move || {
        loaded.recv().unwrap_or_else(|_| {
            Err(LoadError::Thread(io::Error::other(
                "the server stopped before the model was loaded",
            )))
        })
    });
    (model, sender)
}

/// Prints the lines with the addresses. A closed or full standard output does not stop the server.
fn announce(text: String) {
    let (done, printed) = mpsc::channel();
    // On its own thread, because the write may block forever.
    std::thread::spawn(move || {
        let mut output = io::stdout().lock();
        let _ = done.send(
            output
                .write_all(text.as_bytes())
                .and_then(|()| output.flush()),
        );
    });
    match printed.recv_timeout(ADDRESS_TIMEOUT) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "cannot write to standard output"),
        Err(_) => tracing::warn!("the write to standard output is blocked"),
    }
}

/// Binds an address. `option` names what sets it.
async fn listen(address: &str, option: &str) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "; that port is in use: choose another with {option}, or port 0 for a free one"
            ),
            _ => format!("; {option} sets the address"),
        };
        CommandError::failed(format!("cannot listen on {address}: {error}{advice}"))
    })
}
