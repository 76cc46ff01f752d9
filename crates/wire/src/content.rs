//! [`ContentPart`]: parts of a message, a tool output or a reasoning item.
//!
//! Annotations of text are in [`crate::annotation`], token probabilities in [`crate::logprobs`].

use crate::annotation::Annotation;
use crate::logprobs::Logprob;
use crate::setters::setters;
use crate::{Extra, PromptCacheBreakpoint, Unknown, UnknownValue, Wire};

/// One part of the content of a message, a tool output or a reasoning item.
///
/// Use it to send text with images, files, audio or video in one [`Message`](crate::Message), and
/// to read the parts of a response.
///
/// ```
/// use orouter_wire::{ContentPart, Message};
///
/// let message = Message::user("Describe this picture.")
///     .part(ContentPart::input_image("https://example.com/cat.jpg"));
/// assert_eq!(message.parts().len(), 2);
/// assert_eq!(message.text(), "Describe this picture.");
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ContentPart {
    /// Text from the caller.
    #[wire("input_text")]
    InputText(InputText),
    /// Image from the caller.
    #[wire("input_image")]
    InputImage(InputImage),
    /// File from the caller.
    #[wire("input_file")]
    InputFile(InputFile),
    /// Audio from the caller.
    #[wire("input_audio")]
    InputAudio(InputAudio),
    /// Video from the caller.
    #[wire("input_video")]
    InputVideo(InputVideo),
    /// Text from the model.
    #[wire("output_text")]
    OutputText(OutputText),
    /// Refusal by the model.
    #[wire("refusal")]
    Refusal(Refusal),
    /// Reasoning text of the model.
    #[wire("reasoning_text")]
    ReasoningText(ReasoningText),
    /// Summary of the model's reasoning.
    #[wire("summary_text")]
    SummaryText(SummaryText),
    /// Text without a direction. Not in the specification; conversations that a service stores
    /// contain it.
    #[wire("text")]
    Text(PlainText),
    /// Audio from the model. Not in the specification.
    #[wire("output_audio")]
    OutputAudio(OutputAudio),
    /// Screenshot of a computer.
    #[wire("computer_screenshot")]
    ComputerScreenshot(ComputerScreenshot),
    /// Encrypted content that only the provider can read.
    #[wire("encrypted_content")]
    EncryptedContent(EncryptedContent),
    /// A part unknown to this version, kept as received.
    Unknown(Unknown),
}

impl ContentPart {
    /// Returns the text of an `input_text`, `output_text` or `text` part, or `None` for other
    /// parts. See [`reasoning_text`](Self::reasoning_text) for reasoning.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::InputText(part) => Some(&part.text),
            Self::OutputText(part) => Some(&part.text),
            Self::Text(part) => Some(&part.text),
            _ => None,
        }
    }

    /// Returns the text of a `reasoning_text` or `summary_text` part, or `None` for other parts.
    pub fn reasoning_text(&self) -> Option<&str> {
        match self {
            Self::ReasoningText(part) => Some(&part.text),
            Self::SummaryText(part) => Some(&part.text),
            _ => None,
        }
    }

    /// Creates an `input_text` part.
    pub fn input_text(text: impl Into<String>) -> Self {
        Self::InputText(InputText::new(text))
    }

    /// Creates an `input_image` part from a URL, which may be a `data:` URL.
    pub fn input_image(url: impl Into<String>) -> Self {
        Self::InputImage(InputImage::from_url(url))
    }

    /// Creates an `output_text` part.
    pub fn output_text(text: impl Into<String>) -> Self {
        Self::OutputText(OutputText::new(text))
    }
}

impl From<&str> for ContentPart {
    /// Creates an `input_text` part.
    fn from(text: &str) -> Self {
        Self::input_text(text)
    }
}

impl From<String> for ContentPart {
    /// Creates an `input_text` part.
    fn from(text: String) -> Self {
        Self::input_text(text)
    }
}

