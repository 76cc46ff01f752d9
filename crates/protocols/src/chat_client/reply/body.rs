//! A whole response as a `chat.completion`.

use bytes::Bytes;
use orouter_wire::json::Writer;
use orouter_wire::{ContentPart, Item, Message, Response};

use super::calls::{Call, whole_text};
use super::message::{
    citation, write_audio, write_citation, write_image, write_logprobs, write_value,
};
use super::reasoning::{PARAGRAPH, details, paragraphs};
use super::{ReplyHead, ReplyOptions, finish, usage};

/// Returns the JSON text of a response as a body of Chat Completions.
#[must_use]
pub fn body(response: &Response, head: &ReplyHead<'_>, options: ReplyOptions) -> Bytes {
    let mut out = Writer::new();
    out.open_object();
    head.write("chat.completion", &mut out);
    out.member("system_fingerprint");
    out.null();
    if let Some(tier) = &response.service_tier {
        write_value("service_tier", tier, &mut out);
    }
    out.member("choices");
    out.open_array();
    out.element();
    out.open_object();
    out.member("index");
    out.unsigned(0);
    out.member("message");
    let calls: Vec<Call<'_>> = response.output.iter().filter_map(Call::of).collect();
    write_message(response, &calls, options, &mut out);
    let logprobs = || texts(response).flat_map(|(_, part)| logprobs_of(part));
    out.member("logprobs");
    match logprobs().next() {
        Some(_) => write_logprobs(logprobs(), &mut out),
        None => out.null(),
    }
    let (finish, native) = finish::reasons(response, !calls.is_empty());
    for (name, reason) in [("finish_reason", finish), ("native_finish_reason", native)] {
        out.member(name);
        out.string(reason);
    }
    out.close_object();
    out.close_array();
    if let Some(usage) = &response.usage {
        usage::write(usage, &mut out);
    }
    if let Some(metadata) = &response.openrouter_metadata {
        write_value("openrouter_metadata", &**metadata, &mut out);
    }
    out.close_object();
    out.finish().freeze()
}

/// Returns the parts of all messages, and the text of each.
fn texts(response: &Response) -> impl Iterator<Item = (&str, &ContentPart)> {
    let messages = response.output.iter().filter_map(|item| match item {
        Item::Message(message) => Some(message),
        _ => None,
    });
    messages
        .flat_map(Message::parts)
        .map(|part| (part.text().unwrap_or_default(), part))
}

fn logprobs_of(part: &ContentPart) -> impl Iterator<Item = &orouter_wire::Logprob> {
    let list = match part {
        ContentPart::OutputText(part) => part.logprobs.as_ref(),
        _ => None,
    };
    list.into_iter().flatten()
}

fn write_message(response: &Response, calls: &[Call<'_>], options: ReplyOptions, out: &mut Writer) {
    out.open_object();
    out.member("role");
    out.string("assistant");
    let text: String = texts(response).map(|(text, _)| text).collect();
    out.member("content");
    // A message with calls, a refusal or other output has no text.
    match text.is_empty() && !response.output.is_empty() {
        true => out.null(),
        false => out.string(&text),
    }
    let refusal: String = texts(response)
        .filter_map(|(_, part)| match part {
            ContentPart::Refusal(part) => Some(part.refusal.as_str()),
            ContentPart::OutputText(part) => part.refusal.as_deref(),
            _ => None,
        })
        .collect();
    out.member("refusal");
    match refusal.is_empty() {
        true => out.null(),
        false => out.string(&refusal),
    }
    if !options.hides_reasoning {
        write_reasoning(response, out);
    }
    if !calls.is_empty() {
        out.member("tool_calls");
        out.open_array();
        for call in calls {
            call.write(None, whole_text(call), out);
        }
        out.close_array();
    }
    let mut sources = texts(response)
        .flat_map(|(_, part)| match part {
            ContentPart::OutputText(part) => part.annotations.as_deref().unwrap_or_default(),
            _ => &[],
        })
        .filter_map(citation)
        .peekable();
    if sources.peek().is_some() {
        out.member("annotations");
        out.open_array();
        sources.for_each(|source| write_citation(source, out));
        out.close_array();
    }
    let images = response.output.iter().filter_map(|item| match item {
        Item::ImageGenerationCall(image) if image.result.is_some() => Some(image),
        _ => None,
    });
    let mut images = images.zip(0..).peekable();
    if images.peek().is_some() {
        out.member("images");
        out.open_array();
        images.for_each(|(image, index)| write_image(image, index, out));
        out.close_array();
    }
    let audio = texts(response).find_map(|(_, part)| match part {
        ContentPart::OutputAudio(audio) => Some(audio),
        _ => None,
    });
    if let Some(audio) = audio {
        write_audio(audio, out);
    }
    out.close_object();
}

/// Writes `reasoning` and `reasoning_details`.
fn write_reasoning(response: &Response, out: &mut Writer) {
    let items = || {
        response.output.iter().filter_map(|item| match item {
            Item::Reasoning(item) => Some(item),
            _ => None,
        })
    };
    let text: Vec<&str> = items().flat_map(paragraphs).collect();
    out.member("reasoning");
    match text.is_empty() {
        true => out.null(),
        false => out.string(&text.join(PARAGRAPH)),
    }
    if items().next().is_none() {
        return;
    }
    out.member("reasoning_details");
    out.open_array();
    let mut index = 0;
    for item in items() {
        for detail in details(item) {
            detail.write(item.format.as_ref(), index, out);
            index += 1;
        }
    }
    out.close_array();
}
