//! Unions of objects that say by a member which variant they are.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, LitStr, Result};

use crate::attributes;
use crate::common::{self, codec, snake_case};

pub(crate) fn expand(input: &DeriveInput, data: &DataEnum, tag: &LitStr) -> Result<TokenStream> {
    let ident = &input.ident;
    let (mut idents, mut payloads, mut names) = (vec![], vec![], vec![]);
    let mut default = None;
    for variant in common::known(ident, data, "Unknown")? {
        let payload = common::payload(variant)?;
        let arguments = attributes::variant(variant)?;
        if let Some((_, span)) = arguments.shape {
            return Err(Error::new(
                span,
                "JSON types are for the variants of `#[wire(untagged)]` enums",
            ));
        }
        if let Some(span) = arguments.default {
            if default.replace(&variant.ident).is_some() {
                return Err(Error::new(
                    span,
                    "two variants are the default: an object without a tag can only be one",
                ));
            }
        }
        idents.push(&variant.ident);
        payloads.push(payload);
        names.push(arguments.name.unwrap_or_else(|| snake_case(&variant.ident)));
    }
    common::distinct(&names, "variants")?;

    let codec = codec();
    let find = common::number_of(&names);
    let numbers = 0..idents.len() as u32;
    let absent = match default {
        Some(variant) => quote! {
            #codec::Tag::Absent(start) => Self::#variant(#codec::payload(parser, start)?),
        },
        None => quote! {
            #codec::Tag::Absent(_) => Self::Unknown(#codec::unknown(parser, mark, ::core::option::Option::None)?),
        },
    };
    let json: Vec<String> = names
        .iter()
        .map(|name| common::json_member(tag, name))
        .collect();
    let kind_doc = format!(
        "The tag: the value of the member `{}`. Empty for a value that has none.",
        tag.value()
    );
    let twice = format!(
        "a variant of `{ident}` holds a struct with a field `{}`, which is the name of the tag: leave the field out",
        tag.value()
    );
    let conversions = idents.iter().zip(&payloads).filter(|(_, payload)| {
        let inner = common::boxed(payload).unwrap_or(payload);
        let same = |other: &&&syn::Type| {
            common::spelled(common::boxed(other).unwrap_or(other)) == common::spelled(inner)
        };
        payloads.iter().filter(same).count() == 1
    });
    let conversions = conversions.map(|(variant, payload)| match common::boxed(payload) {
        None => quote! {
            #[automatically_derived]
            impl ::core::convert::From<#payload> for #ident {
                fn from(value: #payload) -> Self {
                    Self::#variant(value)
                }
            }
        },
        Some(inner) => quote! {
            #[automatically_derived]
            impl ::core::convert::From<#inner> for #ident {
                fn from(value: #inner) -> Self {
                    Self::#variant(#codec::Box::new(value))
                }
            }
        },
    });

    Ok(quote! {
        #[automatically_derived]
        impl #ident {
            #[doc = #kind_doc]
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    #(Self::#idents(_) => #names,)*
                    Self::Unknown(unknown) => unknown.kind().unwrap_or_default(),
                }
            }
        }

        #[automatically_derived]
        impl ::orouter_wire::Wire for #ident {
            const EXPECTS: &'static str = "an object";

            fn decode(parser: &mut #codec::Parser<'_>) -> #codec::Parsed<Self> {
                let mark = parser.mark();
                ::core::result::Result::Ok(match #codec::find_tag(parser, #tag)? {
                    #codec::Tag::Named(name, start) => {
                        let name = &*name;
                        match #find {
                            #(#numbers => Self::#idents(#codec::payload(parser, start)?),)*
                            _ => Self::Unknown(#codec::unknown(parser, mark, ::core::option::Option::Some(name))?),
                        }
                    }
                    #absent
                    #codec::Tag::Odd => Self::Unknown(#codec::unknown(parser, mark, ::core::option::Option::None)?),
                })
            }

            fn encode(&self, writer: &mut #codec::Writer) {
                match self {
                    #(Self::#idents(value) => #codec::encode_tagged(value, writer, #tag, #json),)*
                    Self::Unknown(unknown) => #codec::encode_unknown(unknown, writer),
                }
            }

            fn look(&self, pointers: &mut #codec::Pointers) {
                match self {
                    #(Self::#idents(value) => pointers.object(value),)*
                    Self::Unknown(_) => pointers.here(),
                }
            }
        }

        #(const _: () = ::core::assert!(
            !#codec::has_field(<#payloads as #codec::Object>::LAYOUT, #tag),
            #twice,
        );)*

        #(#conversions)*
    })
}
