import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments, parseDocument, type ScalarTag } from 'yaml';
import { COMMANDS } from '../../src/commands/index.ts';
import { parseConfig } from '../../src/config/load.ts';
import { PACKAGE_ROOT, shipped } from '../../src/content/root.ts';
import { createMetrics, serveMetrics } from '../../src/metrics.ts';
import { names } from '../../src/names.ts';

const read = (...path: string[]): string => readFileSync(shipped(...path), 'utf8');
const dockerfile = read('Dockerfile');
const user = /^USER (\d+):(\d+)$/m.exec(dockerfile)?.[1];

/** What of a command line the program does not know. */
function unknownWords([name = '', ...words]: readonly string[]): string[] {
  const program = new Command();
  for (const register of COMMANDS) register(program, () => undefined);
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return [name];
  const known = new Set(command.options.flatMap(({ long }) => long ?? []));
  return words.filter((word) => word.startsWith('--') && !known.has(word));
}

type Json = Record<string, unknown>;
interface Container {
  args: string[];
  ports: { name: string; containerPort: number }[];
  startupProbe: { httpGet: { path: string; port: string } };
  livenessProbe: { httpGet: { path: string; port: string } };
  readinessProbe: { httpGet: { path: string; port: string } };
  resources: { limits: Json; requests: Json };
  securityContext: Json;
  volumeMounts: { name: string; mountPath: string }[];
}

describe('the image', () => {
  test('copies what the package ships, starts what the build makes, and is not root', () => {
    const { files, bin } = JSON.parse(read('package.json')) as { files: string[]; bin: Record<string, string> };
    const copied = [...dockerfile.matchAll(/^COPY --from=build \S+ (.+) \S+$/gm)].flatMap(([, paths = '']) =>
      paths.split(' ').map((path) => path.replace('/build/', '')),
    );
    expect(copied.sort()).toEqual(
      [...files.filter((path) => !path.startsWith('!')), 'package.json', 'node_modules'].sort(),
    );
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${bin['ocsf-cloudtrail']}"]`);
    expect(Number(user)).toBeGreaterThan(0);
  });
});

describe('the compose file', () => {
  const { services } = parse(read('integration', 'deploy', 'compose.yml')) as {
    services: {
      ingest: {
        command: string[];
        environment: Json;
        volumes: string[];
        read_only: boolean;
        healthcheck: { test: string[] };
      };
    };
  };
  const { command, volumes, read_only, healthcheck } = services.ingest;

  test('names a command, options and a configuration file that are there', () => {
    expect(unknownWords(command)).toEqual([]);
    const config = command[command.indexOf('--config') + 1] ?? '';
    expect(volumes.some((volume) => volume.includes(`:${config}:ro`))).toBe(true);
    expect(read_only).toBe(true);
  });

  test('asks for health where it is served', () => {
    expect(command).toContain('--metrics');
    expect(healthcheck.test.join(' ')).toContain(`http://127.0.0.1:9464/health`);
  });
});

describe('the Kubernetes manifest', () => {
  const [, map, deployment] = parseAllDocuments(read('integration', 'deploy', 'kubernetes.yml')).map(
    (document) => document.toJS() as Json,
  );
  const config = (map as { data: Record<string, string> }).data['ocsf-cloudtrail.yml'] ?? '';
  const { template } = (deployment as { spec: { template: { metadata: { annotations: Json }; spec: Json } } }).spec;
  const pod = template.spec as {
    securityContext: Json;
    containers: Container[];
    volumes: { name: string; configMap?: { name: string } }[];
    terminationGracePeriodSeconds: number;
  };
  const [container] = pod.containers;
  if (container === undefined) throw new Error('no container');

  test('holds a configuration that is valid, without a secret in it', () => {
    const { config: parsed, warnings } = parseConfig(config, 'kubernetes.yml', { OPENSEARCH_PASSWORD: 'x' });
    expect(warnings).toEqual([]);
    expect(parsed.metrics?.port).toBe(container.ports[0]?.containerPort);
    expect(template.metadata.annotations['prometheus.io/port']).toBe(String(parsed.metrics?.port));
    // Probes come from outside the pod.
    expect(parsed.metrics?.host).toBe('0.0.0.0');
  });

  test('names a command and options that are there, and a file that is mounted', () => {
    expect(unknownWords(container.args)).toEqual([]);
    const [mount] = container.volumeMounts.filter(({ name }) => name === 'config');
    expect(container.args).toContain(`${mount?.mountPath}/ocsf-cloudtrail.yml`);
    const volumes = pod.volumes.map(({ name }) => name);
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.sort());
  });

  test('probes paths that are served', async () => {
    const server = await serveMetrics(createMetrics(), { host: '127.0.0.1', port: 0 });
    try {
      for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect((await fetch(server.url + httpGet.path)).status).not.toBe(404);
        expect(container.ports.map(({ name }) => name)).toContain(httpGet.port);
      }
    } finally {
      await server.close();
    }
  });

  test('runs as the user of the image, with a read-only file system, limits and time to drain', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user) });
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
    expect(Object.keys(container.resources.limits)).toEqual(['cpu', 'memory']);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(60);
  });
});

/** CloudFormation's short forms, as their long ones. */
const tags: ScalarTag[] = ['Ref', 'GetAtt', 'Sub'].map((name) => ({
  tag: `!${name}`,
  resolve: (value: string) => ({ [name]: value }),
}));

interface Template {
  Parameters: Json;
  Resources: Record<string, { Type: string; Properties: Json }>;
  Conditions?: Json;
}

