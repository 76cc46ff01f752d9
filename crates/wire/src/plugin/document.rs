//! Settings of the plugins that process input or output: moderation, file parsing, JSON repair,
//! context compression.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Settings of the plugin that moderates the prompt. It has none.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationPlugin {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Settings of the plugin that reads files for models that cannot read them.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileParserPlugin {
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Settings for PDF files.
    pub pdf: Option<PdfOptions>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FileParserPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(FileParserPlugin {
    copy enabled: bool;
    into pdf: PdfOptions;
});

/// Settings for PDF files.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PdfOptions {
    /// Engine that reads PDF files. Default: the service's choice.
    pub engine: Option<PdfEngine>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl PdfOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(PdfOptions {
    into engine: PdfEngine;
});

/// Engine that reads PDF files.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PdfEngine {
    /// Mistral's OCR, for scanned documents.
    #[wire("mistral-ocr")]
    MistralOcr,
    /// The model itself.
    Native,
    /// Cloudflare's engine.
    #[wire("cloudflare-ai")]
    CloudflareAi,
    /// Extraction of the text in the file. Older name of `cloudflare-ai`.
    #[wire("pdf-text")]
    PdfText,
    /// An engine unknown to this version.
    Unknown(UnknownValue),
}

/// Settings of the plugin that repairs invalid JSON in the output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ResponseHealingPlugin {
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ResponseHealingPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ResponseHealingPlugin {
    copy enabled: bool;
});

/// Settings of the plugin that shortens input that exceeds the model's context.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContextCompressionPlugin {
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Method by which the input is shortened. Default: `middle-out`.
    pub engine: Option<ContextCompressionEngine>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ContextCompressionPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ContextCompressionPlugin {
    copy enabled: bool;
    into engine: ContextCompressionEngine;
});

/// Method by which input is shortened.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContextCompressionEngine {
    /// Drops content from the middle.
    #[wire("middle-out")]
    MiddleOut,
    /// A method unknown to this version.
    Unknown(UnknownValue),
}
