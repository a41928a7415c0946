import type { Field } from './field.ts';

/** The README's table of fields. */
export function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(({ path, type, caption, why }) => `| \`${path}\` | ${type} | ${caption} | ${why} |`);
  return ['| field | type | caption | why it is indexed |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`, so that prose and generated parts share a file. */
export function replaceBetween(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`The markers ${open} and ${close} are missing.`);
  // prettier would pad the columns of a table; what is generated keeps its own form.
  const kept = `<!-- prettier-ignore-start -->\n${content}\n<!-- prettier-ignore-end -->`;
  return `${text.slice(0, start + open.length)}\n\n${kept}\n\n${text.slice(end)}`;
}
