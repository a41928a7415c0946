import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { cached } from '../../src/runtime/cache.ts';
import { run } from '../../src/runtime/run.ts';

/** Debian's own; root installs it where it is missing. */
const DEBIAN = '/usr/bin/chromium';
const OTHERS = ['/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/opt/google/chrome/chrome'];
const REMEDY = 'No Chromium was found: install one (apt-get install chromium) or name it in OCSF_CHROMIUM.';

const INSTALL = 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium';
/** What a test file that needs a browser may take to begin: on a new machine one is installed first. */
export const BROWSER_START_MS = 300_000;

/** The browser to test with: what `OCSF_CHROMIUM` names, an installed one, or, as root on Debian, one installed now. */
async function findChromium(): Promise<string> {
  const named = process.env['OCSF_CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`OCSF_CHROMIUM names ${named}, which is not there.`);
    return named;
  }
  const other = OTHERS.find((place) => existsSync(place));
  if (other !== undefined) return other;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) await provideDebian();
  if (!existsSync(DEBIAN)) throw new Error(REMEDY);
  return DEBIAN;
}

/** Test files run at the same time, and apt refuses a second one: the first installs, the others wait until it is whole. */
async function provideDebian(): Promise<void> {
  const installed = (): boolean => existsSync(DEBIAN);
  const install = async (): Promise<void> => {
    if (installed()) return;
    const { code, output } = await run('sh', ['-c', INSTALL]);
    if (code !== 0) throw new Error(`${REMEDY} apt-get said: ${output.trim().split('\n').at(-1)}`);
  };
  await cached('chromium-of-debian', install, { valid: installed });
}

/** A browser of its own, without a screen, that talks to nobody but the page. playwright gives it a fresh profile. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
