use orouter_wire::{Extra, Wire};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[wire(tag = "type")]
struct WithoutValue {
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[wire(value = "point")]
struct WithoutTag {
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[wire(tag = "type", value = "point")]
struct TagAsField {
    r#type: String,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[wire(untagged)]
struct Untagged {
    extra: Extra,
}

fn main() {}
