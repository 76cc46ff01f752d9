//! The request: from the Responses API to Anthropic Messages.
//!
//! [`request`](crate::request) reads the items and tools.
//!
//! | File | Contents |
//! |---|---|
//! | `model.rs` | the abilities of a model, which its name tells |
//! | `messages.rs`, `block.rs`, `media.rs`, `thoughts.rs` | the system prompt and the messages |
//! | `tools.rs`, `schema.rs`, `strict.rs`, `format.rs` | tools, schemas and structured output |
//! | `thinking.rs`, `parameters.rs` | thinking and other settings |
//! | `cache.rs`, `betas.rs` | marks for the prompt cache, and the header with features |

mod betas;
mod block;
mod cache;
mod format;
mod media;
mod messages;
mod model;
mod parameters;
mod schema;
mod strict;
mod thinking;
mod thoughts;
mod tools;

use std::borrow::Cow;

use bytes::Bytes;
use orouter_wire::json::Writer;

use self::betas::Betas;
use self::block::{Block, write_blocks};
use self::format::{Conditions, Format};
use self::messages::Messages;
use self::model::Model;
use self::thinking::{Settings, Thinking};
use self::tools::Sent;
use crate::notes::Notes;
use crate::output::ReplyContext;
use crate::refusal::Refusal;
use crate::request::api::{Api, CacheMarks};
use crate::request::choice::{Choice, Mode};
use crate::request::conversation;
use crate::request::part::string;
use crate::request::support::Support;
use crate::request::tools as offered;
use crate::target::{RequestSource, Target};

/// Maximum length of the name of a tool, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The abilities of Anthropic Messages.
static API: Api = Api {
    name: "Anthropic Messages",
    media_in_results: true,
    image_ids: true,
    image_detail: false,
    image_config: false,
    file_urls: true,
    audio: false,
    video: false,
    check_media: media::check,
    cache_marks: CacheMarks::Sent,
    allows_name,
};

fn allows_name(name: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.bytes().all(allowed)
}

/// A translated request.
pub(super) struct Translated {
    pub(super) body: Bytes,
    pub(super) headers: Vec<(&'static str, String)>,
    /// The parts of the request on which the reply depends.
    pub(super) context: ReplyContext,
}

/// Translates a request.
pub(super) fn translate(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<Translated, Refusal> {
    let request = source.request;
    let model = Model::of(target.model);
    let support = Support::new(&API, target.supported_parameters, notes);
    let tools = offered::read(request, support, notes)?;
    let choice = Choice::read(request, &tools, support)?;
    parameters::check(request, support)?;

    // The notes on the history come last: it can have many, and their number is limited.
    let history = Notes::default();
    let of_history = Support::new(&API, target.supported_parameters, &history);
    let turns = conversation::read(request, &tools, target, of_history, &history)?;
    let mut messages = messages::read(turns, target, model, &history);

    let mut settings = Settings::read(request, target, model, support, notes)?;
    if matches!(choice.mode, Mode::Required | Mode::Force(_)) && settings.excludes_forced(model) {
        let reason = "the model does not think if a call is forced, and `tool_choice` requires one";
        settings.drop_thinking(reason, notes);
    }
    if matches!(settings.thinking, Thinking::Budget(_)) && messages.lacks_thinking() {
        let reason = "with a thinking budget, the model's last turn must begin with its own \
                      reasoning, which the history does not have";
        settings.drop_thinking(reason, notes);
    }
    let conditions = Conditions {
        model,
        excludes_forced: settings.excludes_forced(model),
        choice: &choice,
        tools: &tools,
    };
    let format = Format::read(request, &conditions, support, notes)?;
    let parallel = request.parallel_tool_calls;
    let mut sent = Sent::read(&tools, &choice, &format, model, parallel, notes)?;
    if let Format::Instruction(text) = &format {
        messages.system.push(Block::Text {
            text: Cow::Owned(text.clone()),
            mark: None,
        });
    }
    let mut automatic = parameters::automatic_mark(request, notes);
    let marks = sent.marks_mut();
    let marks = marks.chain(messages.blocks_mut().filter_map(Block::mark_mut));
    cache::limit(marks.chain([&mut automatic]).collect(), notes);

    let bound = model.bound_thinking && messages.blocks().any(Block::is_thinking);
    let mut betas = Betas::read(source.anthropic_beta, notes);
    if messages.blocks().any(Block::has_stored_file) {
        betas.add(betas::FILES);
    }

    let mut out = Writer::new();
    out.open_object();
    string(&mut out, "model", target.model);
    parameters::write(request, &settings, model, support, notes, &mut out)?;
    if settings.write_thinking(model, bound, &mut out) {
        betas.add(betas::THINKING_BINDING);
    }
    parameters::write_output(request, &settings, &format, model, support, notes, &mut out);
    if let Some(mark) = automatic {
        mark.write(&mut out);
    }
    notes.append(&history);

    let size = messages.size() + tools.size();
    let mut body = out.finish();
    // Escapes make texts longer.
    body.reserve(size + size / 8);
    let mut out = Writer::onto(body);
    sent.write(&mut out);
    write_system(&messages, &mut out);
    messages.write(&mut out);
    out.close_object();
    let context = ReplyContext::new(tools.to_names());
    let headers = betas.into_value().map(|value| (betas::HEADER, value));
    Ok(Translated {
        body: out.finish().freeze(),
        headers: headers.into_iter().collect(),
        context: match format {
            Format::Tool(tool) => context.answer_tool(tool.name),
            _ => context,
        },
    })
}

/// Writes `system`: a string if one unmarked text is all of it, otherwise a list of blocks.
fn write_system(messages: &Messages<'_>, out: &mut Writer) {
    match messages.system.as_slice() {
        [] => {}
        [Block::Text { text, mark: None }] => string(out, "system", text),
        blocks => {
            out.member("system");
            write_blocks(blocks, out);
        }
    }
}
