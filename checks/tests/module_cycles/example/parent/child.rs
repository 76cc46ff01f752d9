use super::Parent;

pub struct Child(Box<Parent>);
