//! Declared things: what people write down, and what is made, replaced, patched, deleted and restored in the same way
//! whatever it is.
//!
//! A kind says what is its own ([`Declared`]); the use cases here ([`Create`], [`Put`], [`Update`], [`Tell`]) do the
//! rest. `docs/contributing-a-kind.md` goes through it step by step.

use super::call::{decide, require};
use super::home::Home;
use super::plan::{Edit, Plan, UseCase};
use super::{Call, Refused};
use crate::authz::{Permission, Target};
use crate::ledger::compose::Loaded;
use aggregates::facts::Facts;
use aggregates::sharing::Sharing;
use cqrs_es::Aggregate;
use projections::documents::{self, Documented, Sighted, Which};
use uuid::Uuid;
use values::{NameOrId, ScopeId, Timestamp};

/// A kind of thing that people declare.
pub trait Declared:
    Documented<Services = (), Event: Facts, Error: Into<Refused>, Command: Send> + Clone + 'static
{
    /// Where it is.
    type Home: Home;
    /// What it is declared by, on the wire.
    type Input: Send + Sync + 'static;

    /// The right to delete it, which protecting it against deletion needs too.
    const DELETE: Permission;
    /// Whether its name can change.
    const RENAMES: bool = false;
    /// Whether rights hang on what is declared, such as the namespace of a workload, or what a binding gives a role on:
    /// `declare` judges them then.
    const JUDGED_AS_DECLARED: Judged = Judged::Never;

    /// The thing as something to have rights on: where it is, unless it is a place itself.
    #[must_use]
    fn target(home: &Self::Home, _: &Sighted) -> Target {
        home.target()
    }

    /// The name that it shall have.
    fn name_in(input: &Self::Input) -> &str;

    /// Whether it shall be protected against deletion.
    fn protection_in(input: &Self::Input) -> bool;

    /// The name that it has; empty where it was never made.
    fn name(&self) -> &str;

    /// Whether it is protected against deletion.
    fn is_protected(&self) -> bool;

    /// In which other projects it may be used, for kinds that can be shared.
    fn sharing(&self) -> Option<&Sharing> {
        None
    }

    /// For kinds that are let loose by an activation of their own, such as versions: the same command, which also does
    /// that, at this time.
    #[must_use]
    fn activating(command: Self::Command, _: Timestamp) -> Self::Command {
        command
    }

    /// What is done beside making it, such as keeping a secret for it.
    ///
    /// # Errors
    /// It cannot be done.
    fn made(_: &mut Plan<'_>, _: &Self::Home, _: Uuid) -> Result<(), Refused> {
        Ok(())
    }

    /// The command that makes it what is declared: `Create` where there was none `before`, else `Update`. References
    /// are looked up here.
    fn declare(
        plan: &mut Plan<'_>,
        home: &Self::Home,
        before: Option<&Self>,
        input: &Self::Input,
    ) -> impl Future<Output = Result<Self::Command, Refused>> + Send;
}

/// Which rights are judged when it is known what is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// None: they hang on the place alone.
    Never,
    /// That to make it.
    Made,
    /// That to make it, and that to change it.
    Always,
}

/// What declaring a thing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was made.
    Created,
    /// It was there, and changed.
    Configured,
    /// It was there, as declared.
    Unchanged,
}

impl Outcome {
    /// What declaring a thing that was there came to, by its versions before and after.
    #[must_use]
    pub const fn of(before: i64, after: i64) -> Self {
        if before == after { Self::Unchanged } else { Self::Configured }
    }
}

/// A thing after it was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The thing.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// What declaring it came to.
    pub outcome: Outcome,
}

/// The two rights of whoever declares a thing: to make it where it is not there, to change it where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutRights {
    /// The right to make it.
    pub create: Permission,
    /// The right to change it.
    pub update: Permission,
}

/// Makes a thing.
pub struct Create<K: Declared> {
    /// Where.
    pub home: K::Home,
    /// What it shall be.
    pub input: K::Input,
}

impl<K: Declared> UseCase for Create<K> {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let made = create::<K>(plan, &self.home, &self.input, false).await?;
        plan.answer(made.id, made.version, 201);
        Ok(())
    }
}

/// Makes a thing what is declared: makes it where it is not there, and replaces it where it is.
pub struct Put<K: Declared> {
    /// Where.
    pub home: K::Home,
    /// Its name, or its id where it is there.
    pub which: String,
    /// The rights that are needed.
    pub rights: PutRights,
    /// What it shall be.
    pub input: K::Input,
}

impl<K: Declared> UseCase for Put<K> {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let which = which(&self.which);
        if matches!(which, Which::Name(name) if name != K::name_in(&self.input)) {
            return Err(Refused::Invalid {
                pointer: "/metadata/name",
                code: "name_differs",
                detail: "must be the name that the path names".to_owned(),
            });
        }
        let applied = apply::<K>(plan, &self.home, which, self.rights, &self.input).await?;
        let status = if applied.outcome == Outcome::Created { 201 } else { 200 };
        plan.answer(applied.id, applied.version, status);
        Ok(())
    }
}

/// Edits a thing that is there.
pub struct Update<K: Declared> {
    /// Where.
    pub home: K::Home,
    /// Which.
    pub id: Uuid,
    /// From what it is to what it shall be.
    pub edit: Edit<K::Input>,
}

impl<K: Declared> UseCase for Update<K> {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<K>(self.id).await?;
        let input = plan.edited(self.id, loaded.version, &self.edit).await?;
        let target = plan.call()?.target;
        let applied = replace::<K>(plan, &self.home, self.id, target, loaded, (&input, false)).await?;
        plan.answer(self.id, applied.version, 200);
        Ok(())
    }
}

