//! Parses the header of a GGUF file: the metadata of the model, and the position of each tensor.
//!
//! The file is untrusted input: every length and count is checked against the bytes that exist.
//! `model/load.rs` reads the tensors themselves.

use std::collections::HashMap;

/// Error of parsing a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
    /// The file does not begin with the GGUF magic number.
    NotGguf,
    /// The header continues after the given bytes.
    Truncated,
    /// The header violates the format.
    Malformed(String),
}

/// A metadata value. Values that no supported model needs are not kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Metadata<'a> {
    /// An integer that is not negative, of any type.
    Unsigned(u64),
    /// A negative integer.
    Negative,
    /// A floating-point number.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A string.
    Text(&'a str),
    /// An array of strings.
    Texts(Vec<&'a str>),
    /// An array of integers that are not negative.
    Unsigneds(Vec<u64>),
    /// Another array; its elements are not kept.
    OtherList,
}

/// Number format of a tensor (`ggml_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TensorType {
    /// 32-bit floats.
    F32,
    /// Blocks of 32 weights: scale, minimum and 4 bits each.
    Q4_1,
    /// Blocks of 32 weights: scale and 8 bits each.
    Q8_0,
    /// A type that this engine does not support, with its number.
    Other(u32),
}

impl TensorType {
    fn from_number(number: u32) -> Self {
        match number {
            0 => Self::F32,
            3 => Self::Q4_1,
            8 => Self::Q8_0,
            other => Self::Other(other),
        }
    }

    /// Returns the size in bytes of `elements` numbers. `None` if the type is not supported or the
    /// number is not a multiple of the block size.
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

/// Position, dimensions and type of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TensorInfo {
    /// Number of rows; 1 for a vector.
    pub(crate) rows: usize,
    /// Number of columns.
    pub(crate) columns: usize,
    /// Number format.
    pub(crate) tensor_type: TensorType,
    /// Offset of the first byte in the file.
    pub(crate) start: u64,
    /// Size in bytes; 0 for a type that is not supported.
    pub(crate) len: u64,
}

/// The header of a GGUF file.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    values: HashMap<&'a str, Metadata<'a>>,
    tensors: HashMap<&'a str, TensorInfo>,
}

impl<'a> Header<'a> {
    /// Parses the header at the beginning of a file.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let mut reader = Reader { bytes, position: 0 };
        match reader.take(4) {
            Ok(b"GGUF") => {}
            Err(HeaderError::Truncated) if b"GGUF".starts_with(bytes) => {
                return Err(HeaderError::Truncated);
            }
            _ => return Err(HeaderError::NotGguf),
        }
        let version = reader.u32()?;
        if version != 2 && version != 3 {
            return Err(HeaderError::Malformed(format!(
                "GGUF version {version} is not supported"
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

        let mut infos = Vec::new();
        for _ in 0..tensor_count {
            infos.push(reader.tensor()?);
        }

        let alignment = match values.get("general.alignment") {
            None => 32,
            Some(Metadata::Unsigned(alignment)) if alignment.is_power_of_two() => *alignment,
            Some(_) => {
                return Err(HeaderError::Malformed(
                    "the alignment is not a power of 2".into(),
                ));
            }
        };
        let data = (reader.position as u64)
            .checked_next_multiple_of(alignment)
            .ok_or_else(|| HeaderError::Malformed("the alignment is too large".into()))?;
        let mut tensors = HashMap::with_capacity(infos.len());
        for (name, mut info) in infos {
            info.start = data
                .checked_add(info.start)
                .filter(|start| start.checked_add(info.len).is_some())
                .ok_or_else(|| {
                    HeaderError::Malformed(format!("the position of tensor {name} is out of range"))
                })?;
            tensors.insert(name, info);
        }
        Ok(Self { values, tensors })
    }

    /// Returns the metadata value with this key.
    pub(crate) fn get(&self, key: &str) -> Option<&Metadata<'a>> {
        self.values.get(key)
    }

    /// Returns the description of the tensor with this name.
    pub(crate) fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name)
    }

    /// Returns the offset after the last tensor, which is the minimum size of a complete file.
    pub(crate) fn end(&self) -> u64 {
        self.tensors
            .values()
            .map(|info| info.start + info.len)
            .max()
            .unwrap_or(0)
    }
}

