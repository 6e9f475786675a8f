import type { LogRequest, LogSource } from './adapters/kubelet-server.ts';
import { allContainers } from './core/pod.ts';
import type { PodKeeper } from './pod-keeper.ts';

/** Finds what `kubectl logs` asks for, or the sentence that a kubelet would answer. */
export function containerLogs(pods: PodKeeper): (request: LogRequest) => Promise<LogSource> {
  return async ({ namespace, pod, container, isPrevious }) => {
    const found = pods.find(namespace, pod);
    if (found === undefined) {
      return { kind: 'None', status: 404, message: `pod "${namespace}/${pod}" is not known to the node agent` };
    }
    if (!allContainers(found.worker.pod).some(({ name }) => name === container)) {
      const message = `container "${container}" in pod "${pod}" is not available`;
      return { kind: 'None', status: 404, message };
    }
    if (isPrevious) {
      const file = await found.host.previousLogFile(container);
      const message = `previous terminated container "${container}" in pod "${pod}" not found`;
      return file === undefined ? { kind: 'None', status: 400, message } : { kind: 'File', file };
    }
    const log = found.host.logOf(container);
    const message = `container "${container}" in pod "${pod}" is waiting to start`;
    return log === undefined ? { kind: 'None', status: 400, message } : { kind: 'Live', log };
  };
}
