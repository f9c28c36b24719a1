//! The rights that operations name in their signatures.

use crate::authz::Permission;

/// A right, as a type.
pub trait Right: Send + Sync + 'static {
    /// The permission that the table knows.
    const PERMISSION: Permission;
    /// What is asked, for the record.
    const ACTION: &'static str;
}

/// Declares a right, and what asking for it is called where the permission's own name does not say.
macro_rules! rights {
    ($($name:ident = $permission:ident $(as $action:literal)?),+ $(,)?) => {
        $(
            #[doc = concat!("The right `", stringify!($permission), "`.")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Right for $name {
                const ACTION: &'static str = rights!(@action $permission $($action)?);
                const PERMISSION: Permission = Permission::$permission;
            }
        )+
    };
    (@action $permission:ident) => { Permission::$permission.as_str() };
    (@action $permission:ident $action:literal) => { $action };
}

rights! {
    OrgList = OrgList,
    OrgRead = OrgRead,
    OrgCreate = OrgCreate,
    OrgUpdate = OrgUpdate,
    OrgApprove = OrgApprove,
    OrgReject = OrgReject,
    OrgActivate = OrgActivate,
    OrgDeactivate = OrgDeactivate,
    OrgDelete = OrgDelete,
    OrgRestore = OrgRestore,
    ProjectCreate = ProjectCreate,
    ProjectRead = ProjectRead,
    ProjectList = ProjectRead as "project.list",
    ProjectUpdate = ProjectUpdate,
    ProjectDelete = ProjectDelete,
    ProjectRestore = ProjectCreate as "project.restore",
}
