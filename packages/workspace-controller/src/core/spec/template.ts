import * as z from 'zod';

import { imageProblems } from './image-reference.ts';
import { invalid, readingOf } from './reading.ts';
import type { Problem, Reading } from './reading.ts';

const Container = z.looseObject({ name: z.string(), image: z.string() });

const UserTerm = z.looseObject({ matchExpressions: z.array(z.unknown()).optional() });
export type UserTerm = z.infer<typeof UserTerm>;

const Affinity = z.looseObject({
  nodeAffinity: z
    .looseObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .looseObject({ nodeSelectorTerms: z.array(UserTerm) })
        .optional(),
    })
    .optional(),
});

/** The part of a user's pod template that is looked at; the rest goes through as it is. */
const PodTemplate = z.looseObject({
  metadata: z
    .looseObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  spec: z.looseObject({
    containers: z.array(Container).min(1, 'names no container'),
    initContainers: z.array(Container).optional(),
    affinity: Affinity.optional(),
    tolerations: z.array(z.looseObject({})).optional(),
  }),
});
export type PodTemplate = z.infer<typeof PodTemplate>;

const ROOT = 'inference.template';

export function readTemplate(raw: unknown): Reading<PodTemplate> {
  const parsed = PodTemplate.safeParse(raw);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => invalid(pathOf(path), message)) };
  }
  const { containers, initContainers = [] } = parsed.data.spec;
  const problems: readonly Problem[] = [
    ...containers.flatMap(({ image }, index) => imageProblems(`${ROOT}.spec.containers[${index}].image`, image)),
    ...initContainers.flatMap(({ image }, index) =>
      imageProblems(`${ROOT}.spec.initContainers[${index}].image`, image),
    ),
  ];
  return readingOf(problems, () => parsed.data);
}

function pathOf(steps: readonly PropertyKey[]): string {
  return steps.reduce<string>(
    (path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${String(step)}`),
    ROOT,
  );
}
