use super::First;

pub struct Second(First);
