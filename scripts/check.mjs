// Everything that needs no server: format, lint, types, generated files. Runs all and fails at the end, so that one run shows all faults.
import { spawnSync } from 'node:child_process';

const steps = [
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['eslint', '.', '--max-warnings', '0']],
  ['types', ['tsc', '--noEmit']],
  ['types of the page', ['tsc', '--noEmit', '-p', 'src/explore/page/tsconfig.json']],
  ['generated', ['node', 'dist/scripts/generate.js', '--check']],
  ['content', ['node', 'dist/scripts/lint-content.js']],
];
const failed = steps.filter(([name, command]) => {
  const { status } = spawnSync('npx', ['--no-install', ...command], { stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  return status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
