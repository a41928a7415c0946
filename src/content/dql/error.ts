/** A DQL text that does not parse. The message is the one OpenSearch Dashboards shows: reason, text, caret. */
export class DqlSyntaxError extends Error {
  /** The first line of the message. */
  readonly reason: string;
  /** UTF-16 offset of the first character that cannot be understood; the text's length when it ends too early. */
  readonly offset: number;

  constructor(reason: string, text: string, offset: number) {
    super(`${reason}\n${text}\n${'-'.repeat(offset)}^`);
    this.name = 'DqlSyntaxError';
    this.reason = reason;
    this.offset = offset;
  }
}

/** A DQL text that parses but cannot be asked of this index pattern (nested fields outside their group, …). */
export class DqlFieldError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DqlFieldError';
  }
}

/** The reason line for what would have been accepted (grammar names, any order) and the character found instead. */
export function syntaxReason(expected: Iterable<string>, found: string | undefined): string {
  const names = [...expected].sort().map((name) => (name === 'fieldName' ? 'field name' : name));
  return `Expected ${names.join(', ')} but ${found === undefined ? 'end of input' : `"${found}"`} found.`;
}
