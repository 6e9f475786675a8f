import type { KubernetesObject, Selection } from '@kaito/controller-runtime';

/** Whether an object belongs to a selection. Knows equality only; anything else is refused, not guessed. */
export function isSelected(object: KubernetesObject, selection: Selection): boolean {
  const { namespace, labelSelector, fieldSelector } = selection;
  return (
    (namespace === undefined || object.metadata.namespace === namespace) &&
    equalities(labelSelector).every(([name, value]) => object.metadata.labels?.[name] === value) &&
    equalities(fieldSelector).every(([path, value]) => fieldAt(object, path) === value)
  );
}

function equalities(selector: string | undefined): readonly (readonly [string, string])[] {
  return (selector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const [, name, value] = /^([^=!<>() ]+)==?([^=!<>() ]*)$/.exec(term) ?? [];
      if (name === undefined || value === undefined) {
        throw new Error(`the fake API server does not know the selector "${term}"`);
      }
      return [name, value] as const;
    });
}

function fieldAt(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([key]) => key === name)?.[1]
          : undefined,
      object,
    );
}
