import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJava } from '../../../src/runtime/java.ts';
import { OPENSEARCH_VERSION, opensearchHome } from '../../../src/runtime/opensearch-home.ts';
import { javaRange, launch, whenReady, type OpenSearchNode } from '../../../src/runtime/opensearch-node.ts';

export interface Trio {
  readonly node: (name: string) => OpenSearchNode;
  readonly names: readonly string[];
  /** Starts a node again on its data. */
  restart(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Three processes that are one cluster. Each finds the others by a file of their transport addresses. */
export async function startTrio(): Promise<Trio> {
  const names = ['n1', 'n2', 'n3'];
  const folder = await mkdtemp(join(tmpdir(), 'faults-trio-'));
  const [java, home] = [await findJava(javaRange(OPENSEARCH_VERSION)), await opensearchHome(OPENSEARCH_VERSION)];
  const live = new Map<string, OpenSearchNode>();
  const addresses = async (): Promise<string> => {
    const files = [...live.values()].map(({ runDir }) => join(runDir, 'logs', 'transport.ports'));
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
    return texts.flatMap((text) => /127\.0\.0\.1:\d+/.exec(text)?.[0] ?? []).join('\n');
  };
  const start = async (name: string, first: boolean): Promise<void> => {
    const hosts = await addresses();
    const node = await launch({
      profile: 'test',
      version: OPENSEARCH_VERSION,
      java,
      home,
      dataDir: join(folder, name),
      settings: {
        'cluster.name': 'faults-trio',
        'node.name': name,
        'discovery.type': undefined,
        'discovery.seed_providers': 'file',
        ...(first ? { 'cluster.initial_cluster_manager_nodes': ['n1'] } : {}),
      },
      configure: (config) => writeFile(join(config, 'unicast_hosts.txt'), `${hosts}\n`),
    });
    live.set(name, node);
    const health = `${node.url}/_cluster/health?wait_for_nodes=${live.size}&timeout=60s`;
    await whenReady(node, undefined, async () => (await fetch(health)).ok);
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...live.values()].map((node) => node.kill9()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of names) await start(name, name === 'n1');
  } catch (error) {
    await stop();
    throw error;
  }
  const node = (name: string): OpenSearchNode => {
    const found = live.get(name);
    if (found === undefined) throw new Error(`There is no node ${name}.`);
    return found;
  };
  return {
    node,
    names,
    restart: async (name) => {
      live.delete(name);
      await start(name, false);
    },
    stop,
  };
}
