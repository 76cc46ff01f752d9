use orouter_wire::{Extra, Unknown, Wire};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Point {
    extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Closed {
    Point(Point),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum TwoDefaults {
    #[wire(default)]
    Point(Point),
    #[wire(default)]
    Spot(Point),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Empty {
    Point,
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Named {
    Point { point: Point },
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum TwoNames {
    #[wire("point", "spot")]
    Point(Point),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum ByShape {
    #[wire(object)]
    Point(Point),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum TwoStrings {
    Point(Point),
    #[wire(string)]
    Text(String),
    #[wire(string)]
    Word(String),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum NamedString {
    Point(Point),
    #[wire(string, "text")]
    Text(String),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type", untagged)]
enum Both {
    Point(Point),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type", rename_all = "camelCase")]
enum RenameAll {
    Point(Point),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag)]
enum TagWithoutName {
    Point(Point),
    Unknown(Unknown),
}

fn main() {}
