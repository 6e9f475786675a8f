import type { Kind } from '@kaito/types';

import { AgentNode } from './core/node.ts';
import { AgentPod } from './core/pod.ts';
import { AgentService, EndpointSlice } from './core/service-rules.ts';

/** The objects that the agent reads, each with the part that it needs. */
export const agentPods: Kind<AgentPod> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  isNamespaced: true,
  schema: AgentPod,
};

export const agentNodes: Kind<AgentNode> = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  isNamespaced: false,
  schema: AgentNode,
};

export const agentServices: Kind<AgentService> = {
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  isNamespaced: true,
  schema: AgentService,
};

export const endpointSlices: Kind<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  isNamespaced: true,
  schema: EndpointSlice,
};
