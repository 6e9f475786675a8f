import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { check } from '../checks.ts';
import type { Check } from '../checks.ts';
import { runImage } from '../container/run-image.ts';
import type { RunnableImage } from '../container/run-image.ts';
import type { Surroundings } from '../measure/surroundings.ts';

const PATH = '/var/run/kubeconfig';
const WITH_PLUGIN = `apiVersion: v1
kind: Config
users: [{ name: somebody, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: plugin } } }]
`;

/** The part that runs kubeconfig plugins is left out of the images; whoever needs it is told so. */
export async function kubeconfigRefusal(image: RunnableImage, surroundings: Surroundings): Promise<Check> {
  const file = path.join(path.dirname(image.scratch), 'kubeconfig-with-plugin');
  await writeFile(file, WITH_PLUGIN, { mode: 0o644 });
  const { run } = await surroundings.program(image.image);
  const container = await runImage(image, {
    ...run,
    environment: { ...run.environment, KUBECONFIG: PATH },
    mounts: [...(run.mounts ?? []), { source: file, target: PATH }],
  });
  const code = await container.exited;
  const isTold = container.errors.includes('this image reads one file in JSON, without plugins');
  return check(
    'says that kubeconfig plugins are left out',
    code === 1 && isTold,
    `status ${code}: ${container.errors}`,
  );
}
