//! What events refer to is there when they are recorded, and stays.

use crate::world::World;
use aggregates::addon::{Addon, AddonCommand, AddonSpec, AddonType};
use aggregates::addon_version::{AddonVersion, AddonVersionCommand, AddonVersionSpec};
use aggregates::artifact::Artifact;
use aggregates::profile::Profile;
use aggregates::project::{Project, ProjectCommand, ProjectSpec};
use aggregates::sharing::Sharing;
use quarterdeck::ledger::artifacts::sweep;
use quarterdeck::ledger::unit::{Unit, Verdict};
use uuid::Uuid;
use values::{Description, Name, ScopeId, Sha256Hex, VersionName};

/// An org with a project, and an add-on in it.
struct Place {
    org: ScopeId,
    project: Uuid,
    addon: Uuid,
}

impl Place {
    async fn new(world: &World) -> Self {
        let partner = world.partner("acme").await;
        let org = world.org(partner, "org").await;
        let (project, addon) = (world.id(), world.id());
        let name = Name::parse("a").unwrap();
        let profile = Profile::default();
        let command = ProjectCommand::Create {
            name: name.clone(),
            profile: profile.clone(),
            spec: Box::new(ProjectSpec::default()),
        };
        world.run::<Project>(org, project, command).await.unwrap().recorded();
        let spec = AddonSpec { kind: AddonType::Yaml, namespace: name.clone(), sharing: Sharing::None };
        let command = AddonCommand::Create { project, name, profile, spec: Box::new(spec) };
        world.run::<Addon>(org, addon, command).await.unwrap().recorded();
        Self { org, project, addon }
    }

    /// A version that refers to these bytes.
    async fn version(&self, world: &World, name: &str, sha256: &Sha256Hex) -> Unit {
        let artifact = Artifact::Stored { sha256: sha256.clone(), size_bytes: 1, filename: None };
        let spec = AddonVersionSpec { artifact, values: vec![], notes: Description::default() };
        let command = AddonVersionCommand::Create {
            addon: self.addon,
            project: self.project,
            name: VersionName::parse(name).unwrap(),
            profile: Profile::default(),
            spec: Box::new(spec),
            at: quarterdeck::clock::Clock::now(&*world.clock),
            activate: false,
        };
        world.decide::<AddonVersion>(self.org, world.id(), command).await.unwrap()
    }

    async fn store(&self, world: &World, sha256: &Sha256Hex) {
        let _ = sqlx::query(
            "INSERT INTO artifacts (org_id, sha256, size, bytes, stored_at) VALUES ($1, $2, 1, 'x', 0)",
        )
        .bind(self.org.as_uuid())
        .bind(sha256.as_str())
        .execute(&world.pool)
        .await
        .unwrap();
    }
}

fn digest(letter: char) -> Sha256Hex {
    Sha256Hex::parse(&letter.to_string().repeat(64)).unwrap()
}

async fn sweep_all(world: &World) -> u64 {
    let mut connection = world.pool.acquire().await.unwrap();
    sweep(&mut connection, 1, 100).await.unwrap()
}

#[tokio::test]
async fn a_unit_whose_bytes_are_not_there_is_planned_again() {
    let world = World::new().await;
    let place = Place::new(&world).await;
    let unit = async || place.version(&world, "1.0.0", &digest('a')).await;
    assert!(matches!(world.ledger.submit(unit().await).await.unwrap(), Verdict::Stale));
    let dry = Unit { would_store: [(place.org, digest('a'))].into(), ..unit().await };
    assert!(matches!(world.ledger.judge(dry).await.unwrap().0, Verdict::Recorded(_)), "as if it were");
    place.store(&world, &digest('a')).await;
    assert!(matches!(world.ledger.submit(unit().await).await.unwrap(), Verdict::Recorded(_)));
    world.end().await;
}

#[tokio::test]
async fn what_an_event_refers_to_is_not_swept() {
    let world = World::new().await;
    let place = Place::new(&world).await;
    for letter in ['a', 'b', 'c'] {
        place.store(&world, &digest(letter)).await;
    }
    let units = [
        place.version(&world, "1.0.0", &digest('a')).await,
        place.version(&world, "1.0.1", &digest('a')).await,
        place.version(&world, "1.0.2", &digest('b')).await,
    ];
    let verdicts = world.submit_together(units.into()).await;
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Ok(Verdict::Recorded(_)))), "{verdicts:?}");
    assert_eq!(sweep_all(&world).await, 1, "nothing refers to the third");
    assert_eq!(sweep_all(&world).await, 0);
    let again = place.version(&world, "1.0.3", &digest('c')).await;
    assert!(matches!(world.ledger.submit(again).await.unwrap(), Verdict::Stale));
    world.end().await;
}
