import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];
const REMEDY = 'No Chromium was found: install one (apt-get install chromium) or name it in OCSF_CHROMIUM.';

/** The browser to test with: what `OCSF_CHROMIUM` names, an installed one, or, as root on Debian, one installed now. */
function findChromium(): string {
  const named = process.env['OCSF_CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`OCSF_CHROMIUM names ${named}, which is not there.`);
    return named;
  }
  const installed = PLACES.find((place) => existsSync(place));
  if (installed !== undefined) return installed;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  const install = 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium';
  if (!debian || spawnSync('sh', ['-c', install], { stdio: 'ignore' }).status !== 0) throw new Error(REMEDY);
  return '/usr/bin/chromium';
}

/** A browser of its own, without a screen, that talks to nobody but the page. playwright gives it a fresh profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
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
