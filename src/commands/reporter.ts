import type { Environment } from '../config/precedence.ts';
import type { OutputFlags } from './options.ts';

/** Where a command's words go: the result to stdout, everything else to stderr. */
export interface Reporter {
  /** A line of the result, for people; silent with `--json`. */
  line(text?: string): void;
  /** The result as one JSON document; silent without `--json`. */
  result(value: unknown): void;
  /** Progress and remarks. */
  note(text: string): void;
  warn(text: string): void;
  readonly paint: Painter;
}

export type Painter = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', (text: string) => string>>;

const ANSI = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

type Out = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

export function createReporter(
  options: OutputFlags,
  streams: { stdout: Out; stderr: Out } = process,
  environment: Environment = process.env,
): Reporter {
  const json = options.json === true;
  const coloured = (stream: Out) => stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '';
  const painter = (on: boolean): Painter => {
    const paint = (name: keyof typeof ANSI) => (text: string) =>
      on ? `\x1b[${ANSI[name][0]}m${text}\x1b[${ANSI[name][1]}m` : text;
    return {
      bold: paint('bold'),
      dim: paint('dim'),
      red: paint('red'),
      green: paint('green'),
      yellow: paint('yellow'),
    };
  };
  const onErr = painter(coloured(streams.stderr));
  return {
    line: (text = '') => void (json || streams.stdout.write(`${text}\n`)),
    result: (value) => void (json && streams.stdout.write(`${JSON.stringify(value)}\n`)),
    note: (text) => void streams.stderr.write(`${text}\n`),
    warn: (text) => void streams.stderr.write(`${onErr.yellow('warning:')} ${text}\n`),
    paint: painter(coloured(streams.stdout)),
  };
}
