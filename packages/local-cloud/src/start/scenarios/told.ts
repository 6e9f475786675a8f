import type { Facts } from '../facts.ts';

/** A condition of the Workspace or of one of its claims. */
export interface ToldCondition {
  readonly of: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

interface WithConditions {
  readonly metadata: { readonly name: string };
  readonly status?:
    | {
        readonly conditions?:
          | readonly {
              readonly type: string;
              readonly status: string;
              readonly reason?: string | undefined;
              readonly message?: string | undefined;
            }[]
          | undefined;
      }
    | undefined;
}

/** All that Workspace and claims say of themselves. */
export function toldConditions({ claims, workspace }: Facts): readonly ToldCondition[] {
  return [
    ...(workspace === undefined ? [] : conditionsOf('Workspace', workspace)),
    ...claims.flatMap((claim) => conditionsOf(claim.kind, claim)),
  ];
}

function conditionsOf(kind: string, { metadata, status }: WithConditions): readonly ToldCondition[] {
  return (status?.conditions ?? []).map(({ message = '', reason = '', status: is, type }) => ({
    of: `${kind} ${metadata.name}`,
    type,
    status: is,
    reason,
    message,
  }));
}

/** What is not as it should be: each thing that is said once for every object, with the conditions that say it. */
export function grouped(conditions: readonly ToldCondition[]): readonly string[] {
  const news = conditions.filter(({ message, status }) => status !== 'True' && message !== '');
  const groups = Map.groupBy(news, ({ message, of }) => `${of}: ${message}`);
  return [...groups.values()].map((group) => {
    const types = group.map(({ reason, status, type }) => `${type}=${status} (${reason})`).join(', ');
    return `${group[0]?.of ?? ''}: ${types}: ${group[0]?.message ?? ''}`;
  });
}

/** Whether a condition of this type has this status, on any of the objects. */
export function isTold(facts: Facts, type: string, status: string): boolean {
  return toldConditions(facts).some((condition) => condition.type === type && condition.status === status);
}

const STEP = /[^;.()]*?(?<at>\d{4}-\d{2}-\d{2}T[\d:]+(?:\.\d+)?Z)/gu;

/** What the cluster says of when it acts next: the words before a point in time to come; undefined: nobody names one. */
export function nextStep(texts: readonly string[], now: Date): string | undefined {
  return texts
    .flatMap((text) => [...text.matchAll(STEP)])
    .find(({ groups }) => Date.parse(groups?.['at'] ?? '') > now.getTime())?.[0]
    .trim();
}
