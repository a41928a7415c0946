import { findJava } from '../../../src/runtime/java.ts';
import { OPENSEARCH_VERSION, opensearchHome } from '../../../src/runtime/opensearch-home.ts';
import {
  javaRange,
  launch,
  type OpenSearchNode,
  type OpenSearchOptions,
} from '../../../src/runtime/opensearch-node.ts';
import { until } from './until.ts';

const PATIENCE_MS = 300_000;

/** Starts a node on the data of one that was killed; on a machine that is busy with the rest of a test that takes minutes. */
export async function restart(killed: OpenSearchNode, options: OpenSearchOptions): Promise<OpenSearchNode> {
  const [java, home] = [await findJava(javaRange(OPENSEARCH_VERSION)), await opensearchHome(OPENSEARCH_VERSION)];
  const place = { httpPort: killed.port, startTimeoutMs: PATIENCE_MS };
  const node = await launch({ ...options, ...place, version: OPENSEARCH_VERSION, java, home });
  const health = `${node.url}/_cluster/health?wait_for_status=yellow&timeout=20s`;
  await until(async () => (await fetch(health).catch(() => undefined))?.ok === true, PATIENCE_MS);
  return node;
}
