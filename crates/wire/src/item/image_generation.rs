//! [`ImageGenerationCall`]: an image that the provider generated.

use crate::item::{ItemMetadata, ItemStatus};
use crate::{
    Extra, ImageAction, ImageBackground, ImageOutputFormat, ImageQuality, UnknownValue, Wire,
};

/// Image that the provider generated. Some services add the settings that they used.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "image_generation_call")]
pub struct ImageGenerationCall {
    /// Id of the item, such as `ig_01`.
    pub id: Option<String>,
    /// Status of the image.
    pub status: Option<ItemStatus>,
    /// Image data in base64; `None` until the image is complete.
    pub result: Option<String>,
    /// Prompt of the image. The provider may have rewritten it.
    pub prompt: Option<String>,
    /// Prompt as rewritten by the provider. Not in the specification.
    pub revised_prompt: Option<String>,
    /// Action: generation or edit. Not in the specification.
    pub action: Option<ImageAction>,
    /// Background of the image. Not in the specification.
    pub background: Option<ImageBackground>,
    /// File format of the image. Not in the specification.
    pub output_format: Option<ImageOutputFormat>,
    /// Compression of the image, 0 to 100. Not in the specification.
    pub output_compression: Option<u32>,
    /// Quality of the image. Not in the specification.
    pub quality: Option<ImageQuality>,
    /// Size of the image, such as `1024x1024`. Not in the specification.
    pub size: Option<String>,
    /// Model that generated the image. Not in the specification.
    pub model: Option<String>,
    /// Reason why moderation blocked the image. Sent by OpenAI.
    pub error: Option<Box<ImageGenerationError>>,
    /// Tokens of the model that wrote an SVG image. Sent by OpenAI.
    pub svg_usage: Option<Box<SvgUsage>>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Reason why an image was not generated.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageGenerationError {
    /// Code of the failure, such as `moderation_blocked`.
    #[wire(nullable)]
    pub code: Option<String>,
    /// Description of the failure as text.
    pub message: String,
    /// Member of the request that caused the failure.
    #[wire(nullable)]
    pub param: Option<String>,
    /// Class of the failure.
    pub r#type: String,
    /// Details of a failure with the code `moderation_blocked`.
    pub moderation_details: Option<ImageModerationDetails>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Details of moderation that blocked an image.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageModerationDetails {
    /// Categories that apply. The service may add categories.
    pub categories: Vec<String>,
    /// Side that was blocked.
    pub moderation_stage: Option<ModerationStage>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Side of an image generation that moderation blocked.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ModerationStage {
    /// Prompt or input image.
    Input,
    /// Generated image.
    Output,
    /// The value `unknown` of the service.
    #[wire("unknown")]
    Unspecified,
    /// A stage unknown to this version.
    Unknown(UnknownValue),
}

/// Tokens of the model that wrote an SVG image.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SvgUsage {
    /// Model that wrote the image.
    pub model: String,
    /// Number of input tokens.
    pub input_tokens: u64,
    /// Number of output tokens, including reasoning tokens.
    pub output_tokens: u64,
    /// Number of reasoning tokens.
    pub reasoning_tokens: u64,
    /// Sum of input and output tokens.
    pub total_tokens: u64,
    /// Members without a typed field.
    pub extra: Extra,
}
