//! Unions of objects in which a member, the tag, names the variant.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, LitStr, Result};

use crate::attributes::{self, Shape};
use crate::common::{self, codec, snake_case};

pub(crate) fn expand(input: &DeriveInput, data: &DataEnum, tag: &LitStr) -> Result<TokenStream> {
    let ident = &input.ident;
    let (mut idents, mut payloads, mut names) = (vec![], vec![], vec![]);
    let mut default = None;
    // A variant for a bare string in place of an object.
    let mut string = None;
    for variant in common::known(ident, data, "Unknown")? {
        let payload = common::payload(variant)?;
        let arguments = attributes::variant(variant)?;
        if let Some((shape, span)) = arguments.shape {
            let alone = arguments.name.is_none() && arguments.default.is_none();
            if shape != Shape::String || !alone || common::spelled(payload) != "String" {
                return Err(Error::new(
                    span,
                    "of the JSON types, a union with a tag takes only a string beside objects: `#[wire(string)] Name(String)`",
                ));
            }
            if string.replace(&variant.ident).is_some() {
                return Err(Error::new(
                    span,
                    "two variants take a string, so the second would never be chosen",
                ));
            }
            continue;
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

    let odd = quote!(Self::Unknown(#codec::unknown(parser, mark, ::core::option::Option::None)?));
    let odd = match string {
        None => odd,
        Some(variant) => quote! {{
            parser.rewind(mark);
            match parser.token() {
                #codec::Token::String => #codec::shaped(parser, Self::#variant, Self::Unknown)?,
                _ => #odd,
            }
        }},
    };
    let strings = Vec::from_iter(string);

    Ok(quote! {
        #[automatically_derived]
        impl #ident {
            #[doc = #kind_doc]
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    #(Self::#idents(_) => #names,)*
                    #(Self::#strings(_) => "",)*
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
                    #codec::Tag::Odd => #odd,
                })
            }

            fn encode(&self, writer: &mut #codec::Writer) {
                match self {
                    #(Self::#idents(value) => #codec::encode_tagged(value, writer, #tag, #json),)*
                    #(Self::#strings(text) => ::orouter_wire::Wire::encode(text, writer),)*
                    Self::Unknown(unknown) => #codec::encode_unknown(unknown, writer),
                }
            }

            fn look(&self, pointers: &mut #codec::Pointers) {
                match self {
                    #(Self::#idents(value) => pointers.object(value),)*
                    #(Self::#strings(_) => {})*
                    Self::Unknown(_) => pointers.here(),
                }
            }
        }

        #(const _: () = ::core::assert!(
            !#codec::has_field(<#payloads as #codec::Object>::LAYOUT, #tag),
            #twice,
        );)*

        #(#conversions)*

        #(
            #[automatically_derived]
            impl ::core::convert::From<::std::string::String> for #ident {
                fn from(text: ::std::string::String) -> Self {
                    Self::#strings(text)
                }
            }

            #[automatically_derived]
            impl ::core::convert::From<&str> for #ident {
                fn from(text: &str) -> Self {
                    Self::#strings(text.into())
                }
            }
        )*
    })
}
