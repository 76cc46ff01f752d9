pub fn tested() {}

#[cfg(test)]
mod tests {
    use super::tested;
}
