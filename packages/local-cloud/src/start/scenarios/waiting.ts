import { BRING_YOUR_OWN, NODE_CLAIM } from '../provisioners/provisioner.ts';
import { broughtNodes } from '../provisioners/brought-nodes.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './scenario-stage.ts';
import { isTold, toldConditions } from './told.ts';

const SIZE = 'Standard_NC6s_v3';
const WATCHED_MINUTES = 10;
const MOST_CLAIMS = 3;

/** Two Workspaces select the same labels, and there is one machine that has them. */
export const twoWantOneNode: Scenario = {
  name: 'two-want-one-node',
  about: 'one GPU machine, two Workspaces: the second says who holds it, holds nothing, and has it when the first goes',
  provisioner: BRING_YOUR_OWN,
  manifests: ['examples/scenarios/first.yaml', 'examples/scenarios/second.yaml'],
  play: async (stage) => {
    const [first, second] = [stage.workspace(0), stage.workspace(1)];
    const [machine] = broughtNodes([first]).map((node) => ({ ...node, name: 'gpu-machine' }));
    stage.say('Somebody has one GPU machine, and nobody makes another');
    await stage.bring(machine === undefined ? [] : [machine]);
    await stage.apply(0);
    await ready(stage, first);
    await stage.apply(1);
    const holder = `${first.namespace}/${first.name}`;
    const namesHolder = (): boolean =>
      toldConditions(stage.factsOf(second)).some(({ message }) => message.includes(holder));
    await stage.until(`${second.name} says who holds the node`, namesHolder);
    await stage.show('While both want it');
    const isNamed = namesHolder();
    const heldNothing = holds(stage, second).length === 0 && stage.factsOf(second).pods.every(isNowhere);
    const hasAnswered = await stage.answers(first);
    stage.say(`\n${first.name} is deleted`);
    await stage.deleteWorkspace(first);
    let tookOver = '';
    await stage.until(`${second.name} holds the node`, () => {
      [tookOver = ''] = holds(stage, second);
      return tookOver !== '';
    });
    const isAfterwards = stage.factsOf(first).pods.length === 0;
    await ready(stage, second);
    await stage.show('In the end');
    return [
      { what: `${second.name} said who holds the node`, isSo: isNamed },
      { what: `${second.name} held nothing and ran nothing while it waited`, isSo: heldNothing },
      { what: `${first.name} answered all the while`, isSo: hasAnswered },
      { what: `${second.name} got the same node`, isSo: tookOver === machine?.name },
      { what: `and not before the pods of ${first.name} were gone`, isSo: isAfterwards },
      { what: `${second.name} answers`, isSo: await stage.answers(second) },
    ];
  },
};

/** Every claim comes to nothing, until there are machines again. */
export const noCapacity: Scenario = {
  name: 'no-capacity',
  about: `claims vanish for lack of capacity: at most ${MOST_CLAIMS} in ${WATCHED_MINUTES} minutes, the next is announced, and it brings the node`,
  provisioner: {
    ...NODE_CLAIM,
    cloudSeconds: { 'machine-retry-delay': 120, 'machine-retry-max-delay': 600 },
  },
  play: async (stage) => {
    stage.say(`Azure: there is not one ${SIZE} left in the region`);
    await stage.cloud.settings({ capacity: { [SIZE]: 0 } });
    const made = new Set<string>();
    stage.onChange(() => {
      stage.facts.claims.forEach(({ metadata }) => made.add(metadata.uid));
    });
    await stage.apply();
    await stage.until('the Workspace says when it tries again', async () => (await stage.nextStep()) !== undefined);
    await stage.show('After the first claim');
    stage.say(`\n${WATCHED_MINUTES} minutes of the cloud pass`);
    await stage.pause(WATCHED_MINUTES * 60);
    const claims = made.size;
    await stage.until('the next attempt is announced', async () => (await stage.nextStep()) !== undefined);
    await stage.show(`After ${WATCHED_MINUTES} minutes, with ${claims} claims made`);
    const isNextTold = (await stage.nextStep()) !== undefined;
    const costs = (await stage.cloud.pools()).filter(({ state }) => state === 'Succeeded').length;
    stage.say(`\nAzure: there is a ${SIZE} again`);
    await stage.cloud.settings({ capacity: {} });
    await ready(stage, stage.workspace(0));
    await stage.show('In the end');
    return [
      { what: `at most ${MOST_CLAIMS} claims were made in ${WATCHED_MINUTES} minutes`, isSo: claims <= MOST_CLAIMS },
      { what: 'the time of the next attempt was told', isSo: isNextTold },
      { what: 'nothing was made that costs', isSo: costs === 0 },
      { what: 'then the node came, and the model answers', isSo: await stage.answers() },
    ];
  },
};

async function ready(stage: ScenarioStage, workspace: { name: string; namespace: string }): Promise<void> {
  await stage.until(`${workspace.name} is ready`, () => isTold(stage.factsOf(workspace), 'WorkspaceReady', 'True'));
}

function holds(stage: ScenarioStage, workspace: { name: string; namespace: string }): readonly string[] {
  return stage.factsOf(workspace).workspace?.status?.workerNodes ?? [];
}

function isNowhere({ spec }: { readonly spec: { readonly nodeName?: string | undefined } }): boolean {
  return spec.nodeName === undefined;
}
