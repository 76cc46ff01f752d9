//! Encoding objects and unions: the tag first, then the fields, then the members that no field took.

use super::fields::{Fields, kept};
use super::layout::{Layout, NO_OWN_TAG, NO_UNION_TAG};
use super::object::Slots;
use super::wire::Wire;
use crate::extra::{Entry, Inner};
use crate::json::Writer;
use crate::unknown::{Unknown, UnknownValue};

/// Writes an object that stands by itself.
pub fn encode_object(value: &dyn Slots, writer: &mut Writer) {
    write(value, writer, None);
}

/// Writes the object of a tagged union's variant, with the union's tag: its name, and both
/// name and value as JSON after a comma.
pub fn encode_tagged(
    value: &dyn Slots,
    writer: &mut Writer,
    name: &'static str,
    json: &'static str,
) {
    write(value, writer, Some((name, json)));
}

/// Writes what a union does not know.
pub fn encode_unknown(value: &Unknown, writer: &mut Writer) {
    value.encode(writer);
}

/// Writes a value that a string enum does not know.
pub fn encode_unknown_value(value: &UnknownValue, writer: &mut Writer) {
    if writer.typed {
        writer.null();
    } else {
        writer.string(value.as_str());
    }
}

fn write(value: &dyn Slots, writer: &mut Writer, tag: Option<(&str, &'static str)>) {
    let mut fields = begin(writer, value.layout(), value.extra().inner(), tag);
    value.encode_fields(&mut fields);
    fields.end(tag);
}

fn begin<'w>(
    writer: &'w mut Writer,
    layout: &'static Layout,
    extra: Option<&'w Inner>,
    tag: Option<(&str, &'static str)>,
) -> Fields<'w> {
    let mut fields = Fields {
        writer,
        layout,
        extra,
        kept: 0,
    };
    fields.writer.open_object();
    let odd = extra.map_or(0, |extra| extra.odd);
    if let Some((_, json)) = tag {
        if odd & NO_UNION_TAG == 0 {
            fields.writer.literal_member(json);
        }
    }
    if let Some(own) = &layout.tag {
        let shadowed = tag.is_some_and(|(name, _)| name == own.name);
        let kept = fields.last(own.name).filter(|_| !fields.writer.typed);
        if shadowed {
        } else if let Some(entry) = kept {
            fields.writer.member(own.name);
            fields.writer.raw(entry.raw.get());
        } else if odd & NO_OWN_TAG == 0 {
            fields.writer.literal_member(own.json);
        }
    }
    if let Some(extra) = extra {
        fields.kept = kept(extra, layout);
        if !fields.writer.typed {
            // By name: so they are in one order however often they are read and written.
            let mut repeats: Vec<&Entry> = extra.entries.iter().filter(|e| e.repeat).collect();
            repeats.sort_by(|a, b| a.name.cmp(&b.name));
            for entry in repeats {
                fields.entry(entry);
            }
        }
    }
    fields
}
