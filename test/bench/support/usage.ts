import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Seconds of one core that a process and the children it has waited for have used so far: user and system. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in brackets may contain anything; after it come state, …, utime, stime, cutime, cstime as 14th to 17th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond();
}

/** Seconds of one core that a JVM has spent compiling its own code so far. */
export function compilerSeconds(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      // C1 and C2, as far as a name of fifteen letters goes.
      if (/^C[12] Compiler/.test(readFileSync(`/proc/${pid}/task/${thread}/comm`, 'latin1')))
        ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ns / 1e9;
}

/** The process that listens on a port of loopback. */
export function pidOfPort(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of readFileSync(table, 'latin1').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) === true && fields[3] === '0A') inodes.add(`socket:[${fields[9]}]`);
    }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    if (holds(pid, inodes)) return Number(pid);
  throw new Error(`no process of this user listens on port ${port}: CPU seconds can be told of local servers only`);
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  return (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));
}
