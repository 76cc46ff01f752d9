//! Slash commands of a conversation: their names, their help, and what a line of the user means.

use std::borrow::Cow;
use std::path::PathBuf;

use super::file_name;

/// Meaning of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// A blank line.
    Blank,
    /// A message for the model.
    Message(Cow<'a, str>),
    /// A command for this program.
    Command(Command<'a>),
}

/// A slash command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command<'a> {
    Help,
    Exit,
    /// Shows the model, or sets it.
    Model(Option<&'a str>),
    /// Shows the system prompt, or sets it.
    System(Option<&'a str>),
    Clear,
    Save(PathBuf),
    /// Adds a file to the next message.
    File(PathBuf),
}

/// Argument of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Argument {
    None,
    Optional(&'static str),
    File,
}

/// Name and use of a command.
struct Description {
    names: &'static [&'static str],
    argument: Argument,
    effect: &'static str,
}

const DESCRIPTIONS: [Description; 7] = [
    Description {
        names: &["/help"],
        argument: Argument::None,
        effect: "show this list",
    },
    Description {
        names: &["/exit", "/quit"],
        argument: Argument::None,
        effect: "leave, as Ctrl-D does, and Ctrl-C twice",
    },
    Description {
        names: &["/model"],
        argument: Argument::Optional("NAME"),
        effect: "show the model, or change it for the next messages",
    },
    Description {
        names: &["/system"],
        argument: Argument::Optional("TEXT"),
        effect: "show the system prompt, or change it; - removes it",
    },
    Description {
        names: &["/clear", "/new"],
        argument: Argument::None,
        effect: "start a new conversation with this model and system prompt",
    },
    Description {
        names: &["/save"],
        argument: Argument::File,
        effect: "write the conversation to a new file; JSON if it ends in .json, else Markdown",
    },
    Description {
        names: &["/file"],
        argument: Argument::File,
        effect: "add a file to the next message: text, image, audio, video, document",
    },
];

/// Returns the names of all commands.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DESCRIPTIONS
        .iter()
        .flat_map(|description| description.names.iter().copied())
}

/// Returns `true` if the argument of this command is the name of a file.
pub(crate) fn takes_file(name: &str) -> bool {
    find(name).is_some_and(|description| description.argument == Argument::File)
}

/// Returns the text of `/help`.
pub(crate) fn help() -> String {
    let mut help = String::new();
    for description in &DESCRIPTIONS {
        let name = description.names.first().copied().unwrap_or_default();
        let usage = match description.argument {
            Argument::None => name.to_owned(),
            Argument::Optional(value) => format!("{name} [{value}]"),
            Argument::File => format!("{name} FILE"),
        };
        help.push_str(&format!("  {usage:<16} {}\n", description.effect));
    }
    help.push_str(
        "  //TEXT           send a text that begins with one /\n\
         Ctrl-C stops a response and keeps the text that arrived. A paste of several lines is one\n\
         message; Alt-Enter begins a new line. Up brings back earlier lines; Tab completes commands\n\
         and names of files.",
    );
    help
}

fn find(name: &str) -> Option<&'static Description> {
    DESCRIPTIONS
        .iter()
        .find(|description| description.names.contains(&name))
}

