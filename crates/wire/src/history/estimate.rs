//! The estimated number of tokens of an item.

use crate::content::{ContentPart, ImageDetail};
use crate::item::{Item, MessageContent, ToolOutput};

const BYTES_PER_TOKEN: u64 = 4;
/// Role, kind and separators of an item.
const TOKENS_PER_ITEM: u64 = 4;
const TOKENS_PER_IMAGE: u64 = 1_000;
const TOKENS_PER_SMALL_IMAGE: u64 = 100;

/// Returns the estimated number of tokens of an item.
pub(super) fn tokens(item: &Item) -> u64 {
    let content = match item {
        Item::Message(message) => match &message.content {
            None => 0,
            Some(MessageContent::Text(text)) => of_text(text),
            Some(MessageContent::Parts(parts)) => of_parts(parts),
            Some(MessageContent::Unknown(_)) => of_json(item),
        },
        Item::FunctionCall(call) => of_text(&call.name).saturating_add(of_text(&call.arguments)),
        Item::CustomToolCall(call) => of_text(&call.name).saturating_add(of_text(&call.input)),
        Item::FunctionCallOutput(output) => of_output(output.output.as_ref(), item),
        Item::CustomToolCallOutput(output) => of_output(output.output.as_ref(), item),
        // Their data is an image in base64.
        Item::ImageGenerationCall(_)
        | Item::ComputerCallOutput(_)
        | Item::OpenRouterImageGeneration(_)
        | Item::OpenRouterBrowserUse(_) => TOKENS_PER_IMAGE,
        other => of_json(other),
    };
    content.saturating_add(TOKENS_PER_ITEM)
}

fn of_output(output: Option<&ToolOutput>, item: &Item) -> u64 {
    match output {
        None => 0,
        Some(ToolOutput::Text(text)) => of_text(text),
        Some(ToolOutput::Parts(parts)) => of_parts(parts),
        Some(ToolOutput::Unknown(_)) => of_json(item),
    }
}

fn of_parts(parts: &[ContentPart]) -> u64 {
    parts.iter().map(of_part).fold(0, u64::saturating_add)
}

fn of_part(part: &ContentPart) -> u64 {
    if let Some(text) = part.text().or(part.reasoning_text()) {
        return of_text(text);
    }
    match part {
        ContentPart::InputImage(image) => of_image(image.detail.as_ref()),
        ContentPart::ComputerScreenshot(screenshot) => of_image(screenshot.detail.as_ref()),
        ContentPart::InputFile(file) => of_data(file.file_data.as_deref()),
        ContentPart::InputAudio(audio) => of_data(Some(&audio.input_audio.data)),
        ContentPart::InputVideo(video) => of_data(Some(&video.video_url)),
        other => bytes_to_tokens(crate::to_string(other).len()),
    }
}

fn of_image(detail: Option<&ImageDetail>) -> u64 {
    if detail == Some(&ImageDetail::Low) {
        TOKENS_PER_SMALL_IMAGE
    } else {
        TOKENS_PER_IMAGE
    }
}

/// The estimate for data in base64: half its decoded size as text.
fn of_data(data: Option<&str>) -> u64 {
    bytes_to_tokens(data.map_or(0, |data| data.len() / 4 * 3 / 2))
}

fn of_text(text: &str) -> u64 {
    bytes_to_tokens(text.len())
}

fn of_json(item: &Item) -> u64 {
    bytes_to_tokens(crate::to_string(item).len())
}

fn bytes_to_tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BYTES_PER_TOKEN)
}
