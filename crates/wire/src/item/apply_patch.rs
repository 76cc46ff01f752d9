//! Patches to files that the model requests, and their results.

use crate::item::{Caller, ItemStatus};
use crate::{Extra, Unknown, Wire};

/// Request of the model to create, change or delete a file. The caller applies it and returns an
/// [`ApplyPatchCallOutput`].
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "apply_patch_call")]
pub struct ApplyPatchCall {
    /// Id of the item, such as `apc_01`.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output.
    pub call_id: String,
    /// Operation on the file.
    pub operation: Option<PatchOperation>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Creator of the item, on services that report it.
    pub created_by: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Operation on a file.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum PatchOperation {
    /// Creates a file.
    #[wire("create_file")]
    CreateFile(CreateFileOperation),
    /// Changes a file.
    #[wire("update_file")]
    UpdateFile(UpdateFileOperation),
    /// Deletes a file.
    #[wire("delete_file")]
    DeleteFile(DeleteFileOperation),
    /// An operation unknown to this version.
    Unknown(Unknown),
}

/// File to create.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CreateFileOperation {
    /// Path of the file.
    pub path: String,
    /// Content of the file as a V4A diff.
    pub diff: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// File to change.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct UpdateFileOperation {
    /// Path of the file.
    pub path: String,
    /// Change as a V4A diff.
    pub diff: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// File to delete.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeleteFileOperation {
    /// Path of the file.
    pub path: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Result of an [`ApplyPatchCall`].
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "apply_patch_call_output")]
pub struct ApplyPatchCallOutput {
    /// Id of the item.
    pub id: Option<String>,
    /// Result: `completed` or `failed`.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to.
    pub call_id: String,
    /// Log of the patch for the model.
    pub output: Option<String>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ApplyPatchCallOutput {
    /// Creates the result of a call: `completed` if `worked` is `true`, else `failed`.
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
