/** The finalizers with `finalizer` among them; the same array when it is there already. */
export function withFinalizer(finalizers: readonly string[] = [], finalizer: string): readonly string[] {
  return finalizers.includes(finalizer) ? finalizers : [...finalizers, finalizer];
}

/** The finalizers without `finalizer`; the same array when it is not there. */
export function withoutFinalizer(finalizers: readonly string[] = [], finalizer: string): readonly string[] {
  return finalizers.includes(finalizer) ? finalizers.filter((other) => other !== finalizer) : finalizers;
}
