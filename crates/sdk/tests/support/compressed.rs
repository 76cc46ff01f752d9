//! Compressed bodies made by hand. Each format has a form that stores bytes unchanged, so that no
//! compressor is needed and a test knows the position of each part.

/// A compression that a server may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Gzip,
    Brotli,
    Zstd,
}

impl Coding {
    pub const ALL: [Self; 3] = [Self::Gzip, Self::Brotli, Self::Zstd];

    /// Returns the compressions that this build reads.
    pub fn built() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|coding| coding.is_built())
    }

    pub fn is_built(self) -> bool {
        match self {
            Self::Gzip => cfg!(feature = "gzip"),
            Self::Brotli => cfg!(feature = "brotli"),
            Self::Zstd => cfg!(feature = "zstd"),
        }
    }

    /// Returns the name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// Returns the start of a body, before the first byte of content.
    fn start(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff],
            // A window of 64 KiB. This byte also contains the lowest bit of the first block, so blocks
            // begin one bit later in the first byte. See `Body::push`.
            Self::Brotli => &[],
            Self::Zstd => &[0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3],
        }
    }

    /// Returns a body with this content.
    pub fn whole(self, content: &[u8]) -> Vec<u8> {
        let mut body = Body::new(self);
        body.push(content);
        body.end()
    }

    /// Returns a body of a few bytes or kilobytes that decompresses to at least 32 MiB of spaces.
    pub fn bomb(self) -> Vec<u8> {
        match self {
            Self::Gzip => {
                // One block with fixed codes: a space, then "258 times what stood 1 before".
                let mut bits = Bits::default();
                bits.push(0b010, 3);
                bits.push_code(0x50, 8);
                for _ in 0..(32 << 20) / 258 + 1 {
                    bits.push_code(0xc5, 8);
                    bits.push_code(0, 5);
                }
                [self.start(), &bits.bytes].concat()
            }
            // The output of a compressor.
            Self::Brotli => vec![
                207, 255, 255, 127, 248, 37, 64, 226, 177, 64, 32, 247, 254, 63, 255, 255, 255,
                241, 75, 0, 196, 97, 1, 128, 238, 253, 63,
            ],
            Self::Zstd => {
                // Each block repeats one byte 131,072 times.
                let block: u32 = 1 << 1 | 0x2_0000 << 3;
                let block = [&block.to_le_bytes()[..3], b" "].concat();
                [self.start(), &block.repeat(256)].concat()
            }
        }
    }
}

/// A body that grows in blocks, each of which a reader can decompress at once.
pub struct Body {
    coding: Coding,
    content: Vec<u8>,
    bytes: Vec<u8>,
}

impl Body {
    pub fn new(coding: Coding) -> Self {
        Self {
            coding,
            content: Vec::new(),
            bytes: coding.start().to_vec(),
        }
    }

    /// Adds a block and returns its bytes.
    pub fn push(&mut self, content: &[u8]) -> Vec<u8> {
        let before = if self.content.is_empty() {
            0
        } else {
            self.bytes.len()
        };
        let length = u16::try_from(content.len()).unwrap();
        match self.coding {
            Coding::Gzip => {
                self.bytes.push(0);
                self.bytes.extend(length.to_le_bytes());
                self.bytes.extend((!length).to_le_bytes());
            }
            Coding::Brotli => {
                let header = u32::from(length - 1) << 3 | 1 << 19;
                let header = header << u32::from(self.content.is_empty());
                self.bytes.extend(&header.to_le_bytes()[..3]);
            }
            Coding::Zstd => {
                self.bytes
                    .extend(&(u32::from(length) << 3).to_le_bytes()[..3]);
            }
        }
        self.bytes.extend(content);
        self.content.extend(content);
        self.bytes[before..].to_vec()
    }

    /// Returns the last bytes of the body.
    pub fn last(&self) -> Vec<u8> {
        match self.coding {
            Coding::Gzip => {
                let length = u32::try_from(self.content.len()).unwrap().to_le_bytes();
                let sum = checksum(&self.content).to_le_bytes();
                [&[1, 0, 0, 0xff, 0xff][..], &sum, &length].concat()
            }
            Coding::Brotli => vec![3],
            Coding::Zstd => vec![1, 0, 0],
        }
    }

    /// Returns the whole body.
    pub fn end(self) -> Vec<u8> {
        let last = self.last();
        [self.bytes, last].concat()
    }
}

/// A sequence of bits, the lowest bit of a byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for place in 0..count {
            if self.used % 8 == 0 {
                self.bytes.push(0);
            }
            let bit = u8::from(value >> place & 1 == 1);
            *self.bytes.last_mut().unwrap() |= bit << (self.used % 8);
            self.used += 1;
        }
    }

    /// Adds a code of a prefix code, the highest bit first.
    fn push_code(&mut self, code: u32, count: u32) {
        for place in (0..count).rev() {
            self.push(code >> place & 1, 1);
        }
    }
}

/// Returns the CRC-32 at the end of a gzip body.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}
