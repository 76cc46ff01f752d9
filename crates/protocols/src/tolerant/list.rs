//! [`List`]: a list whose odd elements are left out.

use orouter_wire::Wire;
use orouter_wire::json::{Parsed, Parser, Stop, Writer};

/// A list. Elements of another type than expected are left out, so that one of them does not cost
/// the others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct List<T>(Vec<T>);

impl<T> List<T> {
    /// Returns `true` if the list has no elements of the expected type.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Wire> Wire for List<T> {
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.array()?;
        let mut list = Vec::new();
        let mut first = true;
        while parser.element(first)? {
            first = false;
            let mark = parser.mark();
            match T::decode(parser) {
                Ok(element) => list.push(element),
                Err(Stop::Mismatch) => {
                    parser.rewind(mark);
                    parser.skip()?;
                }
                Err(Stop::Fault) => return Err(Stop::Fault),
            }
        }
        Ok(Self(list))
    }

    fn encode(&self, writer: &mut Writer) {
        writer.open_array();
        for element in &self.0 {
            writer.element();
            element.encode(writer);
        }
        writer.close_array();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_elements_are_left_out_and_faults_are_not() {
        let read = |json: &str| orouter_wire::from_str::<List<u64>>(json).map(|list| list.0);
        for (json, expected) in [
            ("[]", &[][..]),
            ("[null]", &[]),
            ("[null, 1, \"x\", {\"a\": [2]}, 3, [4]]", &[1, 3]),
        ] {
            assert_eq!(read(json).unwrap(), expected, "{json}");
        }
        for json in ["[1, x]", "[1,]", "[1", "{}", "null"] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
