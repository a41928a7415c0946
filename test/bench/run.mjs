// npm run bench [-- NAME… --events N --rounds N --quick --long]: see docs/benchmarks/README.md.
import { register } from 'node:module';
import { build } from '../../scripts/build.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
await build();
register('./typescript.mjs', import.meta.url);
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
