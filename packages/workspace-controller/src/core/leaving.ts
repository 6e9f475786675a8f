interface Deletable {
  readonly metadata: { readonly deletionTimestamp?: string | undefined };
}

/** Whether somebody has asked for it to be deleted; it stays until its finalizers are gone. */
export function isLeaving({ metadata }: Deletable): boolean {
  return metadata.deletionTimestamp !== undefined;
}
