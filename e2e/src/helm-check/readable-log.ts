import * as z from 'zod';

const Line = z.object({
  level: z.string(),
  time: z.string(),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
});

/** JSON log lines as `TIME LEVEL MESSAGE: ERROR`, after whatever kubectl puts before them; other lines as they are. */
export function readableLog(text: string): string {
  return text.split('\n').map(readable).join('\n');
}

function readable(line: string): string {
  const start = line.indexOf('{');
  const parsed = start < 0 ? undefined : Line.safeParse(parsedJson(line.slice(start))).data;
  if (parsed === undefined) {
    return line;
  }
  const { time, level, msg, err } = parsed;
  return `${line.slice(0, start)}${time} ${level} ${msg}${err === undefined ? '' : `: ${err.message}`}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
