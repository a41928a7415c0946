import type { JsonObject, UserIdentity } from './record.ts';

/** Credentials that an assumed role works with. */
export interface RoleSession {
  readonly account: string;
  readonly role: string;
  /** IAM path, with slashes: `/aws-reserved/sso.amazonaws.com/`. */
  readonly path?: string;
  readonly roleId: string;
  readonly session: string;
  readonly keyId: string;
  /** Epoch ms. */
  readonly created: number;
  readonly mfa?: boolean;
  /** `arn:aws:iam::…:oidc-provider/…` where the role was assumed with a web identity. */
  readonly oidcProvider?: string;
  readonly invokedBy?: string;
}

export function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

export function roleArn(account: string, role: string, path = '/'): string {
  return `arn:aws:iam::${account}:role${path}${role}`;
}

export function assumedRole(s: RoleSession): UserIdentity {
  const sessionContext: JsonObject = {
    sessionIssuer: {
      type: 'Role',
      principalId: s.roleId,
      arn: roleArn(s.account, s.role, s.path),
      accountId: s.account,
      userName: s.role,
    },
    ...(s.oidcProvider === undefined
      ? {}
      : { webIdFederationData: { federatedProvider: s.oidcProvider, attributes: {} } }),
    attributes: { creationDate: isoSeconds(s.created), mfaAuthenticated: String(s.mfa ?? false) },
  };
  return {
    type: 'AssumedRole',
    principalId: `${s.roleId}:${s.session}`,
    arn: `arn:aws:sts::${s.account}:assumed-role/${s.role}/${s.session}`,
    accountId: s.account,
    accessKeyId: s.keyId,
    sessionContext,
    ...(s.invokedBy === undefined ? {} : { invokedBy: s.invokedBy }),
  };
}

/** An IAM user; `session` where temporary or console credentials are used, else the long-lived key alone. */
export function iamUser(user: {
  account: string;
  name: string;
  userId: string;
  keyId: string;
  session?: { created: number; mfa: boolean };
}): UserIdentity {
  return {
    type: 'IAMUser',
    principalId: user.userId,
    arn: `arn:aws:iam::${user.account}:user/${user.name}`,
    accountId: user.account,
    accessKeyId: user.keyId,
    userName: user.name,
    ...(user.session === undefined ? {} : { sessionContext: sessionAttributes(user.session) }),
  };
}

export function rootUser(account: string, keyId: string, session: { created: number; mfa: boolean }): UserIdentity {
  return {
    type: 'Root',
    principalId: account,
    arn: `arn:aws:iam::${account}:root`,
    accountId: account,
    accessKeyId: keyId,
    sessionContext: sessionAttributes(session),
  };
}

export function awsService(service: string): UserIdentity {
  return { type: 'AWSService', invokedBy: service };
}

/** A call seen in an account that does not own the caller: only the caller's account and principal are shown. */
export function otherAccount(account: string, principalId: string): UserIdentity {
  return { type: 'AWSAccount', principalId, accountId: account };
}

export function webIdentityUser(provider: string, audience: string, subject: string): UserIdentity {
  return {
    type: 'WebIdentityUser',
    principalId: `${provider}:${audience}:${subject}`,
    userName: subject,
    identityProvider: provider,
  };
}

export function samlUser(providerArn: string, subject: string): UserIdentity {
  return {
    type: 'SAMLUser',
    principalId: `${providerArn}:${subject}`,
    userName: subject,
    identityProvider: providerArn,
  };
}

export function identityCenterUser(
  account: string,
  user: { id: string; storeArn: string; credentialId: string },
): UserIdentity {
  return {
    type: 'IdentityCenterUser',
    accountId: account,
    onBehalfOf: { userId: user.id, identityStoreArn: user.storeArn },
    credentialId: user.credentialId,
  };
}

function sessionAttributes(session: { created: number; mfa: boolean }): JsonObject {
  return { attributes: { creationDate: isoSeconds(session.created), mfaAuthenticated: String(session.mfa) } };
}
