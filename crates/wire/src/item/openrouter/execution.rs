//! Calls of OpenRouter's tools that execute commands: shells, code, a browser, an editor.

use crate::item::{ContainerFileRef, ItemStatus, PatchOperation, ShellAction, ShellOutputContent};
use crate::{Extra, UnknownValue, Wire};

/// Command that OpenRouter's bash ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:bash")]
pub struct OpenRouterBash {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the command.
    pub status: Option<ItemStatus>,
    /// Id of the call.
    pub call_id: Option<String>,
    /// Arguments: JSON text in a string.
    pub arguments: Option<String>,
    /// Command.
    pub command: Option<String>,
    /// Standard output of the command.
    pub stdout: Option<String>,
    /// Standard error of the command.
    pub stderr: Option<String>,
    /// Exit status of the command; 0 means success.
    #[wire(rename = "exitCode")]
    pub exit_code: Option<i64>,
    /// Id of the container in which the command ran.
    pub container_id: Option<String>,
    /// Files that the command created or changed.
    pub files: Option<Vec<ContainerFileRef>>,
    /// Error message, if the command could not be run.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Commands that OpenRouter's shell ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:shell")]
pub struct OpenRouterShell {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the commands.
    pub status: Option<ItemStatus>,
    /// Id of the call.
    pub call_id: Option<String>,
    /// Arguments: JSON text in a string.
    pub arguments: Option<String>,
    /// Commands to run.
    pub action: Option<ShellAction>,
    /// Output and outcome of each command.
    pub output: Option<Vec<ShellOutputContent>>,
    /// Id of the container in which the commands ran.
    pub container_id: Option<String>,
    /// Files that the commands created or changed.
    pub files: Option<Vec<ContainerFileRef>>,
    /// Error message, if the commands could not be run.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Code that OpenRouter ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:code_interpreter")]
pub struct OpenRouterCodeInterpreter {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the code.
    pub status: Option<ItemStatus>,
    /// Source code.
    pub code: Option<String>,
    /// Programming language.
    pub language: Option<String>,
    /// Standard output of the code.
    pub stdout: Option<String>,
    /// Standard error of the code.
    pub stderr: Option<String>,
    /// Exit status of the code; 0 means success.
    #[wire(rename = "exitCode")]
    pub exit_code: Option<i64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Step in OpenRouter's browser.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:browser_use")]
pub struct OpenRouterBrowserUse {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the step.
    pub status: Option<ItemStatus>,
    /// Action in the browser.
    pub action: Option<String>,
    /// Screenshot of the browser after the action, in base64.
    #[wire(rename = "screenshotB64")]
    pub screenshot_b64: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Command of OpenRouter's text editor.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:text_editor")]
pub struct OpenRouterTextEditor {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the command.
    pub status: Option<ItemStatus>,
    /// Command of the editor.
    pub command: Option<EditorCommand>,
    /// Path of the file.
    #[wire(rename = "filePath")]
    pub file_path: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Command of the text editor.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum EditorCommand {
    /// Show a file.
    View,
    /// Create a file.
    Create,
    /// Replace a string.
    StrReplace,
    /// Insert lines.
    Insert,
    /// A command unknown to this version.
    Unknown(UnknownValue),
}

/// Patch that OpenRouter checked. The caller applies it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:apply_patch")]
pub struct OpenRouterApplyPatch {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id of the call.
    pub call_id: Option<String>,
    /// Operation on the file.
    pub operation: Option<PatchOperation>,
    /// Error message, if the call failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}
