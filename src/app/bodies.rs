//! Room for what is sent: how many bytes of bodies there may be at a time.
//!
//! A body is in memory from when it begins to come until its request is answered, and as long as its sender wants it to
//! take. Each scope may hold as much as is free beside it and no more, so that no org takes the room of all others; what does
//! not fit is refused before it is read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use values::ScopeId;

/// The most bytes of bodies there are at a time: 128 MiB.
const MOST_BYTES: usize = 128 << 20;

/// How much room is taken, and by whom.
#[derive(Clone, Debug, Default)]
pub struct Bodies(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    by_sender: HashMap<ScopeId, usize>,
    bytes: usize,
}

/// The room that a body has. It is given back when this is dropped.
#[derive(Debug)]
#[must_use = "room is given back when this is dropped"]
pub struct Room {
    bodies: Bodies,
    sender: ScopeId,
    bytes: usize,
}

impl Bodies {
    /// Takes room for a body; nothing where there is none.
    #[must_use]
    pub fn take(&self, sender: ScopeId, bytes: usize) -> Option<Room> {
        let mut taken = self.taken();
        let own = taken.by_sender.get(&sender).copied().unwrap_or(0);
        if own + bytes > MOST_BYTES - taken.bytes {
            return None;
        }
        *taken.by_sender.entry(sender).or_default() += bytes;
        taken.bytes += bytes;
        drop(taken);
        Some(Room { bodies: self.clone(), sender, bytes })
    }

    /// How many bytes are taken.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.taken().bytes
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    /// Gives back what turned out not to be needed.
    pub fn shrink_to(&mut self, bytes: usize) {
        let less = self.bytes.saturating_sub(bytes);
        self.give_back(less);
    }

    fn give_back(&mut self, bytes: usize) {
        let mut taken = self.bodies.taken();
        self.bytes -= bytes;
        taken.bytes -= bytes;
        if let Some(own) = taken.by_sender.get_mut(&self.sender) {
            *own -= bytes;
            if *own == 0 {
                taken.by_sender.remove(&self.sender);
            }
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const MIB: usize = 1 << 20;

    fn sender(number: u8) -> ScopeId {
        ScopeId::from(Uuid::from_u128(u128::from(number) + 1))
    }

    #[test]
    fn one_sender_has_half_and_leaves_room_for_others() {
        let bodies = Bodies::default();
        let first = bodies.take(sender(1), 64 * MIB).unwrap();
        assert!(bodies.take(sender(1), 1).is_none());
        let second = bodies.take(sender(2), 32 * MIB).unwrap();
        assert!(bodies.take(sender(2), 1).is_none());
        drop(first);
        assert_eq!(bodies.bytes(), 32 * MIB);
        let mut more = bodies.take(sender(2), 32 * MIB).unwrap();
        more.shrink_to(MIB);
        assert_eq!(bodies.bytes(), 33 * MIB);
        drop((second, more));
        assert_eq!(bodies.bytes(), 0);
        assert!(bodies.taken().by_sender.is_empty(), "who has nothing is forgotten");
    }

    proptest! {
        /// Whatever comes and goes: it is never more than there may be, and a sender that is refused has as much as is
        /// free, or would have.
        #[test]
        fn it_is_never_more_than_there_may_be(
            asked in prop::collection::vec((0..4_u8, 0..20 * MIB, any::<bool>(), any::<prop::sample::Index>()), 0..200)
        ) {
            let bodies = Bodies::default();
            let mut held: Vec<(u8, Room)> = vec![];
            for (number, bytes, gives_back, which) in asked {
                if gives_back && !held.is_empty() {
                    drop(held.swap_remove(which.index(held.len())));
                }
                let own: usize = held.iter().filter(|(of, _)| *of == number).map(|(_, room)| room.bytes).sum();
                let all: usize = held.iter().map(|(_, room)| room.bytes).sum();
                prop_assert_eq!(bodies.bytes(), all);
                match bodies.take(sender(number), bytes) {
                    Some(room) => {
                        prop_assert!(own + all + bytes <= MOST_BYTES);
                        held.push((number, room));
                    }
                    None => prop_assert!(own + all + bytes > MOST_BYTES),
                }
            }
        }
    }
}
