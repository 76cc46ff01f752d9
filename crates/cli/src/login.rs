//! `orouter login` and `orouter logout`: the API keys that are stored for servers.

use std::io::{self, Write as _};
use std::time::Duration;

use clap::Args;

use crate::credentials::Credentials;
use crate::exit::CommandError;
use crate::secret::Secret;
use crate::server_url::normalized;
use crate::stdin;
use crate::target::{Key, Sources};
use crate::terminal::{Stdout, print_notice, sanitized};
use crate::user_config::UserConfig;

/// Maximum time to restore the terminal after Ctrl-C.
const RESTORE_TIMEOUT: Duration = Duration::from_secs(1);

#[derive(Args, Debug)]
pub(crate) struct LoginArgs {
    /// URL of the server that the key is for [default: that of OPENROUTER_BASE_URL or of the
    /// configuration file, or the hosted service]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Read the key from standard input, for scripts
    #[arg(long, visible_alias = "with-token")]
    pub(crate) key_stdin: bool,
    /// Print where the key of the server comes from, without the key, and store nothing; the exit
    /// status is 1 without a key
    #[arg(long, conflicts_with = "key_stdin")]
    pub(crate) status: bool,
}

#[derive(Args, Debug)]
pub(crate) struct LogoutArgs {
    /// URL of the server that the key is for [default: as for `orouter login`]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Remove the keys of all servers
    #[arg(long, conflicts_with = "base_url")]
    pub(crate) all: bool,
}

pub(crate) async fn login(args: LoginArgs) -> Result<(), CommandError> {
    let config = UserConfig::load()?;
    let sources = Sources::read(args.base_url.as_deref(), &config)?;
    if args.status {
        return status(&sources, &config);
    }
    let mut credentials = Credentials::load_to_change()?;
    let server = sources.server();
    let key = if args.key_stdin {
        stdin::read().await?
    } else if stdin::is_terminal() {
        ask(server).await?
    } else {
        return Err(CommandError::usage(
            "standard input is not a terminal; add --key-stdin to read the key from it",
        ));
    };
    let key = Secret::parse(&key).map_err(|reason| {
        CommandError::usage(format!("the API key {reason}; nothing is stored"))
    })?;
    credentials.store(server, key)?;
    print_notice(&format!(
        "stored the key for {} in {}; `orouter logout` removes it",
        sanitized(server),
        credentials.path().display()
    ));
    match sources.key(|_| Ok(None))? {
        Key::Variable => print_notice("OPENROUTER_API_KEY is set and overrides the stored key"),
        Key::Command(_) => print_notice(&format!(
            "key_command in {} overrides the stored key; `orouter config unset key_command` removes it",
            config.path.display()
        )),
        Key::None | Key::Stored(_) => {}
    }
    Ok(())
}

/// Asks for the key on the terminal, which does not show it.
async fn ask(server: &str) -> Result<String, CommandError> {
    let _ = write!(
        io::stderr(),
        "API key for {} (input is hidden): ",
        sanitized(server)
    );
    let mut read = tokio::task::spawn_blocking(rpassword::read_password);
    let read = tokio::select! {
        read = &mut read => read,
        _ = tokio::signal::ctrl_c() => {
            // The reader restores the terminal when it gets the same Ctrl-C.
            let _ = tokio::time::timeout(RESTORE_TIMEOUT, read).await;
            return Err(CommandError::interrupted());
        }
    };
    read.map_err(CommandError::failed)?
        .map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => CommandError::interrupted(),
            io::ErrorKind::UnexpectedEof => CommandError::usage("no API key; nothing is stored"),
            _ => CommandError::failed(format!("cannot read from the terminal: {error}")),
        })
}

/// Prints the source of the server's key, and the servers with stored keys.
fn status(sources: &Sources, config: &UserConfig) -> Result<(), CommandError> {
    let credentials = Credentials::load_to_change()?;
    let server = sources.server();
    let key = sources.key(|url| Ok(credentials.key(url).cloned()))?;
    let path = credentials.path().display();
    let source = match &key {
        Key::None => None,
        Key::Variable => Some("from the variable OPENROUTER_API_KEY".to_owned()),
        Key::Command(_) => Some(format!("from key_command in {}", config.path.display())),
        Key::Stored(_) => Some(format!("stored in {path}")),
    };
    let mut out = Stdout::new();
    if let Some(source) = &source {
        out.line(&sanitized(&format!("{server}: key {source}")))?;
    }
    for other in credentials.servers() {
        let shown = matches!(key, Key::Stored(_)) && normalized(server).as_deref() == Ok(other);
        if !shown {
            out.line(&sanitized(&format!("{other}: key stored in {path}")))?;
        }
    }
    if let Some(problem) = credentials.problem() {
        return Err(CommandError::usage(problem));
    }
    match source {
        Some(_) => Ok(()),
        None => Err(CommandError::failed(format!(
            "{server}: no key; `orouter login` stores one, or set OPENROUTER_API_KEY"
        ))),
    }
}

pub(crate) fn logout(args: &LogoutArgs) -> Result<(), CommandError> {
    let mut credentials = Credentials::load_to_change()?;
    if args.all {
        let servers: Vec<String> = credentials.servers().map(str::to_owned).collect();
        if servers.is_empty() {
            return Err(CommandError::failed("no key is stored"));
        }
        for server in &servers {
            credentials.remove(server)?;
            print_notice(&format!("removed the key for {}", sanitized(server)));
        }
        return Ok(());
    }
    let config = UserConfig::load()?;
    let sources = Sources::read(args.base_url.as_deref(), &config)?;
    let server = sources.server();
    if !credentials.remove(server)? {
        return Err(CommandError::failed(format!(
            "no key is stored for {server}; `orouter login --status` lists the servers with a key"
        )));
    }
    print_notice(&format!("removed the key for {}", sanitized(server)));
    Ok(())
}
