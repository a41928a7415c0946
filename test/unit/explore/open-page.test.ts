import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { hasScreen, leadingFile } from '../../../src/explore/open-page.ts';

test.each([
  ['darwin', {}, true],
  ['win32', {}, true],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', {}, false],
  ['darwin', { SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22' }, false],
  ['linux', { DISPLAY: 'localhost:10.0', SSH_TTY: '/dev/pts/1' }, false],
  ['darwin', { CI: 'true' }, false],
] as const)('on %s with %j a page opens: %s', (platform, environment, opens) => {
  expect(hasScreen(environment, platform, true)).toBe(opens);
  expect(hasScreen(environment, platform, false)).toBe(false);
});

test('the address is in a file that only its owner can read, and that goes away', async () => {
  const file = await leadingFile('http://127.0.0.1:1/?token=a&b"<c#?from=2020');
  const path = fileURLToPath(file.url);
  expect(file.url).not.toContain('token');
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(statSync(dirname(path)).mode & 0o077).toBe(0);
  expect(readFileSync(path, 'utf8')).toContain(
    'content="0; url=http://127.0.0.1:1/?token=a&amp;b&quot;&lt;c#?from=2020"',
  );
  await file.remove();
  expect(existsSync(dirname(path))).toBe(false);
});
