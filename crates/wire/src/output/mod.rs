//! Structured output: [`Response::parse_output`] decodes the text of a response as a type.

mod error;
mod message;
mod path;

use std::any::type_name;
use std::borrow::Cow;

use serde::de::DeserializeOwned;

use self::error::{Mismatch, Reason};
pub use self::error::{OutputError, OutputErrorKind};
use crate::content::ContentPart;
use crate::item::{Message, Phase};
use crate::response::{Response, ResponseStatus};

/// Mark before and after a block of code in Markdown.
const FENCE: &str = "```";

/// Structured output.
impl Response {
    /// Decodes the text of the response, which is JSON, as a `T`.
    ///
    /// The text is that of the last message that has any; commentary is used only if there is nothing
    /// else. White space around the JSON is allowed. So is one Markdown code block around all of it:
    /// models write it where a provider ignores the requested format, and no JSON begins with
    /// a backtick. Any other text around the JSON is an error.
    ///
    /// [`TextFormat::of`](crate::TextFormat#method.of) (feature `schema`) requests such text.
    ///
    /// # Errors
    ///
    /// In this order:
    ///
    /// 1. [`Refusal`](OutputErrorKind::Refusal) if the model refused;
    /// 2. [`Incomplete`](OutputErrorKind::Incomplete) if the response ended early, even if its text is
    ///    complete JSON;
    /// 3. [`NoText`](OutputErrorKind::NoText) if there is no text;
    /// 4. [`Mismatch`](OutputErrorKind::Mismatch) if the text is not JSON, or does not match `T`.
    ///
    /// # Example
    ///
    /// ```
    /// use orouter_wire::{OutputErrorKind, Response};
    /// use serde::Deserialize;
    ///
    /// #[derive(Debug, Deserialize)]
    /// struct Person {
    ///     name: String,
    ///     age: u8,
    /// }
    ///
    /// let response: Response = orouter_wire::from_str(
    ///     r#"{"status":"completed","output":[{"type":"message","role":"assistant","content":[
    ///         {"type":"output_text","text":"{\"name\": \"Ada\", \"age\": 36}"}]}]}"#,
    /// )?;
    /// let person: Person = response.parse_output()?;
    /// assert_eq!((person.name.as_str(), person.age), ("Ada", 36));
    ///
    /// let error = response.parse_output::<Vec<Person>>().unwrap_err();
    /// assert_eq!(error.kind(), OutputErrorKind::Mismatch);
    /// assert_eq!(error.text(), Some(r#"{"name": "Ada", "age": 36}"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_output<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        if let Some(text) = refusal(self) {
            return Err(OutputError::new(Reason::Refusal(text.to_owned())));
        }
        let text = output(self);
        if ended_early(self) {
            let details = self.incomplete_details.as_ref();
            return Err(OutputError::new(Reason::Incomplete {
                status: self.status.clone(),
                reason: details.and_then(|details| details.reason.clone()),
                text: text.map(Cow::into_owned),
            }));
        }
        let Some(text) = text else {
            let calls = self.function_calls().next().is_some();
            return Err(OutputError::new(Reason::NoText { calls }));
        };
        let json = without_fence(text.trim());
        serde_json::from_str(json).map_err(|error| {
            let mismatch = Mismatch::new(type_name::<T>(), json, &error);
            OutputError::new(Reason::Mismatch(mismatch))
        })
    }
}

/// Returns the words of a refusal, in both places where services send them.
fn refusal(response: &Response) -> Option<&str> {
    let parts = response.messages().flat_map(Message::parts);
    let mut texts = parts.filter_map(|part| match part {
        ContentPart::Refusal(part) => Some(part.refusal.as_str()),
        ContentPart::OutputText(part) => part.refusal.as_deref(),
        _ => None,
    });
    texts.find(|text| !text.is_empty())
}

fn ended_early(response: &Response) -> bool {
    let early = matches!(
        response.status,
        ResponseStatus::Incomplete | ResponseStatus::Failed | ResponseStatus::Cancelled
    );
    early || response.has_failed()
}

/// Returns the text of the last message that has any, or the text that some services repeat outside of
/// the output.
fn output(response: &Response) -> Option<Cow<'_, str>> {
    let last = |commentary: bool| {
        let messages = response
            .messages()
            .filter(|message| (message.phase == Some(Phase::Commentary)) == commentary);
        messages
            .map(Message::text)
            .filter(|text| !text.trim().is_empty())
            .last()
    };
    let text = last(false).or_else(|| last(true)).map(Cow::Owned);
    let repeated = response.output_text.as_deref().map(Cow::Borrowed);
    text.or(repeated).filter(|text| !text.trim().is_empty())
}

/// Removes a Markdown code block around a text.
fn without_fence(text: &str) -> &str {
    let block = text
        .strip_prefix(FENCE)
        .and_then(|rest| rest.strip_suffix(FENCE));
    let lines = block.and_then(|block| block.split_once('\n'));
    match lines {
        Some((language, code)) if language.trim().chars().all(|c| c.is_ascii_alphanumeric()) => {
            code.trim()
        }
        _ => text,
    }
}
