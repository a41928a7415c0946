import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Whether there is somebody before a screen of this machine: not in a pipe, a container or a session from elsewhere. */
export function hasScreen(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  terminal: boolean,
): boolean {
  const is = (name: string): boolean => (environment[name] ?? '') !== '';
  if (!terminal || is('CI') || is('SSH_CONNECTION') || is('SSH_TTY')) return false;
  return platform === 'darwin' || platform === 'win32' || is('DISPLAY') || is('WAYLAND_DISPLAY');
}

export interface Leading {
  /** Address of the file. */
  readonly url: string;
  remove(): Promise<void>;
}

/**
 * A file that leads to an address with a secret. A browser is told on its command line what to open, and every user of the machine can
 * read command lines; this file only its owner can.
 */
export async function leadingFile(address: string): Promise<Leading> {
  const folder = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-explore-'));
  const path = join(folder, 'open.html');
  const escaped = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const page = `<!doctype html><meta charset="utf-8"><title>Explore</title><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${escaped}"><a href="${escaped}">Explore</a>\n`;
  await writeFile(path, page, { mode: 0o600 });
  return { url: pathToFileURL(path).href, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Opens the address in the user's browser. Gives what removes the traces of it. Throws where there is none. */
export async function openPage(address: string): Promise<() => Promise<void>> {
  const file = await leadingFile(address);
  try {
    const { default: open } = await import('open');
    const browser = await open(file.url);
    // Without a listener, a browser that is not there would end the program.
    browser.on('error', () => undefined);
  } catch (error) {
    await file.remove();
    throw error;
  }
  return () => file.remove();
}
