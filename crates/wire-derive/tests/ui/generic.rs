use orouter_wire::{Extra, Wire};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Point<T> {
    x: T,
    extra: Extra,
}

fn main() {}
