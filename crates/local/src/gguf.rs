//! Reads the head of a GGUF file: what it says of the model, and where each tensor lies.
//!
//! Tensors themselves are read where they are converted. A file from anywhere may be opened, so
//! nothing is believed before it is checked against the bytes that are there.

use std::collections::HashMap;

/// Why a head could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeadError {
    /// The first bytes are not those of a GGUF file.
    NotGguf,
    /// More bytes are needed than were given.
    Truncated,
    /// The bytes contradict the format.
    Malformed(String),
}

/// A value in the head. Numbers that no model here needs are kept only as their type's width.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// Any unsigned or signed integer that is not negative.
    Unsigned(u64),
    /// A negative integer.
    Negative,
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Text.
    Text(&'a str),
    /// A list of texts.
    Texts(Vec<&'a str>),
    /// A list of integers that are not negative.
    Unsigneds(Vec<u64>),
    /// A list of something else.
    OtherList,
}

/// How a tensor's numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    /// 32-bit floats.
    F32,
    /// Blocks of 32 weights: scale, minimum and 4 bits each.
    Q4_1,
    /// Blocks of 32 weights: scale and 8 bits each.
    Q8_0,
    /// One that this engine does not read, by its number in the format.
    Other(u32),
}

impl Storage {
    fn from_number(number: u32) -> Self {
        match number {
            0 => Self::F32,
            3 => Self::Q4_1,
            8 => Self::Q8_0,
            other => Self::Other(other),
        }
    }

    /// Bytes that `elements` numbers take, or `None` for a storage or a count that cannot be.
    pub(crate) fn bytes(self, elements: u64) -> Option<u64> {
        let (block, bytes) = match self {
            Self::F32 => (1, 4),
            Self::Q4_1 => (32, 20),
            Self::Q8_0 => (32, 34),
            Self::Other(_) => return None,
        };
        elements
            .is_multiple_of(block)
            .then(|| (elements / block).checked_mul(bytes))?
    }
}

/// Where a tensor lies and what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TensorPlace {
    /// Rows and columns; a vector has one row.
    pub(crate) rows: usize,
    /// Numbers in a row.
    pub(crate) columns: usize,
    /// How they are stored.
    pub(crate) storage: Storage,
    /// First byte, from the beginning of the file.
    pub(crate) start: u64,
    /// So many bytes; 0 for a storage that this engine does not read.
    pub(crate) len: u64,
}

/// The head of a GGUF file.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    values: HashMap<&'a str, Value<'a>>,
    tensors: HashMap<&'a str, TensorPlace>,
}

impl<'a> Head<'a> {
    /// Reads a head from the first bytes of a file.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, HeadError> {
        let mut reader = Reader { bytes, position: 0 };
        match reader.take(4) {
            Ok(b"GGUF") => {}
            Err(HeadError::Truncated) if b"GGUF".starts_with(bytes) => {
                return Err(HeadError::Truncated);
            }
            _ => return Err(HeadError::NotGguf),
        }
        let version = reader.u32()?;
        if version != 2 && version != 3 {
            return Err(HeadError::Malformed(format!(
                "GGUF version {version} is not known"
            )));
        }
        let tensor_count = reader.u64()?;
        let value_count = reader.u64()?;

        let mut values = HashMap::new();
        for _ in 0..value_count {
            let key = reader.text()?;
            let kind = reader.u32()?;
            values.insert(key, reader.value(kind)?);
        }

        let mut places = Vec::new();
        for _ in 0..tensor_count {
            places.push(reader.tensor()?);
        }

