/** Who a queue's policy lets send to it, as far as it tells. */
export interface Notifiers {
  /** Services such as `s3.amazonaws.com`; `*` where it names nobody in particular. */
  readonly services: readonly string[];
  /** Buckets by name, where the policy ties a sender to one. */
  readonly buckets: readonly string[];
}

/** Services through which notices of objects come. */
const SENDERS: ReadonlySet<string> = new Set([
  's3.amazonaws.com',
  'sns.amazonaws.com',
  'events.amazonaws.com',
  'securitylake.amazonaws.com',
]);

type OneOrMore = string | readonly string[];

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, OneOrMore>>;
  readonly Action?: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

/** Reads the text of a queue's policy; nobody may send where there is none, or none that can be read. */
export function notifiers(policy: string | undefined): Notifiers {
  const services = new Set<string>();
  const buckets = new Set<string>();
  for (const statement of statements(policy)) {
    const senders = principals(statement.Principal).filter((each) => each === '*' || SENDERS.has(each));
    if (statement.Effect !== 'Allow' || !sends(statement.Action) || senders.length === 0) continue;
    for (const sender of senders) services.add(sender);
    for (const arn of sourceArns(statement.Condition)) {
      const bucket = /^arn:[^:]+:s3:::([^/*?]+)$/.exec(arn)?.[1];
      if (bucket !== undefined) buckets.add(bucket);
    }
  }
  return { services: [...services], buckets: [...buckets] };
}

function statements(policy: string | undefined): readonly Statement[] {
  try {
    const { Statement: found } = JSON.parse(policy ?? '{}') as { Statement?: Statement | readonly Statement[] };
    return found === undefined ? [] : [found].flat();
  } catch {
    return [];
  }
}

function principals(principal: Statement['Principal']): readonly string[] {
  if (principal === undefined) return [];
  return typeof principal === 'string' ? [principal] : Object.values(principal).flat();
}

function sends(action: OneOrMore | undefined): boolean {
  return [action ?? []].flat().some((each) => /^(\*|sqs:(\*|send.*))$/i.test(each));
}

function sourceArns(condition: Statement['Condition']): readonly string[] {
  return Object.values(condition ?? {}).flatMap((test) =>
    Object.entries(test).flatMap(([key, value]) => (key.toLowerCase() === 'aws:sourcearn' ? [value].flat() : [])),
  );
}
