import { compilerSeconds, cpuSeconds } from './usage.ts';

/**
 * A server that has just started compiles its code while it works, on cores that its searches then lack: it is warm when its
 * compilers take no more than this part of its CPU.
 */
export const COMPILING = 0.05;
/** By then it will have to do. */
const MOST_TIMES = 120;

/** Does the same work again and again until the server (its process id) is warm. */
export async function warmUp(pid: number, work: () => Promise<unknown>, say: (line: string) => void): Promise<void> {
  for (let time = 1, compiling = 1; compiling > COMPILING && time <= MOST_TIMES; time += 1) {
    const [cpu, compilers] = [cpuSeconds(pid), compilerSeconds(pid)];
    await work();
    compiling = (compilerSeconds(pid) - compilers) / (cpuSeconds(pid) - cpu);
    say(`warm-up ${time}: the compilers take ${Math.round(100 * compiling)} %`);
  }
}
