import type { Manifest } from '@kaito/controller-runtime';

import type { Action } from '../actions.ts';
import type { Situation } from '../situation.ts';
import { claimsCreated } from '../status/notices.ts';
import { earlierAttempts } from './attempts.ts';
import { machineManifest } from './machine-manifest.ts';
import { nodeClaimManifest } from './node-claim-manifest.ts';
import { nodePoolManifest } from './node-pool-manifest.ts';
import { orderKindOf } from './node-source.ts';
import type { NodeSource } from './node-source.ts';

/** What is asked of provisioners, and the event about it. */
export function claimActions(situation: Situation): readonly Action[] {
  return [...newClaims(situation), ...poolActions(situation)];
}

function newClaims(situation: Situation): readonly Action[] {
  const { source, spec, claims } = situation;
  const api = orderKindOf(source);
  if (claims.names.length === 0 || api === undefined) {
    return [];
  }
  const created = claims.names.map((name): Action => ({
    kind: 'CreateClaim',
    api,
    manifest: claimManifest(name, source, situation),
  }));
  return [...created, { kind: 'Notify', notice: claimsCreated(api, claims.names, spec.resource.instanceType) }];
}

function claimManifest(name: string, source: NodeSource, situation: Situation): Manifest {
  const order = orderOf(situation);
  return source.kind === 'nodeclaim'
    ? nodeClaimManifest(name, { ...order, nodeClass: source.nodeClass })
    : machineManifest(name, order);
}

function poolActions(situation: Situation): readonly Action[] {
  const { claims, source, spec } = situation;
  const { pool } = claims;
  if (pool === undefined || source.kind !== 'nodepool') {
    return [];
  }
  const { name, replicas } = pool;
  if (pool.kind === 'scale') {
    return [{ kind: 'ScalePool', name, uid: pool.uid, replicas }];
  }
  const manifest = nodePoolManifest(name, replicas, { ...orderOf(situation), nodeClass: source.nodeClass });
  return [
    { kind: 'CreateClaim', api: 'NodePool', manifest },
    { kind: 'Notify', notice: claimsCreated('NodePool', [name], `${replicas} ${spec.resource.instanceType}`) },
  ];
}

function orderOf({ observed, spec, settings }: Situation): Omit<Parameters<typeof nodeClaimManifest>[1], 'nodeClass'> {
  return { workspace: observed.workspace, spec, earlierAttempts: earlierAttempts(observed), ...settings.nodeWishes };
}
