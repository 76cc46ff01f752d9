//! [`ContentPart`]: what a message, a tool's output or a reasoning item is made of.
//!
//! Annotations on text live in [`crate::annotation`], token probabilities in
//! [`crate::logprobs`].

use crate::annotation::Annotation;
use crate::logprobs::Logprob;
use crate::{Extra, PromptCacheBreakpoint, Unknown, UnknownValue, Wire};

/// One part of some content, going in or coming out.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ContentPart {
    /// Text of a caller.
    #[wire("input_text")]
    InputText(InputText),
    /// An image of a caller.
    #[wire("input_image")]
    InputImage(InputImage),
    /// A file of a caller.
    #[wire("input_file")]
    InputFile(InputFile),
    /// Sound of a caller.
    #[wire("input_audio")]
    InputAudio(InputAudio),
    /// A video of a caller.
    #[wire("input_video")]
    InputVideo(InputVideo),
    /// Text of the model.
    #[wire("output_text")]
    OutputText(OutputText),
    /// The model refuses.
    #[wire("refusal")]
    Refusal(Refusal),
    /// Text of the model's reasoning.
    #[wire("reasoning_text")]
    ReasoningText(ReasoningText),
    /// Text of a reasoning summary.
    #[wire("summary_text")]
    SummaryText(crate::item::SummaryText),
    /// Text of nobody in particular. Not in the specification; seen where conversations are kept.
    #[wire("text")]
    Text(PlainText),
    /// Sound of the model. Not in the specification.
    #[wire("output_audio")]
    OutputAudio(OutputAudio),
    /// A picture of a computer's screen.
    #[wire("computer_screenshot")]
    ComputerScreenshot(ComputerScreenshot),
    /// Content that only its provider reads.
    #[wire("encrypted_content")]
    EncryptedContent(EncryptedContent),
    /// A part that this version does not know, kept as it came.
    Unknown(Unknown),
}

impl ContentPart {
    /// The part's text, when it is text that somebody said: `input_text`, `output_text` or
    /// `text`. Reasoning and refusals have their own accessors.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::InputText(part) => Some(&part.text),
            Self::OutputText(part) => Some(&part.text),
            Self::Text(part) => Some(&part.text),
            _ => None,
        }
    }

    /// The part's text, when it is reasoning.
    pub fn reasoning_text(&self) -> Option<&str> {
        match self {
            Self::ReasoningText(part) => Some(&part.text),
            Self::SummaryText(part) => Some(&part.text),
            _ => None,
        }
    }

    /// A part with a caller's text.
    pub fn input_text(text: impl Into<String>) -> Self {
        Self::InputText(InputText::new(text))
    }

    /// A part with an image at this URL, which may be a `data:` URL.
    pub fn input_image(url: impl Into<String>) -> Self {
        Self::InputImage(InputImage::from_url(url))
    }

    /// A part with the model's text.
    pub fn output_text(text: impl Into<String>) -> Self {
        Self::OutputText(OutputText::new(text))
    }
}

impl From<&str> for ContentPart {
    /// A caller's text.
    fn from(text: &str) -> Self {
        Self::input_text(text)
    }
}

impl From<String> for ContentPart {
    /// A caller's text.
    fn from(text: String) -> Self {
        Self::input_text(text)
    }
}

