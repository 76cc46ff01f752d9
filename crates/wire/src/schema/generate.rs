//! Generates the schema of a type.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::error::{Fault, SchemaError};
use super::{lenient, name, strict};

/// Schema of a type, with the name and description that stand beside it in a request.
pub(super) struct Generated {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) schema: Value,
}

impl Generated {
    /// Generates a schema that follows the strict rules.
    pub(super) fn strict<T: JsonSchema>() -> Result<Self, SchemaError> {
        Self::with::<T>(strict::schema)
    }

    /// Generates a schema that need not follow the strict rules.
    pub(super) fn lenient<T: JsonSchema>() -> Result<Self, SchemaError> {
        Self::with::<T>(lenient::schema)
    }

    fn with<T: JsonSchema>(
        change: fn(&str, &Value) -> Result<Value, Fault>,
    ) -> Result<Self, SchemaError> {
        let type_name = T::schema_name();
        let generator = SchemaSettings::draft2020_12().into_generator();
        let generated = generator.into_root_schema_for::<T>().to_value();
        let mut schema =
            change(&type_name, &generated).map_err(|fault| SchemaError::new(&*type_name, fault))?;
        // The request has a member of its own for the description.
        let description = schema
            .as_object_mut()
            .and_then(|root| root.shift_remove("description"));
        Ok(Self {
            name: name::api_name(&type_name),
            description: description.and_then(|text| text.as_str().map(str::to_owned)),
            schema,
        })
    }
}
