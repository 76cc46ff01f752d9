//! `orouter chat`: a conversation. Each request carries the earlier turns.
//!
//! | File | Content |
//! |---|---|
//! | `session.rs` | the loop over the lines of the user |
//! | `command.rs`, `file_name.rs`, `execute.rs` | slash commands |
//! | `turn.rs` | a message and its response |
//! | `conversation.rs`, `cost.rs` | the turns so far |
//! | `store.rs`, `recorder.rs`, `resume.rs` | conversations on disk |
//! | `transcript.rs` | the files of `/save` |

mod command;
mod conversation;
mod cost;
mod execute;
mod file_name;
mod recorder;
mod resume;
mod session;
mod store;
mod transcript;
mod turn;

use std::path::PathBuf;

use clap::Args;

use self::conversation::Conversation;
use self::recorder::Recorder;
use self::session::Session;
use self::store::Store;
use crate::attachment::AttachArgs;
use crate::connection::Connection;
use crate::directories;
use crate::editor::Completions;
use crate::exit::CommandError;
use crate::line::{Lines, Origin};
use crate::quiet_terminal::Quiet;
use crate::request::{RequestArgs, request};
use crate::signals::Signals;
use crate::target::{ServerArgs, Target, variable};
use crate::terminal::{self, Stdout};
use crate::user_config::UserConfig;

/// Variable that turns the files of conversations and typed lines on or off.
const HISTORY_VARIABLE: &str = "OROUTER_HISTORY";

/// Name of the file of typed lines in the directory of the user's data.
const LINES_FILE: &str = "chat-lines.txt";

#[derive(Args, Debug)]
pub(crate) struct ChatArgs {
    /// Continue the last conversation, with its model and system prompt unless options give others
    #[arg(short = 'c', long = "continue")]
    resume: bool,
    /// Save the conversation, if OROUTER_HISTORY or the configuration file turns that off
    #[arg(long, overrides_with = "no_history")]
    history: bool,
    /// Do not read or write the files of conversations and typed lines
    #[arg(long, overrides_with = "history")]
    no_history: bool,
    #[command(flatten)]
    attach: AttachArgs,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    server: ServerArgs,
}

pub(crate) async fn run(args: ChatArgs) -> Result<(), CommandError> {
    let origin = Origin::detect();
    let mut signals = signals(origin)?;
    let (session, mut lines) = tokio::select! {
        started = Box::pin(start(args, origin)) => started?,
        received = signals.next() => return Err(received.into()),
    };
    Box::pin(session.run(&mut lines)).await
}

/// Receives the signals that stop a response. SIGTERM and SIGHUP end a script at once, and do not end
/// it under `nohup`; a terminal needs its mode back.
fn signals(origin: Origin) -> Result<Signals, CommandError> {
    let signals = match origin {
        Origin::Editor | Origin::SimpleTerminal => Signals::new(),
        Origin::Script => Signals::interrupts(),
    };
    signals.map_err(|error| CommandError::failed(format!("cannot receive signals: {error}")))
}

/// Reads the settings, the last conversation and the files, and opens the connection.
async fn start(mut args: ChatArgs, origin: Origin) -> Result<(Session, Lines), CommandError> {
    if args.attach.reads_stdin() {
        return Err(CommandError::usage(
            "--attach - is not possible: standard input has the messages; name a file",
        ));
    }
    let config = UserConfig::load()?;
    let data = data_directory(&args, &config)?;
    let store = data.as_deref().map(Store::new);
    let mut saved = None;
    if args.resume {
        let store = store.as_ref().ok_or_else(|| {
            CommandError::usage(format!(
                "-c needs the saved conversations, which --no-history, {HISTORY_VARIABLE} or `history` of \
                 the configuration file turns off; add --history, or leave out -c"
            ))
        })?;
        let last = resume::last(store)?;
        if let Some(turn) = last.turns.last() {
            resume::take_settings(&mut args.request, &mut args.server, &turn.settings);
        }
        saved = Some(last);
    }

    args.request.fill(&args.server, &config)?;
    let target = Target::choose(&args.server, args.request.model.as_deref(), &config)?;
    let embedded = matches!(target, Target::Embedded { .. });
    // Before the connection: the embedded model takes seconds to load.
    request(&args.request, None)?;
    let attachments = args.attach.read().await?;
    let connection = Connection::open(target).await?;

    let recorder = store.map(|store| Recorder::new(store, saved.as_mut()));
    let completions = Completions {
        commands: || command::names().collect(),
        takes_file: command::takes_file,
    };
    let history = data.map(|directory| directory.join(LINES_FILE));
    let lines = Lines::new(origin, completions, history)?;
    if let (Some(saved), true) = (&saved, origin != Origin::Script) {
        resume::describe(saved);
    }
    let session = Session {
        client: connection.client,
        request: request(&args.request, connection.default_model)?,
        embedded,
        config,
        conversation: Conversation::from(saved.map(|saved| saved.turns).unwrap_or_default()),
        recorder,
        attachments,
        max_attachment: args.attach.max_bytes(),
        usage: args.request.usage,
        origin,
        signals: signals(origin)?,
        out: Stdout::new(),
        failed: None,
        quiet: match origin {
            Origin::Editor => Quiet::new(),
            Origin::SimpleTerminal | Origin::Script => None,
        },
    };
    Ok((session, lines))
}

/// Returns the directory of the user's data; `None` if the history is off or there is no directory.
fn data_directory(args: &ChatArgs, config: &UserConfig) -> Result<Option<PathBuf>, CommandError> {
    if !keeps_history(args, config)? {
        return Ok(None);
    }
    match directories::data() {
        Ok(directory) => Ok(Some(directory)),
        Err(error) if args.resume => Err(error),
        Err(error) => {
            terminal::print_error(&format!(
                "this conversation is not saved: {}; --no-history turns saving off",
                error.message
            ));
            Ok(None)
        }
    }
}

fn keeps_history(args: &ChatArgs, config: &UserConfig) -> Result<bool, CommandError> {
    if args.history || args.no_history {
        return Ok(args.history);
    }
    let Some(value) = variable(HISTORY_VARIABLE)? else {
        return Ok(config.history.unwrap_or(true));
    };
    value.trim().parse().map_err(|_| {
        CommandError::usage(format!(
            "{HISTORY_VARIABLE} is {value:?}; set it to true or false, or unset it"
        ))
    })
}
