//! Parsing `#[wire(..)]`. Errors list the arguments that are allowed.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{
    Attribute, DeriveInput, Error, Field, Ident, LitStr, Result, Token, Variant, ext::IdentExt,
};

/// The kind of an enum.
pub(crate) enum EnumKind {
    /// One of several strings.
    Strings,
    /// An object in which a member, the tag, names the variant.
    Tagged(LitStr),
    /// A value whose JSON type selects the variant.
    Shapes,
}

/// A constant tag: the member's name and its value.
pub(crate) struct OwnTag {
    pub(crate) name: LitStr,
    pub(crate) value: LitStr,
}

/// The form in which a field is written while it has its default.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Plain,
    Option,
    Nullable,
    Optional,
}

/// A JSON type that a variant of an untagged enum takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    String,
    Array,
    Object,
    Number,
    Bool,
}

/// Calls `each` for every argument of every `#[wire(..)]`.
fn arguments(
    attributes: &[Attribute],
    mut each: impl FnMut(ParseStream<'_>) -> Result<()>,
) -> Result<()> {
    for attribute in attributes.iter().filter(|a| a.path().is_ident("wire")) {
        attribute.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                each(input)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// `= "text"`, after the argument's name.
fn text_value(input: ParseStream<'_>, name: &Ident) -> Result<LitStr> {
    if !input.peek(Token![=]) {
        return Err(Error::new(
            name.span(),
            format!("`{name}` takes a text: `{name} = \"..\"`"),
        ));
    }
    input.parse::<Token![=]>()?;
    input.parse()
}

fn once<T>(slot: &mut Option<T>, value: T, name: &Ident) -> Result<()> {
    if slot.replace(value).is_some() {
        return Err(Error::new(name.span(), format!("`{name}` is given twice")));
    }
    Ok(())
}

fn no_such(name: &Ident, place: &str, known: &str) -> Error {
    Error::new(
        name.span(),
        format!("no attribute `{name}` for {place}; there is {known}"),
    )
}

/// `#[wire(tag = "..", value = "..")]` and `#[wire(open)]` of a struct.
pub(crate) fn own_tag(input: &DeriveInput) -> Result<(Option<OwnTag>, bool)> {
    let (mut tag, mut value, mut open) = (None, None, None);
    arguments(&input.attrs, |arguments| {
        let name: Ident = arguments.call(Ident::parse_any)?;
        match name.to_string().as_str() {
            "tag" => once(&mut tag, text_value(arguments, &name)?, &name),
            "value" => once(&mut value, text_value(arguments, &name)?, &name),
            "open" => once(&mut open, (), &name),
            _ => Err(no_such(
                &name,
                "a struct",
                "`tag = \"..\", value = \"..\"` and `open`",
            )),
        }
    })?;
    let own = match (tag, value) {
        (None, None) => Ok(None),
        (Some(name), Some(value)) => Ok(Some(OwnTag { name, value })),
        (Some(tag), None) => Err(Error::new(
            tag.span(),
            "a struct with a tag needs the tag's value too: `tag = \"type\", value = \"..\"`",
        )),
        (None, Some(value)) => Err(Error::new(
            value.span(),
            "a value needs the name of the tag: `tag = \"type\", value = \"..\"`",
        )),
    };
    Ok((own?, open.is_some()))
}

/// `#[wire(tag = "..")]` or `#[wire(untagged)]` of an enum.
pub(crate) fn enum_kind(input: &DeriveInput) -> Result<EnumKind> {
    let (mut tag, mut untagged) = (None, None);
    arguments(&input.attrs, |arguments| {
        let name: Ident = arguments.call(Ident::parse_any)?;
        match name.to_string().as_str() {
            "tag" => once(&mut tag, text_value(arguments, &name)?, &name),
            "untagged" => once(&mut untagged, (), &name),
            _ => Err(no_such(&name, "an enum", "`tag = \"..\"` and `untagged`")),
        }
    })?;
    match (tag, untagged) {
        (Some(tag), None) => Ok(EnumKind::Tagged(tag)),
        (None, Some(())) => Ok(EnumKind::Shapes),
        (None, None) => Ok(EnumKind::Strings),
        (Some(tag), Some(())) => Err(Error::new(
            tag.span(),
            "an enum is told apart by a tag or is `untagged`, not both",
        )),
    }
}

/// A field's name on the wire, how it is written, and whether anything may be under it.
pub(crate) fn field(field: &Field, ident: &Ident) -> Result<(LitStr, FieldKind, bool)> {
    let (mut rename, mut nullable, mut optional, mut open) = (None, None, None, None);
    arguments(&field.attrs, |arguments| {
        let name: Ident = arguments.call(Ident::parse_any)?;
        match name.to_string().as_str() {
            "rename" => once(&mut rename, text_value(arguments, &name)?, &name),
            "nullable" => once(&mut nullable, name.span(), &name),
            "optional" => once(&mut optional, name.span(), &name),
            "open" => once(&mut open, (), &name),
            _ => Err(no_such(
                &name,
                "a field",
                "`nullable`, `optional`, `open` and `rename = \"..\"`",
            )),
        }
    })?;
    let is_option = crate::common::is_option(&field.ty);
    let kind = match (is_option, nullable, optional) {
        (_, Some(span), Some(_)) => {
            return Err(Error::new(
                span,
                "a field is `nullable` or `optional`, not both",
            ));
        }
        (true, Some(_), None) => FieldKind::Nullable,
        (false, Some(span), None) => {
            return Err(Error::new(
                span,
                "`nullable` is for an `Option`: without one, nothing is written as null",
            ));
        }
        (true, None, Some(span)) => {
            return Err(Error::new(
                span,
                "an `Option` is left out while it is `None` already; `optional` is for other types",
            ));
        }
        (false, None, Some(_)) => FieldKind::Optional,
        (true, None, None) => FieldKind::Option,
        (false, None, None) => FieldKind::Plain,
    };
    let name = rename.unwrap_or_else(|| LitStr::new(&ident.unraw().to_string(), ident.span()));
    Ok((name, kind, open.is_some()))
}

/// The arguments of `#[wire(..)]` on a variant.
#[derive(Default)]
pub(crate) struct VariantArguments {
    pub(crate) name: Option<LitStr>,
    pub(crate) default: Option<Span>,
    pub(crate) shape: Option<(Shape, Span)>,
}

pub(crate) fn variant(variant: &Variant) -> Result<VariantArguments> {
    let mut found = VariantArguments::default();
    arguments(&variant.attrs, |arguments| {
        if arguments.peek(LitStr) {
            let name: LitStr = arguments.parse()?;
            if found.name.is_some() {
                return Err(Error::new(
                    name.span(),
                    "a variant has one name on the wire",
                ));
            }
            found.name = Some(name);
            return Ok(());
        }
        let name: Ident = arguments.call(Ident::parse_any)?;
        let shape = match name.to_string().as_str() {
            "default" => return once(&mut found.default, name.span(), &name),
            "string" => Shape::String,
            "array" => Shape::Array,
            "object" => Shape::Object,
            "number" => Shape::Number,
            "bool" => Shape::Bool,
            _ => {
                let known = "its name on the wire in quotes, `default` (with a tag), and `string`, \
                             `array`, `object`, `number`, `bool` (untagged)";
                return Err(no_such(&name, "a variant", known));
            }
        };
        if found.shape.is_some() {
            return Err(Error::new(name.span(), "a variant takes one JSON type"));
        }
        found.shape = Some((shape, name.span()));
        Ok(())
    })?;
    Ok(found)
}
