/** OCSF class and activity of one API operation. */
export interface Classification {
  readonly category_uid: number;
  readonly category_name: string;
  readonly class_uid: number;
  readonly class_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly type_uid: number;
  readonly type_name: string;
}

export const ACCOUNT_CHANGE = 3001;
export const AUTHENTICATION = 3002;
export const API_ACTIVITY = 6003;

export const CATEGORIES: Readonly<Record<number, string>> = {
  1: 'System Activity',
  2: 'Findings',
  3: 'Identity & Access Management',
  4: 'Network Activity',
  5: 'Discovery',
  6: 'Application Activity',
};

export const CLASS_NAMES: Readonly<Record<number, string>> = {
  [ACCOUNT_CHANGE]: 'Account Change',
  [AUTHENTICATION]: 'Authentication',
  [API_ACTIVITY]: 'API Activity',
};

const AUTHENTICATION_NAMES = new Set(
  `ConsoleLogin ExternalIdPDirectoryLogin CheckMfa CredentialChallenge CredentialVerification UserAuthentication
   AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity`.split(/\s+/),
);

/** The names that Security Lake puts into Account Change; whatever else IAM does is API Activity there. */
const ACCOUNT_CHANGE_NAMES = new Set(
  `UpdateRole AttachUserPolicy PutRolePermissionsBoundary DeletePolicy RemoveUserFromGroup ChangePassword
   CreateAccessKey AttachGroupPolicy ResyncMFADevice DeleteRolePolicy PutUserPermissionsBoundary CreateUser
   CreateServiceLinkedRole PutRolePolicy DetachGroupPolicy UpdateAccessKey CreateInstanceProfile CreateRole
   DeleteUserPermissionsBoundary DeleteAccountAlias PutGroupPolicy CreateLoginProfile DeleteGroupPolicy
   DeleteLoginProfile DeleteUserPolicy DeactivateMFADevice RemoveRoleFromInstanceProfile UpdateUser EnableMFADevice
   DeleteUser AddRoleToInstanceProfile UpdateAccountEmailAddress UpdateRoleDescription DetachUserPolicy
   UpdateAssumeRolePolicy DeleteGroup DeleteServiceLinkedRole DeleteAccessKey AddUserToGroup DeleteVirtualMFADevice
   FinalizeSmsMfaRegistration DeleteRolePermissionsBoundary DetachRolePolicy DeleteInstanceProfile UpdateGroup
   UpdateLoginProfile RequestSmsMfaRegistration DeleteRole PutUserPolicy CreateVirtualMFADevice AttachRolePolicy
   EmailUpdated AccountNameUpdated PasswordUpdated DeleteAccountPasswordPolicy UpdateAccountPasswordPolicy
   UpdateAccountName TagInstanceProfile TagRole TagUser UntagInstanceProfile UntagRole UntagUser
   CreateAccountAlias`.split(/\s+/),
);

const OTHER = { id: 99, name: 'Other' };

/** Matched as prefixes, in this order; matching anywhere would take EndSecretVersionDelete for a deletion. */
const API_ACTIVITIES: readonly [verbs: readonly string[], activity: { id: number; name: string }][] = [
  [['Create', 'Run', 'Generate'], { id: 1, name: 'Create' }],
  [['Get', 'List', 'Describe', 'Search', 'Lookup'], { id: 2, name: 'Read' }],
  [
    `Update Put Modify Add Remove Start Stop Attach Detach Associate Disassociate Tag Untag Enable Disable Register
     Deregister`.split(/\s+/),
    { id: 3, name: 'Update' },
  ],
  [['Delete', 'Terminate'], { id: 4, name: 'Delete' }],
];

const cache = new Map<string, Classification>();
/** AWS has about 15,000 operations; a hostile file may have any number. */
const CACHE_LIMIT = 20_000;

/** Class and activity from the operation's name, as Security Lake decides them. */
export function classify(operation: string): Classification {
  const known = cache.get(operation);
  if (known !== undefined) return known;
  const classUid = AUTHENTICATION_NAMES.has(operation)
    ? AUTHENTICATION
    : ACCOUNT_CHANGE_NAMES.has(operation)
      ? ACCOUNT_CHANGE
      : API_ACTIVITY;
  const activity = activityOf(classUid, operation);
  const made = classification(classUid, activity.id, activity.name);
  if (cache.size < CACHE_LIMIT) cache.set(operation, made);
  return made;
}

/** An Insights event or an aggregated event is about operations, it is none itself. */
export const ABOUT_OPERATIONS: Classification = classification(API_ACTIVITY, OTHER.id, OTHER.name);

function classification(classUid: number, activityId: number, activityName: string): Classification {
  const category = Math.trunc(classUid / 1000);
  const className = CLASS_NAMES[classUid] ?? '';
  return {
    category_uid: category,
    category_name: CATEGORIES[category] ?? '',
    class_uid: classUid,
    class_name: className,
    activity_id: activityId,
    activity_name: activityName,
    type_uid: classUid * 100 + activityId,
    type_name: `${className}: ${activityName}`,
  };
}

function activityOf(classUid: number, name: string): { id: number; name: string } {
  if (classUid === AUTHENTICATION) {
    const logon =
      name === 'ConsoleLogin' ||
      name === 'ExternalIdPDirectoryLogin' ||
      name === 'UserAuthentication' ||
      name.startsWith('AssumeRole');
    return logon ? { id: 1, name: 'Logon' } : OTHER;
  }
  if (classUid === API_ACTIVITY) {
    return API_ACTIVITIES.find(([verbs]) => verbs.some((verb) => name.startsWith(verb)))?.[1] ?? OTHER;
  }
  if (name.startsWith('Create') || name === 'ResyncMFADevice' || name === 'EnableMFADevice')
    return { id: 1, name: 'Create' };
  if (name === 'ChangePassword' || name === 'PasswordUpdated') return { id: 3, name: 'Password Change' };
  if (name.startsWith('Attach') || name.startsWith('Put') || name === 'AddUserToGroup')
    return { id: 7, name: 'Attach Policy' };
  if (name.startsWith('Detach') || name.startsWith('Remove')) return { id: 8, name: 'Detach Policy' };
  if (name.startsWith('Delete')) return { id: 6, name: 'Delete' };
  return OTHER;
}
