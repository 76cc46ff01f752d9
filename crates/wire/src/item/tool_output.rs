//! [`ToolOutput`]: the output of a tool.

use serde::Serialize;

use crate::content::{ContentPart, InputFile, InputImage};
use crate::{Unknown, Wire};

/// Output of a tool: a string, usually JSON, or a list of parts.
///
/// Everything that becomes one can be passed to
/// [`FunctionCall::output`](crate::FunctionCall::output): text, a `serde_json::Value`, which is
/// written as JSON text, a part such as an image, and a list of parts. [`json`](Self::json) is for
/// types of your own.
///
/// ```
/// use orouter_wire::{InputImage, ToolOutput};
///
/// let text = ToolOutput::from("sunny");
/// let json = ToolOutput::from(serde_json::json!({"celsius": 21}));
/// let image = ToolOutput::from(InputImage::from_url("https://example.com/map.png"));
/// let parts = ToolOutput::from(["Two maps:".into(), InputImage::from_file_id("file_1").into()]);
/// assert_eq!(json.text(), r#"{"celsius":21}"#);
/// # let _ = (text, image, parts);
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ToolOutput {
    /// Text, usually JSON.
    #[wire(string)]
    Text(String),
    /// Text, image and file parts.
    #[wire(array)]
    Parts(Vec<ContentPart>),
    /// Any other JSON, kept as received.
    Unknown(Unknown),
}

impl ToolOutput {
    /// Creates an output of JSON text from a value of the caller's type.
    ///
    /// ```
    /// use orouter_wire::ToolOutput;
    ///
    /// let output = ToolOutput::json(&vec![1, 2])?;
    /// assert_eq!(output.text(), "[1,2]");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the value's `Serialize`, such as for a map whose keys are not strings.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::Text)
    }

    /// Returns the text of the output. Text parts are joined without a separator.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts.iter().filter_map(ContentPart::text).collect(),
            Self::Unknown(_) => String::new(),
        }
    }
}

impl From<&String> for ToolOutput {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<serde_json::Value> for ToolOutput {
    /// Writes the value as JSON text. A string keeps its quotes; pass text itself to send it without.
    fn from(value: serde_json::Value) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<ContentPart> for ToolOutput {
    fn from(part: ContentPart) -> Self {
        Self::Parts(vec![part])
    }
}

impl From<InputImage> for ToolOutput {
    fn from(image: InputImage) -> Self {
        Self::Parts(vec![image.into()])
    }
}

impl From<InputFile> for ToolOutput {
    fn from(file: InputFile) -> Self {
        Self::Parts(vec![file.into()])
    }
}

impl<const N: usize> From<[ContentPart; N]> for ToolOutput {
    fn from(parts: [ContentPart; N]) -> Self {
        Self::Parts(Vec::from(parts))
    }
}