/// Returns the meaning of a line.
///
/// # Errors
/// A message for the user if the line is not a valid command. Such a line must not be sent.
pub(crate) fn parse(line: &str) -> Result<Entry<'_>, String> {
    if line.trim().is_empty() {
        return Ok(Entry::Blank);
    }
    let Some(rest) = line.strip_prefix('/') else {
        return Ok(Entry::Message(Cow::Borrowed(line)));
    };
    if rest.starts_with('/') {
        return Ok(Entry::Message(unescaped(line, rest)));
    }
    let (name, argument) = match line.split_once(char::is_whitespace) {
        Some((name, argument)) => (name, argument.trim()),
        None => (line, ""),
    };
    let Some(description) = find(name) else {
        return Err(format!(
            "unknown command {name}; nothing was sent. /help lists the commands; to send a text \
             that begins with /, begin it with //"
        ));
    };
    let given = (!argument.is_empty()).then_some(argument);
    match (description.argument, given) {
        (Argument::None, Some(argument)) => {
            return Err(format!(
                "{name} takes no argument, but got {argument:?}; nothing was done"
            ));
        }
        (Argument::File, None) => {
            return Err(format!("{name} needs the name of a file: {name} FILE"));
        }
        _ => {}
    }
    Ok(Entry::Command(match name {
        "/help" => Command::Help,
        "/exit" | "/quit" => Command::Exit,
        "/model" => Command::Model(given),
        "/system" => Command::System(given),
        "/clear" | "/new" => Command::Clear,
        "/save" => Command::Save(file_name::path(argument)),
        _ => Command::File(file_name::path(argument)),
    }))
}

/// Returns the text of a line that begins with `//`. The first `/` is removed only from a single
/// line in which a word follows: code that begins with a comment is sent unchanged.
fn unescaped<'a>(line: &'a str, rest: &'a str) -> Cow<'a, str> {
    let word = rest
        .strip_prefix('/')
        .and_then(|text| text.chars().next())
        .is_some_and(|first| !first.is_whitespace() && first != '/');
    if word && !line.contains('\n') {
        Cow::Borrowed(rest)
    } else {
        Cow::Borrowed(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: &str) -> String {
        match parse(line) {
            Ok(Entry::Message(text)) => text.into_owned(),
            other => panic!("{line:?} is {other:?}"),
        }
    }

    fn command(line: &str) -> Command<'_> {
        match parse(line) {
            Ok(Entry::Command(command)) => command,
            other => panic!("{line:?} is {other:?}"),
        }
    }

    #[test]
    fn text_is_a_message() {
        for text in ["hi", " /help", "a/b", "1 / 2", "say /exit", "ü", "\\/x"] {
            assert_eq!(message(text), text);
        }
        for blank in ["", "  ", "\t", "\n"] {
            assert_eq!(parse(blank), Ok(Entry::Blank), "{blank:?}");
        }
    }

    #[test]
    fn two_slashes_send_one() {
        assert_eq!(message("//help"), "/help");
        assert_eq!(message("//usr/bin/env is what?"), "/usr/bin/env is what?");
        for code in [
            "// a comment",
            "//",
            "///",
            "/// docs",
            "//!x\nfn main() {}",
        ] {
            assert_eq!(message(code), code);
        }
    }

    #[test]
    fn commands_have_arguments() {
        assert_eq!(command("/help"), Command::Help);
        assert_eq!(command("/exit "), Command::Exit);
        assert_eq!(command("/quit"), Command::Exit);
        assert_eq!(command("/new"), Command::Clear);
        assert_eq!(command("/model"), Command::Model(None));
        assert_eq!(command("/model  a/b "), Command::Model(Some("a/b")));
        assert_eq!(
            command("/system Be brief.\nBe kind."),
            Command::System(Some("Be brief.\nBe kind."))
        );
        assert_eq!(command("/save a b.md"), Command::Save("a b.md".into()));
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for line in [
            "/",
            "/modle x",
            "/Help",
            "/usr/bin",
            "/helpme",
            "/help me",
            "/exit now",
            "/clear all",
            "/file",
            "/save ",
        ] {
            let refusal = parse(line).unwrap_err();
            let name = line.split(' ').next().unwrap();
            assert!(refusal.contains(name), "{refusal}");
        }
    }

    #[test]
    fn every_command_is_known_and_in_the_help() {
        for description in &DESCRIPTIONS {
            for name in description.names {
                assert!(
                    matches!(parse(&format!("{name} ")), Ok(Entry::Command(_))) || takes_file(name),
                    "{name}"
                );
            }
            assert!(help().contains(description.names[0]));
        }
        assert_eq!(names().count(), 9);
    }
}
