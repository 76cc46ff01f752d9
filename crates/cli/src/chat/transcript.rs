//! Files of `/save`: a conversation as Markdown, or as the JSON of a request.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use orouter::{ContentPart, Item, Message, MessageContent, ResponsesRequest, Role};

use super::conversation::{Conversation, End, Turn};

/// Writes a conversation to a file that does not exist yet.
pub(crate) fn save(
    path: &Path,
    conversation: &Conversation,
    request: &ResponsesRequest,
) -> io::Result<()> {
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = if is_json {
        let request = request.clone().input(conversation.items());
        format!("{}\n", orouter::to_string(&request))
    } else {
        markdown(conversation, request.instructions.as_deref())
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

fn markdown(conversation: &Conversation, system: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(system) = system {
        text.push_str(&format!("## System\n\n{}\n\n", system.trim_end()));
    }
    for turn in conversation.turns() {
        add_turn(&mut text, turn);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn add_turn(text: &mut String, turn: &Turn) {
    for message in turn.items.iter().filter_map(Item::as_message) {
        let author = match message.role {
            Role::User => "User",
            _ => turn.answered_by.as_deref().unwrap_or("Assistant"),
        };
        text.push_str(&format!("## {author}\n\n"));
        let content = content(message);
        if !content.trim().is_empty() {
            text.push_str(&format!("{}\n\n", content.trim_end()));
        }
    }
    let note = match turn.end {
        End::Completed => return,
        End::Incomplete => "*(incomplete: a limit or a filter ended the response)*",
        End::Interrupted => "*(incomplete: interrupted)*",
        End::Failed => "*(incomplete: the request failed)*",
    };
    text.push_str(&format!("{note}\n\n"));
}

/// Returns the text of a message, and a line for each other part.
fn content(message: &Message) -> String {
    let parts = match &message.content {
        Some(MessageContent::Text(text)) => return text.clone(),
        _ => message.parts(),
    };
    let mut content = String::new();
    for part in parts {
        let attached = match part {
            ContentPart::Refusal(refusal) => {
                content.push_str(&refusal.refusal);
                continue;
            }
            ContentPart::InputImage(_) => "an image",
            ContentPart::InputAudio(_) => "a recording",
            ContentPart::InputVideo(_) => "a video",
            ContentPart::InputFile(file) => file.filename.as_deref().unwrap_or("a file"),
            other => {
                let text = other.text().unwrap_or_default();
                // Parts of the user are separate texts.
                if message.role == Role::User && !content.is_empty() {
                    content.push_str("\n\n");
                }
                content.push_str(text);
                continue;
            }
        };
        content.push_str(&format!("\n\n*(attached: {attached})*"));
    }
    content
}
