import type { HttpBody } from '@kaito/oci';

const BLOCK = 512;
/** What eleven octal digits hold, and what fits into the field of the name. */
const LARGEST_SIZE = 8 ** 11 - 1;
const LONGEST_NAME = 100;

interface Entry {
  readonly name: string;
  readonly type: '0' | '5' | 'x';
  readonly mode: number;
  readonly size: number;
}

/** A tar archive of one file in a folder: readable by everybody, owned by root, without times, so always the same. */
export function tarLayer(folder: string, name: string, content: HttpBody): HttpBody {
  const entry: Entry = { name: `${folder}/${name}`, type: '0', mode: 0o444, size: content.length };
  const before = Buffer.concat([
    header({ name: `${folder}/`, type: '5', mode: 0o755, size: 0 }),
    ...extended(entry),
    header(entry),
  ]);
  // The file's last block is filled up, and two empty ones end the archive.
  const after = Buffer.alloc(padding(content.length) + 2 * BLOCK);
  return {
    length: before.length + content.length + after.length,
    async *chunks(signal) {
      yield before;
      yield* content.chunks(signal);
      yield after;
    },
  };
}

/** What the header has no room for goes into one of its own before it (POSIX pax). */
function extended({ name, size }: Entry): readonly Buffer[] {
  const records = [
    ...(Buffer.byteLength(name) > LONGEST_NAME ? [record('path', name)] : []),
    ...(size > LARGEST_SIZE ? [record('size', String(size))] : []),
  ];
  if (records.length === 0) {
    return [];
  }
  const text = Buffer.from(records.join(''));
  const own = header({ name: 'PaxHeaders/file', type: 'x', mode: 0o444, size: text.length });
  return [own, text, Buffer.alloc(padding(text.length))];
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits too. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

function header({ name, type, mode, size }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(Buffer.from(name).subarray(0, LONGEST_NAME).toString('latin1'), 0, 'latin1');
  const octal = (value: number, offset: number, digits: number): void => {
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, offset, 'latin1');
  };
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size > LARGEST_SIZE ? 0 : size, 124, 11);
  octal(0, 136, 11);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
