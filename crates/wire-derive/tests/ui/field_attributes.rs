use orouter_wire::{Extra, Wire};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct UnknownAttribute {
    #[wire(skip)]
    x: i64,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct NullableWithoutOption {
    #[wire(nullable)]
    x: i64,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct OptionalOption {
    #[wire(optional)]
    x: Option<i64>,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Both {
    #[wire(optional, nullable)]
    x: Option<i64>,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct RenameToNothing {
    #[wire(rename)]
    x: i64,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct SameName {
    #[wire(rename = "y")]
    x: i64,
    y: i64,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct AttributeOnExtra {
    x: i64,
    #[wire(optional)]
    extra: Extra,
}

fn main() {}
