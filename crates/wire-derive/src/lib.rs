//! `#[derive(Wire)]`: lossless, tolerant, fast JSON for the types of orouter-wire.
//!
//! `orouter_wire::Wire` documents the derive. `attributes.rs` parses the attributes; four files
//! generate the code, one for each kind of type: structs, string enums, unions with a tag, unions
//! told apart by JSON type.
//!
//! `#[derive(CloneEq)]` (`clone_eq.rs`) is `Clone` and `PartialEq` for the same types, with a
//! shorter compile time.

mod attributes;
mod clone_eq;
mod common;
mod shape_union;
mod string_enum;
mod structs;
mod tagged_union;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error, Result};

use attributes::{EnumKind, enum_kind};

/// Derives `Wire`, serde's `Serialize` and `Deserialize`, and conversions that fit the kind of type.
///
/// See `orouter_wire::Wire` for the attributes and for examples.
#[proc_macro_derive(Wire, attributes(wire))]
pub fn derive_wire(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

/// Derives `Clone` and `PartialEq` as std's derives do, without `#[inline]`.
///
/// With `#[inline]`, the code that clones and compares a type with dozens of fields is generated
/// again in each codegen unit that uses it. For hundreds of types, this took a quarter of their
/// compile time.
#[proc_macro_derive(CloneEq)]
pub fn derive_clone_eq(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    clone_eq::expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    if let Some(generic) = input.generics.params.first() {
        return Err(Error::new_spanned(
            generic,
            "a wire type has no generic parameters",
        ));
    }
    let body = match &input.data {
        Data::Struct(data) => structs::expand(input, data)?,
        Data::Enum(data) => match enum_kind(input)? {
            EnumKind::Strings => string_enum::expand(input, data)?,
            EnumKind::Tagged(tag) => tagged_union::expand(input, data, &tag)?,
            EnumKind::Shapes => shape_union::expand(input, data)?,
        },
        Data::Union(_) => {
            return Err(Error::new_spanned(
                input,
                "a wire type is a struct or an enum",
            ));
        }
    };
    let serde = common::serde_bridge(&input.ident);
    Ok(quote::quote!(#body #serde))
}
