//! The macro that turns the rows of `table.rs` into [`StreamEvent`](super::StreamEvent) and the
//! code that differs between its variants.
//!
//! A row is `"type" => Variant(Payload): Class(details);`. The details are the response's status
//! for `Lifecycle` and `Terminal`, and the kind of item and its status for `Progress`. They are
//! left out where the event does not tell a status.

/// Defines the enum and its table-driven methods. See the head of this file for the rows.
macro_rules! event_table {
    (
        $(#[$enum_meta:meta])*
        pub enum $enum:ident {
            $(
                $(#[$meta:meta])*
                $type:literal => $variant:ident($($payload:tt)+): $class:ident $(($($detail:tt)+))?;
            )+
        }
    ) => {
        $(#[$enum_meta])*
        #[derive(CloneEq, Debug, Wire)]
        #[non_exhaustive]
        #[wire(tag = "type")]
        pub enum $enum {
            $(
                $(#[$meta])*
                #[wire($type)]
                $variant($($payload)+),
            )+
            /// A kind that this version does not know, or a frame that is not an event; kept as it
            /// came.
            Unknown(crate::unknown::Unknown),
        }

        impl $enum {
            /// Types and classes of the events that this version knows, in the order of their
            /// declaration.
            pub const TYPES: &'static [(&'static str, super::class::EventClass)] =
                &[$(($type, super::class::EventClass::$class)),+];

            /// Returns the event's class, an exhaustive enum.
            ///
            /// An event of an unknown kind is of the class
            /// [`Unknown`](super::EventClass::Unknown), unless it lacks a type and reports an
            /// error; such a frame is read for it, which takes time linear in its size.
            #[must_use]
            pub fn class(&self) -> super::class::EventClass {
                match self {
                    $(Self::$variant(_) => super::class::EventClass::$class,)+
                    Self::Unknown(unknown) => super::untyped::class_of_unknown(unknown),
                }
            }

            /// Returns the event's number in the stream, from 0, where the sender numbers its
            /// events. An event of an unknown kind is read for it.
            pub fn sequence_number(&self) -> Option<u32> {
                match self {
                    $(Self::$variant(event) => event.sequence_number,)+
                    Self::Unknown(unknown) => super::untyped::number_of_unknown(unknown),
                }
            }

            /// Sets the event's number in the stream. An event of an unknown kind keeps its own.
            pub fn set_sequence_number(&mut self, number: u32) {
                match self {
                    $(Self::$variant(event) => event.sequence_number = Some(number),)+
                    Self::Unknown(_) => {}
                }
            }

            /// Returns the id of the response that the event is about, if the event tells it: its
            /// member `response_id`, or the id of the response that it carries.
            #[must_use]
            pub fn response_id(&self) -> Option<&str> {
                match self {
                    $(Self::$variant(event) => event.response_id.as_deref(),)+
                    Self::Unknown(_) => None,
                }
                .or_else(|| self.response().map(|response| &*response.id))
                .filter(|id| !id.is_empty())
            }

            /// Returns the response that the event carries: that of `response.created`,
            /// `response.completed` and other events about the whole response.
            pub fn response(&self) -> Option<&crate::response::Response> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.response(),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Takes the response that the event carries out of it.
            pub fn into_response(self) -> Option<crate::response::Response> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.into_response(),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the item that the event carries: that of `response.output_item.added` and
            /// `response.output_item.done`.
            pub fn item(&self) -> Option<&crate::item::Item> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.item(),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Takes the item that the event carries out of it.
            pub(crate) fn into_item(self) -> Option<crate::item::Item> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.into_item(),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the failure of the stream, if the event is one: `error`, `response.error`,
            /// and a frame without a `type` whose `error` is an object or a string. The failure of
            /// a response (`response.failed`) is in [`response`](Self::response);
            /// [`failure`](Self::failure) returns both in one form.
            pub fn error(&self) -> Option<super::failure::ErrorEvent> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.error().cloned(),)+
                    Self::Unknown(unknown) => super::untyped::error_of_unknown(unknown),
                }
            }

            /// Returns the `output_index` of the item that the event is about; `None` if it is not
            /// about an item, does not carry the member, or is of an unknown kind.
            #[must_use]
            pub fn output_index(&self) -> Option<u32> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.output_index(),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the id of the item that the event is about; `None` if it is not about an
            /// item, if the id is missing or empty, or if the event is of an unknown kind.
            #[must_use]
            pub fn item_id(&self) -> Option<&str> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.item_id(),)+
                    Self::Unknown(_) => None,
                }
                .filter(|id| !id.is_empty())
            }

            /// Returns the item and the part that the event is about, and the change to the part,
            /// in one form for all events. `None` for events that are about a whole item, the
            /// whole response or nothing of it, and for unknown ones.
            #[must_use]
            pub fn item_change(&self) -> Option<super::change::ItemChange<'_>> {
                use super::payload::Payload;
                match self {
                    $(Self::$variant(event) => event.change(super::class::EventClass::$class),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the status of the response that the event's type announces; `None` for
            /// `response.done`, which ends responses of any status, and for events that are not
            /// about the whole response.
            #[must_use]
            pub fn announced_status(&self) -> Option<crate::response::ResponseStatus> {
                match self {
                    $(Self::$variant(_) => event_table!(@response $class $(($($detail)+))?),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the item, its kind and its status that a `Progress` event tells.
            pub(crate) fn progress(&self) -> Option<super::kind::Progress<'_>> {
                match self {
                    $(Self::$variant(_event) => {
                        event_table!(@progress _event $class $(($($detail)+))?)
                    })+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the events that tell the statuses of an item of this kind, in the order of
            /// the table.
            pub(crate) fn progress_of(
                kind: super::kind::Kind,
            ) -> impl Iterator<Item = super::kind::ProgressEvent<Self>> {
                [$(event_table!(@row $enum $variant $class $(($($detail)+))?)),+]
                    .into_iter()
                    .flatten()
                    .filter(move |row: &super::kind::ProgressEvent<Self>| row.kind == kind)
            }
        }
    };
    (@response Lifecycle($status:ident)) => { Some(crate::response::ResponseStatus::$status) };
    (@response Terminal($status:ident)) => { Some(crate::response::ResponseStatus::$status) };
    (@response $($other:tt)*) => { None };
    (@progress $event:ident Progress($kind:ident, $status:ident)) => {
        Some(super::kind::Progress {
            event: $event,
            kind: super::kind::Kind::$kind,
            status: crate::item::ItemStatus::$status,
        })
    };
    (@progress $($other:tt)*) => { None };
    (@row $enum:ident $variant:ident Progress($kind:ident, $status:ident)) => {
        Some(super::kind::ProgressEvent {
            kind: super::kind::Kind::$kind,
            status: crate::item::ItemStatus::$status,
            event: $enum::$variant,
        })
    };
    (@row $($other:tt)*) => { None };
}

pub(super) use event_table;
