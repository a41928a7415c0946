import { lintPackage } from '../content/lint/lint.ts';

/** `npm run lint:content`: one line for each fault, exit code 1 when there is any. */
const findings = await lintPackage();
for (const { rule, where, message } of findings) process.stdout.write(`${rule} ${where}: ${message}\n`);
if (findings.length === 0) process.stdout.write('content: no faults\n');
else process.exitCode = 1;
