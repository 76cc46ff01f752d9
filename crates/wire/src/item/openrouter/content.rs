//! OpenRouter's tools for images, files, memory and time.

use crate::item::ItemStatus;
use crate::{Extra, Raw, UnknownValue, Wire};

/// The time, told by OpenRouter. Stands for `OutputDatetimeItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:datetime")]
pub struct OpenRouterDatetime {
    /// The item's id.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// The date and time, in ISO 8601.
    pub datetime: String,
    /// The time zone, as an IANA name.
    pub timezone: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An image made through OpenRouter. Stands for `OutputImageGenerationServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:image_generation")]
pub struct OpenRouterImageGeneration {
    /// The item's id.
    pub id: Option<String>,
    /// How far the image is.
    pub status: Option<ItemStatus>,
    /// The image.
    pub result: Option<String>,
    /// Where the image is.
    #[wire(rename = "imageUrl")]
    pub image_url: Option<String>,
    /// The image, in base64.
    #[wire(rename = "imageB64")]
    pub image_b64: Option<String>,
    /// What the image was to show.
    pub prompt: Option<String>,
    /// What the model made of that prompt.
    #[wire(rename = "revisedPrompt")]
    pub revised_prompt: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A use of OpenRouter's file store. Stands for `OutputFilesServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:files")]
pub struct OpenRouterFiles {
    /// The item's id.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: Option<String>,
    /// The call's arguments, JSON in a string.
    pub arguments: Option<String>,
    /// What was done.
    pub operation: Option<String>,
    /// The file's id.
    pub file_id: Option<String>,
    /// The file's name.
    pub filename: Option<String>,
    /// What came back.
    pub result: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A use of OpenRouter's memory. Stands for `OutputMemoryServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:memory")]
pub struct OpenRouterMemory {
    /// The item's id.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// What was done.
    pub action: Option<MemoryAction>,
    /// The name under which something is remembered.
    pub key: Option<String>,
    /// What is remembered: any JSON.
    pub value: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What was done to a memory.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum MemoryAction {
    /// Read.
    Read,
    /// Written.
    Write,
    /// Deleted.
    Delete,
    /// An action that this version does not know.
    Unknown(UnknownValue),
}
