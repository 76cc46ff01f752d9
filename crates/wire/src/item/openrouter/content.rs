//! Calls of OpenRouter's tools for images, files, memory and time.

use crate::item::ItemStatus;
use crate::{Extra, Raw, UnknownValue, Wire};

/// Call of OpenRouter's date and time tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:datetime")]
pub struct OpenRouterDatetime {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Date and time in ISO 8601.
    pub datetime: String,
    /// Time zone as an IANA name.
    pub timezone: String,
    /// Error message, if the call failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Image that was generated through OpenRouter.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:image_generation")]
pub struct OpenRouterImageGeneration {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the image.
    pub status: Option<ItemStatus>,
    /// Image: base64 data or a URL.
    pub result: Option<String>,
    /// URL of the image.
    #[wire(rename = "imageUrl")]
    pub image_url: Option<String>,
    /// Image data in base64.
    #[wire(rename = "imageB64")]
    pub image_b64: Option<String>,
    /// Prompt of the image. It may have been rewritten.
    pub prompt: Option<String>,
    /// Prompt as rewritten by the model.
    #[wire(rename = "revisedPrompt")]
    pub revised_prompt: Option<String>,
    /// Error message, if the call failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Call of OpenRouter's file store.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:files")]
pub struct OpenRouterFiles {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id of the call.
    pub call_id: Option<String>,
    /// Arguments: JSON text in a string.
    pub arguments: Option<String>,
    /// Operation: `list`, `read`, `write` or `edit`.
    pub operation: Option<String>,
    /// Id of the file.
    pub file_id: Option<String>,
    /// Name of the file.
    pub filename: Option<String>,
    /// Result of the operation: JSON text in a string.
    pub result: Option<String>,
    /// Error message, if the operation failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Call of OpenRouter's memory.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:memory")]
pub struct OpenRouterMemory {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Operation on the memory.
    pub action: Option<MemoryAction>,
    /// Key of the entry.
    pub key: Option<String>,
    /// Value of the entry: any JSON.
    pub value: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Operation on the memory.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum MemoryAction {
    /// Read an entry.
    Read,
    /// Write an entry.
    Write,
    /// Delete an entry.
    Delete,
    /// An action unknown to this version.
    Unknown(UnknownValue),
}
