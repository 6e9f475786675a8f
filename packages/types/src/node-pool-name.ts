import { hash } from 'node:crypto';

/** The longest name of a NodePool: it is the value of a label on its nodes. */
const LONGEST = 63;
const KEPT = 53;
const DIGITS = 9;

/**
 * The name of the static NodePool of a Workspace, as the Go original makes it. Two Workspaces may come to the same
 * one (`b-c` in `a`, `c` in `a-b`); `isTaken` gives the second a name of its own.
 */
export function nodePoolName(namespace: string, workspace: string, isTaken = false): string {
  const plain = `${namespace}-${workspace}`;
  if (isTaken) {
    return shortened(plain, `${namespace}/${workspace}`);
  }
  return plain.length > LONGEST ? shortened(plain, plain) : plain;
}

function shortened(name: string, seed: string): string {
  return `${name.slice(0, KEPT)}-${hash('sha256', seed).slice(0, DIGITS)}`;
}
