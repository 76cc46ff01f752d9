use crate::direct::a::A;

pub struct B(Box<A>);
