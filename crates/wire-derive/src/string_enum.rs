//! Enums of strings, open to values that are not known.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, Result};

use crate::attributes;
use crate::common::{self, codec, snake_case};

pub(crate) fn expand(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let ident = &input.ident;
    let variants = common::known(ident, data, "UnknownValue")?;
    let (mut idents, mut names) = (vec![], vec![]);
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a variant of a string enum holds nothing; for a union of objects, \
                           say `#[wire(tag = \"type\")]`, for one of JSON types `#[wire(untagged)]`";
            return Err(Error::new_spanned(variant, message));
        }
        let arguments = attributes::variant(variant)?;
        if let Some(span) = arguments.default {
            return Err(Error::new(
                span,
                "a string enum's default is std's: derive `Default` and say `#[default]`",
            ));
        }
        if let Some((_, span)) = arguments.shape {
            return Err(Error::new(
                span,
                "JSON types are for the variants of `#[wire(untagged)]` enums",
            ));
        }
        idents.push(&variant.ident);
        names.push(arguments.name.unwrap_or_else(|| snake_case(&variant.ident)));
    }
    common::distinct(&names, "variants")?;

    let codec = codec();
    let find = common::number_of(&names);
    let numbers = 0..idents.len() as u32;
    Ok(quote! {
        #[automatically_derived]
        impl #ident {
            /// The value as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#idents => #names,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }

            fn __known(name: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match #find {
                    #(#numbers => Self::#idents,)*
                    _ => return ::core::option::Option::None,
                })
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<&str> for #ident {
            fn from(value: &str) -> Self {
                match Self::__known(value) {
                    ::core::option::Option::Some(known) => known,
                    ::core::option::Option::None => Self::Unknown(#codec::UnknownValue::new(value.into())),
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#codec::String> for #ident {
            fn from(value: #codec::String) -> Self {
                match Self::__known(&value) {
                    ::core::option::Option::Some(known) => known,
                    ::core::option::Option::None => Self::Unknown(#codec::UnknownValue::new(value.into())),
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#codec::Cow<'_, str>> for #ident {
            fn from(value: #codec::Cow<'_, str>) -> Self {
                match value {
                    #codec::Cow::Borrowed(value) => Self::from(value),
                    #codec::Cow::Owned(value) => Self::from(value),
                }
            }
        }

        /// Never fails: an unknown value becomes `Unknown`.
        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(value))
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq<str> for #ident {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq<&str> for #ident {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[automatically_derived]
        impl ::orouter_wire::Wire for #ident {
            const EXPECTS: &'static str = "a string";

            fn decode(parser: &mut #codec::Parser<'_>) -> #codec::Parsed<Self> {
                parser.string().map(|name| Self::from(&*name))
            }

            fn encode(&self, writer: &mut #codec::Writer) {
                match self {
                    Self::Unknown(value) => #codec::encode_unknown_value(value, writer),
                    known => writer.string(known.as_str()),
                }
            }

            fn look(&self, pointers: &mut #codec::Pointers) {
                if let Self::Unknown(_) = self {
                    pointers.here();
                }
            }
        }
    })
}
