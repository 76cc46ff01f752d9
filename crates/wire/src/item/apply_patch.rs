//! Changes of files that the model asks for.

use crate::item::{Caller, ItemStatus};
use crate::{Extra, Unknown, Wire};

/// The model asks for a file to be created, changed or deleted.
///
/// Stands for `OutputItemApplyPatchCall`, `OutputApplyPatchCallItem` and `ApplyPatchCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "apply_patch_call")]
pub struct ApplyPatchCall {
    /// The item's id, such as `apc_01`.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call.
    pub call_id: String,
    /// What to do.
    pub operation: Option<PatchOperation>,
    /// What made the call, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// Who made the item, on services that say so.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What to do to a file. Stands for `ApplyPatchCallOperation`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum PatchOperation {
    /// Create it.
    #[wire("create_file")]
    CreateFile(CreateFileOperation),
    /// Change it.
    #[wire("update_file")]
    UpdateFile(UpdateFileOperation),
    /// Delete it.
    #[wire("delete_file")]
    DeleteFile(DeleteFileOperation),
    /// An operation that this version does not know.
    Unknown(Unknown),
}

/// A file to create. Stands for `ApplyPatchCreateFileOperation`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CreateFileOperation {
    /// The file.
    pub path: String,
    /// What it is to hold, as a patch in the V4A format.
    pub diff: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file to change. Stands for `ApplyPatchUpdateFileOperation`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct UpdateFileOperation {
    /// The file.
    pub path: String,
    /// The change, as a patch in the V4A format.
    pub diff: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file to delete. Stands for `ApplyPatchDeleteFileOperation`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeleteFileOperation {
    /// The file.
    pub path: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Whether a change of a file worked. Stands for `ApplyPatchCallOutputItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "apply_patch_call_output")]
pub struct ApplyPatchCallOutput {
    /// The item's id.
    pub id: Option<String>,
    /// Whether it worked: completed or failed.
    pub status: Option<ItemStatus>,
    /// The call that this answers.
    pub call_id: String,
    /// What there is to say about it.
    pub output: Option<String>,
    /// What made the call, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ApplyPatchCallOutput {
    /// That the change of this call worked, or that it failed.
    pub fn new(call_id: impl Into<String>, worked: bool, output: impl Into<String>) -> Self {
        let status = if worked {
            ItemStatus::Completed
        } else {
            ItemStatus::Failed
        };
        Self {
            call_id: call_id.into(),
            status: Some(status),
            output: Some(output.into()),
            ..Self::default()
        }
    }
}
