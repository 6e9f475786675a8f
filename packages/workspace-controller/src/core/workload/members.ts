import type { Pod, StatefulSet } from '@kaito/types';

/** The names of a StatefulSet's pods, in their order. */
export function memberNames(statefulSet: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, ordinal) => `${statefulSet}-${ordinal}`);
}

/** The pods that the StatefulSet has made. */
export function membersOf(statefulSet: StatefulSet | undefined, pods: readonly Pod[]): readonly Pod[] {
  const uid = statefulSet?.metadata.uid;
  return pods.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid) === true);
}

/** So many names are told. */
const NAMED = 4;

/** For a sentence, of bounded length. */
export function listedNames(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
