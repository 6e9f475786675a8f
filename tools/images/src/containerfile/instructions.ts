/** One instruction of a Containerfile. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string;
  readonly value: string;
}

/** The instructions in their order, each in one line; comments are left out. */
export function instructions(text: string): readonly Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(?:#|$)/u.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/gu, ' ')
    .split('\n')
    .map((line) => {
      const [keyword = '', ...rest] = line.trim().split(/\s+/u);
      return { keyword: keyword.toUpperCase(), value: rest.join(' ') };
    });
}
