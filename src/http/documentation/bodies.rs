//! What is sent: whether it must be, and what a merge patch may say.

use super::complete::component;
use std::collections::BTreeMap;
use utoipa::openapi::path::Operation;
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, Components, Object, ObjectBuilder, OneOf, OneOfBuilder, Ref, Schema,
    SchemaType, Type,
};
use utoipa::openapi::{RefOr, Required};

/// RFC 7396.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What [`crate::http::body::OptionalJsonBody`] reads: how a command is done, where that need not be said.
const MAY_BE_LEFT_OUT: [&str; 5] =
    ["Decommission", "PublishWorkload", "Rotate", "RotateSecret", "WithReason"];

/// What is one value, however many members it has: see [`crate::http::edit::patch_with_artifact`].
const ONE_VALUE: [&str; 1] = ["ArtifactInput"];

/// Says whether the operation's body must be sent.
pub(super) fn say_whether_required(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    if references(body, |_| true).any(|sent| MAY_BE_LEFT_OUT.contains(&name(sent).as_str())) {
        body.required = Some(Required::False);
    }
}

/// What a body is, by the components that it refers to, of the media types that are meant.
fn references(body: &mut RequestBody, is_meant: impl Fn(&str) -> bool) -> impl Iterator<Item = &mut Ref> {
    let contents = body.content.iter_mut().filter(move |(media_type, _)| is_meant(media_type));
    contents.filter_map(|(_, content)| match content {
        RefOr::T(content) => match &mut content.schema {
            Some(RefOr::Ref(reference)) => Some(reference),
            Some(RefOr::T(_)) | None => None,
        },
        RefOr::Ref(_) => None,
    })
}

/// The name of the component that is referred to.
fn name(reference: &Ref) -> String {
    component(&reference.ref_location).unwrap_or_default().to_owned()
}

/// The schemas of merge patches (RFC 7396), each made of that of what it patches: whatever need not be said is left as it
/// is where it is left out, and cleared by `null`.
pub(super) struct MergePatches<'a> {
    components: &'a Components,
    /// What there is already, by what it patches: the component's name, and itself where it had to be made.
    made: BTreeMap<String, (String, Option<RefOr<Schema>>)>,
}

impl<'a> MergePatches<'a> {
    pub(super) const fn of(components: &'a Components) -> Self {
        Self { components, made: BTreeMap::new() }
    }

    /// Says what the operation's body may be, where it is a merge patch.
    pub(super) fn document(&mut self, operation: &mut Operation) {
        let Some(RefOr::T(body)) = &mut operation.request_body else { return };
        for reference in references(body, |media_type| media_type == MERGE_PATCH) {
            self.refer(reference);
        }
    }

    /// The components that were made.
    pub(super) fn schemas(self) -> impl Iterator<Item = (String, RefOr<Schema>)> {
        self.made.into_values().filter_map(|(name, schema)| Some((name, schema?)))
    }

    /// Refers to the patch of what is referred to.
    fn refer(&mut self, reference: &mut Ref) {
        let whole = name(reference);
        let patch = self.patch_of(&whole);
        reference.ref_location = Ref::from_schema_name(patch).ref_location;
        reference.default = None;
    }

    /// The name of the component that is the patch of this one: itself, where it is a plain value.
    fn patch_of(&mut self, whole: &str) -> String {
        if let Some((name, _)) = self.made.get(whole) {
            return name.clone();
        }
        let Some(schema) = self.components.schemas.get(whole) else { return whole.to_owned() };
        let mut patch = schema.clone();
        if !ONE_VALUE.contains(&whole) {
            self.loosen(&mut patch);
        }
        if patch == *schema {
            self.made.insert(whole.to_owned(), (whole.to_owned(), None));
            return whole.to_owned();
        }
        let name = format!("{}Patch", whole.strip_suffix("Input").unwrap_or(whole));
        describe(
            &mut patch,
            format!("A merge patch (RFC 7396) of `{whole}`: what it leaves out stays as it is."),
        );
        self.made.insert(whole.to_owned(), (name.clone(), Some(patch)));
        name
    }

    /// Makes of a schema what a patch may say. A list is one value.
    fn loosen(&mut self, schema: &mut RefOr<Schema>) {
        match schema {
            RefOr::Ref(reference) => self.refer(reference),
            RefOr::T(Schema::Object(object)) => self.loosen_object(object),
            RefOr::T(Schema::OneOf(one)) => {
                one.items.iter_mut().for_each(|item| self.loosen(item));
                one.default = None;
                // What tells objects from each other is what they require.
                if one.items.iter().filter(|item| is_object(item)).count() > 1 {
                    *schema = any_of(one);
                }
            }
            RefOr::T(_) => {}
        }
    }

    fn loosen_object(&mut self, object: &mut Object) {
        object.default = None;
        let required = std::mem::take(&mut object.required);
        for (name, member) in &mut object.properties {
            self.loosen(member);
            if required.contains(name) { never_null(member) } else { or_null(member) }
        }
        if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
            self.loosen(values);
            or_null(values);
        }
    }
}

fn is_object(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Object))
}

fn any_of(one: &mut OneOf) -> RefOr<Schema> {
    let any = std::mem::take(&mut one.items).into_iter().fold(AnyOfBuilder::new(), AnyOfBuilder::item);
    RefOr::T(any.description(one.description.take()).build().into())
}

fn describe(schema: &mut RefOr<Schema>, description: String) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.description = Some(description);
            object.example = None;
            object.examples.clear();
        }
        RefOr::T(Schema::OneOf(one)) => one.description = Some(description),
        RefOr::T(Schema::AnyOf(any)) => any.description = Some(description),
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

fn null() -> RefOr<Schema> {
    RefOr::T(ObjectBuilder::new().schema_type(Type::Null).build().into())
}

/// `null` clears it, too.
fn or_null(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::Ref(reference) => {
            let one_of = OneOfBuilder::new().item(reference.clone()).item(null());
            *schema = RefOr::T(one_of.build().into());
        }
        RefOr::T(Schema::Object(object)) => {
            type_or_null(&mut object.schema_type);
            if let Some(values) = object.enum_values.as_mut().filter(|values| !values.contains(&().into())) {
                values.push(().into());
            }
        }
        RefOr::T(Schema::Array(array)) => type_or_null(&mut array.schema_type),
        RefOr::T(Schema::OneOf(one)) if !one.items.contains(&null()) => one.items.push(null()),
        RefOr::T(Schema::AnyOf(any)) if !any.items.contains(&null()) => any.items.push(null()),
        RefOr::T(_) => {}
    }
}

fn type_or_null(kind: &mut SchemaType) {
    if let SchemaType::Type(only) = kind {
        *kind = SchemaType::Array(vec![only.clone(), Type::Null]);
    }
}

/// What must be there cannot be cleared, and in a patch `null` means nothing else.
fn never_null(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(one)) = schema {
        one.items.retain(|item| *item != null());
    }
}
