import type { Figure } from './figures.ts';
import { resultOf } from './plays.ts';
import type { Play, Result } from './plays.ts';

const HEAD = ['', 'Go (quoted)', 'at most', 'real', '(least … most, plays)', 'virtual', ''] as const;

/** One line for each figure; Go's are those that were measured elsewhere. */
export function table(figures: readonly Figure[], plays: readonly Play[]): readonly string[] {
  const rows = [HEAD, ...figures.map((figure) => rowOf(figure, plays))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Whether everything that was measured is as good as it has to be. */
export function isGood(figures: readonly Figure[], plays: readonly Play[]): boolean {
  return (
    plays.every(({ problem }) => problem === undefined) &&
    figures.every((figure) => verdict(figure, plays) !== 'MISSED')
  );
}

function rowOf(figure: Figure, plays: readonly Play[]): readonly string[] {
  const { digits, go, label, target, unit } = figure;
  const real = resultOf(plays, 'real', figure.name);
  const virtual = resultOf(plays, 'virtual', figure.name);
  const shown = (result: Result | undefined): string =>
    result === undefined ? '–' : `${result.median.toFixed(digits)} ${unit}`.trim();
  const range = real === undefined ? '' : `(${real.min.toFixed(digits)} … ${real.max.toFixed(digits)}, ${real.count})`;
  return [label, go, `${target} ${unit}`.trim(), shown(real), range, shown(virtual), verdict(figure, plays)];
}

/** By the medians, at the precision that is shown. */
function verdict({ digits, name, target }: Figure, plays: readonly Play[]): string {
  const medians = (['real', 'virtual'] as const)
    .map((time) => resultOf(plays, time, name)?.median)
    .filter((median) => median !== undefined);
  if (medians.length === 0) {
    return 'not measured';
  }
  return medians.every((median) => Number(median.toFixed(digits)) <= target) ? 'met' : 'MISSED';
}
