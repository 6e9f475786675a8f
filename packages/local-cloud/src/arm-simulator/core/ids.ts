import type { ClusterIdentity, State } from './model.ts';

/** The next GUID of this simulator: the same seed gives the same row of them. */
export function nextGuid(state: State): { readonly state: State; readonly guid: string } {
  const hex = hexOf(`${state.seed}/${state.sequence}`);
  const guid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { state: { ...state, sequence: state.sequence + 1 }, guid };
}

/** Eight digits that depend on the cluster alone, so that pools of two clusters never share a VM's name. */
export function clusterDigits(cluster: ClusterIdentity): string {
  const text = `${cluster.subscriptionId}/${cluster.resourceGroup}/${cluster.clusterName}`.toLowerCase();
  return String(10_000_000 + (hash(text, 7) % 90_000_000));
}

function hexOf(text: string): string {
  return [1, 2, 3, 4].map((salt) => hash(text, salt).toString(16).padStart(8, '0')).join('');
}

/** FNV-1a with a final mix: 32 bits, spread well enough for names. */
function hash(text: string, salt: number): number {
  let value = Math.imul(0x811c9dc5 ^ salt, 0x01000193);
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