/// From the plan, which knows the time, to a command.
pub type Said<K> = Box<dyn Fn(&Plan<'_>) -> <K as Aggregate>::Command + Send + Sync>;

/// Gives a thing that is there one command, which needs nothing but the time: deletes it, restores it, moves it on.
pub struct Tell<K: Declared> {
    /// Where.
    pub home: K::Home,
    /// Which.
    pub id: Uuid,
    /// The command.
    pub command: Said<K>,
}

impl<K: Declared> UseCase for Tell<K> {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let command = (self.command)(plan);
        plan.change::<K>(self.home.org(), self.id, command).await?;
        Ok(())
    }
}

/// Makes a thing, as part of a plan, and activates it where that is asked.
///
/// # Errors
/// It cannot be made as declared.
async fn create<K: Declared>(
    plan: &mut Plan<'_>,
    home: &K::Home,
    input: &K::Input,
    activate: bool,
) -> Result<Applied, Refused> {
    if K::protection_in(input) {
        may_protect::<K>(plan, home.target())?;
    }
    let mut command = K::declare(plan, home, None, input).await?;
    if activate {
        command = K::activating(command, plan.now);
    }
    let id = plan.new_id();
    let made = plan.create::<K>(home.org(), id, command).await?;
    plan.made(home.parent(), K::KIND, id, K::name_in(input), made.state.phase());
    shares(plan, home.org(), id, &made.state);
    K::made(plan, home, id)?;
    Ok(Applied { id, version: made.version, outcome: Outcome::Created })
}

/// Makes a thing what is declared, as part of a plan; the caller's rights, `If-Match` and `If-None-Match` are judged by
/// what is there.
///
/// # Errors
/// The caller may not, or it cannot be as declared.
pub async fn apply<K: Declared>(
    plan: &mut Plan<'_>,
    home: &K::Home,
    which: Which<'_>,
    rights: PutRights,
    input: &K::Input,
) -> Result<Applied, Refused> {
    apply_and::<K>(plan, home, which, rights, input, false).await
}

/// As [`apply`]; activates the thing beside, where that is asked.
///
/// # Errors
/// As [`apply`].
pub async fn apply_and<K: Declared>(
    plan: &mut Plan<'_>,
    home: &K::Home,
    which: Which<'_>,
    rights: PutRights,
    input: &K::Input,
    activate: bool,
) -> Result<Applied, Refused> {
    let is_name = matches!(which, Which::Name(_));
    let there = documents::sight(&plan.app.pool, home.org(), home.parent(), K::KIND, which).await?;
    match there {
        Some(there) => {
            let target = K::target(home, &there);
            if K::JUDGED_AS_DECLARED != Judged::Always {
                permit(plan.call()?, rights.update, target)?;
            }
            let loaded = plan.load_answer::<K>(there.id).await?;
            plan.check_absence(loaded.version)?;
            replace::<K>(plan, home, there.id, target, loaded, (input, activate)).await
        }
        None if is_name => {
            if K::JUDGED_AS_DECLARED == Judged::Never {
                permit(plan.call()?, rights.create, home.target())?;
            }
            plan.check_version(0)?;
            plan.on_free_names();
            create::<K>(plan, home, input, activate).await
        }
        None => Err(Refused::NotFound),
    }
}

/// Makes a loaded thing what is declared, and activates it where that is asked.
async fn replace<K: Declared>(
    plan: &mut Plan<'_>,
    home: &K::Home,
    id: Uuid,
    target: Target,
    loaded: Loaded<K>,
    (input, activate): (&K::Input, bool),
) -> Result<Applied, Refused> {
    let Loaded { state, version } = &loaded;
    if !K::RENAMES && K::name_in(input) != state.name() {
        return Err(Refused::Immutable { pointer: "/metadata/name" });
    }
    if K::protection_in(input) != state.is_protected() {
        may_protect::<K>(plan, target)?;
    }
    let before = *version;
    let mut command = K::declare(plan, home, Some(state), input).await?;
    if activate {
        command = K::activating(command, plan.now);
    }
    let after = plan.decide(home.org(), id, loaded, command).await?;
    plan.made(home.parent(), K::KIND, id, after.state.name(), after.state.phase());
    shares(plan, home.org(), id, &after.state);
    Ok(Applied { id, version: after.version, outcome: Outcome::of(before, after.version) })
}

/// What follows in the plan can refer to the thing where it is shared.
fn shares<K: Declared>(plan: &mut Plan<'_>, org: ScopeId, id: Uuid, state: &K) {
    if let Some(sharing) = state.sharing() {
        plan.shares(K::KIND, id, state.name(), org, sharing);
    }
}

/// Protecting a thing, and no longer protecting it, needs a right of its own and the right to delete the thing.
fn may_protect<K: Declared>(plan: &Plan<'_>, target: Target) -> Result<(), Refused> {
    let call = plan.call()?;
    permit(call, Permission::DeletionProtectionSet, target)?;
    permit(call, K::DELETE, target)
}

/// Whether the caller has a right on something.
///
/// # Errors
/// [`Refused::Forbidden`], or [`Refused::NotFound`] where the caller may not know of it.
pub fn permit(call: &Call, permission: Permission, target: Target) -> Result<(), Refused> {
    require(decide(&call.caller, permission, target, false)).map(|_| ())
}

/// What a part of a path names: an id, or else a name, which nothing may have.
#[must_use]
pub fn which(text: &str) -> Which<'_> {
    match NameOrId::parse(text) {
        Ok(NameOrId::Id(id)) => Which::Id(id),
        Ok(NameOrId::Name(_)) | Err(_) => Which::Name(text),
    }
}
