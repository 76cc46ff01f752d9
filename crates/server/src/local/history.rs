//! The items of a conversation as turns of text.
//!
//! Calls and their outputs, for which the chat template has no roles, are written as text in the
//! form that the prompt teaches: `<tool_call>` in the assistant's turn, `<tool_response>` in the
//! user's. Items of other servers' tools are converted to that form where they hold text, and
//! skipped where they do not.

use orouter_local::Message as Turn;
use orouter_wire::item::{CodeOutput, ItemStatus, McpError};
use orouter_wire::{
    CustomToolCall, Extra, FunctionCall, Item, Message, Raw, Role, ToolOutput, to_string,
};

use super::custom::custom_head;
use super::grammar::{CALL, CALL_END, call_head};
use super::parts;
use super::tools::{Offer, joined};
use crate::admit::aside;
use crate::failure::Failure;
use crate::notes::Notes;
use crate::quote::quote;

/// The turns so far.
pub(super) struct Conversation<'a> {
    pub(super) turns: Vec<Turn>,
    offer: &'a Offer,
    notes: &'a Notes,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(offer: &'a Offer, notes: &'a Notes) -> Self {
        Self {
            turns: Vec::new(),
            offer,
            notes,
        }
    }

    /// Adds text to the conversation; what one speaker says in a row is one turn.
    pub(super) fn say(&mut self, role: &str, text: &str) {
        match self.turns.last_mut() {
            Some(last) if last.role == role => append(&mut last.content, text),
            _ => self.turns.push(Turn::new(role, text)),
        }
    }

    /// Adds to the leading system turn, which is made if there is none.
    pub(super) fn instruct(&mut self, text: &str) {
        match self.turns.first_mut() {
            Some(first) if first.role == "system" => append(&mut first.content, text),
            _ => self.turns.insert(0, Turn::system(text)),
        }
    }

    /// Adds an item.
    pub(super) fn item(&mut self, item: &Item, path: &str) -> Result<(), Failure> {
        match item {
            Item::Message(message) => self.message(message, path),
            Item::FunctionCall(call) => self.function_call(call, path),
            Item::CustomToolCall(call) => self.custom_call(call, path),
            Item::FunctionCallOutput(output) => {
                self.output(output.output.as_ref(), &output.extra, path)
            }
            Item::CustomToolCallOutput(output) => {
                self.output(output.output.as_ref(), &output.extra, path)
            }
            // Their tools are on offer.
            Item::AdditionalTools(_) | Item::ToolSearchOutput(_) => Ok(()),
            other if other.kind().is_empty() => Err(no_item(path)),
            other => {
                let converted = self.foreign(other);
                let kind = quote(other.kind());
                if converted {
                    let why = format!("the model reads the text of `{kind}`");
                    self.notes.converted(path, why);
                } else {
                    let why = format!("this model does not read `{kind}`");
                    self.notes.skipped(path, why);
                }
                Ok(())
            }
        }
    }

    fn message(&mut self, message: &Message, path: &str) -> Result<(), Failure> {
        if message.content.is_none() && !has_role(message) {
            return Err(no_item(path));
        }
        let known = message.extra.get("role").is_none_or(Raw::is_null);
        let role = match message.role {
            Role::User if known => "user",
            Role::Assistant if known => "assistant",
            Role::System | Role::Developer if known => "system",
            _ => {
                return Err(Failure::invalid(
                    format!("{path}.role"),
                    format!("`{path}.role` must be `user`, `assistant`, `system` or `developer`"),
                ));
            }
        };
        let text = parts::of_message(
            message.content.as_ref(),
            &message.extra,
            message.role == Role::Assistant,
            path,
            self.notes,
        )?;
        self.say(role, &text);
        Ok(())
    }

    fn function_call(&mut self, call: &FunctionCall, path: &str) -> Result<(), Failure> {
        for member in ["call_id", "name"] {
            aside::string(&call.extra, path, member)?;
        }
        let name = self.name(call.namespace.as_deref(), &call.name);
        match call.extra.get("arguments") {
            // Some clients send the object itself instead of its text.
            Some(raw) if raw.get().starts_with('{') => self.call(&name, raw.get()),
            _ => {
                aside::string(&call.extra, path, "arguments")?;
                self.call(&name, &call.arguments);
            }
        }
        Ok(())
    }

    fn custom_call(&mut self, call: &CustomToolCall, path: &str) -> Result<(), Failure> {
        for member in ["call_id", "name", "input"] {
            aside::string(&call.extra, path, member)?;
        }
        let name = self.name(call.namespace.as_deref(), &call.name);
        let text = format!("{CALL}{}{}", custom_head(&name), call.input);
        self.say("assistant", &text);
        Ok(())
    }

    /// The name by which the model knows a tool that was called: with its namespace, if it is on
    /// offer in one.
    fn name(&self, namespace: Option<&str>, name: &str) -> String {
        let full = joined(namespace, name);
        if self.offer.names().any(|known| known == full) {
            full
        } else {
            name.to_owned()
        }
    }

    fn call(&mut self, name: &str, arguments: &str) {
        let arguments = match arguments.trim() {
            "" => "{}",
            arguments => arguments,
        };
        let text = format!("{CALL}{}{arguments}{CALL_END}", call_head(name));
        self.say("assistant", &text);
    }

    fn output(
        &mut self,
        output: Option<&ToolOutput>,
        extra: &Extra,
        path: &str,
    ) -> Result<(), Failure> {
        aside::string(extra, path, "call_id")?;
        let text = parts::of_output(output, extra, path, self.notes)?;
        self.respond(&text);
        Ok(())
    }

    fn respond(&mut self, text: &str) {
        let text = format!("<tool_response>\n{text}\n</tool_response>");
        self.say("user", &text);
    }

    /// Adds the text of an item that a tool of another server left, and tells whether it has any.
    fn foreign(&mut self, item: &Item) -> bool {
        match item {
            Item::LocalShellCall(call) => match &call.action {
                Some(action) => self.call("local_shell", &to_string(action)),
                None => return false,
            },
            Item::ShellCall(call) => match (&call.action, &call.arguments) {
                (Some(action), _) => self.call("shell", &to_string(action)),
                (None, Some(arguments)) => self.call("shell", arguments),
                (None, None) => return false,
            },
            Item::ApplyPatchCall(call) => match &call.operation {
                Some(operation) => self.call("apply_patch", &to_string(operation)),
                None => return false,
            },
            Item::LocalShellCallOutput(output) => self.respond(&output.output),
            Item::ShellCallOutput(output) => {
                let mut text = String::new();
                for part in &output.output {
                    append(&mut text, &part.stdout);
                    append(&mut text, &part.stderr);
                }
                append(&mut text, output.error.as_deref().unwrap_or_default());
                self.respond(&text);
            }
            Item::ApplyPatchCallOutput(output) => {
                let status = output.status.as_ref().map(ItemStatus::as_str);
                let text = output.output.as_deref().or(status).unwrap_or_default();
                self.respond(text);
            }
            Item::McpCall(call) => {
                self.call(&call.name, &call.arguments);
                match (&call.output, &call.error) {
                    (Some(output), _) => self.respond(output),
                    (None, Some(McpError::Text(error))) => self.respond(error),
                    (None, Some(error)) => self.respond(&to_string(error)),
                    (None, None) => {}
                }
            }
            Item::CodeInterpreterCall(call) => {
                let Some(code) = &call.code else { return false };
                let arguments = serde_json::json!({ "code": code }).to_string();
                self.call("code_interpreter", &arguments);
                let logs: Vec<&str> = call
                    .outputs
                    .iter()
                    .flatten()
                    .filter_map(|output| match output {
                        CodeOutput::Logs(output) => Some(output.logs.as_str()),
                        _ => None,
                    })
                    .collect();
                if !logs.is_empty() {
                    self.respond(&logs.join("\n"));
                }
            }
            Item::Program(program) => {
                let arguments = serde_json::json!({ "code": program.code }).to_string();
                self.call("program", &arguments);
            }
            Item::ProgramOutput(output) => {
                match output.result.as_ref().or(output.output.as_ref()) {
                    Some(result) => self.respond(&result.text()),
                    None => return false,
                }
            }
            Item::AgentMessage(message) => {
                let text: String = message
                    .content
                    .iter()
                    .filter_map(|part| part.text())
                    .collect();
                if text.is_empty() {
                    return false;
                }
                self.say("user", &format!("{}: {text}", message.author));
            }
            _ => return false,
        }
        true
    }
}

/// Whether the message came with a `role`. The wire assumes one where it is absent.
fn has_role(message: &Message) -> bool {
    let text = to_string(message);
    serde_json::from_str::<serde_json::Value>(&text)
        .is_ok_and(|message| message.get("role").is_some())
}

fn no_item(path: &str) -> Failure {
    Failure::invalid(
        path,
        format!("`{path}` must be an item: an object with a `type` or a `role`"),
    )
}

/// Appends a paragraph.
fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}
