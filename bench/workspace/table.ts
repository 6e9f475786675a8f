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
  return figures.every((figure) => !verdict(figure, records).startsWith('✗'));
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
    [verdict(figure, records), ...(shortened === undefined ? [] : [`in ${shortened} only`])].join(' '),
  ];
}

/**
 * By the median, at the precision that is shown; a run that did not come to its end fails. Where the world alone takes
 * longer than on the machine of the quoted figures, it counts how many times as long ours takes.
 */
function verdict(figure: Figure, records: Records): string {
  const values = figure.values(records);
  if (values.length === 0) {
    return 'not measured';
  }
  if (values.some((value) => Number.isNaN(value))) {
    return '✗';
  }
  const { median } = spread(values);
  return Number(median.toFixed(figure.digits)) <= figure.target ? '✓' : besideTheFloor(median, figure, records);
}

function besideTheFloor(median: number, { floor, target }: Figure, records: Records): string {
  const floors = floor?.values(records) ?? [];
  if (floor === undefined || floors.length === 0) {
    return '✗';
  }
  const times = Number((median / spread(floors).median).toFixed(1));
  const atMost = Number((target / floor.quoted).toFixed(1));
  return `${times <= atMost ? '✓' : '✗'} ${times} × the floor, at most ${atMost} ×`;
}
