import type { Command } from 'commander';
import { registerBundle } from './bundle.ts';
import { registerCheck } from './check.ts';
import { registerDemo } from './demo.ts';
import { registerExplore } from './explore.ts';
import { registerIngest } from './ingest.ts';
import { registerInstall } from './install.ts';
import { registerPrune } from './prune.ts';
import { registerReplay } from './replay.ts';
import { registerStatus } from './status.ts';
import { registerMap } from './map.ts';
import { registerUninstall } from './uninstall.ts';
import { registerValidate } from './validate.ts';
import { registerVerify } from './verify.ts';

/**
 * Adds one command to the program. Command files define options at the top level and import whatever is heavy
 * inside the action, so that `--help` stays fast. `exit` sets the exit code of a run that ended without an error.
 */
export type Register = (program: Command, exit: (code: number) => void) => void;

export const COMMANDS: readonly Register[] = [
  registerInstall,
  registerUninstall,
  registerIngest,
  registerMap,
  registerCheck,
  registerStatus,
  registerReplay,
  registerPrune,
  registerVerify,
  registerValidate,
  registerExplore,
  registerDemo,
  registerBundle,
];
