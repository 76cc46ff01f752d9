use orouter_wire::{UnknownValue, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
enum Closed {
    On,
    Off,
}

#[derive(Clone, Debug, PartialEq, Wire)]
enum UnknownFirst {
    Unknown(UnknownValue),
    On,
}

#[derive(Clone, Debug, PartialEq, Wire)]
enum UnknownHoldsAString {
    On,
    Unknown(String),
}

#[derive(Clone, Debug, PartialEq, Wire)]
enum Holds {
    On(bool),
    Unknown(UnknownValue),
}

#[derive(Clone, Debug, PartialEq, Wire)]
enum Default {
    #[wire(default)]
    On,
    Unknown(UnknownValue),
}

#[derive(Clone, Debug, PartialEq, Wire)]
enum SameName {
    On,
    #[wire("on")]
    Off,
    Unknown(UnknownValue),
}

fn main() {}
