import { fieldsOf } from '../json.ts';
import type { Fields } from '../json.ts';
import { filled, withItems, withPart } from './filled.ts';

const EMPTY: Fields = Object.freeze({});

const POD_SPEC: Fields = Object.freeze({
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: EMPTY,
  schedulerName: 'default-scheduler',
});
const CONTAINER: Fields = Object.freeze({
  resources: EMPTY,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
});
const PROBE: Fields = Object.freeze({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
const PORT: Fields = Object.freeze({ protocol: 'TCP' });
const HTTP_GET: Fields = Object.freeze({ path: '/', scheme: 'HTTP' });
const FIELD_REF: Fields = Object.freeze({ apiVersion: 'v1' });
const FILE_MODE: Fields = Object.freeze({ defaultMode: 420 });
const VOLUME_SOURCES_WITH_MODE = ['configMap', 'secret', 'projected', 'downwardAPI'] as const;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** What the server fills into every pod, and every template of pods. */
export function defaultedPodSpec(spec: Fields): Fields {
  return ['containers', 'initContainers'].reduce(
    (next, list) => withItems(next, list, defaultedContainer),
    withItems(filled(spec, POD_SPEC), 'volumes', defaultedVolume),
  );
}

export function defaultedPodTemplate(template: Fields): Fields {
  return withPart(template, 'spec', defaultedPodSpec);
}

function defaultedContainer(container: Fields): Fields {
  const { image } = container;
  const imagePullPolicy = typeof image === 'string' && hasFixedTag(image) ? 'IfNotPresent' : 'Always';
  const withParts = PROBES.reduce(
    (next, probe) => withPart(next, probe, defaultedProbe),
    filled(container, { ...CONTAINER, imagePullPolicy }),
  );
  return withItems(withItems(withParts, 'ports', defaultedPort), 'env', defaultedVariable);
}

function hasFixedTag(image: string): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes('@') || (name.includes(':') && !name.endsWith(':latest'));
}

function defaultedPort(port: Fields): Fields {
  return filled(port, PORT);
}

function defaultedProbe(probe: Fields): Fields {
  return withPart(filled(probe, PROBE), 'httpGet', (request) => filled(request, HTTP_GET));
}

function defaultedVariable(variable: Fields): Fields {
  return withPart(variable, 'valueFrom', (source) =>
    withPart(source, 'fieldRef', (reference) => filled(reference, FIELD_REF)),
  );
}

function defaultedVolume(volume: Fields): Fields {
  const names = Object.keys(volume);
  if (names.length === 1) {
    return filled(volume, { emptyDir: EMPTY });
  }
  return VOLUME_SOURCES_WITH_MODE.reduce(
    (next, source) => withPart(next, source, (fields) => filled(fields, FILE_MODE)),
    volume,
  );
}

/** What a container may use, it also asks for, unless it says otherwise. */
export function withRequestsOfLimits(spec: Fields): Fields {
  return ['containers', 'initContainers'].reduce(
    (next, list) =>
      withItems(next, list, (container) =>
        withPart(container, 'resources', (resources) => {
          const { limits, requests } = resources;
          return limits === undefined
            ? resources
            : Object.freeze({ ...resources, requests: filled(fieldsOf(requests), fieldsOf(limits)) });
        }),
      ),
    spec,
  );
}
