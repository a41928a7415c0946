/**
 * The fast path: an OCSF event, one line of an object, that needs no change but additions goes to the cluster as the bytes it
 * came as. Parsing, fitting and writing it again takes three times as long, most of it in making and collecting garbage.
 *
 * It knows the events that Security Lake and its like write of CloudTrail in OCSF 1.1.0 and refuses all else, and whatever in
 * them is unusual: then the line takes the plain path, `createRecordProcessor`. Both give the same document, leaf by leaf; the
 * order of members may differ. Each condition below stands for a line of `normalise.ts`, `settle.ts` or `document.ts`.
 */
import { timeFault, indexNamer } from '../document.ts';
import type { Filters } from '../filter.ts';
import { ACCOUNT_CHANGE, AUTHENTICATION } from '../map/classify.ts';
import { object } from '../map/json.ts';
import { OCSF_VERSION } from '../map/metadata.ts';
import { openedSession } from '../map/user.ts';
import type { EncodeOptions } from '../ports.ts';
import { Scanner } from './scanner.ts';
import { eventShape, type Member } from './shape.ts';

/** Bytes. Longer lines are rare, and may be too long for the cluster. */
const MAX_LINE = 256 * 1024;
const MAX_ID = 512;

/** A line that passes: where its id is, where it goes, and what is added where. Valid until the next line. */
export interface Passed {
  index: string;
  /** Offsets of the document's id, which is plain ASCII. */
  idFrom: number;
  idTo: number;
  /** JSON text of whole members with a comma behind, and the offset, ascending, before which it goes. */
  readonly additions: { at: number; text: string }[];
}

export type LineReader = (bytes: Buffer, from: number, to: number) => Passed | undefined;

