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
    OperatorRead = OperatorRead,
    OrgList = OrgList,
    OrgRead = OrgRead,
    OrgCreate = OrgCreate,
    OrgUpdate = OrgUpdate,
    OrgRevert = OrgUpdate as "org.revert",
    OrgApprove = OrgApprove,
    OrgReject = OrgReject,
    OrgActivate = OrgActivate,
    OrgDeactivate = OrgDeactivate,
    OrgDelete = OrgDelete,
    OrgRestore = OrgRestore,
    PartnerCreate = PartnerCreate,
    PartnerRead = PartnerRead,
    PartnerUpdate = PartnerUpdate,
    PartnerRevert = PartnerUpdate as "partner.revert",
    PartnerDelete = PartnerDelete,
    PartnerRestore = PartnerCreate as "partner.restore",
    AuditOrg = AuditOrg,
    AuditPlatform = AuditPlatform,
    EventRead = OrgRead as "event.read",
    InstallationEventRead = AuditPlatform as "event.read",
    UserAdd = UserAdd,
    UserRead = UserRead,
    UserUpdate = UserUpdate,
    UserRevert = UserUpdate as "user.revert",
    UserSuspend = UserSuspend,
    UserReactivate = UserReactivate,
    UserRemove = UserRemove,
    PartnerUserRead = PartnerUserRead,
    PartnerUserAdd = PartnerUserWrite as "partnerUser.add",
    PartnerUserUpdate = PartnerUserWrite as "partnerUser.update",
    PartnerUserSuspend = PartnerUserWrite as "partnerUser.suspend",
    PartnerUserReactivate = PartnerUserWrite as "partnerUser.reactivate",
    PartnerUserRemove = PartnerUserWrite as "partnerUser.remove",
    PartnerUserKeyRead = PartnerUserRead as "apiKey.read",
    PartnerUserKeyIssue = PartnerUserWrite as "apiKey.issue",
    PartnerUserKeyRevoke = PartnerUserWrite as "apiKey.revoke",
    OperatorAdd = OperatorWrite as "operator.add",
    OperatorUpdate = OperatorWrite as "operator.update",
    OperatorSuspend = OperatorWrite as "operator.suspend",
    OperatorReactivate = OperatorWrite as "operator.reactivate",
    OperatorRemove = OperatorWrite as "operator.remove",
    OperatorKeyRead = OperatorRead as "apiKey.read",
    OperatorKeyIssue = OperatorWrite as "apiKey.issue",
    OperatorKeyRevoke = OperatorWrite as "apiKey.revoke",
    OwnKeyRead = ApiKeyOwn as "apiKey.read",
    OwnKeyIssue = ApiKeyOwn as "apiKey.issue",
    OwnKeyRotate = ApiKeyOwn as "apiKey.rotate",
    OwnKeyRevoke = ApiKeyOwn as "apiKey.revoke",
    KeyRead = ApiKeyReadOthers as "apiKey.read",
    KeyIssue = ApiKeyIssueForOthers as "apiKey.issue",
    KeyRotate = ApiKeyIssueForOthers as "apiKey.rotate",
    KeyRevoke = ApiKeyRevokeOthers as "apiKey.revoke",
    GroupRead = GroupRead,
    GroupCreate = GroupWrite as "group.create",
    GroupPut = GroupWrite as "group.put",
    GroupUpdate = GroupWrite as "group.update",
    GroupRevert = GroupWrite as "group.revert",
    GroupDelete = GroupWrite as "group.delete",
    GroupRestore = GroupWrite as "group.restore",
    RoleBindingRead = RoleBindingRead,
    RoleBindingCreate = RoleBindingWriteProject as "roleBinding.create",
    RoleBindingPut = RoleBindingWriteProject as "roleBinding.put",
    RoleBindingUpdate = RoleBindingWriteProject as "roleBinding.update",
    RoleBindingRevert = RoleBindingWriteProject as "roleBinding.revert",
    RoleBindingDelete = RoleBindingWriteProject as "roleBinding.delete",
    RoleBindingRestore = RoleBindingWriteProject as "roleBinding.restore",
    ProjectCreate = ProjectCreate,
    ProjectRead = ProjectRead,
    ProjectList = ProjectRead as "project.list",
    ProjectUpdate = ProjectUpdate,
    ProjectDelete = ProjectDelete,
    ProjectRevert = ProjectUpdate as "project.revert",
    ProjectRestore = ProjectCreate as "project.restore",
    WebhookRead = WebhookRead,
    WebhookCreate = WebhookWrite as "webhook.create",
    WebhookUpdate = WebhookWrite as "webhook.update",
    WebhookDelete = WebhookWrite as "webhook.delete",
    WebhookRestore = WebhookWrite as "webhook.restore",
    WebhookRevert = WebhookWrite as "webhook.revert",
    WebhookPause = WebhookWrite as "webhook.pause",
    WebhookResume = WebhookWrite as "webhook.resume",
    WebhookRotateSecret = WebhookWrite as "webhook.rotateSecret",
    WebhookReplay = WebhookWrite as "webhook.replay",
    WebhookTest = WebhookWrite as "webhook.test",
    WebhookRedeliver = WebhookWrite as "webhook.redeliver",
    LedgerProve = LedgerProof,
    LedgerExport = LedgerExport,
    BlueprintCreate = BlueprintWrite as "blueprint.create",
    BlueprintRead = BlueprintRead,
    BlueprintList = BlueprintRead as "blueprint.list",
    BlueprintUpdate = BlueprintWrite as "blueprint.update",
    BlueprintRevert = BlueprintWrite as "blueprint.revert",
    BlueprintDelete = BlueprintWrite as "blueprint.delete",
    BlueprintRestore = BlueprintWrite as "blueprint.restore",
    BlueprintVersionCreate = BlueprintWrite as "blueprintVersion.create",
    BlueprintVersionRead = BlueprintRead as "blueprintVersion.read",
    BlueprintVersionList = BlueprintRead as "blueprintVersion.list",
    BlueprintVersionImpact = BlueprintRead as "blueprintVersion.impact",
    BlueprintVersionUpdate = BlueprintWrite as "blueprintVersion.update",
    BlueprintVersionRevert = BlueprintWrite as "blueprintVersion.revert",
    BlueprintVersionActivate = BlueprintWrite as "blueprintVersion.activate",
    BlueprintVersionDisable = BlueprintWrite as "blueprintVersion.disable",
    BlueprintVersionDelete = BlueprintWrite as "blueprintVersion.delete",
    BlueprintVersionRestore = BlueprintWrite as "blueprintVersion.restore",
    AddonCreate = AddonWrite as "addon.create",
    AddonRead = AddonRead,
    AddonList = AddonRead as "addon.list",
    AddonUpdate = AddonWrite as "addon.update",
    AddonDelete = AddonWrite as "addon.delete",
    AddonRestore = AddonWrite as "addon.restore",
    AddonRevert = AddonWrite as "addon.revert",
    AddonVersionCreate = AddonWrite as "addonVersion.create",
    AddonVersionRead = AddonRead as "addonVersion.read",
    AddonVersionList = AddonRead as "addonVersion.list",
    AddonVersionUpdate = AddonWrite as "addonVersion.update",
    AddonVersionDelete = AddonWrite as "addonVersion.delete",
    AddonVersionRestore = AddonWrite as "addonVersion.restore",
    AddonVersionRevert = AddonWrite as "addonVersion.revert",
    AddonVersionActivate = AddonWrite as "addonVersion.activate",
    AddonVersionDisable = AddonWrite as "addonVersion.disable",
    NamespaceCreate = NamespaceWrite as "namespace.create",
    NamespaceRead = NamespaceRead,
    NamespaceList = NamespaceRead as "namespace.list",
    NamespaceRevert = NamespaceWrite as "namespace.revert",
    NamespaceUpdate = NamespaceWrite as "namespace.update",
    NamespaceDelete = NamespaceWrite as "namespace.delete",
    NamespaceRestore = NamespaceWrite as "namespace.restore",
    NamespacePublish = NamespacePublish,
    NamespaceUnpublish = NamespacePublish as "namespace.unpublish",
}
