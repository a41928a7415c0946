import { blinding } from './blinding.ts';
import { cryptoMining } from './crypto-mining.ts';
import { leakedKey } from './leaked-key.ts';
import { passwordSpray } from './password-spray.ts';
import { roleBackdoor } from './role-backdoor.ts';
import { rootTakeover } from './root-takeover.ts';
import { s3Ransom } from './s3-ransom.ts';
import { snapshotTheft } from './snapshot-theft.ts';
import type { Story } from './story.ts';

export type { Story };

/** The attacks in the generated data, in the order of their times. */
export const STORIES: readonly Story[] = [
  leakedKey, passwordSpray, rootTakeover, roleBackdoor, s3Ransom, snapshotTheft, cryptoMining, blinding,
]; // prettier-ignore
