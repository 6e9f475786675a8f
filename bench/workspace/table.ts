import { spread } from '../src/figures.ts';
import type { Figure } from './figures.ts';
import type { Records } from './records.ts';

const HEAD = ['', 'Go (quoted)', 'floor (quoted)', 'at most', 'ours', '(least … most, runs)', ''] as const;

/** One line for each figure: what was quoted, the same world without a controller, ours, and whether that will do. */
export function table(figures: readonly Figure[], records: Records): readonly string[] {
  const rows = [HEAD, ...figures.map((figure) => rowOf(figure, records))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Whether all that was measured is as good as it has to be. */
export function isGood(figures: readonly Figure[], records: Records): boolean {
  return figures.every((figure) => verdict(figure, records) !== '✗');
}

function rowOf(figure: Figure, records: Records): readonly string[] {
  const { digits, floor, go, label, target, unit } = figure;
  const values = figure.values(records);
  const { median, min, max } = spread(values);
  const shown = (value: number): string => `${value.toFixed(digits)} ${unit}`.trim();
  const floors = floor?.values(records) ?? [];
  const shortened = values.length === 0 ? undefined : figure.shortened?.(records);
  return [
    label,
    `${go} ${unit}`.trim(),
    floor === undefined ? '–' : `${floors.length === 0 ? '–' : shown(spread(floors).median)} (${floor.quoted})`,
    `${target} ${unit}`.trim(),
    values.length === 0 ? '–' : shown(median),
    values.length === 0 ? '' : `(${min.toFixed(digits)} … ${max.toFixed(digits)}, ${values.length})`,
    [
      verdict(figure, records),
      ...(shortened === undefined ? [] : [`in ${shortened} only`]),
      ...besideTheFloor(figure, records),
    ].join(' '),
  ];
}

/** By the median, at the precision that is shown; a run that did not come to its end fails. */
function verdict({ digits, target, ...figure }: Figure, records: Records): '✓' | '✗' | 'not measured' {
  const values = figure.values(records);
  if (values.length === 0) {
    return 'not measured';
  }
  return values.every((value) => !Number.isNaN(value)) && Number(spread(values).median.toFixed(digits)) <= target
    ? '✓'
    : '✗';
}

/** Beside the verdict, not in its place: how the machine differs from that of the quoted figures, the floor says. */
function besideTheFloor({ floor, target, ...figure }: Figure, records: Records): readonly string[] {
  const [values, floors] = [figure.values(records), floor?.values(records) ?? []];
  if (floor === undefined || values.length === 0 || floors.length === 0) {
    return [];
  }
  const times = spread(values).median / spread(floors).median;
  return [`(${times.toFixed(1)} × the floor; wanted ${(target / floor.quoted).toFixed(1)} ×)`];
}
