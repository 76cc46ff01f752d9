//! The texts of a whole item that deltas make.

use crate::event::PartList as List;
use crate::event::payload::grown_text;
use crate::item::{Item, PatchOperation};

/// Tells the texts of an item that deltas make, with the list and number of each.
pub(super) fn texts<'a>(item: &'a Item, mut tell: impl FnMut(List, u32, &'a str)) {
    match item {
        Item::Message(message) => {
            for (part, number) in message.parts().iter().zip(0..) {
                if let Some(text) = grown_text(part) {
                    tell(List::Content, number, text);
                }
            }
        }
        Item::Reasoning(reasoning) => {
            for (part, number) in reasoning.content.iter().flatten().zip(0..) {
                if let Some(text) = grown_text(part) {
                    tell(List::Content, number, text);
                }
            }
            for (part, number) in reasoning.summary.iter().flatten().zip(0..) {
                if let Some(text) = part.text() {
                    tell(List::Summary, number, text);
                }
            }
        }
        Item::FunctionCall(call) => tell(List::Whole, 0, &call.arguments),
        Item::CustomToolCall(call) => tell(List::Whole, 0, &call.input),
        Item::McpCall(call) => tell(List::Whole, 0, &call.arguments),
        Item::CodeInterpreterCall(call) => {
            if let Some(code) = &call.code {
                tell(List::Whole, 0, code);
            }
        }
        Item::ApplyPatchCall(call) => match &call.operation {
            Some(PatchOperation::CreateFile(operation)) => tell(List::Whole, 0, &operation.diff),
            Some(PatchOperation::UpdateFile(operation)) => tell(List::Whole, 0, &operation.diff),
            _ => {}
        },
        Item::ShellCall(call) => {
            let commands = call.action.iter().flat_map(|action| &action.commands);
            for (command, number) in commands.zip(0..) {
                tell(List::Commands, number, command);
            }
        }
        _ => {}
    }
}
