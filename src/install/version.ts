/** Compares two semantic versions: negative when `a` is older, 0 when equal. A pre-release is older than its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  for (let i = 0; i < 3; i += 1) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === '') return 1;
  if (right.pre === '') return -1;
  return left.pre.localeCompare(right.pre, 'en', { numeric: true });
}

function parse(version: string): { numbers: number[]; pre: string } {
  const [core = '', ...pre] = (version.split('+')[0] ?? '').split('-');
  return { numbers: core.split('.').map(Number), pre: pre.join('-') };
}
