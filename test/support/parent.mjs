// Starts a server as a user's process would, says where it is, and waits to be killed.
// Argument: `opensearch`, `aws`, or `cancelled` for a node whose start is given up after a second.
import { startMinistack } from '../../dist/runtime/ministack.js';
import { startOpenSearch } from '../../dist/runtime/opensearch-node.js';

const start = {
  opensearch: () => startOpenSearch({ profile: 'test' }),
  aws: () => startMinistack(),
  cancelled: () => startOpenSearch({ profile: 'test', signal: AbortSignal.timeout(1_000) }),
}[process.argv[2]];
const { url, pid, runDir, name } = await start().catch((error) => error);
console.log(JSON.stringify({ url, pid, runDir, name }));
process.stdin.resume();
