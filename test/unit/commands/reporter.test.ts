import { describe, expect, test } from '@jest/globals';
import { warnInsecure } from '../../../src/commands/cluster.ts';
import { createReporter } from '../../../src/commands/reporter.ts';

function capture(isTTY = false) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string | Uint8Array) => ((written[name] += String(text)), true),
  });
  return { written, streams: { stdout: stream('stdout'), stderr: stream('stderr') } };
}

describe('reporter', () => {
  test('with --json only the result reaches stdout', () => {
    const { written, streams } = capture();
    const reporter = createReporter({ json: true }, streams, {});
    reporter.line('for people');
    reporter.note('working');
    reporter.result({ ok: true });
    expect(written).toEqual({ stdout: '{"ok":true}\n', stderr: 'working\n' });
  });

  test('without --json the lines reach stdout and the document does not', () => {
    const { written, streams } = capture();
    const reporter = createReporter({}, streams, {});
    reporter.line('for people');
    reporter.result({ ok: true });
    expect(written.stdout).toBe('for people\n');
  });

  test.each([
    [true, {}, '\x1b[32mgo\x1b[39m'],
    [true, { NO_COLOR: '1' }, 'go'],
    [false, {}, 'go'],
  ])('colours only on a terminal that wants them (terminal %s, %j)', (terminal, environment, text) => {
    const { streams } = capture(terminal);
    expect(createReporter({}, streams, environment).paint.green('go')).toBe(text);
  });

  test('--insecure warns for https', () => {
    const { written, streams } = capture();
    warnInsecure({ url: 'https://host', insecure: true }, createReporter({}, streams, {}));
    expect(written.stderr).toContain('not verified');
  });
});
