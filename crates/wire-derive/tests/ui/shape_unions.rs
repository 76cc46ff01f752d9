use orouter_wire::{Unknown, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
enum NoShape {
    Text(String),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
enum SameShape {
    #[wire(string)]
    Text(String),
    #[wire(string)]
    Name(String),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
enum Default {
    #[wire(string, default)]
    Text(String),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
enum Name {
    #[wire("text")]
    Text(String),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
enum AttributeOnUnknown {
    #[wire(string)]
    Text(String),
    #[wire(object)]
    Unknown(Unknown),
}

fn main() {}
