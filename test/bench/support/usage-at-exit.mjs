// Loaded before a program that is measured: writes what it has used, all its threads included, when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const path = process.env.BENCH_USAGE;
if (isMainThread && path !== undefined)
  process.once('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
    writeFileSync(path, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakRssMb: peakKb / 1024 }));
  });
