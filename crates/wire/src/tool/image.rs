//! [`ImageGenerationTool`]: images that the provider generates.

use crate::setters::setters;
use crate::{Extra, InnerReasoning, UnknownValue, Wire};

/// Tool with which the model generates images through the provider.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageGenerationTool {
    /// Background of the image. Default: `auto`.
    pub background: Option<ImageBackground>,
    /// Fidelity to the features of input images. Default: `low`.
    pub input_fidelity: Option<ImageInputFidelity>,
    /// Mask that marks the part of an input image that may change.
    pub input_image_mask: Option<ImageInputMask>,
    /// Image model. Default: the provider's.
    pub model: Option<String>,
    /// Moderation of prompts. Default: `auto`.
    pub moderation: Option<ImageModeration>,
    /// Number of images. Default: 1. Not in the specification, but seen in recorded traffic.
    pub n: Option<u64>,
    /// Compression of JPEG and WebP images, 0 to 100. Default: 100.
    pub output_compression: Option<u64>,
    /// File format. Default: `png`.
    pub output_format: Option<ImageOutputFormat>,
    /// Number of partial images to stream, 0 to 3. Default: 0.
    pub partial_images: Option<u64>,
    /// Quality. Default: `auto`.
    pub quality: Option<ImageQuality>,
    /// Width and height in pixels, such as `1024x1536`, or `auto`. Default: `auto`.
    pub size: Option<String>,
    /// Action: generation or edit. Default: `auto`. Not in the specification, but seen in recorded
    /// traffic.
    pub action: Option<ImageAction>,
    /// Effort with which the image is planned, independent of its quality. It overrides the
    /// request's reasoning effort for the image. Default: that effort, or the image model's. For an
    /// SVG image it applies to the reference image. Not in OpenRouter's specification; OpenAI's API
    /// has it.
    pub complexity: Option<ImageComplexity>,
    /// Number of frames of a GIF image. Default: 9. Not in OpenRouter's specification; OpenAI's API
    /// has it.
    pub frame_count: Option<u64>,
    /// Duration of each frame of a GIF image in milliseconds, rounded to 10 ms. Default: 200. Not in
    /// OpenRouter's specification; OpenAI's API has it.
    pub frame_duration_ms: Option<u64>,
    /// Model that writes an SVG image. Default: the request's model, or the provider's. Not in
    /// OpenRouter's specification; OpenAI's API has it.
    pub svg: Option<SvgOptions>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ImageGenerationTool {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ImageGenerationTool {
    into background: ImageBackground;
    into input_fidelity: ImageInputFidelity;
    into input_image_mask: ImageInputMask;
    into model: String;
    into moderation: ImageModeration;
    copy n: u64;
    copy output_compression: u64;
    into output_format: ImageOutputFormat;
    copy partial_images: u64;
    into quality: ImageQuality;
    into size: String;
    into action: ImageAction;
    into complexity: ImageComplexity;
    copy frame_count: u64;
    copy frame_duration_ms: u64;
    into svg: SvgOptions;
});

/// Model that writes an SVG image. Requires the output format `svg`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SvgOptions {
    /// Model.
    pub model: Option<String>,
    /// Reasoning settings of the model. Only `effort` is used. Default: the model's.
    pub reasoning: Option<InnerReasoning>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SvgOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SvgOptions {
    into model: String;
    into reasoning: InnerReasoning;
});

/// Mask that marks the part of an input image that may change: an uploaded file or a URL.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageInputMask {
    /// Id of an uploaded file.
    pub file_id: Option<String>,
    /// URL of the mask, which may be a `data:` URL.
    pub image_url: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ImageInputMask {
    /// Creates a mask from a URL, which may be a `data:` URL.
    #[must_use]
    pub fn from_url(image_url: impl Into<String>) -> Self {
        Self {
            image_url: Some(image_url.into()),
            ..Self::default()
        }
    }

    /// Creates a mask from the id of an uploaded file.
    #[must_use]
    pub fn from_file_id(file_id: impl Into<String>) -> Self {
        Self {
            file_id: Some(file_id.into()),
            ..Self::default()
        }
    }
}

/// Background of an image.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageBackground {
    /// Transparent.
    Transparent,
    /// Opaque.
    Opaque,
    /// Chosen by the model.
    Auto,
    /// A background unknown to this version.
    Unknown(UnknownValue),
}

/// Fidelity to the features of input images.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageInputFidelity {
    /// High fidelity.
    High,
    /// Low fidelity.
    Low,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Moderation of image prompts.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageModeration {
    /// Standard moderation.
    Auto,
    /// Less strict moderation.
    Low,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// File format of an image.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageOutputFormat {
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
    /// GIF, which may be animated. Not in OpenRouter's specification; OpenAI's API has it.
    Gif,
    /// SVG. Not in OpenRouter's specification; OpenAI's API has it.
    Svg,
    /// A format unknown to this version.
    Unknown(UnknownValue),
}

/// Quality of an image.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageQuality {
    /// Low quality: fast and cheap.
    Low,
    /// Medium quality.
    Medium,
    /// High quality: slow and expensive.
    High,
    /// Higher quality than `high`. Not in OpenRouter's specification; OpenAI's API has it.
    Xhigh,
    /// Highest quality of the model. Not in OpenRouter's specification; OpenAI's API has it.
    Max,
    /// Chosen by the model.
    Auto,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Effort with which an image is planned.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageComplexity {
    /// Low effort.
    Low,
    /// Medium effort.
    Medium,
    /// High effort.
    High,
    /// An effort unknown to this version.
    Unknown(UnknownValue),
}

/// Action of an image generation call.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageAction {
    /// Chosen by the model.
    Auto,
    /// Generate an image.
    Generate,
    /// Edit an input image.
    Edit,
    /// An action unknown to this version.
    Unknown(UnknownValue),
}
