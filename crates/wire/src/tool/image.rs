//! Images that the provider makes while it answers.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Images that the provider makes while it answers. Spec: `ImageGenerationServerTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageGenerationTool {
    /// What lies behind the subject. Default: `auto`.
    pub background: Option<ImageBackground>,
    /// How closely to keep to the features of input images. Default: `low`.
    pub input_fidelity: Option<ImageInputFidelity>,
    /// The part of an input image that may change.
    pub input_image_mask: Option<ImageInputMask>,
    /// Which image model. Default: the provider's.
    pub model: Option<String>,
    /// How strictly prompts are moderated. Default: `auto`.
    pub moderation: Option<ImageModeration>,
    /// How many images; in real traffic. Default: 1.
    pub n: Option<u64>,
    /// How much a JPEG or WebP is compressed, 0 to 100. Default: 100.
    pub output_compression: Option<u64>,
    /// The file format. Default: `png`.
    pub output_format: Option<ImageOutputFormat>,
    /// How many unfinished images to stream, 0 to 3. Default: 0.
    pub partial_images: Option<u64>,
    /// How good. Default: `auto`.
    pub quality: Option<ImageQuality>,
    /// Width and height in pixels, such as `1024x1536`, or `auto`, the default.
    pub size: Option<String>,
    /// Whether to make a new image or change a given one; in real traffic. Default: `auto`.
    pub action: Option<ImageAction>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ImageGenerationTool {
    /// Nothing set.
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
});

/// The part of an input image that may change: an uploaded file or an address. Spec:
/// `ImageGenerationServerTool.input_image_mask`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageInputMask {
    /// The id of an uploaded file.
    pub file_id: Option<String>,
    /// An address, or a data URL.
    pub image_url: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ImageInputMask {
    /// The mask at this address, or in this data URL.
    #[must_use]
    pub fn url(image_url: impl Into<String>) -> Self {
        Self {
            image_url: Some(image_url.into()),
            ..Self::default()
        }
    }

    /// The mask in this uploaded file.
    #[must_use]
    pub fn file(file_id: impl Into<String>) -> Self {
        Self {
            file_id: Some(file_id.into()),
            ..Self::default()
        }
    }
}

/// What lies behind an image's subject.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageBackground {
    /// Nothing.
    Transparent,
    /// Something.
    Opaque,
    /// The model decides.
    Auto,
    /// A background this version does not know.
    Unknown(UnknownValue),
}

/// How closely to keep to the features of input images.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageInputFidelity {
    /// Closely.
    High,
    /// Loosely.
    Low,
    /// A level this version does not know.
    Unknown(UnknownValue),
}

/// How strictly image prompts are moderated.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageModeration {
    /// As usual.
    Auto,
    /// Less.
    Low,
    /// A level this version does not know.
    Unknown(UnknownValue),
}

/// The file format of an image.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageOutputFormat {
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
    /// A format this version does not know.
    Unknown(UnknownValue),
}

/// How good an image is.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageQuality {
    /// Quick and cheap.
    Low,
    /// In between.
    Medium,
    /// Slow and dear.
    High,
    /// The model decides.
    Auto,
    /// A level this version does not know.
    Unknown(UnknownValue),
}

/// Whether to make a new image or change a given one.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageAction {
    /// The model decides.
    Auto,
    /// A new one.
    Generate,
    /// A given one, changed.
    Edit,
    /// An action this version does not know.
    Unknown(UnknownValue),
}
