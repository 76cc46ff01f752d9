//! The request: from the Responses API to `generateContent`.
//!
//! [`request`](crate::request) reads the items and tools. `contents.rs` turns them into messages of
//! the user and the model, which borrow the client's texts; `part.rs` and `blob.rs` write them. The
//! body is written once, without a tree of values.

mod answer;
mod base64;
mod blob;
mod contents;
mod generation;
mod media_type;
mod part;
mod path;
mod schema;
mod signature;
mod thinking;
mod tools;

use bytes::Bytes;
use orouter_wire::ResponsesRequest;
use orouter_wire::json::Writer;

use self::answer::Answer;
use self::contents::ContentsReader;
use self::generation::Generation;
use self::signature::SignatureReader;
use super::model::Model;
use crate::notes::Notes;
use crate::output::ReplyContext;
use crate::refusal::Refusal;
use crate::request::api::{Api, CacheMarks};
use crate::request::choice::Choice;
use crate::request::conversation;
use crate::request::support::Support;
use crate::request::tools as shared_tools;
use crate::target::Target;

/// The query of a streaming request: server-sent events instead of a list.
const STREAM_QUERY: &str = "alt=sse";

/// The abilities of the API.
const BASE: Api = Api {
    name: "Gemini's generateContent",
    media_in_results: false,
    image_ids: true,
    image_detail: true,
    file_urls: true,
    image_config: true,
    audio: true,
    video: true,
    cache_marks: CacheMarks::Absent,
    allows_name: tools::allows_name,
    check_media: part::check,
};

static API: Api = BASE;

/// The abilities of models whose functions return images and files.
static API_WITH_MEDIA: Api = Api {
    media_in_results: true,
    ..BASE
};

/// A translated request.
pub(super) struct Translated {
    pub(super) path: String,
    pub(super) query: Option<&'static str>,
    pub(super) body: Bytes,
    pub(super) context: ReplyContext,
}

/// Translates a request.
pub(super) fn translate(
    request: &ResponsesRequest,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<Translated, Refusal> {
    let (method, query) = match request.stream {
        Some(true) => ("streamGenerateContent", Some(STREAM_QUERY)),
        _ => ("generateContent", None),
    };
    let path = path::path(target.model, method)?;
    let model = Model::new(target.model);
    let api = if model.has_media_in_results() {
        &API_WITH_MEDIA
    } else {
        &API
    };
    let support = Support::new(api, target.supported_parameters, notes);
    let tools = shared_tools::read(request, support, notes)?;
    let choice = Choice::read(request, &tools, support)?;
    let answer = Answer::read(request, &choice, &tools.names, model, support, notes)?;
    // The parameters come first, so that their notes are kept if a long history has many.
    let mut out = Writer::new();
    out.open_object();
    let generation = Generation {
        request,
        target,
        model,
        support,
        notes,
    };
    generation.write(&answer, &mut out)?;
    let turns = conversation::read(request, &tools, target, support, notes)?;
    let reader = ContentsReader {
        model,
        names: &tools.names,
        signatures: SignatureReader { target, notes },
        notes,
    };
    let mut contents = reader.read(turns)?;
    if let Answer::Instruction(text) = &answer {
        contents.add_instruction(text.clone());
    }

    let size = contents.size() + tools.size();
    let mut body = out.finish();
    // Escapes make texts longer.
    body.reserve(size + size / 8);
    let mut out = Writer::onto(body);
    tools::write(&tools, &choice, &answer, model, &mut out);
    contents.write(&mut out);
    out.close_object();
    let body = out.finish().freeze();
    let mut context = ReplyContext::new(tools.to_names());
    if let Answer::Tool { name, .. } = answer {
        context = context.answer_tool(name);
    }
    Ok(Translated {
        path,
        query,
        body,
        context,
    })
}
