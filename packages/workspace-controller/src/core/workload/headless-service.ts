const SUFFIX = '-headless';

/** The Service by which the members of a group find each other, named as the Go original does (workspace.md 7.1). */
export function headlessName(workspaceName: string): string {
  return `${workspaceName}${SUFFIX}`;
}

/** The key of the Workspace whose headless Service may have this key. */
export function ownerOfHeadless(key: string): string {
  return key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key;
}
