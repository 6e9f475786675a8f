/** By name of the part: why it is not in order, in words for the operator; undefined when it is. */
export type HealthChecks = Readonly<Record<string, () => string | undefined>>;

/** The parts that are not in order, each with its reason. */
export function failedChecks(checks: HealthChecks): readonly { readonly name: string; readonly reason: string }[] {
  return Object.entries(checks).flatMap(([name, check]) => {
    const reason = check();
    return reason === undefined ? [] : [{ name, reason }];
  });
}

/** Not in order before each informer has had its first complete list. */
export function syncedChecks(
  informers: Readonly<Record<string, { readonly cache: { readonly hasSynced: boolean } }>>,
): HealthChecks {
  return Object.fromEntries(
    Object.entries(informers).map(([name, { cache }]) => [
      name,
      () => (cache.hasSynced ? undefined : 'waiting for the first complete list from the API server'),
    ]),
  );
}
