//! From any of serde's deserializers to JSON text.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::sync::OnceLock;

use serde::de::value::Error as Refused;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::Writer;

/// The value as JSON text: the exact one where the deserializer has it.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(token(), Whole)
}

/// The name by which `serde_json` knows that its raw text is wanted, asked from itself.
fn token() -> &'static str {
    static TOKEN: OnceLock<&'static str> = OnceLock::new();
    TOKEN.get_or_init(|| {
        let name = Cell::new("");
        // The probe notes the name and refuses; the refusal is what is expected.
        let _refused = Box::<RawValue>::deserialize(Probe(&name));
        name.get()
    })
}

struct Probe<'a>(&'a Cell<&'static str>);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Refused> {
        Err(de::Error::custom("a probe holds no value"))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.0.set(name);
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The outermost value: raw text if it is offered, a transcript if not.
struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        let mut writer = Writer::new();
        inner.deserialize_any(Transcript(&mut writer))?;
        Ok(Cow::Owned(writer.into_text()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut writer = Writer::new();
        writer.open_object();
        if let Some(key) = map.next_key::<Text<'de>>()? {
            if key.0 == token() {
                return map.next_value::<Text<'de>>().map(|text| text.0);
            }
            writer.member(&key.0);
            map.next_value_seed(Transcript(&mut writer))?;
        }
        members(&mut writer, map)?;
        Ok(Cow::Owned(writer.into_text()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        transcript(|inner| inner.visit_seq(seq))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        transcript(|inner| inner.visit_str(value))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        transcript(|inner| inner.visit_bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        transcript(|inner| inner.visit_i64(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        transcript(|inner| inner.visit_u64(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        transcript(|inner| inner.visit_f64(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed("null"))
    }
}

fn transcript<'de, E>(
    write: impl FnOnce(Transcript<'_>) -> Result<(), E>,
) -> Result<Cow<'de, str>, E> {
    let mut writer = Writer::new();
    write(Transcript(&mut writer))?;
    Ok(Cow::Owned(writer.into_text()))
}

/// A string, borrowed where the deserializer lends it.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lent;
        impl<'de> Visitor<'de> for Lent {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(Lent)
    }
}

/// Writes whatever comes as JSON.
struct Transcript<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Transcript<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Transcript<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.bool(value);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.0.signed(value);
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.0.unsigned(value);
        Ok(())
    }

    fn visit_i128<E>(self, value: i128) -> Result<(), E> {
        self.0.text(&value.to_string());
        Ok(())
    }

    fn visit_u128<E>(self, value: u128) -> Result<(), E> {
        self.0.text(&value.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.0.float(value);
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.0.string(value);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.null();
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.null();
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.open_array();
        loop {
            // The comma is taken back if no element follows.
            let length = self.0.out.len();
            self.0.element();
            if seq.next_element_seed(Transcript(self.0))?.is_none() {
                self.0.out.truncate(length);
                break;
            }
        }
        self.0.close_array();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.open_object();
        members(self.0, map)
    }
}

/// Writes the members that are left, and the end of the object.
fn members<'de, A: MapAccess<'de>>(writer: &mut Writer, mut map: A) -> Result<(), A::Error> {
    while let Some(key) = map.next_key::<Text<'de>>()? {
        writer.member(&key.0);
        map.next_value_seed(Transcript(writer))?;
    }
    writer.close_object();
    Ok(())
}