/// Text from the caller.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_text")]
pub struct InputText {
    /// Text of the part.
    pub text: String,
    /// Cache breakpoint after this part.
    pub prompt_cache_breakpoint: Option<PromptCacheBreakpoint>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputText {
    /// Creates a part with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Image from the caller: a URL, or the id of an uploaded file.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_image")]
pub struct InputImage {
    /// Resolution at which the model sees the image. Default: [`ImageDetail::Auto`].
    pub detail: Option<ImageDetail>,
    /// URL of the image: `https:` or `data:`.
    pub image_url: Option<String>,
    /// Id of an uploaded file.
    pub file_id: Option<String>,
    /// Cache breakpoint after this part.
    pub prompt_cache_breakpoint: Option<PromptCacheBreakpoint>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputImage {
    /// Creates a part from the image's URL, which may be a `data:` URL.
    pub fn from_url(url: impl Into<String>) -> Self {
        Self {
            image_url: Some(url.into()),
            detail: Some(ImageDetail::Auto),
            ..Self::default()
        }
    }

    /// Creates a part from the id of an uploaded file.
    pub fn from_file_id(id: impl Into<String>) -> Self {
        Self {
            file_id: Some(id.into()),
            detail: Some(ImageDetail::Auto),
            ..Self::default()
        }
    }
}

setters!(InputImage {
    into detail: ImageDetail;
});

/// Resolution at which a model sees an image.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ImageDetail {
    /// Chosen by the service.
    Auto,
    /// High resolution. Costs more tokens.
    High,
    /// Low resolution. Costs few tokens.
    Low,
    /// Original resolution, without scaling.
    Original,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// File from the caller: its data, a URL, or the id of an uploaded file.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_file")]
pub struct InputFile {
    /// Name of the file.
    pub filename: Option<String>,
    /// Data of the file: a `data:` URL or base64.
    pub file_data: Option<String>,
    /// URL of the file.
    pub file_url: Option<String>,
    /// Id of an uploaded file.
    pub file_id: Option<String>,
    /// Resolution at which the model sees the pages. Not in the specification.
    pub detail: Option<ImageDetail>,
    /// Cache breakpoint after this part.
    pub prompt_cache_breakpoint: Option<PromptCacheBreakpoint>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputFile {
    /// Creates a part from a file name and the file's data (a `data:` URL or base64).
    pub fn from_data(filename: impl Into<String>, data: impl Into<String>) -> Self {
        Self {
            filename: Some(filename.into()),
            file_data: Some(data.into()),
            ..Self::default()
        }
    }

    /// Creates a part from the file's URL.
    pub fn from_url(url: impl Into<String>) -> Self {
        Self {
            file_url: Some(url.into()),
            ..Self::default()
        }
    }

    /// Creates a part from the id of an uploaded file.
    pub fn from_file_id(id: impl Into<String>) -> Self {
        Self {
            file_id: Some(id.into()),
            ..Self::default()
        }
    }
}

setters!(InputFile {
    into filename: String;
    into detail: ImageDetail;
});

/// Audio from the caller.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_audio")]
pub struct InputAudio {
    /// Data and encoding of the audio.
    pub input_audio: AudioData,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputAudio {
    /// Creates a part from base64 data in the given format.
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

/// Data and encoding of audio.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AudioData {
    /// Audio data in base64.
    pub data: String,
    /// Encoding of the audio.
    pub format: Option<AudioFormat>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Encoding of audio.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AudioFormat {
    /// MP3.
    Mp3,
    /// WAV.
    Wav,
    /// A format unknown to this version.
    Unknown(UnknownValue),
}

/// Video from the caller.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "input_video")]
pub struct InputVideo {
    /// URL of the video: `https:` or `data:`.
    pub video_url: String,
    /// Method by which the model samples the video. Default: the provider's.
    pub processing: Option<VideoProcessing>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputVideo {
    /// Creates a part from the video's URL.
    pub fn from_url(url: impl Into<String>) -> Self {
        Self {
            video_url: url.into(),
            ..Self::default()
        }
    }
}

setters!(InputVideo {
    into processing: VideoProcessing;
});

/// Method by which a model samples a video.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum VideoProcessing {
    /// The model chooses the frames, in several steps.
    Agentic,
    /// Frames are sampled at a fixed rate.
    Static,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Text from the model.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "output_text")]
pub struct OutputText {
    /// Text of the part.
    pub text: String,
    /// Sources of ranges of the text. With `None` the member is left out.
    pub annotations: Option<Vec<Annotation>>,
    /// Log probabilities of the tokens, if the request included them. With `None` the member is
    /// left out.
    pub logprobs: Option<Vec<Logprob>>,
    /// Refusal text, on services that send it in this place. Not in the specification.
    pub refusal: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl OutputText {
    /// Creates a part with this text, no annotations and no log probabilities.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: Some(Vec::new()),
            logprobs: Some(Vec::new()),
            ..Self::default()
        }
    }
}

/// Refusal by the model.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "refusal")]
pub struct Refusal {
    /// Text of the refusal.
    pub refusal: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl Refusal {
    /// Creates a refusal with this text.
    pub fn new(refusal: impl Into<String>) -> Self {
        Self {
            refusal: refusal.into(),
            ..Self::default()
        }
    }
}

/// Reasoning text of the model.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "reasoning_text")]
pub struct ReasoningText {
    /// Text of the reasoning.
    pub text: String,
    /// Signature of the provider over the text. Not in the specification.
    pub signature: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ReasoningText {
    /// Creates a part with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Text part of a reasoning summary.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "summary_text")]
pub struct SummaryText {
    /// Text of the part.
    pub text: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SummaryText {
    /// Creates a part with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Text without a direction: neither input nor output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "text")]
pub struct PlainText {
    /// Text of the part.
    pub text: String,
    /// Sources of ranges of the text.
    pub annotations: Option<Vec<Annotation>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Audio from the model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "output_audio")]
pub struct OutputAudio {
    /// Audio data in base64.
    pub data: String,
    /// Transcript of the audio.
    pub transcript: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Screenshot of a computer.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "computer_screenshot")]
pub struct ComputerScreenshot {
    /// URL of the screenshot: `https:` or `data:`.
    pub image_url: Option<String>,
    /// Id of an uploaded file.
    pub file_id: Option<String>,
    /// Resolution at which the model sees the screenshot.
    pub detail: Option<ImageDetail>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Encrypted content that only the provider can read. Occurs only in
/// [`AgentMessage`](crate::AgentMessage) items.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "encrypted_content")]
pub struct EncryptedContent {
    /// Encrypted data.
    pub encrypted_content: String,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}
