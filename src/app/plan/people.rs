//! Persons that a plan makes known, and those that it forgets.

use super::Plan;
use crate::app::people::Person;
use uuid::Uuid;
use values::ScopeId;

impl Plan<'_> {
    /// A person nobody knew; its key is stored with the unit.
    pub fn new_person(&mut self, id: Uuid, home: ScopeId) -> Person {
        let (person, row) = self.app.people.make(id, home);
        self.beside.person_keys.push(row);
        self.new_people.push(person.clone());
        person
    }

    /// Destroys a person's key with the unit: what is sealed under it cannot be opened any more.
    pub fn destroy_key(&mut self, person: Uuid) {
        self.beside.destroyed_keys.push(person);
    }
}
