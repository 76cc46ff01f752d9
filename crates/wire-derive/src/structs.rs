//! Structs: objects with named, typed fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataStruct, DeriveInput, Error, Fields, Ident, LitStr, Result, Type};

use crate::attributes::{self, FieldKind};
use crate::common::{self, codec};

/// As many as there are bits in the masks, less the two for tags.
const MAX_FIELDS: usize = 62;

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    name: LitStr,
    kind: FieldKind,
    open: bool,
}

pub(crate) fn expand(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let ident = &input.ident;
    let fields = fields(input, data)?;
    let (own, open) = attributes::own_tag(input)?;
    if let Some(own) = &own {
        if let Some(field) = fields
            .iter()
            .find(|field| field.name.value() == own.name.value())
        {
            let message = "this field has the name of the tag, which is written by itself: leave the field out";
            return Err(Error::new_spanned(field.ident, message));
        }
    }

    let codec = codec();
    let mut required = 0u64;
    let (mut names, mut keys, mut takes, mut gives, mut looks) =
        (vec![], vec![], vec![], vec![], vec![]);
    let numbers = numbers(&fields);
    for (
        index,
        Field {
            ident,
            ty,
            name,
            kind,
            open,
        },
    ) in numbers.iter().copied().zip(&fields)
    {
        let (take, give) = match kind {
            FieldKind::Plain => (quote!(plain), quote!(plain)),
            FieldKind::Option => (quote!(option), quote!(option)),
            FieldKind::Nullable => (quote!(option), quote!(nullable)),
            FieldKind::Optional => (quote!(optional), quote!(optional)),
        };
        if matches!(kind, FieldKind::Plain | FieldKind::Nullable) {
            required |= 1 << index;
        }
        let written = format!(",{}:", common::json_string(&name.value()));
        names.push((index, name.clone()));
        keys.push((index, quote!(#codec::ExpectedKey::new(#written))));
        takes.push(quote!(#index => members.#take(parser, #index, #name, &mut self.#ident),));
        let writes = quote!(fields.#give(#index, #written, &self.#ident););
        gives.push(if *open {
            quote!(fields.open(|fields| { #writes });)
        } else {
            writes
        });
        let look = if can_be_unknown(ty) {
            quote!(pointers.field(kept, #index, #name, &self.#ident);)
        } else {
            quote!(pointers.scalar(kept, #index, #name, &self.#ident);)
        };
        looks.push(if *open {
            quote!(pointers.open(|pointers| { #look });)
        } else {
            look
        });
    }
    let declared: Vec<_> = names.iter().map(|(_, name)| name.clone()).collect();
    let names = by_number(names);
    let keys = by_number(keys);
    let find = common::number_of(&names);
    let tag = match &own {
        None => quote!(::core::option::Option::None),
        Some(own) => {
            let (name, value, json) = (
                &own.name,
                &own.value,
                common::json_member(&own.name, &own.value),
            );
            quote!(::core::option::Option::Some(#codec::OwnTag { name: #name, value: #value, json: #json }))
        }
    };

    Ok(quote! {
        #[automatically_derived]
        impl #codec::Object for #ident {
            const LAYOUT: &'static #codec::Layout = &#codec::Layout {
                names: &[#(#names),*],
                keys: &[#(#keys),*],
                required: #required,
                tag: #tag,
                open: #open,
            };

        }

        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused_variables, unreachable_code, non_snake_case)]
        impl #codec::Slots for #ident {
            fn layout(&self) -> &'static #codec::Layout {
                <Self as #codec::Object>::LAYOUT
            }

            fn find_field(&self, name: &str) -> u32 {
                #find
            }

            fn decode_field(
                &mut self,
                index: u32,
                members: &mut #codec::Members,
                parser: &mut #codec::Parser<'_>,
            ) -> #codec::Parsed<()> {
                match index {
                    #(#takes)*
                    _ => ::core::result::Result::Ok(()),
                }
            }

            fn encode_fields(&self, fields: &mut #codec::Fields<'_>) {
                #(#gives)*
            }

            fn visit_untyped(&self, pointers: &mut #codec::Pointers, kept: #codec::Kept) {
                #(#looks)*
            }

            fn extra(&self) -> &#codec::Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut #codec::Extra {
                &mut self.extra
            }
        }

        #[automatically_derived]
        impl ::orouter_wire::Wire for #ident {
            const EXPECTS: &'static str = "an object";
            const MEMBERS: &'static [&'static str] = &[#(#declared),*];

            fn decode(parser: &mut #codec::Parser<'_>) -> #codec::Parsed<Self> {
                let mut this = <Self as ::core::default::Default>::default();
                #codec::object(&mut this, parser)?;
                ::core::result::Result::Ok(this)
            }

            #[inline]
            fn decode_boxed(parser: &mut #codec::Parser<'_>) -> #codec::Parsed<#codec::Box<Self>> {
                let mut this = <#codec::Box<Self> as ::core::default::Default>::default();
                #codec::object(&mut *this, parser)?;
                ::core::result::Result::Ok(this)
            }

            fn encode(&self, writer: &mut #codec::Writer) {
                #codec::encode_object(self, writer);
            }

            fn look(&self, pointers: &mut #codec::Pointers) {
                pointers.object(self);
            }
        }
    })
}

fn fields<'a>(input: &DeriveInput, data: &'a DataStruct) -> Result<Vec<Field<'a>>> {
    let ident = &input.ident;
    let Fields::Named(named) = &data.fields else {
        let message = "a wire struct has named fields, one for each member: `struct Name { .., extra: Extra }`";
        return Err(Error::new_spanned(ident, message));
    };
    let mut fields = Vec::new();
    let mut extra = false;
    for field in &named.named {
        let Some(ident) = &field.ident else { continue };
        if ident == "extra" {
            if common::last_segment(&field.ty).is_none_or(|name| name != "Extra") {
                return Err(Error::new_spanned(
                    &field.ty,
                    "the field `extra` is of the type `Extra`",
                ));
            }
            if let Some(attribute) = field.attrs.iter().find(|a| a.path().is_ident("wire")) {
                return Err(Error::new_spanned(attribute, "`extra` takes no attribute"));
            }
            extra = true;
            continue;
        }
        let (name, kind, open) = attributes::field(field, ident)?;
        fields.push(Field {
            ident,
            ty: &field.ty,
            name,
            kind,
            open,
        });
    }
    if !extra {
        let message = format!(
            "`{ident}` needs a field `extra: Extra`: it keeps the members that no field takes"
        );
        return Err(Error::new_spanned(ident, message));
    }
    if fields.len() > MAX_FIELDS {
        return Err(Error::new_spanned(
            ident,
            format!("a wire struct has up to {MAX_FIELDS} fields"),
        ));
    }
    common::distinct(fields.iter().map(|field| &field.name), "fields")?;
    Ok(fields)
}

/// Members that OpenAI sends before the others, in this order.
const FIRST: [&str; 5] = ["sequence_number", "id", "object", "created_at", "status"];

/// Member that OpenAI sends after the others.
const LAST: &str = "metadata";

/// Returns the number of each field: its place in the order in which servers send the members, which is by
/// name except for a few. The decoder expects the field with the next number. The order of the declaration is that in
/// which the members are written.
fn numbers(fields: &[Field<'_>]) -> Vec<u32> {
    let place = |name: &str| {
        let first = FIRST.iter().position(|first| *first == name);
        (name == LAST, first.unwrap_or(FIRST.len()))
    };
    let names: Vec<String> = fields.iter().map(|field| field.name.value()).collect();
    let keys: Vec<_> = names.iter().map(|name| (place(name), name)).collect();
    keys.iter()
        .map(|key| keys.iter().map(|other| u32::from(other < key)).sum())
        .collect()
}

fn by_number<T>(mut numbered: Vec<(u32, T)>) -> Vec<T> {
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, value)| value).collect()
}

/// Returns `true` if a value of the type can hold untyped values; plain scalars cannot.
fn can_be_unknown(ty: &Type) -> bool {
    let inner = match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .and_then(|last| match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(syn::GenericArgument::Type(inner)) if last.ident == "Option" => {
                        Some(inner)
                    }
                    _ => None,
                },
                _ => None,
            }),
        _ => None,
    };
    let name = common::last_segment(inner.unwrap_or(ty)).map(ToString::to_string);
    !matches!(
        name.as_deref(),
        Some("String" | "bool" | "u32" | "u64" | "i64" | "f64")
    )
}
