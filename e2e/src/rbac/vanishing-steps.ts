import { labels, machines, workspaces } from '@kaito/types';
import type { WorkspaceStatus } from '@kaito/types';

import { until } from '../life.ts';
import type { Life } from '../life.ts';
import { createAll, deleteAll, lifeIn, together } from './step.ts';
import type { Step } from './step.ts';
import type { WalkWorld } from './walk-world.ts';

/** Claims that go without a word on why: the workspace-controller looks whether an event tells. */
export function vanishingSteps(world: WalkWorld): readonly Step[] {
  const lives = ['torn', 'rent'].map((name) => lifeIn(world, name));
  return [
    ['the workspace-controller starts', async () => world.startControllers(['workspace-controller'])],
    [
      'claims that nobody serves vanish',
      async (signal) => {
        await createAll(lives, signal);
        await together(lives, async (one) => loseClaim(world, one, signal));
      },
    ],
    ['their Workspaces are deleted', async (signal) => deleteAll(lives, signal)],
  ];
}

/** Deletes the Workspace's claim as soon as it is recorded, and waits until the Workspace tells of it. */
async function loseClaim({ cluster }: WalkWorld, { name }: Life, signal: AbortSignal): Promise<void> {
  const { kubernetes } = cluster;
  const labelSelector = `${labels.workspace}=${name}`;
  const status = async (): Promise<WorkspaceStatus | undefined> => {
    const object = await kubernetes.get({ type: workspaces, key: { name, namespace: 'default' } }, signal);
    return workspaces.schema.safeParse(object).data?.status;
  };
  await until(async () => (await status())?.attempts?.nextAttempt !== undefined, signal);
  const { items } = await kubernetes.list({ type: machines, labelSelector }, signal);
  await together(items, async ({ metadata }) => kubernetes.delete({ type: machines, key: metadata }, signal));
  await until(async () => {
    const { conditions = [] } = (await status()) ?? {};
    return conditions.some(({ message }) => message.includes('vanished before it was ready'));
  }, signal);
}