/** Makes the reader of lines; undefined when a filter asks for what it does not look at. */
export function createLineReader(options: EncodeOptions): LineReader | undefined {
  if (!onlyTime(options.filters)) return undefined;
  const { since = -Infinity, until = Infinity } = options.filters;
  const indexOf = indexNamer(options.indexPrefix, options.period);
  const scanner = new Scanner();
  const root = eventShape();
  const at = (path: string): Member => root.member(path);
  const must = [
    'metadata.uid', 'metadata.version', 'metadata.event_code', 'metadata.profiles', 'metadata.product.name', 'time', 'time_dt',
    'cloud', 'class_uid', 'class_name', 'category_uid', 'category_name', 'activity_id', 'type_uid', 'type_name',
    'severity_id', 'severity', 'status', 'observables', 'api',
  ].map(at); // prettier-ignore
  const uid = at('metadata.uid');
  const version = at('metadata.version');
  const logVersion = at('metadata.log_version');
  const correlation = at('metadata.correlation_uid');
  const profiles = at('metadata.profiles');
  const product = at('metadata.product.name');
  const time = at('time');
  const timeDt = at('time_dt');
  const account = at('cloud.account');
  const accountUid = at('cloud.account.uid');
  const recipient = at('unmapped.recipientAccountId');
  const sharedId = at('unmapped.sharedEventID');
  const callerAccount = at('actor.user.account.uid');
  const source = at('src_endpoint');
  const sourceParts = ['name', 'ip', 'uid'].map((name) => at(`src_endpoint.${name}`));
  const sourceDomain = at('src_endpoint.domain');
  const classUid = at('class_uid');
  const status = at('status');
  const statusId = at('status_id');
  const statusDetail = at('status_detail');
  const errorMessage = at('api.response.message');
  const userName = at('user.name');
  const userUid = at('user.uid');
  const session = at('session');
  const service = at('service');
  const target = at('dst_endpoint');
  const serviceName = at('api.service.name');
  const response = at('api.response');
  const responseData = at('api.response.data');
  const metadataShape = at('metadata').shape!;
  const cloudShape = at('cloud').shape!;
  const profilesSeen = new Map<string, boolean>();
  const passed: Passed = { index: '', idFrom: 0, idTo: 0, additions: [] };

  const isWord = (member: Member): boolean => scanner.has(member) && !scanner.isEmpty(member);

  /** Both profiles that `normalise` would add are there. */
  const hasProfiles = (): boolean => {
    const text = scanner.bytes.toString('latin1', profiles.from, profiles.to);
    let found: boolean | undefined = profilesSeen.get(text);
    if (found === undefined) {
      if (profilesSeen.size > 100) profilesSeen.clear();
      found = text.includes('"cloud"') && text.includes('"datetime"');
      profilesSeen.set(text, found);
    }
    return found;
  };

  const add = (position: number, text: string): void => {
    passed.additions.push({ at: position, text });
  };
  /** JSON of a member whose value stands elsewhere in the line. */
  const copied = (name: string, member: Member): string =>
    `"${name}":${scanner.bytes.toString('latin1', member.from, member.to)},`;

  /** What an Authentication event gets besides. False when more would change than that. */
  const settleAuthentication = (): boolean => {
    if (!scanner.has(userName) && !scanner.has(userUid)) return false;
    if (!scanner.has(target) && scanner.has(serviceName) && !scanner.has(service))
      add(root.open, `"service":{${copied('name', serviceName).slice(0, -1)}},`);
    if (scanner.has(session) || !scanner.has(response) || !scanner.has(responseData)) return true;
    const opened = sessionOf(scanner.bytes.toString('latin1', responseData.from, responseData.to));
    if (opened === undefined) return true;
    const text = JSON.stringify(opened);
    add(root.open, `"session":${text},`);
    return /^[\x20-\x5b\x5d-\x7e]*$/.test(text);
  };

  return (bytes, from, to) => {
    if (to - from > MAX_LINE || !scanner.scan(root, bytes, from, to)) return undefined;
    for (const member of must) if (!scanner.has(member)) return undefined;
    if (scanner.text(version) !== OCSF_VERSION || scanner.text(product) !== 'CloudTrail' || !hasProfiles())
      return undefined;

    const instant = scanner.number(time);
    if (instant !== scanner.instant(timeDt)) return undefined;
    if (instant < since || instant >= until || timeFault(instant, options.now) !== undefined) return undefined;
    if (scanner.isEmpty(uid) || uid.to - uid.from > MAX_ID || scanner.text(uid).includes('\\')) return undefined;
    if (scanner.has(source) && scanner.has(sourceDomain) && !sourceParts.some((part) => scanner.has(part)))
      return undefined;

    passed.additions.length = 0;
    const kind = scanner.number(classUid);
    if (kind === ACCOUNT_CHANGE) return undefined;
    if (kind === AUTHENTICATION && !settleAuthentication()) return undefined;
    // A source's own number is only trusted as far as the plain path does, which looks at that of a sign-in.
    if (scanner.has(statusId)) {
      if (kind === AUTHENTICATION) return undefined;
    } else {
      const word = scanner.text(status);
      if (word !== 'Success' && word !== 'Failure') return undefined;
      add(root.open, `"status_id":${word === 'Success' ? 1 : 2},`);
      if (kind === AUTHENTICATION && word === 'Failure' && !scanner.has(statusDetail) && isWord(errorMessage))
        add(root.open, copied('status_detail', errorMessage));
    }
    if (!scanner.has(logVersion)) add(metadataShape.open, `"log_version":"${OCSF_VERSION}",`);
    if (!scanner.has(correlation) && isWord(sharedId)) add(metadataShape.open, copied('correlation_uid', sharedId));
    if (!scanner.has(accountUid)) {
      if (scanner.has(account)) return undefined;
      const owner = isWord(recipient) ? recipient : isWord(callerAccount) ? callerAccount : undefined;
      if (owner !== undefined) add(cloudShape.open, `"account":{${copied('uid', owner).slice(0, -1)}},`);
    }
    // Few, and nearly in order.
    passed.additions.sort((a, b) => a.at - b.at);
    passed.index = indexOf(instant);
    passed.idFrom = uid.from + 1;
    passed.idTo = uid.to - 1;
    return passed;
  };
}

function onlyTime({ since: _since, until: _until, ...others }: Filters): boolean {
  return Object.values(others).every((value) => value === undefined || (Array.isArray(value) && value.length === 0));
}

/** The session that the response opens, from its data as a JSON text within JSON. */
function sessionOf(text: string): object | undefined {
  const data = JSON.parse(text) as string;
  if (!data.startsWith('{')) return undefined;
  try {
    return openedSession(object(JSON.parse(data)));
  } catch {
    return undefined;
  }
}
