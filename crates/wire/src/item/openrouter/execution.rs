//! OpenRouter's tools that run something: shells, code, a browser, an editor.

use crate::item::{ContainerFileRef, ItemStatus, PatchOperation, ShellAction, ShellOutputContent};
use crate::{Extra, UnknownValue, Wire};

/// A command run by OpenRouter's bash. Stands for `OutputBashServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:bash")]
pub struct OpenRouterBash {
    /// The item's id.
    pub id: Option<String>,
    /// How far the command is.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: Option<String>,
    /// The call's arguments, JSON in a string.
    pub arguments: Option<String>,
    /// The command.
    pub command: Option<String>,
    /// What it printed to its standard output.
    pub stdout: Option<String>,
    /// What it printed to its standard error.
    pub stderr: Option<String>,
    /// Its exit status; 0 means success.
    #[wire(rename = "exitCode")]
    pub exit_code: Option<i64>,
    /// The container that it ran in.
    pub container_id: Option<String>,
    /// Files that it made.
    pub files: Option<Vec<ContainerFileRef>>,
    /// Why it could not be run.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Commands run by OpenRouter's shell. Stands for `OutputShellServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:shell")]
pub struct OpenRouterShell {
    /// The item's id.
    pub id: Option<String>,
    /// How far the commands are.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: Option<String>,
    /// The call's arguments, JSON in a string.
    pub arguments: Option<String>,
    /// The commands.
    pub action: Option<ShellAction>,
    /// What each command printed and how it ended.
    pub output: Option<Vec<ShellOutputContent>>,
    /// The container that they ran in.
    pub container_id: Option<String>,
    /// Files that they made.
    pub files: Option<Vec<ContainerFileRef>>,
    /// Why they could not be run.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Code run by OpenRouter. Stands for `OutputCodeInterpreterServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:code_interpreter")]
pub struct OpenRouterCodeInterpreter {
    /// The item's id.
    pub id: Option<String>,
    /// How far the code is.
    pub status: Option<ItemStatus>,
    /// The code.
    pub code: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// What it printed to its standard output.
    pub stdout: Option<String>,
    /// What it printed to its standard error.
    pub stderr: Option<String>,
    /// Its exit status; 0 means success.
    #[wire(rename = "exitCode")]
    pub exit_code: Option<i64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A step in OpenRouter's browser. Stands for `OutputBrowserUseServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:browser_use")]
pub struct OpenRouterBrowserUse {
    /// The item's id.
    pub id: Option<String>,
    /// How far the step is.
    pub status: Option<ItemStatus>,
    /// What was done.
    pub action: Option<String>,
    /// What the browser then showed: an image, in base64.
    #[wire(rename = "screenshotB64")]
    pub screenshot_b64: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An edit in OpenRouter's text editor. Stands for `OutputTextEditorServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:text_editor")]
pub struct OpenRouterTextEditor {
    /// The item's id.
    pub id: Option<String>,
    /// How far the edit is.
    pub status: Option<ItemStatus>,
    /// What was done.
    pub command: Option<EditorCommand>,
    /// The file.
    #[wire(rename = "filePath")]
    pub file_path: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a text editor did.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum EditorCommand {
    /// Showed a file.
    View,
    /// Created one.
    Create,
    /// Replaced a string.
    StrReplace,
    /// Inserted lines.
    Insert,
    /// A command that this version does not know.
    Unknown(UnknownValue),
}

/// A change of a file by OpenRouter. Stands for `OutputApplyPatchServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:apply_patch")]
pub struct OpenRouterApplyPatch {
    /// The item's id.
    pub id: Option<String>,
    /// How far the change is.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: Option<String>,
    /// What was to be done.
    pub operation: Option<PatchOperation>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}
