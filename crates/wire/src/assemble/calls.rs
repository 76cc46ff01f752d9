//! How tool calls grow: their arguments, code, patches, commands, images, and how far they are.

use crate::event::kind::{Kind, Progress};
use crate::event::{
    ArgumentsDone, CodeDone, DiffDone, FusionAnalysisCompleted, FusionPanelCompleted,
    FusionPanelFailed, InputDone, ItemDelta, PartialImage, ShellCommandDelta, ShellCommandEvent,
    ShellOutputDelta, ShellOutputDone,
};
use crate::item::{
    FusionFailure, FusionResponse, Item, ItemStatus, OpenRouterFusion, PatchOperation, ShellAction,
    ShellOutputContent, UpdateFileOperation,
};

use super::assembler::Assembler;
use super::grow::replace;
use super::parts;

impl Assembler {
    pub(super) fn function_arguments_delta(&mut self, e: &ItemDelta) {
        if let Some(Item::FunctionCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::FunctionCall)
        {
            call.arguments.push_str(&e.delta);
        }
    }

    pub(super) fn function_arguments_done(&mut self, e: &ArgumentsDone) {
        if let Some(Item::FunctionCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::FunctionCall)
        {
            replace(&mut call.arguments, &e.arguments);
            if call.name.is_empty() {
                call.name = e.name.clone().unwrap_or_default();
            }
        }
    }

    pub(super) fn mcp_arguments_delta(&mut self, e: &ItemDelta) {
        if let Some(Item::McpCall(call)) = self.named(e.output_index, &e.item_id, Kind::McpCall) {
            call.arguments.push_str(&e.delta);
        }
    }

    pub(super) fn mcp_arguments_done(&mut self, e: &ArgumentsDone) {
        if let Some(Item::McpCall(call)) = self.named(e.output_index, &e.item_id, Kind::McpCall) {
            replace(&mut call.arguments, &e.arguments);
        }
    }

    pub(super) fn custom_input_delta(&mut self, e: &ItemDelta) {
        if let Some(Item::CustomToolCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::CustomToolCall)
        {
            call.input.push_str(&e.delta);
        }
    }

    pub(super) fn custom_input_done(&mut self, e: &InputDone) {
        if let Some(Item::CustomToolCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::CustomToolCall)
        {
            replace(&mut call.input, &e.input);
        }
    }

    pub(super) fn code_delta(&mut self, e: &ItemDelta) {
        if let Some(Item::CodeInterpreterCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::CodeInterpreterCall)
        {
            call.code.get_or_insert_default().push_str(&e.delta);
        }
    }

    pub(super) fn code_done(&mut self, e: &CodeDone) {
        if let Some(Item::CodeInterpreterCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::CodeInterpreterCall)
        {
            if !e.code.is_empty() {
                replace(call.code.get_or_insert_default(), &e.code);
            }
        }
    }

    pub(super) fn diff_delta(&mut self, e: &ItemDelta) {
        if let Some(diff) = self.diff(e.output_index, &e.item_id) {
            diff.push_str(&e.delta);
        }
    }

    pub(super) fn diff_done(&mut self, e: &DiffDone) {
        if let Some(diff) = self.diff(e.output_index, &e.item_id) {
            replace(diff, &e.diff);
        }
    }

    pub(super) fn whole_command(&mut self, e: &ShellCommandEvent) {
        let id = e.item_id.as_deref().unwrap_or_default();
        if let Some(command) = self.command(e.output_index, id, e.command_index) {
            replace(command, &e.command);
        }
    }

    pub(super) fn command_delta(&mut self, e: &ShellCommandDelta) {
        let id = e.item_id.as_deref().unwrap_or_default();
        if let Some(command) = self.command(e.output_index, id, e.command_index) {
            command.push_str(&e.delta);
        }
    }

    pub(super) fn shell_output_delta(&mut self, e: &ShellOutputDelta) {
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

    pub(super) fn shell_output_done(&mut self, e: &ShellOutputDone) {
        let id = e.item_id.as_deref().unwrap_or_default();
        if let Some(whole) = e.output.first() {
            if let Some(output) = self.shell_output(e.output_index, id, e.command_index) {
                output.clone_from(whole);
            }
        }
    }

    pub(super) fn partial_image(&mut self, e: &PartialImage) {
        if let Some(Item::ImageGenerationCall(call)) =
            self.named(e.output_index, &e.item_id, Kind::ImageGenerationCall)
        {
            call.result = Some(e.partial_image_b64.clone());
            call.status = Some(ItemStatus::Generating);
        }
    }

    pub(super) fn progress(&mut self, progress: Progress<'_>) {
        let Progress {
            event,
            kind,
            status,
        } = progress;
        if let Some(item) = self.named(event.output_index, &event.item_id, kind) {
            item.set_status(status);
        }
    }

    pub(super) fn panel_completed(&mut self, e: &FusionPanelCompleted) {
        if let Some(fusion) = self.fusion(e.output_index, &e.item_id) {
            let responses = fusion.responses.get_or_insert_default();
            responses.push(FusionResponse {
                model: e.model.clone(),
                content: Some(e.content.clone()),
                ..FusionResponse::default()
            });
        }
    }

    pub(super) fn panel_failed(&mut self, e: &FusionPanelFailed) {
        if let Some(fusion) = self.fusion(e.output_index, &e.item_id) {
            let failed = fusion.failed_models.get_or_insert_default();
            failed.push(FusionFailure {
                model: e.model.clone(),
                error: e.error.clone(),
                status_code: e.status_code,
                ..FusionFailure::default()
            });
        }
    }

    pub(super) fn analysis_completed(&mut self, e: &FusionAnalysisCompleted) {
        if let Some(fusion) = self.fusion(e.output_index, &e.item_id) {
            fusion.analysis = Some(e.analysis.clone());
        }
    }

    fn fusion(&mut self, index: u32, id: &str) -> Option<&mut OpenRouterFusion> {
        match self.named(index, id, Kind::Fusion)? {
            Item::OpenRouterFusion(fusion) => Some(fusion),
            _ => None,
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
