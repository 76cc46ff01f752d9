//! How tool calls grow: their arguments, code, patches, commands, images, and how far they are.

use crate::event::{ItemProgress, StreamEvent};
use crate::item::{
    FusionFailure, FusionResponse, Item, ItemStatus, PatchOperation, ShellAction,
    ShellOutputContent, UpdateFileOperation,
};

use super::assembler::Assembler;
use super::grow::replace;
use super::kind::Kind;
use super::parts;

impl Assembler {
    /// Takes an event about a tool call. Other events change nothing.
    pub(super) fn call(&mut self, event: &StreamEvent) {
        use StreamEvent as E;
        match event {
            E::FunctionCallArgumentsDelta(e) => {
                if let Some(Item::FunctionCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::FunctionCall)
                {
                    call.arguments.push_str(&e.delta);
                }
            }
            E::FunctionCallArgumentsDone(e) => {
                if let Some(Item::FunctionCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::FunctionCall)
                {
                    replace(&mut call.arguments, &e.arguments);
                    if call.name.is_empty() {
                        call.name = e.name.clone().unwrap_or_default();
                    }
                }
            }
            E::McpCallArgumentsDelta(e) => {
                if let Some(Item::McpCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::McpCall)
                {
                    call.arguments.push_str(&e.delta);
                }
            }
            E::McpCallArgumentsDone(e) => {
                if let Some(Item::McpCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::McpCall)
                {
                    replace(&mut call.arguments, &e.arguments);
                }
            }
            E::CustomToolCallInputDelta(e) => {
                if let Some(Item::CustomToolCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::CustomToolCall)
                {
                    call.input.push_str(&e.delta);
                }
            }
            E::CustomToolCallInputDone(e) => {
                if let Some(Item::CustomToolCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::CustomToolCall)
                {
                    replace(&mut call.input, &e.input);
                }
            }
            E::CodeInterpreterCallCodeDelta(e) => {
                if let Some(Item::CodeInterpreterCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::CodeInterpreterCall)
                {
                    call.code.get_or_insert_default().push_str(&e.delta);
                }
            }
            E::CodeInterpreterCallCodeDone(e) => {
                if let Some(Item::CodeInterpreterCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::CodeInterpreterCall)
                {
                    if !e.code.is_empty() {
                        replace(call.code.get_or_insert_default(), &e.code);
                    }
                }
            }
            E::ApplyPatchCallOperationDiffDelta(e) => {
                if let Some(diff) = self.diff(e.output_index, &e.item_id) {
                    diff.push_str(&e.delta);
                }
            }
            E::ApplyPatchCallOperationDiffDone(e) => {
                if let Some(diff) = self.diff(e.output_index, &e.item_id) {
                    replace(diff, &e.diff);
                }
            }
            E::ShellCallCommandAdded(e) | E::ShellCallCommandDone(e) => {
                let id = e.item_id.as_deref().unwrap_or_default();
                if let Some(command) = self.command(e.output_index, id, e.command_index) {
                    replace(command, &e.command);
                }
            }
            E::ShellCallCommandDelta(e) => {
                let id = e.item_id.as_deref().unwrap_or_default();
                if let Some(command) = self.command(e.output_index, id, e.command_index) {
                    command.push_str(&e.delta);
                }
            }
            E::ShellCallOutputContentDelta(e) => {
                let id = e.item_id.as_deref().unwrap_or_default();
                let output = self.shell_output(e.output_index, id, e.command_index);
                if let (Some(output), Some(chunk)) = (output, &e.delta) {
                    output
                        .stdout
                        .push_str(chunk.stdout.as_deref().unwrap_or_default());
                    output
                        .stderr
                        .push_str(chunk.stderr.as_deref().unwrap_or_default());
                }
            }
            E::ShellCallOutputContentDone(e) => {
                let id = e.item_id.as_deref().unwrap_or_default();
                if let Some(whole) = e.output.first() {
                    if let Some(output) = self.shell_output(e.output_index, id, e.command_index) {
                        output.clone_from(whole);
                    }
                }
            }
            E::ImageGenerationCallPartialImage(e) => {
                if let Some(Item::ImageGenerationCall(call)) =
                    self.named(e.output_index, &e.item_id, Kind::ImageGenerationCall)
                {
                    call.result = Some(e.partial_image_b64.clone());
                    call.status = Some(ItemStatus::Generating);
                }
            }
            event => {
                if let Some((progress, kind, status)) = progress(event) {
                    let item = self.named(progress.output_index, &progress.item_id, kind);
                    if let Some(item) = item {
                        item.set_status(status);
                    }
                } else {
                    self.fusion(event);
                }
            }
        }
    }