        let alignment = match values.get("general.alignment") {
            None => 32,
            Some(Value::Unsigned(alignment)) if alignment.is_power_of_two() => *alignment,
            Some(_) => {
                return Err(HeadError::Malformed(
                    "the alignment is no power of 2".into(),
                ));
            }
        };
        let data = (reader.position as u64)
            .checked_next_multiple_of(alignment)
            .ok_or_else(|| HeadError::Malformed("the alignment is too large".into()))?;
        let mut tensors = HashMap::with_capacity(places.len());
        for (name, mut place) in places {
            place.start = data
                .checked_add(place.start)
                .filter(|start| start.checked_add(place.len).is_some())
                .ok_or_else(|| HeadError::Malformed(format!("tensor {name} lies nowhere")))?;
            tensors.insert(name, place);
        }
        Ok(Self { values, tensors })
    }

    /// The value of that name, if there is one.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.values.get(key)
    }

    /// Where the tensor of that name lies, if there is one.
    pub(crate) fn tensor(&self, name: &str) -> Option<&TensorPlace> {
        self.tensors.get(name)
    }

    /// The first byte after the last tensor: the least size of a complete file.
    pub(crate) fn end(&self) -> u64 {
        self.tensors
            .values()
            .map(|place| place.start + place.len)
            .max()
            .unwrap_or(0)
    }
}

