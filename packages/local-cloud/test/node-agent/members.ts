import { NAMESPACE } from './agent-world.ts';

/** Once it knows the other one: at once, so that whoever reads the log sees all of it. */
const SHOW_HOSTS = `
hosts=\${KAITO_ROOT}/etc/hosts
until grep -q members-1.names $hosts; do sleep 0.1; done
echo "I am $HOSTNAME
$(cat $hosts)"
sleep 1000`;

const APP = { app: 'members' };

const container = { name: 'main', image: 'kaito.local/echo:v1', command: ['/bin/sh', '-c', SHOW_HOSTS] };

export const membersService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'names', namespace: NAMESPACE },
  spec: { clusterIP: 'None', selector: APP, ports: [{ port: 29_500 }] },
};

/** Pods that tell their own name and whom they find. */
export const twoMembers = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'members', namespace: NAMESPACE },
  spec: {
    replicas: 2,
    serviceName: 'names',
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: APP },
    template: {
      metadata: { labels: APP },
      spec: { tolerations: [{ operator: 'Exists' }], terminationGracePeriodSeconds: 0, containers: [container] },
    },
  },
};

/** The first finds itself, also by its bare name, and then the second. */
export const ADDRESSES =
  /^127\.\S+\tmembers-0\.names\.default\.svc\.cluster\.local\t.*\tmembers-0\n127\.\S+\tmembers-1\.names\.default\.svc\.cluster\.local\t/mu;