    fn fusion(&mut self, event: &StreamEvent) {
        use StreamEvent as E;
        let (index, id) = match event {
            E::FusionCallPanelCompleted(e) => (e.output_index, &e.item_id),
            E::FusionCallPanelFailed(e) => (e.output_index, &e.item_id),
            E::FusionCallAnalysisCompleted(e) => (e.output_index, &e.item_id),
            _ => return,
        };
        let Some(Item::OpenRouterFusion(fusion)) = self.named(index, id, Kind::Fusion) else {
            return;
        };
        match event {
            E::FusionCallPanelCompleted(e) => {
                fusion
                    .responses
                    .get_or_insert_default()
                    .push(FusionResponse {
                        model: e.model.clone(),
                        content: Some(e.content.clone()),
                        ..FusionResponse::default()
                    });
            }
            E::FusionCallPanelFailed(e) => {
                fusion
                    .failed_models
                    .get_or_insert_default()
                    .push(FusionFailure {
                        model: e.model.clone(),
                        error: e.error.clone(),
                        status_code: e.status_code,
                        ..FusionFailure::default()
                    });
            }
            E::FusionCallAnalysisCompleted(e) => fusion.analysis = Some(e.analysis.clone()),
            _ => {}
        }
    }

    /// The patch of a call. One whose operation was not told is taken for an update.
    fn diff(&mut self, index: u32, id: &str) -> Option<&mut String> {
        let Item::ApplyPatchCall(call) = self.named(index, id, Kind::ApplyPatchCall)? else {
            return None;
        };
        let operation = call
            .operation
            .get_or_insert_with(|| PatchOperation::UpdateFile(UpdateFileOperation::default()));
        parts::diff_mut(operation)
    }

    fn command(&mut self, index: u32, id: &str, command: u32) -> Option<&mut String> {
        let (item, slot) = self.with_slot(index, id, Kind::ShellCall)?;
        let Item::ShellCall(call) = item else {
            return None;
        };
        let list = &mut call
            .action
            .get_or_insert_with(ShellAction::default)
            .commands;
        let at = match slot.parts.find(command) {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(command).min(list.len());
                list.insert(at, String::new());
                at
            }
        };
        list.get_mut(at)
    }

    fn shell_output(
        &mut self,
        index: u32,
        id: &str,
        command: u32,
    ) -> Option<&mut ShellOutputContent> {
        let (item, slot) = self.with_slot(index, id, Kind::ShellCallOutput)?;
        let Item::ShellCallOutput(output) = item else {
            return None;
        };
        let list = &mut output.output;
        let at = match slot.parts.find(command) {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(command).min(list.len());
                list.insert(at, ShellOutputContent::default());
                at
            }
        };
        list.get_mut(at)
    }
}

/// Which item an event about progress is about, and how far it says that the item is.
fn progress(event: &StreamEvent) -> Option<(&ItemProgress, Kind, ItemStatus)> {
    use ItemStatus as S;
    use StreamEvent as E;
    Some(match event {
        E::WebSearchCallInProgress(e) => (e, Kind::WebSearchCall, S::InProgress),
        E::WebSearchCallSearching(e) => (e, Kind::WebSearchCall, S::Searching),
        E::WebSearchCallCompleted(e) => (e, Kind::WebSearchCall, S::Completed),
        E::XSearchCallInProgress(e) => (e, Kind::XSearchCall, S::InProgress),
        E::XSearchCallSearching(e) => (e, Kind::XSearchCall, S::Searching),
        E::XSearchCallCompleted(e) => (e, Kind::XSearchCall, S::Completed),
        E::FileSearchCallInProgress(e) => (e, Kind::FileSearchCall, S::InProgress),
        E::FileSearchCallSearching(e) => (e, Kind::FileSearchCall, S::Searching),
        E::FileSearchCallCompleted(e) => (e, Kind::FileSearchCall, S::Completed),
        E::ImageGenerationCallInProgress(e) => (e, Kind::ImageGenerationCall, S::InProgress),
        E::ImageGenerationCallGenerating(e) => (e, Kind::ImageGenerationCall, S::Generating),
        E::ImageGenerationCallCompleted(e) => (e, Kind::ImageGenerationCall, S::Completed),
        E::CodeInterpreterCallInProgress(e) => (e, Kind::CodeInterpreterCall, S::InProgress),
        E::CodeInterpreterCallInterpreting(e) => (e, Kind::CodeInterpreterCall, S::Interpreting),
        E::CodeInterpreterCallCompleted(e) => (e, Kind::CodeInterpreterCall, S::Completed),
        E::McpCallInProgress(e) => (e, Kind::McpCall, S::InProgress),
        E::McpCallCompleted(e) => (e, Kind::McpCall, S::Completed),
        E::McpCallFailed(e) => (e, Kind::McpCall, S::Failed),
        E::McpListToolsInProgress(e) => (e, Kind::McpListTools, S::InProgress),
        E::McpListToolsCompleted(e) => (e, Kind::McpListTools, S::Completed),
        E::McpListToolsFailed(e) => (e, Kind::McpListTools, S::Failed),
        E::FusionCallInProgress(e) => (e, Kind::Fusion, S::InProgress),
        E::FusionCallCompleted(e) => (e, Kind::Fusion, S::Completed),
        _ => return None,
    })
}
