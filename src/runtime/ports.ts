import { createServer } from 'node:net';

/**
 * Ports of our servers lie below the range from which systems choose the ports of outgoing connections (32768 on Linux,
 * 49152 elsewhere). Otherwise a client that retries while its server restarts can be given the server's own port, connect
 * to itself, and keep the server from coming back.
 */
const FIRST = 15_000;
const LAST = 31_000;
const SPAN = 99;

/** The start of a random range of 100 ports for servers that look for a free one themselves. */
function randomPort(): number {
  return FIRST + Math.floor(Math.random() * (LAST - FIRST - SPAN));
}

/** `16100-16199`, as OpenSearch takes it: it binds the first free one, so there is no race. */
export function randomPortRange(): string {
  const first = randomPort();
  return `${first}-${first + SPAN}`;
}

/** A loopback port that is free now. It may be taken before it is used: try again with another then. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomPort();
    const free = await new Promise<boolean>((settle) => {
      const server = createServer();
      server.once('error', () => settle(false));
      server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
    });
    if (free) return port;
  }
}