/// Reads the header in order, and checks every read against the bytes that remain.
struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], HeaderError> {
        let end = self
            .position
            .checked_add(len)
            .ok_or(HeaderError::Truncated)?;
        let taken = self
            .bytes
            .get(self.position..end)
            .ok_or(HeaderError::Truncated)?;
        self.position = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], HeaderError> {
        self.take(N)?.try_into().map_err(|_| HeaderError::Truncated)
    }

    fn u32(&mut self) -> Result<u32, HeaderError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, HeaderError> {
        self.array().map(u64::from_le_bytes)
    }

    fn len(&mut self) -> Result<usize, HeaderError> {
        usize::try_from(self.u64()?).map_err(|_| HeaderError::Truncated)
    }

    fn text(&mut self) -> Result<&'a str, HeaderError> {
        let len = self.len()?;
        std::str::from_utf8(self.take(len)?)
            .map_err(|_| HeaderError::Malformed("a string is not UTF-8".into()))
    }

    fn value(&mut self, kind: u32) -> Result<Metadata<'a>, HeaderError> {
        fn signed(number: i64) -> Metadata<'static> {
            u64::try_from(number).map_or(Metadata::Negative, Metadata::Unsigned)
        }
        Ok(match kind {
            0 => Metadata::Unsigned(self.array::<1>().map(u8::from_le_bytes)?.into()),
            1 => signed(self.array::<1>().map(i8::from_le_bytes)?.into()),
            2 => Metadata::Unsigned(self.array::<2>().map(u16::from_le_bytes)?.into()),
            3 => signed(self.array::<2>().map(i16::from_le_bytes)?.into()),
            4 => Metadata::Unsigned(self.u32()?.into()),
            5 => signed(self.array::<4>().map(i32::from_le_bytes)?.into()),
            6 => Metadata::Float(self.array::<4>().map(f32::from_le_bytes)?.into()),
            7 => Metadata::Bool(self.array::<1>()? != [0]),
            8 => Metadata::Text(self.text()?),
            9 => self.list()?,
            10 => Metadata::Unsigned(self.u64()?),
            11 => signed(self.array::<8>().map(i64::from_le_bytes)?),
            12 => Metadata::Float(self.array::<8>().map(f64::from_le_bytes)?),
            other => {
                return Err(HeaderError::Malformed(format!(
                    "value type {other} is not supported"
                )));
            }
        })
    }

    fn list(&mut self) -> Result<Metadata<'a>, HeaderError> {
        let kind = self.u32()?;
        let len = self.len()?;
        if kind == 9 {
            return Err(HeaderError::Malformed(
                "arrays of arrays are not supported".into(),
            ));
        }
        // Every element takes at least a byte, which bounds the allocation for a wrong length.
        let room = len.min(self.bytes.len().saturating_sub(self.position));
        match kind {
            8 => {
                let mut texts = Vec::with_capacity(room / 8);
                for _ in 0..len {
                    texts.push(self.text()?);
                }
                Ok(Metadata::Texts(texts))
            }
            0..=5 | 10 | 11 => {
                let mut numbers = Vec::with_capacity(room);
                let mut whole = true;
                for _ in 0..len {
                    match self.value(kind)? {
                        Metadata::Unsigned(number) => numbers.push(number),
                        _ => whole = false,
                    }
                }
                Ok(if whole {
                    Metadata::Unsigneds(numbers)
                } else {
                    Metadata::OtherList
                })
            }
            _ => {
                for _ in 0..len {
                    self.value(kind)?;
                }
                Ok(Metadata::OtherList)
            }
        }
    }

    /// Reads the description of a tensor. Its offset is still relative to the tensor data.
    fn tensor(&mut self) -> Result<(&'a str, TensorInfo), HeaderError> {
        let name = self.text()?;
        let malformed = |reason: &str| HeaderError::Malformed(format!("tensor {name} {reason}"));
        let dimensions = self.u32()?;
        // The file lists the columns first.
        let (columns, rows) = match dimensions {
            1 => (self.len()?, 1),
            2 => (self.len()?, self.len()?),
            _ => return Err(malformed("is neither a vector nor a matrix")),
        };
        let tensor_type = TensorType::from_number(self.u32()?);
        let start = self.u64()?;
        let elements = (rows as u64)
            .checked_mul(columns as u64)
            .ok_or_else(|| malformed("is too large"))?;
        let len = match tensor_type {
            TensorType::Other(_) => 0,
            known => known
                .bytes(elements)
                .ok_or_else(|| malformed("has an incomplete block"))?,
        };
        Ok((
            name,
            TensorInfo {
                rows,
                columns,
                tensor_type,
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
    fn metadata_and_tensors_are_read() {
        let bytes = sample();
        let header = Header::parse(&bytes).unwrap();
        assert_eq!(
            header.get("general.architecture"),
            Some(&Metadata::Text("llama"))
        );
        assert_eq!(
            header.get("llama.block_count"),
            Some(&Metadata::Unsigned(30))
        );
        assert_eq!(header.get("words"), Some(&Metadata::Texts(vec!["a", "b"])));
        let info = header.tensor("w").unwrap();
        assert_eq!((info.rows, info.columns, info.len), (2, 64, 4 * 34));
        assert_eq!(info.start % 32, 0);
        assert_eq!(header.end(), info.start + info.len);
    }

    #[test]
    fn every_prefix_is_truncated() {
        let bytes = sample();
        for end in 0..bytes.len() {
            assert_eq!(
                Header::parse(&bytes[..end]).unwrap_err(),
                HeaderError::Truncated,
                "{end}"
            );
        }
    }

    #[test]
    fn no_changed_byte_causes_a_panic_or_a_huge_allocation() {
        let bytes = sample();
        for at in 0..bytes.len() {
            for value in [0, 1, 9, 127, 128, 255] {
                let mut changed = bytes.clone();
                changed[at] = value;
                let _ = Header::parse(&changed);
            }
        }
    }

    #[test]
    fn other_files_are_not_gguf() {
        assert_eq!(
            Header::parse(b"PK\x03\x04 something").unwrap_err(),
            HeaderError::NotGguf
        );
        assert_eq!(Header::parse(b"PK").unwrap_err(), HeaderError::NotGguf);
    }
}
