import { fieldsOf, isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { filled, withPart } from './filled.ts';
import { defaultedPodSpec, withRequestsOfLimits } from './pod-spec.ts';

const DEFAULT_GRACE_SECONDS = 30;
const LOST_NODE_SECONDS = 300;

const DEFAULTS: Fields = Object.freeze({ enableServiceLinks: true });
const ADMITTED: Fields = Object.freeze({
  preemptionPolicy: 'PreemptLowerPriority',
  priority: 0,
  serviceAccount: 'default',
  serviceAccountName: 'default',
});
const LOST_NODES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) =>
  Object.freeze({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: LOST_NODE_SECONDS }),
);

/** A pod that no kubelet knows, or that has ended, goes at once. */
export function podGraceSeconds(pod: Fields, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds } = fieldsOf(pod['spec']);
  const { phase } = fieldsOf(pod['status']);
  if (nodeName === undefined || nodeName === '' || phase === 'Succeeded' || phase === 'Failed') {
    return 0;
  }
  const own = typeof terminationGracePeriodSeconds === 'number' ? terminationGracePeriodSeconds : DEFAULT_GRACE_SECONDS;
  return asked ?? own;
}

export function defaultedPod(pod: Fields, before: Fields | undefined): Fields {
  return withPart(pod, 'spec', (spec) =>
    spec === before?.['spec'] ? spec : filled(withRequestsOfLimits(defaultedPodSpec(spec)), DEFAULTS),
  );
}

export function admittedPod(pod: Fields, before: Fields | undefined): Fields {
  if (before !== undefined) {
    return pod;
  }
  const admitted = withPart(pod, 'spec', (spec) => toleratingLostNodes(filled(spec, ADMITTED)));
  return Object.freeze({ ...admitted, status: Object.freeze({ phase: 'Pending', qosClass: qosClass(admitted) }) });
}

function toleratingLostNodes(spec: Fields): Fields {
  const own = isList(spec['tolerations']) ? spec['tolerations'] : [];
  const added = LOST_NODES.filter(({ key }) => !own.some((toleration) => isAbout(fieldsOf(toleration), key)));
  return added.length === 0 ? spec : Object.freeze({ ...spec, tolerations: Object.freeze([...own, ...added]) });
}

function isAbout(toleration: Fields, taint: string): boolean {
  const { key = '', effect = '' } = toleration;
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}

/** By what every container asks for and may use of CPU and memory. */
function qosClass(pod: Fields): string {
  const { containers } = fieldsOf(pod['spec']);
  const resources = (isList(containers) ? containers : []).map((container) =>
    fieldsOf(fieldsOf(container)['resources']),
  );
  const amounts = resources.flatMap(({ limits, requests }) => [limits, requests].map(computeOf));
  if (amounts.every((amount) => amount.length === 0)) {
    return 'BestEffort';
  }
  const isGuaranteed = resources.every(({ limits, requests }) => {
    const [most, least] = [computeOf(limits), computeOf(requests)];
    return most.length === 2 && most.join(' ') === least.join(' ');
  });
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function computeOf(amounts: unknown): readonly string[] {
  return isFields(amounts)
    ? ['cpu', 'memory'].filter((name) => amounts[name] !== undefined).map((name) => `${name}=${String(amounts[name])}`)
    : [];
}
