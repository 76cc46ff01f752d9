//! Plugins that work on what goes in or comes out: moderation, files, repair, compression.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Moderates the prompt; it has no settings. Spec: `ModerationPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationPlugin {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Reads files for models that cannot. Spec: `FileParserPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileParserPlugin {
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// How PDFs are read.
    pub pdf: Option<PdfOptions>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FileParserPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(FileParserPlugin {
    copy enabled: bool;
    into pdf: PdfOptions;
});

/// How PDFs are read. Spec: `PDFParserOptions`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PdfOptions {
    /// What reads them. Default: the service's choice.
    pub engine: Option<PdfEngine>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl PdfOptions {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(PdfOptions {
    into engine: PdfEngine;
});

/// What reads a PDF. Spec: `PDFParserEngine`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PdfEngine {
    /// Mistral's OCR, for scans.
    #[wire("mistral-ocr")]
    MistralOcr,
    /// The model itself.
    Native,
    /// Cloudflare's.
    #[wire("cloudflare-ai")]
    CloudflareAi,
    /// The text in the file; the older name of `cloudflare-ai`.
    #[wire("pdf-text")]
    PdfText,
    /// An engine this version does not know.
    Unknown(UnknownValue),
}

/// Repairs JSON that the model wrote badly. Spec: `ResponseHealingPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ResponseHealingPlugin {
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ResponseHealingPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ResponseHealingPlugin {
    copy enabled: bool;
});

/// Shortens input that is too long for the model. Spec: `ContextCompressionPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContextCompressionPlugin {
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// How. Default: `middle-out`.
    pub engine: Option<ContextCompressionEngine>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ContextCompressionPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ContextCompressionPlugin {
    copy enabled: bool;
    into engine: ContextCompressionEngine;
});

/// How input is shortened. Spec: `ContextCompressionEngine`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContextCompressionEngine {
    /// From the middle.
    #[wire("middle-out")]
    MiddleOut,
    /// A way this version does not know.
    Unknown(UnknownValue),
}