/// Text of a caller. Stands for `InputText`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_text")]
pub struct InputText {
    /// The text.
    pub text: String,
    /// Ends the part of the prompt that the provider is to keep in its cache.
    pub prompt_cache_breakpoint: Option<PromptCacheBreakpoint>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputText {
    /// A part with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// An image of a caller: at a URL, or uploaded before. Stands for `InputImage`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_image")]
pub struct InputImage {
    /// How closely the model looks. Default: [`ImageDetail::Auto`].
    pub detail: Option<ImageDetail>,
    /// Where the image is: an `https:` or a `data:` URL.
    pub image_url: Option<String>,
    /// The id of an uploaded file.
    pub file_id: Option<String>,
    /// Ends the part of the prompt that the provider is to keep in its cache.
    pub prompt_cache_breakpoint: Option<PromptCacheBreakpoint>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputImage {
    /// The image at this URL, which may be a `data:` URL.
    pub fn from_url(url: impl Into<String>) -> Self {
        Self {
            image_url: Some(url.into()),
            detail: Some(ImageDetail::Auto),
            ..Self::default()
        }
    }
}

/// How closely a model looks at an image.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageDetail {
    /// The service decides.
    Auto,
    /// At full resolution, for more tokens.
    High,
    /// At a low resolution, for few tokens.
    Low,
    /// Not scaled at all.
    Original,
    /// A word that this version does not know.
    Unknown(UnknownValue),
}

/// A file of a caller: its data, a URL, or uploaded before. Stands for `InputFile`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_file")]
pub struct InputFile {
    /// The file's name.
    pub filename: Option<String>,
    /// The file itself, as a `data:` URL or in base64.
    pub file_data: Option<String>,
    /// Where the file is.
    pub file_url: Option<String>,
    /// The id of an uploaded file.
    pub file_id: Option<String>,
    /// How closely the model looks at the pages. Not in the specification.
    pub detail: Option<ImageDetail>,
    /// Ends the part of the prompt that the provider is to keep in its cache.
    pub prompt_cache_breakpoint: Option<PromptCacheBreakpoint>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputFile {
    /// A file with this name and these contents, which are a `data:` URL or base64.
    pub fn from_data(filename: impl Into<String>, data: impl Into<String>) -> Self {
        Self {
            filename: Some(filename.into()),
            file_data: Some(data.into()),
            ..Self::default()
        }
    }

    /// The file at this URL.
    pub fn from_url(url: impl Into<String>) -> Self {
        Self {
            file_url: Some(url.into()),
            ..Self::default()
        }
    }
}

/// Sound of a caller. Stands for `InputAudio`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_audio")]
pub struct InputAudio {
    /// The sound and how it is encoded.
    pub input_audio: AudioData,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputAudio {
    /// Sound in base64, encoded in this format.
    pub fn new(data: impl Into<String>, format: AudioFormat) -> Self {
        let input_audio = AudioData {
            data: data.into(),
            format: Some(format),
            extra: Extra::default(),
        };
        Self {
            input_audio,
            ..Self::default()
        }
    }
}

/// Sound and how it is encoded.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AudioData {
    /// The sound, in base64.
    pub data: String,
    /// How it is encoded.
    pub format: Option<AudioFormat>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How sound is encoded.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AudioFormat {
    /// MP3.
    Mp3,
    /// WAV.
    Wav,
    /// A format that this version does not know.
    Unknown(UnknownValue),
}

/// A video of a caller. Stands for `InputVideo`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_video")]
pub struct InputVideo {
    /// Where the video is: an `https:` or a `data:` URL.
    pub video_url: String,
    /// How the model goes through it.
    pub processing: Option<VideoProcessing>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputVideo {
    /// The video at this URL.
    pub fn from_url(url: impl Into<String>) -> Self {
        Self {
            video_url: url.into(),
            ..Self::default()
        }
    }
}

/// How a model goes through a video.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum VideoProcessing {
    /// It looks where it wants to, in steps.
    Agentic,
    /// It gets a fixed set of frames.
    Static,
    /// A word that this version does not know.
    Unknown(UnknownValue),
}

/// Text of the model. Stands for `ResponseOutputText`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "output_text")]
pub struct OutputText {
    /// The text.
    pub text: String,
    /// What parts of the text rest on: pages, files. `None` writes nothing.
    pub annotations: Option<Vec<Annotation>>,
    /// How likely each token was, when the request asked for it. `None` writes nothing.
    pub logprobs: Option<Vec<Logprob>>,
    /// The model's refusal, on services that put it here. Not in the specification.
    pub refusal: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl OutputText {
    /// A part with this text and no annotations.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: Some(Vec::new()),
            logprobs: Some(Vec::new()),
            ..Self::default()
        }
    }
}

/// The model refuses. Stands for `OpenAIResponsesRefusalContent`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "refusal")]
pub struct Refusal {
    /// What the model says about it.
    pub refusal: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl Refusal {
    /// A refusal with this text.
    pub fn new(refusal: impl Into<String>) -> Self {
        Self {
            refusal: refusal.into(),
            ..Self::default()
        }
    }
}

/// Text of the model's reasoning. Stands for `ReasoningTextContent`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "reasoning_text")]
pub struct ReasoningText {
    /// The text.
    pub text: String,
    /// The provider's signature over the text. Not in the specification.
    pub signature: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ReasoningText {
    /// A part with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Text of nobody in particular.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "text")]
pub struct PlainText {
    /// The text.
    pub text: String,
    /// What parts of the text rest on.
    pub annotations: Option<Vec<Annotation>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Sound of the model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "output_audio")]
pub struct OutputAudio {
    /// The sound, in base64.
    pub data: String,
    /// What is said in it.
    pub transcript: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A picture of a computer's screen.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "computer_screenshot")]
pub struct ComputerScreenshot {
    /// Where the picture is: an `https:` or a `data:` URL.
    pub image_url: Option<String>,
    /// The id of an uploaded file.
    pub file_id: Option<String>,
    /// How closely the model looks.
    pub detail: Option<ImageDetail>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Content that only its provider reads. In `AgentMessageItem` only.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "encrypted_content")]
pub struct EncryptedContent {
    /// The content.
    pub encrypted_content: String,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}