function template(...path: string[]): Template {
  const lists = ['If', 'Not', 'Equals'].map((name) => ({ tag: `!${name}`, collection: 'seq' as const }));
  const document = parseDocument(read(...path), { customTags: [...tags, ...lists] });
  expect(document.errors).toEqual([]);
  expect(document.warnings).toEqual([]);
  return document.toJS() as Template;
}

/** Names that a template refers to, and has not. */
function dangling({ Parameters, Resources, ...rest }: Template): string[] {
  const known = new Set([...Object.keys(Parameters), ...Object.keys(Resources)]);
  const text = JSON.stringify({ Resources, ...rest });
  const refs = [...text.matchAll(/"(?:Ref|GetAtt)":"([A-Za-z]+)[".]/g)].map(([, name = '']) => name);
  expect(refs.length).toBeGreaterThan(5);
  const subs = [...text.matchAll(/\$\{([A-Za-z]+)\}/g)].map(([, name = '']) => name);
  return [...refs, ...subs].filter((name) => !known.has(name));
}

describe('the CloudFormation templates', () => {
  const queue = template('integration', 'security', 'cloudformation.yml');
  const lambda = template('integration', 'deploy', 'lambda.yml');

  test('refer to nothing that is not there', () => {
    expect([...dangling(queue), ...dangling(lambda)]).toEqual([]);
  });

  test('let the rule write to every queue that it names', () => {
    const text = JSON.stringify(queue.Resources);
    const policies = Object.values(queue.Resources)
      .map((resource) => JSON.stringify(resource))
      .filter((resource) => resource.includes('AWS::SQS::QueuePolicy'));
    for (const name of ['Queue', 'DeadLetterQueue']) {
      expect(text).toContain(`"GetAtt":"${name}.Arn"`);
      const own = policies.filter((policy) => policy.includes(`"Queues":[{"Ref":"${name}"}]`));
      expect(own).toHaveLength(1);
      expect(own[0]).toContain('events.amazonaws.com');
    }
  });

  test('let the ingester do what it asks AWS for, and nothing else', () => {
    const statements = JSON.stringify(queue.Resources['IngesterPolicy']?.Properties);
    const actions = [...statements.matchAll(/"((?:s3|sqs|kms):\w+)"/g)].map(([, action]) => action);
    const used = new Set(
      readdirSync(join(PACKAGE_ROOT, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((path) => /^(ingest|aws)\/.*\.ts$/.test(path))
        .flatMap(
          (path) => readFileSync(join(PACKAGE_ROOT, 'src', path), 'utf8').match(/\b(?:s3|sqs|kms):[A-Z]\w+/g) ?? [],
        ),
    );
    for (const action of actions) expect([...used]).toContain(action);
    for (const action of [
      's3:ListBucket',
      's3:GetObject',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:ChangeMessageVisibility',
      'kms:Decrypt',
    ])
      expect(actions).toContain(action);
  });

  test('the function has a handler that exists, reports partial failures, and knows its variables', async () => {
    const { Handler, Environment } = lambda.Resources['Function']?.Properties as {
      Handler: string;
      Environment: { Variables: Json };
    };
    const [, module = '', name = ''] = /^node_modules\/ocsf-cloudtrail\/dist\/(.+)\.(\w+)$/.exec(Handler) ?? [];
    expect(existsSync(join(PACKAGE_ROOT, 'src', `${module}.ts`))).toBe(true);
    expect((await import(`../../src/${module}.ts`)) as Json).toHaveProperty(name);
    expect(lambda.Resources['Source']?.Properties).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const connection = read('src', 'config', 'connection.ts');
    for (const variable of Object.keys(Environment.Variables)) expect(connection).toContain(`'${variable}'`);
  });
});

describe('the policy for Index State Management', () => {
  const { policy } = JSON.parse(read('integration', 'ism-policy.json')) as {
    policy: {
      description: string;
      default_state: string;
      states: {
        name: string;
        actions: Json[];
        transitions: { state_name: string; conditions: { min_index_age: string } }[];
      }[];
      ism_template: { index_patterns: string[] }[];
    };
  };

  test('keeps the last event of the longest month for 400 days, though it counts from the first', () => {
    const days = 400 + 31;
    expect(policy.states.flatMap(({ transitions }) => transitions)).toEqual([
      { state_name: 'deleted', conditions: { min_index_age: `${days}d` } },
    ]);
    expect(policy.description).toContain(`${days} days`);
    expect(read('docs', 'operate.md')).toContain(`${days}d`);
  });

  test('takes the event indices of the default alias, and each transition leads to a state that is there', () => {
    const states = policy.states.map(({ name }) => name);
    expect(states).toContain(policy.default_state);
    for (const { transitions } of policy.states)
      for (const { state_name } of transitions) expect(states).toContain(state_name);
    expect(policy.states.find(({ name }) => name === 'deleted')?.actions).toEqual([{ delete: {} }]);
    expect(policy.ism_template.flatMap(({ index_patterns }) => index_patterns)).toEqual([names().indexPattern]);
  });
});

describe('the IAM policies', () => {
  test.each(['queue', 'security-lake-subscriber', 'trail-bucket'])('%s allows, and names its resources', (name) => {
    const { Version, Statement } = JSON.parse(read('integration', 'security', 'iam', `${name}.json`)) as {
      Version: string;
      Statement: { Effect: string; Resource: string }[];
    };
    expect(Version).toBe('2012-10-17');
    for (const { Effect, Resource } of Statement) {
      expect(Effect).toBe('Allow');
      expect(Resource).toMatch(/^arn:aws:/);
    }
  });
});
