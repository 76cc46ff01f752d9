//! [`ImageGenerationCall`]: an image that the provider made.

use crate::item::ItemStatus;
use crate::{Extra, ImageAction, ImageBackground, ImageOutputFormat, ImageQuality, Wire};

/// An image that the provider made.
///
/// Stands for `OutputItemImageGenerationCall` and `OutputImageGenerationCallItem`. Services that
/// resolve the tool's settings repeat them here.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "image_generation_call")]
pub struct ImageGenerationCall {
    /// The item's id, such as `ig_01`.
    pub id: Option<String>,
    /// How far the image is.
    pub status: Option<ItemStatus>,
    /// The image, in base64; absent until it is done.
    pub result: Option<String>,
    /// What the image was to show.
    pub prompt: Option<String>,
    /// What the provider made of that prompt. Not in the specification.
    pub revised_prompt: Option<String>,
    /// Whether an image was made or changed. Not in the specification.
    pub action: Option<ImageAction>,
    /// What is behind the image. Not in the specification.
    pub background: Option<ImageBackground>,
    /// The image's format. Not in the specification.
    pub output_format: Option<ImageOutputFormat>,
    /// How strongly the image is compressed, 0 to 100. Not in the specification.
    pub output_compression: Option<u32>,
    /// The image's quality. Not in the specification.
    pub quality: Option<ImageQuality>,
    /// The image's size, such as `1024x1024`. Not in the specification.
    pub size: Option<String>,
    /// The model that made the image. Not in the specification.
    pub model: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}
