//! Code that the provider ran in its sandbox.

use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// Code that the provider ran in its sandbox. The specification allows any other member too.
///
/// Stands for `OutputItemCodeInterpreterCall`, `CodeInterpreterCallItem` and
/// `OutputCodeInterpreterCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "code_interpreter_call")]
pub struct CodeInterpreterCall {
    /// The item's id, such as `ci_01`.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// The code.
    pub code: Option<String>,
    /// The sandbox's id.
    pub container_id: Option<String>,
    /// What came of it, when the request's `include` asked for it.
    pub outputs: Option<Vec<CodeOutput>>,
    /// The rest; any member is allowed here. xAI puts a call's `name`, `call_id` and `arguments`
    /// here.
    pub extra: Extra,
}

/// Something that came of running code.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum CodeOutput {
    /// What it printed.
    #[wire("logs")]
    Logs(CodeOutputLogs),
    /// An image.
    #[wire("image")]
    Image(CodeOutputImage),
    /// A file.
    #[wire("file")]
    File(Box<CodeOutputFile>),
    /// Something that this version does not know.
    Unknown(Unknown),
}

/// What code printed. Stands for `CodeInterpreterLogsOutput`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeOutputLogs {
    /// What it printed.
    pub logs: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An image that code made. Stands for `CodeInterpreterImageOutput`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeOutputImage {
    /// Where the image is.
    pub url: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file that code made. Stands for `CodeInterpreterFileOutput`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeOutputFile {
    /// The file's id.
    pub id: Option<String>,
    /// The file's name.
    pub filename: Option<String>,
    /// Where the file can be fetched.
    pub download_url: Option<String>,
    /// Until when, as the service writes times.
    pub expires_at: Option<String>,
    /// The file's media type.
    pub media_type: Option<String>,
    /// The file's SHA-256.
    pub sha256: Option<String>,
    /// The file's size, in bytes.
    pub size_bytes: Option<u64>,
    /// How far the file is.
    pub status: Option<String>,
    /// Why there is no file.
    pub error_code: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}
