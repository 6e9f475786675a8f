import type { ApiScript, Body } from './api-script.ts';
import { kinds } from './kinds.ts';
import { aClaimSpec } from './manifests.ts';

const { machines, nodeClaims } = kinds;

const TRANSITION = '2026-01-01T00:00:00Z';
const READY = { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: TRANSITION };

/** What the CRD of NodeClaims demands. */
export const nodeClaimScenarios: Readonly<Record<string, (script: ApiScript) => Promise<void>>> = {
  'a NodeClaim gets its defaults': async (s) => {
    await s.create(nodeClaims, s.own('a'), { spec: aClaimSpec });
    await s.create(nodeClaims, s.own('b'), { spec: { ...aClaimSpec, expireAfter: 'Never' } });
    await s.create(nodeClaims, s.own('c'), { spec: { ...aClaimSpec, expireAfter: null } });
    await s.apply(nodeClaims, s.own('d'), { spec: aClaimSpec });
    await s.owners(nodeClaims, s.own('d'));
  },
  'a claim lives in no namespace, whatever it says': async (s) => {
    const metadata = { namespace: s.namespace };
    await s.create(nodeClaims, s.own('a'), { metadata, spec: aClaimSpec });
    await s.apply(nodeClaims, s.own('b'), { metadata, spec: aClaimSpec });
    await s.patch(nodeClaims, s.own('b'), { metadata });
    await s.create(machines, s.own('a'), { metadata, spec: {} });
    await s.apply(machines, s.own('b'), { metadata, spec: {} });
    await s.patch(machines, s.own('b'), { metadata });
  },
  'a NodeClaim needs its spec': async (s) => {
    await s.create(nodeClaims, s.own('a'), {});
    await s.create(nodeClaims, s.own('a'), { spec: {} });
    await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, nodeClassRef: {} } });
    await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, requirements: [{}] } });
    await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, taints: [{}] } });
    await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, requirements: [] } });
  },
  'the spec of a NodeClaim cannot be changed': async (s) => {
    const name = s.own('a');
    await s.create(nodeClaims, name, { spec: { ...aClaimSpec, resources: { requests: { storage: '50Gi' } } } });
    await s.patch(nodeClaims, name, { spec: { terminationGracePeriod: '5m' } });
    await s.patch(nodeClaims, name, { spec: { expireAfter: 'Never' } });
    await s.patch(nodeClaims, name, { spec: { expireAfter: null } });
    await s.patch(nodeClaims, name, { spec: { requirements: [] } });
    await s.patch(nodeClaims, name, { spec: { resources: { requests: { storage: '51200Mi' } } } });
    await s.patch(nodeClaims, name, { spec: { nodeClassRef: { name: '' } } });
    await s.patch(nodeClaims, name, { spec: null });
    await s.apply(nodeClaims, name, { spec: { ...aClaimSpec, expireAfter: '1h' } }, { isForced: true });
    await s.apply(nodeClaims, name, { spec: aClaimSpec });
    await s.patch(nodeClaims, name, { metadata: { finalizers: ['karpenter.sh/termination'], labels: { a: 'b' } } });
    await s.patch(nodeClaims, name, { metadata: { finalizers: null } });
  },
  'the class of a NodeClaim is named': async (s) => {
    for (const part of [
      { group: '' },
      { kind: '' },
      { name: '' },
      { group: 'a/b' },
      { group: '', kind: '', name: '' },
    ]) {
      const nodeClassRef = { ...aClaimSpec.nodeClassRef, ...part };
      await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, nodeClassRef } });
    }
  },
  'a key that a NodeClaim requires is a label that is not of others': async (s) => {
    const keys = [
      'kaito.sh/workspace',
      'karpenter.azure.com/sku-name',
      'karpenter.sh/nodepool',
      'karpenter.sh/capacity-type',
      'karpenter.sh/registered',
      'sub.karpenter.sh/x',
      'kubernetes.io/hostname',
      'kubernetes.io/arch',
      'kubernetes.io/other',
      'topology.kubernetes.io/zone',
      'topology.kubernetes.io/other',
      'node.kubernetes.io/anything',
      'my.node-restriction.kubernetes.io/x',
      'kops.k8s.io/x',
      'k8s.io/x',
      'unqualified',
      '/x',
      'A/x',
      'not so',
      '',
      `a/${'x'.repeat(320)}`,
    ];
    for (const [index, key] of keys.entries()) {
      await s.create(nodeClaims, s.own(`a${index}`), requiring([{ key, operator: 'Exists' }]));
    }
  },
  'what a NodeClaim requires goes with the operator': async (s) => {
    const wrong: readonly Body[] = [
      { operator: 'In' },
      { operator: 'In', values: [] },
      { operator: 'Gt' },
      { operator: 'Gt', values: [] },
      { operator: 'Lt', values: ['1', '2'] },
      { operator: 'Gt', values: ['-1'] },
      { operator: 'Gt', values: ['many'] },
      { operator: 'Gt', values: [''] },
      { operator: 'Lt', values: ['0x10'] },
      { operator: 'Lt', values: ['9223372036854775808'] },
      { operator: 'In', values: ['a'], minValues: 2 },
      { operator: 'In', values: ['a'], minValues: 0 },
      { operator: 'In', values: ['a'], minValues: 51 },
      { operator: 'Gte', values: ['1'] },
      { operator: 'in', values: ['1'] },
    ];
    for (const part of wrong) {
      await s.create(nodeClaims, s.own('a'), requiring([{ key: 'a', ...part }]));
    }
    const right: readonly Body[] = [
      { operator: 'NotIn' },
      { operator: 'Exists', values: ['odd', 'yet fine'] },
      { operator: 'DoesNotExist' },
      { operator: 'Gt', values: ['+0'] },
      { operator: 'In', values: ['a', 'b'], minValues: 2 },
      { operator: 'In', values: ['x'.repeat(64), 'not so!'] },
    ];
    for (const [index, part] of right.entries()) {
      await s.create(nodeClaims, s.own(`b${index}`), requiring([{ key: 'a', ...part }]));
    }
  },
  'a NodeClaim requires a hundred things at most': async (s) => {
    const many = Array.from({ length: 101 }, (_, index) => ({ key: `k${index}`, operator: 'Exists' }));
    await s.create(nodeClaims, s.own('a'), requiring(many));
    await s.create(nodeClaims, s.own('a'), requiring(many.slice(1)), { show: s.shownMetadata });
  },
  'all that a NodeClaim requires wrongly is told together': async (s) => {
    const requirements = [
      { key: 'kubernetes.io/hostname', operator: 'In', values: [] },
      { key: 'karpenter.sh/registered', operator: 'Gt', values: ['x'] },
    ];
    await s.create(nodeClaims, s.own('a'), requiring(requirements));
  },
  'the taints of a NodeClaim are taints': async (s) => {
    const wrong: readonly Body[] = [
      { effect: 'Never' },
      { key: '' },
      { key: 'not so' },
      { value: 'not so' },
      { value: '' },
      { timeAdded: 'now' },
      { timeAdded: null },
      { other: 1 },
    ];
    for (const part of wrong) {
      const taints = [{ key: 'sku', value: 'gpu', effect: 'NoSchedule', ...part }];
      await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, taints } });
      await s.delete(nodeClaims, s.own('a'));
    }
    const startupTaints = [{ key: 'a.b/c', effect: 'NoExecute', timeAdded: TRANSITION }];
    await s.create(nodeClaims, s.own('b'), { spec: { ...aClaimSpec, startupTaints } });
  },
  'the times of a NodeClaim are durations': async (s) => {
    const wrong: readonly Body[] = [
      { expireAfter: '' },
      { expireAfter: '1d' },
      { expireAfter: 'never' },
      { expireAfter: 30 },
      { terminationGracePeriod: 'Never' },
      { terminationGracePeriod: '5' },
    ];
    for (const part of wrong) {
      await s.create(nodeClaims, s.own('a'), { spec: { ...aClaimSpec, ...part } });
    }
    await s.create(nodeClaims, s.own('a'), {
      spec: { ...aClaimSpec, expireAfter: '1h30m', terminationGracePeriod: '90s' },
    });
  },
  'the status of a NodeClaim is written apart': async (s) => {
    const name = s.own('a');
    await s.create(nodeClaims, name, { spec: aClaimSpec, status: { nodeName: 'n' } });
    await s.patch(nodeClaims, name, { status: { nodeName: 'n' } });
    const status = { nodeName: 'n', providerID: 'azure:///1', imageID: 'i', capacity: { cpu: 6, memory: '112Gi' } };
    await s.patch(nodeClaims, name, { status: { ...status, conditions: [READY] } }, { subresource: 'status' });
    await s.patch(
      nodeClaims,
      name,
      { status: { lastPodEventTime: TRANSITION }, spec: { expireAfter: 'Never' }, metadata: { labels: { a: 'b' } } },
      { subresource: 'status' },
    );
    await s.apply(nodeClaims, name, { status: { nodeName: 'm' } }, { subresource: 'status', isForced: true });
    await s.owners(nodeClaims, name);
  },
  'a condition of a NodeClaim is one': async (s) => {
    const name = s.own('a');
    await s.create(nodeClaims, name, { spec: aClaimSpec });
    const conditions: readonly Body[] = [
      { type: 'Ready' },
      { ...READY, status: 'Perhaps' },
      { ...READY, type: 'not so' },
      { ...READY, type: 'x'.repeat(317) },
      { ...READY, reason: 'no reason' },
      { ...READY, reason: 'x'.repeat(1025) },
      { ...READY, message: 'ü'.repeat(32_769) },
      { ...READY, observedGeneration: -1 },
      { ...READY, lastTransitionTime: 'then' },
      { ...READY, severity: 'Info' },
      { type: 'Ready', status: 'Unknown', lastTransitionTime: TRANSITION },
      { ...READY, type: 'kaito.sh/Odd', reason: '', message: 'ü'.repeat(32_768), observedGeneration: 1 },
    ];
    for (const condition of conditions) {
      await s.patch(nodeClaims, name, { status: { conditions: [condition] } }, { subresource: 'status' });
    }
  },
};

function requiring(requirements: readonly Body[]): Body {
  return { spec: { ...aClaimSpec, requirements } };
}
