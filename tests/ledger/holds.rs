//! What one thing needs another to hold, that holds when it is recorded.

use crate::world::{World, name};
use aggregates::artifact::Artifact;
use aggregates::cluster::{Cluster, ClusterCommand};
use aggregates::drift::Drift;
use aggregates::namespace::{Namespace, NamespaceCommand};
use aggregates::placement::Placement;
use aggregates::profile::Profile;
use aggregates::project::{Project, ProjectCommand};
use aggregates::quota::Quota;
use aggregates::reference::Reference;
use aggregates::rollout::Rollout;
use aggregates::workload::{
    Workload, WorkloadCommand, WorkloadContent, WorkloadSpec, WorkloadTarget, WorkloadType,
};
use quarterdeck::ledger::unit::{Refusal, Unit, Verdict};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Description, GitRevision, GitUrl, ScopeId, SourcePath, Timestamp};

/// A workload in a namespace that is published on a cluster.
struct Scene {
    world: World,
    org: ScopeId,
    cluster: Uuid,
    namespace: Uuid,
    workload: Uuid,
}

fn at() -> Timestamp {
    Timestamp::parse("2026-11-24T09:30:00Z").unwrap()
}

fn spec() -> Box<WorkloadSpec> {
    let artifact = Artifact::Git {
        url: GitUrl::parse("https://git.acme.test/cart.git").unwrap(),
        revision: GitRevision::parse("main").unwrap(),
        path: SourcePath::default(),
    };
    let content = WorkloadContent {
        kind: WorkloadType::Yaml,
        artifact,
        overrides: vec![],
        drift: Drift::default(),
        rollout: Rollout::AllAtOnce,
    };
    Box::new(WorkloadSpec { content, placement: Placement::default() })
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        let partner = world.partner("north").await;
        let org = world.org(partner, "acme").await;
        let [project, cluster, namespace, workload] = [(); 4].map(|()| world.id());
        let profile = Profile::default;
        let create =
            ProjectCommand::Create { name: name("payments"), profile: profile(), spec: Box::default() };
        world.run::<Project>(org, project, create).await.unwrap().recorded();
        let create = ClusterCommand::Create {
            project,
            name: name("prod"),
            profile: profile(),
            spec: Box::default(),
            at: at(),
        };
        world.run::<Cluster>(org, cluster, create).await.unwrap().recorded();
        let create = NamespaceCommand::Create {
            project,
            name: name("checkout"),
            profile: profile(),
            spec: Box::default(),
            defaults: Quota::default(),
            at: at(),
        };
        world.run::<Namespace>(org, namespace, create).await.unwrap().recorded();
        let create = WorkloadCommand::Create {
            project,
            namespace: Reference { id: namespace, name: "checkout".to_owned() },
            name: name("cart"),
            profile: profile(),
            spec: spec(),
            at: at(),
        };
        world.run::<Workload>(org, workload, create).await.unwrap().recorded();
        Self { world, org, cluster, namespace, workload }
    }

    async fn namespace_on(&self, clusters: &[Uuid]) -> Unit {
        let on = |id: &Uuid| Reference { id: *id, name: "prod".to_owned() };
        let clusters: BTreeSet<Reference> = clusters.iter().map(on).collect();
        let publish = NamespaceCommand::Publish { clusters, at: at() };
        self.world.decide::<Namespace>(self.org, self.namespace, publish).await.unwrap()
    }

    async fn namespace_off(&self) -> Unit {
        let unpublish = NamespaceCommand::Unpublish { at: at() };
        self.world.decide::<Namespace>(self.org, self.namespace, unpublish).await.unwrap()
    }

    async fn publish(&self) -> Unit {
        let target =
            WorkloadTarget { id: self.cluster, name: "prod".to_owned(), wave: None, overrides: vec![] };
        let (targets, notes) = (vec![target], Description::default());
        let publish = WorkloadCommand::Publish { targets, notes, at: at() };
        self.world.decide::<Workload>(self.org, self.workload, publish).await.unwrap()
    }

    async fn submit(&self, unit: Unit) {
        let verdict = self.world.submit(unit).await;
        assert!(matches!(verdict, Verdict::Recorded(_)), "{verdict:?}");
    }
}

fn is_in_use_by_the_workload(verdict: &Verdict) -> bool {
    let by_it = |refusal: &Refusal| matches!(refusal, Refusal::InUse { by, .. } if by[0].name == "cart");
    matches!(verdict, Verdict::Refused(refusal) if by_it(refusal))
}

#[tokio::test]
async fn a_name_must_be_held_by_the_one_that_it_is_needed_of() {
    let scene = Scene::new().await;
    let verdict = scene.world.submit(scene.publish().await).await;
    assert!(matches!(verdict, Verdict::Stale), "nobody holds it, and it is to be seen anew: {verdict:?}");
    scene.submit(scene.namespace_on(&[scene.cluster]).await).await;
    scene.submit(scene.publish().await).await;
    let verdict = scene.world.submit(scene.namespace_off().await).await;
    assert!(is_in_use_by_the_workload(&verdict), "{verdict:?}");
    let verdict = scene.world.submit(scene.namespace_on(&[]).await).await;
    assert!(is_in_use_by_the_workload(&verdict), "it would leave the cluster: {verdict:?}");
    let unpublish = WorkloadCommand::Unpublish { at: at() };
    scene.world.run::<Workload>(scene.org, scene.workload, unpublish).await.unwrap().recorded();
    scene.submit(scene.namespace_on(&[]).await).await;
    scene.world.end().await;
}

#[tokio::test]
async fn who_needs_a_name_and_who_gives_it_up_are_judged_in_their_order() {
    let scene = Scene::new().await;
    scene.submit(scene.namespace_on(&[scene.cluster]).await).await;
    let both = vec![scene.namespace_off().await, scene.publish().await];
    let verdicts = scene.world.submit_together(both).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Stale)), "{verdicts:?}");

    scene.submit(scene.namespace_on(&[scene.cluster]).await).await;
    let both = vec![scene.publish().await, scene.namespace_off().await];
    let verdicts = scene.world.submit_together(both).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(verdicts[1].as_ref().is_ok_and(is_in_use_by_the_workload), "{verdicts:?}");
    scene.world.end().await;
}

#[tokio::test]
async fn a_name_taken_in_the_same_unit_is_held() {
    let scene = Scene::new().await;
    let mut unit = scene.namespace_on(&[scene.cluster]).await;
    unit.changes.extend(scene.publish().await.changes);
    scene.submit(unit).await;
    scene.world.end().await;
}
