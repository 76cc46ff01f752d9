//! A JSON value whose members can be set by path. All other text stays as it is: numbers of any size
//! and the order of members.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    /// A value of any type, as text.
    Text(Box<RawValue>),
    /// An object, with its members in order.
    Object(Vec<(String, Json)>),
}

/// Reason why a member cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetError {
    /// The member exists.
    Exists,
    /// The value at the end of this number of names is not an object.
    NotAnObject(usize),
}

impl Json {
    /// Sets a member that does not exist, and creates the objects on the way to it.
    pub(crate) fn set(&mut self, path: &[String], value: Box<RawValue>) -> Result<(), SetError> {
        let mut at = self;
        let mut names = path.iter().enumerate();
        let Some((_, last)) = names.next_back() else {
            return Err(SetError::Exists);
        };
        for (depth, name) in names {
            let members = at.members().ok_or(SetError::NotAnObject(depth))?;
            let index = match members.iter().position(|(member, _)| member == name) {
                Some(index) => index,
                None => {
                    members.push((name.clone(), Self::Object(Vec::new())));
                    members.len() - 1
                }
            };
            let Some((_, member)) = members.get_mut(index) else {
                return Err(SetError::NotAnObject(depth));
            };
            at = member;
        }
        let members = at.members().ok_or(SetError::NotAnObject(path.len() - 1))?;
        if members.iter().any(|(member, _)| member == last) {
            return Err(SetError::Exists);
        }
        members.push((last.clone(), Self::Text(value)));
        Ok(())
    }

    /// Returns the members, or `None` if the value is not an object.
    fn members(&mut self) -> Option<&mut Vec<(String, Self)>> {
        if let Self::Text(text) = self {
            let Members(members) = serde_json::from_str(text.get()).ok()?;
            *self = Self::Object(members);
        }
        match self {
            Self::Object(members) => Some(members),
            Self::Text(_) => None,
        }
    }
}

impl From<Box<RawValue>> for Json {
    fn from(text: Box<RawValue>) -> Self {
        Self::Text(text)
    }
}

/// Writes the value as JSON.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text.get()),
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    let name = serde_json::Value::from(name.as_str());
                    write!(f, "{comma}{name}:{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// The members of an object, in order.
struct Members(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            members.push((name, Json::Text(value)));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::from(serde_json::from_str::<Box<RawValue>>(text).unwrap())
    }

    fn set(tree: &mut Json, path: &str, value: &str) -> Result<(), SetError> {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        tree.set(&path, serde_json::from_str(value).unwrap())
    }

    #[test]
    fn members_are_added_and_other_text_stays() {
        let mut tree = json(r#"{"z":1.10,"a":{"y": 12345678901234567890123, "x":[ ]}}"#);
        set(&mut tree, "a.b.c", "true").unwrap();
        set(&mut tree, "a.b.d", "\"é\"").unwrap();
        set(&mut tree, "n", "{\"p\":0}").unwrap();
        set(&mut tree, "n.q", "null").unwrap();
        assert_eq!(
            tree.to_string(),
            r#"{"z":1.10,"a":{"y":12345678901234567890123,"x":[ ],"b":{"c":true,"d":"é"}},"n":{"p":0,"q":null}}"#
        );
    }

    #[test]
    fn existing_members_and_other_values_are_not_replaced() {
        let mut tree = json(r#"{"a":{"b":1},"s":"x","l":[{}]}"#);
        assert_eq!(set(&mut tree, "a", "1"), Err(SetError::Exists));
        assert_eq!(set(&mut tree, "a.b", "1"), Err(SetError::Exists));
        assert_eq!(set(&mut tree, "a.b.c", "1"), Err(SetError::NotAnObject(2)));
        assert_eq!(set(&mut tree, "s.t", "1"), Err(SetError::NotAnObject(1)));
        assert_eq!(set(&mut tree, "l.0", "1"), Err(SetError::NotAnObject(1)));
        assert_eq!(
            set(&mut json("[]"), "a", "1"),
            Err(SetError::NotAnObject(0))
        );
    }
}
