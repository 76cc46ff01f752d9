mod three;

pub fn two() {}
