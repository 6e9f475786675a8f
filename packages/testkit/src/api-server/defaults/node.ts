import { fieldsOf, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { filled } from './filled.ts';

const NOT_READY: Fields = Object.freeze({ effect: 'NoSchedule', key: 'node.kubernetes.io/not-ready' });

const UNKNOWN = [
  'architecture',
  'bootID',
  'containerRuntimeVersion',
  'kernelVersion',
  'kubeProxyVersion',
  'kubeletVersion',
  'machineID',
  'operatingSystem',
  'osImage',
  'systemUUID',
];
const STATUS: Fields = Object.freeze({
  daemonEndpoints: Object.freeze({ kubeletEndpoint: Object.freeze({ Port: 0 }) }),
  nodeInfo: Object.freeze(Object.fromEntries(UNKNOWN.map((name) => [name, '']))),
});

export function defaultedNode(node: Fields, before: Fields | undefined): Fields {
  const { status } = node;
  const next = status !== undefined && status === before?.['status'] ? status : filled(fieldsOf(status), STATUS);
  return filled(next === status ? node : Object.freeze({ ...node, status: next }), { spec: Object.freeze({}) });
}

/** A new node takes no pods until the control plane has seen it ready. */
export function admittedNode(node: Fields, before: Fields | undefined): Fields {
  if (before !== undefined) {
    return node;
  }
  const spec = fieldsOf(node['spec']);
  const taints = isList(spec['taints']) ? spec['taints'] : [];
  const isTainted = taints.some((taint) => {
    const { key, effect } = fieldsOf(taint);
    return key === NOT_READY['key'] && effect === NOT_READY['effect'];
  });
  return isTainted
    ? node
    : Object.freeze({ ...node, spec: Object.freeze({ ...spec, taints: Object.freeze([...taints, NOT_READY]) }) });
}
