/** Table lookups instead of toString(16): ids are most of what a generated event costs. */
const BYTE_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** FNV-1a over UTF-16 code units: enough to spread seeds and labels. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Seeded pseudo-random numbers (sfc32). The same seed gives the same sequence on every machine; not for secrets. */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#a = hash32(`a${this.#seed}`);
    this.#b = hash32(`b${this.#seed}`);
    this.#c = hash32(`c${this.#seed}`);
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** A sequence of its own, so that what one part draws never moves what another part gets. */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  u32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    return this.u32() / 0x1_0000_0000;
  }

  /** Whole number in [min, max]. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[Math.floor(this.next() * list.length)] as T;
  }

  /** Lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#hex8();
    return text.slice(0, digits);
  }

  /** A version 4 UUID. */
  uuid(): string {
    const a = this.u32();
    const b = this.u32();
    const tail = this.#hex8();
    const version = BYTE_HEX[((b >>> 8) & 0x0f) | 0x40] ?? '';
    const variant = BYTE_HEX[((a >>> 16) & 0x3f) | 0x80] ?? '';
    return `${this.#hex8()}-${byte(a)}${byte(a >>> 8)}-${version}${byte(b)}-${variant}${byte(b >>> 16)}-${byte(a >>> 24)}${byte(b >>> 24)}${tail}`;
  }

  /** Upper-case base 32, as in AWS's own ids. */
  base32(length: number): string {
    let text = '';
    for (let i = 0; i < length; i++) text += BASE32[this.u32() & 31] ?? '';
    return text;
  }

  #hex8(): string {
    const n = this.u32();
    return byte(n) + byte(n >>> 8) + byte(n >>> 16) + byte(n >>> 24);
  }
}

function byte(n: number): string {
  return BYTE_HEX[n & 255] ?? '';
}
