//! [`Part`]: a part of the model's turn.

use orouter_wire::{Extra, Raw, Wire};

use crate::tolerant::{List, Skipped};

/// A part of the model's turn. The member that is present tells its kind; a signature can stand
/// beside each of them.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Part {
    pub(in super::super) text: Option<String>,
    /// `true` if the part is reasoning.
    pub(in super::super) thought: Option<bool>,
    #[wire(rename = "thoughtSignature")]
    pub(in super::super) thought_signature: Option<String>,
    #[wire(rename = "functionCall")]
    pub(in super::super) function_call: Option<Box<FunctionCall>>,
    #[wire(rename = "inlineData")]
    pub(in super::super) inline_data: Option<Box<Blob>>,
    #[wire(rename = "fileData")]
    pub(in super::super) file_data: Option<Box<FileData>>,
    #[wire(rename = "executableCode")]
    pub(in super::super) executable_code: Option<Skipped>,
    #[wire(rename = "codeExecutionResult")]
    pub(in super::super) code_execution_result: Option<Skipped>,
    #[wire(rename = "toolCall")]
    pub(in super::super) tool_call: Option<Skipped>,
    #[wire(rename = "toolResponse")]
    pub(in super::super) tool_response: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

impl Part {
    /// Returns `true` if the part has text, a call or media.
    pub(in super::super) fn has_content(&self) -> bool {
        self.text.as_ref().is_some_and(|text| !text.is_empty())
            || self.function_call.is_some()
            || self.inline_data.is_some()
            || self.file_data.is_some()
    }
}

/// A call of a function: as a whole, or on Vertex AI in pieces if the request asks for that.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct FunctionCall {
    pub(in super::super) id: Option<String>,
    pub(in super::super) name: Option<String>,
    pub(in super::super) args: Option<Raw>,
    #[wire(rename = "partialArgs")]
    pub(in super::super) partial_args: Option<List<PartialArg>>,
    /// `true` if another piece of the call follows.
    #[wire(rename = "willContinue")]
    pub(in super::super) will_continue: Option<bool>,
    pub(in super::super) extra: Extra,
}

impl FunctionCall {
    /// Returns the number of bytes of the arguments.
    pub(in super::super) fn arguments_length(&self) -> usize {
        let whole = self.args.as_ref().map_or(0, |args| args.get().len());
        let pieces = self.partial_args.iter().flatten();
        pieces.fold(whole, |length, piece| length + piece.length())
    }
}

/// A piece of one value in the arguments of a call.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct PartialArg {
    /// The place of the value, such as `$.location.names[0]`.
    #[wire(rename = "jsonPath")]
    pub(in super::super) json_path: Option<String>,
    #[wire(rename = "stringValue")]
    pub(in super::super) string_value: Option<String>,
    #[wire(rename = "numberValue")]
    pub(in super::super) number_value: Option<Raw>,
    #[wire(rename = "boolValue")]
    pub(in super::super) bool_value: Option<bool>,
    #[wire(rename = "nullValue")]
    pub(in super::super) null_value: Option<Skipped>,
    #[wire(rename = "willContinue")]
    pub(in super::super) will_continue: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

impl PartialArg {
    fn length(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let number = self.number_value.as_ref().map_or(0, |raw| raw.get().len());
        length(&self.json_path) + length(&self.string_value) + number
    }
}

/// Generated media.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Blob {
    #[wire(rename = "mimeType")]
    pub(in super::super) mime_type: Option<String>,
    /// Base64.
    pub(in super::super) data: Option<String>,
    pub(in super::super) extra: Extra,
}

/// Generated media at a URL.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct FileData {
    #[wire(rename = "mimeType")]
    pub(in super::super) mime_type: Option<String>,
    #[wire(rename = "fileUri")]
    pub(in super::super) file_uri: Option<String>,
    pub(in super::super) extra: Extra,
}
