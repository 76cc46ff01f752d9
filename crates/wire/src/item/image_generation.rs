//! [`ImageGenerationCall`]: an image that the provider generated.

use crate::item::ItemStatus;
use crate::{Extra, ImageAction, ImageBackground, ImageOutputFormat, ImageQuality, Wire};

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
    /// Members without a typed field.
    pub extra: Extra,
}
