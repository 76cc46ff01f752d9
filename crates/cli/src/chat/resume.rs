//! `-c`: finds the last conversation, takes its settings, and describes it.

use std::time::Duration;

use super::conversation::{End, Settings};
use super::store::{Saved, Store};
use crate::exit::CommandError;
use crate::request::RequestArgs;
use crate::target::ServerArgs;
use crate::terminal;

/// Reads the last conversation, and reports what is wrong with it.
pub(super) fn last(store: &Store) -> Result<Saved, CommandError> {
    let saved = store.last().map_err(|error| {
        CommandError::usage(format!(
            "cannot read the last conversation: {error}; without -c, a new one starts"
        ))
    })?;
    let Some(saved) = saved else {
        return Err(CommandError::usage(format!(
            "there is no conversation to continue in {}; start one without -c",
            store.directory().display()
        )));
    };
    let path = saved.path.display();
    if saved.damaged > 0 {
        terminal::print_error(&format!(
            "{path} is damaged: {}; {}, and the conversation continues in a new file",
            counted(saved.damaged, "line cannot be read", "lines cannot be read"),
            counted(saved.turns.len(), "turn is kept", "turns are kept"),
        ));
    } else if saved.in_use {
        terminal::print_notice(
            "orouter: another session has this conversation open; this one continues in a new file",
        );
    }
    Ok(saved)
}

/// Takes model and system prompt from a conversation unless the options give others.
pub(super) fn take_settings(request: &mut RequestArgs, server: &mut ServerArgs, saved: &Settings) {
    if request.instructions.is_none() {
        request.instructions.clone_from(&saved.system);
    }
    if request.model.is_some() || server.choose_embedded() {
        return;
    }
    if !saved.embedded {
        request.model.clone_from(&saved.model);
    } else if server.base_url.is_none() {
        // Not the server that the environment or the configuration file names. Another server that
        // an option names has other models.
        server.local = true;
    }
}

/// Describes the conversation to a user at a terminal.
pub(super) fn describe(saved: &Saved) {
    let Some(turn) = saved.turns.last() else {
        return;
    };
    let question = turn.question();
    let first = question.lines().next().unwrap_or_default();
    let mut shown: String = first.chars().take(60).collect();
    if shown.len() < question.trim_end().len() {
        shown.push('…');
    }
    let end = match turn.end {
        End::Completed => "",
        End::Incomplete | End::Failed => "; its response is incomplete",
        End::Interrupted => "; its response was interrupted",
    };
    terminal::print_notice(&format!(
        "continues the conversation of {} ago, {}; the last message: {shown:?}{end}",
        age(saved.age),
        counted(saved.turns.len(), "turn", "turns"),
    ));
}

fn age(age: Duration) -> String {
    let (number, unit) = match age.as_secs() {
        0..60 => return "less than a minute".to_owned(),
        seconds @ 60..3600 => (seconds / 60, "minute"),
        seconds @ 3600..86_400 => (seconds / 3600, "hour"),
        seconds => (seconds / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
