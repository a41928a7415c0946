import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { createAuthority, type Authority, type KeyPair } from './certificates.ts';
import { findJava } from './java.ts';
import { SECURED_VERSION, securedHome } from './opensearch-home.ts';
import { javaRange, launch, whenReady, type OpenSearchNode } from './opensearch-node.ts';

export interface SecuredOptions {
  readonly users: Readonly<Record<string, { password: string; backendRoles?: readonly string[] }>>;
  /** As in the security plugin's roles.yml; its static roles such as `all_access` are there too. */
  readonly roles: Readonly<Record<string, unknown>>;
  /** Role → who has it, as in roles_mapping.yml. Users of client certificates are named by their CN. */
  readonly mapping: Readonly<Record<string, { users?: readonly string[]; backend_roles?: readonly string[] }>>;
  readonly heap?: string;
  readonly signal?: AbortSignal | undefined;
  readonly say?: (line: string) => void;
}

/** `url` is https, with a certificate of `authority` for 127.0.0.1 and localhost. */
export interface SecuredNode extends OpenSearchNode {
  /** PEM file that clients trust; like all certificates it goes with the node's `runDir`. */
  readonly ca: string;
  /** Issues more certificates of the same authority: clients, or servers to stand in front. */
  readonly authority: Authority;
  /** Client certificate that may do everything, the security index included. */
  readonly admin: KeyPair;
}

/** Starts a node with the real security plugin: TLS on both layers, basic and client-certificate authentication. */
export async function startSecuredOpenSearch(options: SecuredOptions): Promise<SecuredNode> {
  const java = await findJava(javaRange(SECURED_VERSION));
  const home = await securedHome(options);
  let authority: Authority | undefined;
  let admin: KeyPair | undefined;
  const node = await launch({
    ...options,
    profile: 'test',
    version: SECURED_VERSION,
    home,
    java,
    settings: securitySettings(),
    configure: async (configDir) => {
      authority = await createAuthority(join(configDir, 'certs'));
      await authority.issue('node-1');
      admin = await authority.issue('admin');
      await writeSecurityFiles(join(configDir, 'opensearch-security'), options);
    },
  });
  if (authority === undefined || admin === undefined) throw new Error('the node was started without certificates');
  const url = node.url.replace('http:', 'https:');
  const ca = await readFile(authority.ca, 'utf8');
  await whenReady(node, options.signal, async () => {
    return (await statusOf(`${url}/_plugins/_security/health?mode=strict`, ca)) === 200;
  });
  return { ...node, url, ca: authority.ca, authority, admin };
}

function securitySettings(): Record<string, unknown> {
  const layer = (name: string): Record<string, unknown> => ({
    [`plugins.security.ssl.${name}.pemcert_filepath`]: 'certs/node-1.pem',
    [`plugins.security.ssl.${name}.pemkey_filepath`]: 'certs/node-1-key.pem',
    [`plugins.security.ssl.${name}.pemtrustedcas_filepath`]: 'certs/ca.pem',
  });
  return {
    ...layer('transport'),
    ...layer('http'),
    'plugins.security.ssl.transport.enforce_hostname_verification': false,
    'plugins.security.ssl.http.enabled': true,
    'plugins.security.ssl.http.clientauth_mode': 'OPTIONAL',
    'plugins.security.allow_default_init_securityindex': true,
    'plugins.security.authcz.admin_dn': ['CN=admin,O=local'],
    'plugins.security.nodes_dn': ['CN=node-*,O=local'],
    'plugins.security.restapi.roles_enabled': ['all_access'],
    'plugins.security.audit.type': 'noop',
    'plugins.security.password.hashing.algorithm': 'pbkdf2',
    'plugins.security.password.hashing.pbkdf2.iterations': ITERATIONS,
    'plugins.security.password.hashing.pbkdf2.length': HASH_BITS,
    'plugins.security.password.hashing.pbkdf2.function': 'SHA512',
  };
}

const ITERATIONS = 10_000;
const HASH_BITS = 512;

/** The plugin's compact form: function (5 is SHA-512), iterations and length in one number, salt, hash. */
function passwordHash(password: string): string {
  const salt = randomBytes(32);
  const parameters = (BigInt(ITERATIONS) << 32n) | BigInt(HASH_BITS);
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BITS / 8, 'sha512');
  return `$5$${parameters}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

async function writeSecurityFiles(dir: string, { users, roles, mapping }: SecuredOptions): Promise<void> {
  await mkdir(dir, { mode: 0o700 });
  const internalUsers = Object.entries(users).map(([name, { password, backendRoles }]) => [
    name,
    { hash: passwordHash(password), reserved: false, backend_roles: backendRoles ?? [] },
  ]);
  const authenticator = (order: number, type: string, backend: string, config = {}): object => ({
    http_enabled: true,
    transport_enabled: true,
    order,
    http_authenticator: { type, challenge: type === 'basic', config },
    authentication_backend: { type: backend },
  });
  const files: Record<string, [type: string, content: object]> = {
    config: [
      'config',
      {
        config: {
          dynamic: {
            http: { anonymous_auth_enabled: false },
            authc: {
              certificate: authenticator(0, 'clientcert', 'noop', { username_attribute: 'cn' }),
              basic: authenticator(1, 'basic', 'intern'),
            },
            authz: {},
          },
        },
      },
    ],
    internal_users: ['internalusers', Object.fromEntries(internalUsers) as object],
    roles: ['roles', roles],
    roles_mapping: ['rolesmapping', mapping],
    action_groups: ['actiongroups', {}],
    tenants: ['tenants', {}],
    nodes_dn: ['nodesdn', {}],
    allowlist: ['allowlist', { config: { enabled: false, requests: {} } }],
    audit: ['audit', { config: { enabled: false } }],
  };
  for (const [name, [type, content]] of Object.entries(files)) {
    const text = JSON.stringify({ _meta: { type, config_version: 2 }, ...content }, null, 2);
    await writeFile(join(dir, `${name}.yml`), text, { mode: 0o600 });
  }
}

async function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((settle, fail) => {
    const request = get(url, { ca, timeout: 5_000, agent: false }, (answer) => {
      answer.resume();
      settle(answer.statusCode);
    });
    request.on('timeout', () => request.destroy(new Error('no answer'))).on('error', fail);
  });
}
