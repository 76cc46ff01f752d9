//! [`Conversation`]: turns the items of a conversation into turns of text.
//!
//! The chat template has no roles for calls and their outputs. They become text in the form that
//! the prompt describes: `<tool_call>` in the assistant's turn, `<tool_response>` in the user's.
//! Items of other servers' tools are converted to that form if they have text, and skipped
//! otherwise.

use orouter_local::Message as Turn;
use orouter_wire::item::{CodeOutput, ItemStatus, McpError};
use orouter_wire::{
    CustomToolCall, Extra, FunctionCall, Item, Message, Raw, Role, ToolOutput, to_string,
};

use super::custom::custom_head;
use super::grammar::{CALL, CALL_END, call_head};
use super::offer::{Offer, join_name};
use super::parts;
use crate::admit::undecoded;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;

/// The turns of a conversation.
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

    /// Adds text. Consecutive texts of one role become one turn.
    pub(super) fn add_text(&mut self, role: &str, text: &str) {
        match self.turns.last_mut() {
            Some(last) if last.role == role => append(&mut last.content, text),
            _ => self.turns.push(Turn::new(role, text)),
        }
    }

    /// Adds text to the leading system turn, which is created if necessary.
    pub(super) fn add_instruction(&mut self, text: &str) {
        match self.turns.first_mut() {
            Some(first) if first.role == "system" => append(&mut first.content, text),
            _ => self.turns.insert(0, Turn::system(text)),
        }
    }

    /// Adds an item of `input`.
    pub(super) fn add_item(&mut self, item: &Item, path: &str) -> Result<(), Failure> {
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
            // Their tools are in the offer.
            Item::AdditionalTools(_) | Item::ToolSearchOutput(_) => Ok(()),
            other if other.kind().is_empty() => Err(not_an_item(path)),
            other => {
                let converted = self.add_foreign(other);
                let kind = quote(other.kind());
                if converted {
                    let reason = format!("the model reads the text of `{kind}`");
                    self.notes.converted(path, reason);
                } else {
                    let reason = format!("this model does not read `{kind}`");
                    self.notes.skipped(path, reason);
                }
                Ok(())
            }
        }
    }

    fn message(&mut self, message: &Message, path: &str) -> Result<(), Failure> {
        if message.content.is_none() && !has_role(message) {
            return Err(not_an_item(path));
        }
        let decoded = message.extra.get("role").is_none_or(Raw::is_null);
        let role = match message.role {
            Role::User if decoded => "user",
            Role::Assistant if decoded => "assistant",
            Role::System | Role::Developer if decoded => "system",
            _ => {
                return Err(Failure::invalid(
                    format!("{path}.role"),
                    format!("`{path}.role` must be `user`, `assistant`, `system` or `developer`"),
                ));
            }
        };
        let text = parts::message_text(
            message.content.as_ref(),
            &message.extra,
            message.role == Role::Assistant,
            path,
            self.notes,
        )?;
        self.add_text(role, &text);
        Ok(())
    }

    fn function_call(&mut self, call: &FunctionCall, path: &str) -> Result<(), Failure> {
        for member in ["call_id", "name"] {
            undecoded::string(&call.extra, path, member)?;
        }
        let name = self.name(call.namespace.as_deref(), &call.name);
        match call.extra.get("arguments") {
            // Some clients send an object instead of its text.
            Some(raw) if raw.get().starts_with('{') => self.call(&name, raw.get()),
            _ => {
                undecoded::string(&call.extra, path, "arguments")?;
                self.call(&name, &call.arguments);
            }
        }
        Ok(())
    }

    fn custom_call(&mut self, call: &CustomToolCall, path: &str) -> Result<(), Failure> {
        for member in ["call_id", "name", "input"] {
            undecoded::string(&call.extra, path, member)?;
        }
        let name = self.name(call.namespace.as_deref(), &call.name);
        let text = format!("{CALL}{}{}", custom_head(&name), call.input);
        self.add_text("assistant", &text);
        Ok(())
    }

    /// Returns the name that the model writes for a called tool: with its namespace, if the offer
    /// has the tool in that namespace.
    fn name(&self, namespace: Option<&str>, name: &str) -> String {
        let full = join_name(namespace, name);
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
        self.add_text("assistant", &text);
    }

    fn output(
        &mut self,
        output: Option<&ToolOutput>,
        extra: &Extra,
        path: &str,
    ) -> Result<(), Failure> {
        undecoded::string(extra, path, "call_id")?;
        let text = parts::output_text(output, extra, path, self.notes)?;
        self.respond(&text);
        Ok(())
    }

    fn respond(&mut self, text: &str) {
        let text = format!("<tool_response>\n{text}\n</tool_response>");
        self.add_text("user", &text);
    }

    /// Adds the text of an item of another server's tool. Returns `false` if the item has no text.
    fn add_foreign(&mut self, item: &Item) -> bool {
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
                self.add_text("user", &format!("{}: {text}", message.author));
            }
            _ => return false,
        }
        true
    }
}

/// Returns `true` if the message was sent with a `role`. The wire's default replaces a missing one.
fn has_role(message: &Message) -> bool {
    let text = to_string(message);
    serde_json::from_str::<serde_json::Value>(&text)
        .is_ok_and(|message| message.get("role").is_some())
}

fn not_an_item(path: &str) -> Failure {
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