/// Steps through the head; every read is checked against what is left.
struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], HeadError> {
        let end = self.position.checked_add(len).ok_or(HeadError::Truncated)?;
        let taken = self
            .bytes
            .get(self.position..end)
            .ok_or(HeadError::Truncated)?;
        self.position = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], HeadError> {
        self.take(N)?.try_into().map_err(|_| HeadError::Truncated)
    }

    fn u32(&mut self) -> Result<u32, HeadError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, HeadError> {
        self.array().map(u64::from_le_bytes)
    }

    fn len(&mut self) -> Result<usize, HeadError> {
        usize::try_from(self.u64()?).map_err(|_| HeadError::Truncated)
    }

    fn text(&mut self) -> Result<&'a str, HeadError> {
        let len = self.len()?;
        std::str::from_utf8(self.take(len)?)
            .map_err(|_| HeadError::Malformed("a text is not UTF-8".into()))
    }

    fn value(&mut self, kind: u32) -> Result<Value<'a>, HeadError> {
        fn signed(number: i64) -> Value<'static> {
            u64::try_from(number).map_or(Value::Negative, Value::Unsigned)
        }
        Ok(match kind {
            0 => Value::Unsigned(self.array::<1>().map(u8::from_le_bytes)?.into()),
            1 => signed(self.array::<1>().map(i8::from_le_bytes)?.into()),
            2 => Value::Unsigned(self.array::<2>().map(u16::from_le_bytes)?.into()),
            3 => signed(self.array::<2>().map(i16::from_le_bytes)?.into()),
            4 => Value::Unsigned(self.u32()?.into()),
            5 => signed(self.array::<4>().map(i32::from_le_bytes)?.into()),
            6 => Value::Float(self.array::<4>().map(f32::from_le_bytes)?.into()),
            7 => Value::Bool(self.array::<1>()? != [0]),
            8 => Value::Text(self.text()?),
            9 => self.list()?,
            10 => Value::Unsigned(self.u64()?),
            11 => signed(self.array::<8>().map(i64::from_le_bytes)?),
            12 => Value::Float(self.array::<8>().map(f64::from_le_bytes)?),
            other => {
                return Err(HeadError::Malformed(format!(
                    "value type {other} is not known"
                )));
            }
        })
    }

    fn list(&mut self) -> Result<Value<'a>, HeadError> {
        let kind = self.u32()?;
        let len = self.len()?;
        if kind == 9 {
            return Err(HeadError::Malformed("a list of lists is not known".into()));
        }
        // Every element takes a byte at least, which bounds what a false length can reserve.
        let room = len.min(self.bytes.len().saturating_sub(self.position));
        match kind {
            8 => {
                let mut texts = Vec::with_capacity(room / 8);
                for _ in 0..len {
                    texts.push(self.text()?);
                }
                Ok(Value::Texts(texts))
            }
            0..=5 | 10 | 11 => {
                let mut numbers = Vec::with_capacity(room);
                let mut whole = true;
                for _ in 0..len {
                    match self.value(kind)? {
                        Value::Unsigned(number) => numbers.push(number),
                        _ => whole = false,
                    }
                }
                Ok(if whole {
                    Value::Unsigneds(numbers)
                } else {
                    Value::OtherList
                })
            }
            _ => {
                for _ in 0..len {
                    self.value(kind)?;
                }
                Ok(Value::OtherList)
            }
        }
    }

    /// A tensor's description; its start is still counted from the beginning of the data.
    fn tensor(&mut self) -> Result<(&'a str, TensorPlace), HeadError> {
        let name = self.text()?;
        let malformed = |what: &str| HeadError::Malformed(format!("tensor {name} {what}"));
        let dimensions = self.u32()?;
        // The file lists the columns first.
        let (columns, rows) = match dimensions {
            1 => (self.len()?, 1),
            2 => (self.len()?, self.len()?),
            _ => return Err(malformed("is neither a vector nor a matrix")),
        };
        let storage = Storage::from_number(self.u32()?);
        let start = self.u64()?;
        let elements = (rows as u64)
            .checked_mul(columns as u64)
            .ok_or_else(|| malformed("is too large"))?;
        let len = match storage {
            Storage::Other(_) => 0,
            known => known
                .bytes(elements)
                .ok_or_else(|| malformed("has a broken block"))?,
        };
        Ok((
            name,
            TensorPlace {
                rows,
                columns,
                storage,
                start,
                len,
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &mut Vec<u8>, text: &str) {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    }

    fn sample() -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3u32.to_le_bytes());
        bytes.extend(1u64.to_le_bytes());
        bytes.extend(3u64.to_le_bytes());
        text(&mut bytes, "general.architecture");
        bytes.extend(8u32.to_le_bytes());
        text(&mut bytes, "llama");
        text(&mut bytes, "llama.block_count");
        bytes.extend(4u32.to_le_bytes());
        bytes.extend(30u32.to_le_bytes());
        text(&mut bytes, "words");
        bytes.extend(9u32.to_le_bytes());
        bytes.extend(8u32.to_le_bytes());
        bytes.extend(2u64.to_le_bytes());
        text(&mut bytes, "a");
        text(&mut bytes, "b");
        text(&mut bytes, "w");
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(64u64.to_le_bytes());
        bytes.extend(2u64.to_le_bytes());
        bytes.extend(8u32.to_le_bytes());
        bytes.extend(0u64.to_le_bytes());
        bytes
    }

    #[test]
    fn reads_values_and_places() {
        let bytes = sample();
        let head = Head::parse(&bytes).unwrap();
        assert_eq!(
            head.get("general.architecture"),
            Some(&Value::Text("llama"))
        );
        assert_eq!(head.get("llama.block_count"), Some(&Value::Unsigned(30)));
        assert_eq!(head.get("words"), Some(&Value::Texts(vec!["a", "b"])));
        let place = head.tensor("w").unwrap();
        assert_eq!((place.rows, place.columns, place.len), (2, 64, 4 * 34));
        assert_eq!(place.start % 32, 0);
        assert_eq!(head.end(), place.start + place.len);
    }

    #[test]
    fn every_cut_is_an_error() {
        let bytes = sample();
        for end in 0..bytes.len() {
            assert_eq!(
                Head::parse(&bytes[..end]).unwrap_err(),
                HeadError::Truncated,
                "{end}"
            );
        }
    }

    #[test]
    fn no_single_changed_byte_panics_or_reserves_the_moon() {
        let bytes = sample();
        for at in 0..bytes.len() {
            for value in [0, 1, 9, 127, 128, 255] {
                let mut changed = bytes.clone();
                changed[at] = value;
                let _ = Head::parse(&changed);
            }
        }
    }

    #[test]
    fn another_kind_of_file_is_told_apart() {
        assert_eq!(
            Head::parse(b"PK\x03\x04 something").unwrap_err(),
            HeadError::NotGguf
        );
        assert_eq!(Head::parse(b"PK").unwrap_err(), HeadError::NotGguf);
    }
}
