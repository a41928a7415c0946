/** A value as a DQL phrase: `quoteDql('say "hi"')` is `"say \"hi\""`. Line breaks and tabs are spelled out. */
export function quoteDql(value: string): string {
  const escaped = value.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
  return `"${escaped.replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}
