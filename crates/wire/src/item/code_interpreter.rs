//! Calls of the provider's code interpreter.

use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// Code that the provider ran in a container. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "code_interpreter_call")]
pub struct CodeInterpreterCall {
    /// Id of the item, such as `ci_01`.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Source code.
    pub code: Option<String>,
    /// Id of the container.
    pub container_id: Option<String>,
    /// Outputs of the code, if the request's `include` asked for them.
    pub outputs: Option<Vec<CodeOutput>>,
    /// Members without a typed field; the schema allows any. xAI sends a call's `name`, `call_id`
    /// and `arguments` here.
    pub extra: Extra,
}

/// Output of executed code.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum CodeOutput {
    /// Text that the code printed.
    #[wire("logs")]
    Logs(CodeOutputLogs),
    /// Image that the code made.
    #[wire("image")]
    Image(CodeOutputImage),
    /// File that the code made.
    #[wire("file")]
    File(Box<CodeOutputFile>),
    /// A value unknown to this version.
    Unknown(Unknown),
}

/// Text that the code printed.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeOutputLogs {
    /// Printed text.
    pub logs: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Image that the code made.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeOutputImage {
    /// URL of the image.
    pub url: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// File that the code made.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeOutputFile {
    /// Id of the file.
    pub id: Option<String>,
    /// Name of the file.
    pub filename: Option<String>,
    /// URL from which the file can be downloaded for a limited time.
    pub download_url: Option<String>,
    /// Time at which `download_url` expires, as an ISO 8601 timestamp.
    pub expires_at: Option<String>,
    /// Media type of the file.
    pub media_type: Option<String>,
    /// SHA-256 digest of the file.
    pub sha256: Option<String>,
    /// Size of the file in bytes.
    pub size_bytes: Option<u64>,
    /// Status of the file; only a file with the status `ready` is certain to be downloadable.
    pub status: Option<String>,
    /// Error code of the provider; `None` if the file was made.
    pub error_code: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}
