//! Frames: `ORJ1`, the length of the payload and a checksum (both 32 bits, little endian), the payload.
//! The checksum covers length and payload. Pure.

/// First bytes of each frame, from which a reader finds the next frame after damage.
const MAGIC: [u8; 4] = *b"ORJ1";

/// Length of a frame without its payload, in bytes.
const HEAD: usize = 12;

/// Maximum length of a payload, in bytes. A larger length is damage.
pub(super) const MAX_PAYLOAD: usize = 1 << 20;

/// Maximum length of a frame, in bytes.
pub(super) const MAX_LENGTH: usize = HEAD + MAX_PAYLOAD;

/// Returns `true` if the bytes are the beginning of a frame of which a part is missing.
pub(super) fn is_torn(bytes: &[u8]) -> bool {
    let (magic, rest) = bytes.split_at_checked(MAGIC.len()).unwrap_or((bytes, &[]));
    let Some((length, _)) = rest.split_first_chunk::<4>() else {
        return MAGIC.starts_with(magic);
    };
    let size = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    magic == MAGIC && size <= MAX_PAYLOAD && bytes.len() < HEAD + size
}

/// Appends a frame.
pub(super) fn encode(payload: &[u8], out: &mut Vec<u8>) {
    let length = u32::try_from(payload.len())
        .unwrap_or(u32::MAX)
        .to_le_bytes();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&length);
    out.extend_from_slice(&checksum(length, payload).to_le_bytes());
    out.extend_from_slice(payload);
}

fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize()
}

/// The beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// A frame.
    Frame {
        payload: &'a [u8],
        /// Number of bytes of the frame.
        length: usize,
    },
    /// Damage before the next intact frame.
    Damage {
        /// Number of bytes before that frame.
        length: usize,
    },
    /// No further intact frame: nothing, or a frame of which a part is missing.
    End,
}

/// Returns what the bytes begin with.
pub(super) fn next(bytes: &[u8]) -> Next<'_> {
    if let Some(payload) = intact(bytes) {
        let length = HEAD + payload.len();
        return Next::Frame { payload, length };
    }
    for start in 1..bytes.len() {
        let Some(rest) = bytes.get(start..) else {
            break;
        };
        if rest.starts_with(&MAGIC) && intact(rest).is_some() {
            return Next::Damage { length: start };
        }
    }
    Next::End
}

/// Returns the payload of the frame at the beginning, if it is intact.
fn intact(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(&MAGIC)?;
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (sum, bytes) = bytes.split_first_chunk::<4>()?;
    let size = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if size > MAX_PAYLOAD {
        return None;
    }
    let payload = bytes.get(..size)?;
    (checksum(*length, payload) == u32::from_le_bytes(*sum)).then_some(payload)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames(payloads: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for payload in payloads {
            encode(payload, &mut bytes);
        }
        bytes
    }

    /// Returns the payloads that can be read, and the number of damaged places.
    fn read(mut bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
        let (mut payloads, mut damages) = (Vec::new(), 0);
        loop {
            let length = match next(bytes) {
                Next::Frame { payload, length } => {
                    payloads.push(payload.to_vec());
                    length
                }
                Next::Damage { length } => {
                    damages += 1;
                    length
                }
                Next::End => return (payloads, damages),
            };
            bytes = &bytes[length..];
        }
    }

    #[test]
    fn a_torn_tail_loses_the_last_frame_only() {
        let bytes = frames(&[b"one", b"", b"three"]);
        let last = bytes.len() - HEAD - 5;
        for length in 0..bytes.len() {
            let (payloads, damages) = read(&bytes[..length]);
            assert_eq!(damages, 0, "{length}");
            let start = [0, 15, 27].into_iter().rfind(|start| *start <= length);
            assert!(is_torn(&bytes[start.unwrap_or(0)..length]), "{length}");
            let expected = match length {
                ..15 => 0,
                15..27 => 1,
                _ => 2,
            };
            assert_eq!(payloads.len(), expected, "{length}");
        }
        assert_eq!(last, 27);
    }

    #[test]
    fn a_flipped_bit_loses_one_frame_only() {
        let bytes = frames(&[b"one", b"two and more", b"three"]);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let (payloads, damages) = read(&damaged);
            assert_eq!(payloads.len(), 2, "bit {bit}");
            let in_last = bit / 8 >= bytes.len() - HEAD - 5;
            assert_eq!(damages, usize::from(!in_last), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn payloads_survive(payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..9)) {
            let slices: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(read(&frames(&slices)), (payloads, 0));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..99)) {
            let _ = read(&bytes);
        }
    }
}
