import type { Comparison, Granted } from './comparison.ts';
import type { Need } from './need.ts';
import { SCOPES } from './permission.ts';
import type { Permission } from './permission.ts';

const PLACES = { cluster: 'everywhere', namespace: 'in its own namespace' } as const;

/**
 * Every verb that one controller has with a call that needs it, and what does not fit. What a walk that was cut short
 * did not come by may be used all the same.
 */
export function report(
  controller: string,
  { granted, unused, missing }: Comparison,
  isComplete: boolean,
): readonly string[] {
  const tables = SCOPES.flatMap((scope) => {
    const ofScope = granted.filter(({ permission }) => permission.scope === scope);
    return ofScope.length === 0
      ? []
      : ['', `${controller}, ${PLACES[scope]}`, ...ofScope.map((one) => row(one, isComplete))];
  });
  return [
    ...tables,
    '',
    `${controller}: granted − used = ${isComplete ? unused.length : 'not known'}, used − granted = ${missing.length}`,
    ...missing.map(missingRow),
  ];
}

function row({ permission, need }: Granted, isComplete: boolean): string {
  const seen = need === undefined ? (isComplete ? 'UNUSED' : 'not met') : countOf(need);
  const why = need === undefined ? '' : request(need);
  return `  ${seen.padEnd(10)} ${words(permission)} ${why}`.trimEnd();
}

function missingRow(need: Need): string {
  const { permission, refused, example } = need;
  const place = PLACES[permission.scope];
  const why = refused === 0 ? 'not granted' : `refused ${refused} of ${need.calls}`;
  const said = example.message === '' ? '' : `: ${example.message}`;
  return `  MISSING    ${words(permission).trimEnd()}, ${place}, ${why} ${request(need)}${said}`;
}

function words({ verb, resource, group, name }: Permission): string {
  const object = group === '' ? resource : `${resource}.${group}`;
  return `${verb.padEnd(7)} ${(name === undefined ? object : `${object} ${name}`).padEnd(50)}`;
}

function countOf({ calls }: Need): string {
  return calls === 1 ? '1 call' : `${calls} calls`;
}

/** Without the query, which no right depends on. */
function request({ example: { verb, uri } }: Need): string {
  return `${verb} ${uri.split('?')[0] ?? ''}`;
}
