//! The form of parts and tools in Chat Completions.

use orouter_wire::Wire;
use orouter_wire::json::Writer;

use crate::request::offered::{Definition, Offered};
use crate::request::part::{FileSource, ImageSource, Marks, Part, string};

/// Writes a part as an object.
pub(super) fn write(part: &Part<'_>, out: &mut Writer) {
    out.open_object();
    let marks = match part {
        Part::Text { text, marks } => {
            string(out, "type", "text");
            string(out, "text", text);
            marks
        }
        Part::Image {
            source,
            detail,
            marks,
        } => {
            let (ImageSource::Url(url) | ImageSource::Id(url)) = source;
            string(out, "type", "image_url");
            out.member("image_url");
            out.open_object();
            string(out, "url", url);
            if let Some(detail) = detail {
                string(out, "detail", detail);
            }
            out.close_object();
            marks
        }
        Part::File { source, marks } => {
            string(out, "type", "file");
            out.member("file");
            out.open_object();
            match source {
                FileSource::Data { filename, data } => {
                    string(out, "filename", filename);
                    string(out, "file_data", data);
                }
                FileSource::Id(id) => string(out, "file_id", id),
                FileSource::Url { url, .. } => string(out, "file_data", url),
            }
            out.close_object();
            marks
        }
        Part::Audio {
            data,
            format,
            marks,
        } => {
            string(out, "type", "input_audio");
            out.member("input_audio");
            out.open_object();
            string(out, "data", data);
            if let Some(format) = format {
                string(out, "format", format);
            }
            out.close_object();
            marks
        }
        Part::Video { url, marks } => {
            string(out, "type", "video_url");
            out.member("video_url");
            out.open_object();
            string(out, "url", url);
            out.close_object();
            marks
        }
    };
    write_marks(*marks, out);
    out.close_object();
}

/// Writes a tool as an object.
pub(super) fn write_tool(tool: &Offered<'_>, out: &mut Writer) {
    out.open_object();
    string(out, "type", "function");
    out.member("function");
    out.open_object();
    string(out, "name", &tool.upstream);
    if let Some(description) = tool.description() {
        string(out, "description", &description);
    }
    out.member("parameters");
    out.raw(
        tool.schema()
            .unwrap_or(r#"{"type":"object","properties":{}}"#),
    );
    if let Definition::Function(function) = tool.definition
        && let Some(strict) = function.strict
    {
        out.member("strict");
        out.bool(strict);
    }
    out.close_object();
    write_marks(tool.marks, out);
    out.close_object();
}

/// Writes the marks as members of the open object.
fn write_marks(marks: Marks<'_>, out: &mut Writer) {
    if let Some(mark) = marks.cache_control {
        out.member("cache_control");
        out.raw(mark.get());
    }
    if let Some(mark) = marks.breakpoint {
        out.member("prompt_cache_breakpoint");
        out.raw(&mark.typed_json());
    }
}
