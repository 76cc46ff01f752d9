use orouter_wire::{Extra, Unknown, Wire};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Point {
    r#type: String,
    extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Figure {
    Point(Point),
    Unknown(Unknown),
}

fn main() {}
