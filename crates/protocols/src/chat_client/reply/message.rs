//! The parts of a message: log probabilities, sources, images and audio.

use orouter_wire::json::Writer;
use orouter_wire::{
    Annotation, ImageGenerationCall, Logprob, OutputAudio, TopLogprob, UrlCitation, to_string,
};

/// Writes log probabilities as a value.
pub(super) fn write_logprobs<'a>(logprobs: impl Iterator<Item = &'a Logprob>, out: &mut Writer) {
    out.open_object();
    out.member("content");
    out.open_array();
    for logprob in logprobs {
        out.element();
        out.open_object();
        write_token(
            &logprob.token,
            logprob.logprob,
            logprob.bytes.as_deref(),
            out,
        );
        out.member("top_logprobs");
        out.open_array();
        for TopLogprob {
            token,
            logprob,
            bytes,
            ..
        } in logprob.top_logprobs.iter().flatten()
        {
            out.element();
            out.open_object();
            let token = token.as_deref().unwrap_or_default();
            write_token(token, logprob.unwrap_or(0.0), bytes.as_deref(), out);
            out.close_object();
        }
        out.close_array();
        out.close_object();
    }
    out.close_array();
    out.member("refusal");
    out.null();
    out.close_object();
}

fn write_token(token: &str, logprob: f64, bytes: Option<&[u32]>, out: &mut Writer) {
    out.member("token");
    out.string(token);
    out.member("logprob");
    out.float(logprob);
    out.member("bytes");
    match bytes {
        Some(bytes) => {
            out.open_array();
            for byte in bytes {
                out.element();
                out.unsigned(u64::from(*byte));
            }
            out.close_array();
        }
        None => out.null(),
    }
}

/// Returns the source, if Chat Completions has its kind. It has no sources in files.
pub(super) fn citation(annotation: &Annotation) -> Option<&UrlCitation> {
    match annotation {
        Annotation::UrlCitation(citation) => Some(citation),
        _ => None,
    }
}

/// Writes a source as an element.
pub(super) fn write_citation(citation: &UrlCitation, out: &mut Writer) {
    out.element();
    out.open_object();
    out.member("type");
    out.string("url_citation");
    out.member("url_citation");
    out.open_object();
    out.member("url");
    out.string(&citation.url);
    out.member("title");
    out.string(citation.title.as_deref().unwrap_or_default());
    for (name, value) in [
        ("start_index", citation.start_index),
        ("end_index", citation.end_index),
    ] {
        out.member(name);
        out.unsigned(value.unwrap_or(0));
    }
    if let Some(content) = &citation.content {
        out.member("content");
        out.string(content);
    }
    out.close_object();
    out.close_object();
}

/// Writes an image as an element. Its result is base64, or a URL.
pub(super) fn write_image(image: &ImageGenerationCall, index: u64, out: &mut Writer) {
    let result = image.result.as_deref().unwrap_or_default();
    let is_url = result.starts_with("data:") || result.contains("://");
    out.element();
    out.open_object();
    out.member("type");
    out.string("image_url");
    out.member("index");
    out.unsigned(index);
    out.member("image_url");
    out.open_object();
    out.member("url");
    if is_url {
        out.string(result);
    } else {
        let format = image
            .output_format
            .as_ref()
            .map_or("png", |format| format.as_str());
        out.string(&format!("data:image/{format};base64,{result}"));
    }
    out.close_object();
    out.close_object();
}

/// Writes audio as the member `audio`.
pub(super) fn write_audio(audio: &OutputAudio, out: &mut Writer) {
    out.member("audio");
    out.open_object();
    for name in ["id", "expires_at"] {
        if let Some(raw) = audio.extra.get(name).filter(|raw| !raw.is_null()) {
            out.member(name);
            out.raw(raw.get());
        }
    }
    out.member("data");
    out.string(&audio.data);
    if let Some(transcript) = &audio.transcript {
        out.member("transcript");
        out.string(transcript);
    }
    out.close_object();
}

/// Writes a value of the wire types as a member.
pub(super) fn write_value(name: &str, value: &impl orouter_wire::Wire, out: &mut Writer) {
    out.member(name);
    out.raw(&to_string(value));
}
