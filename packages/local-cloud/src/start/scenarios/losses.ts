import type { Facts } from '../facts.ts';
import { nodesOf } from '../facts.ts';
import { MACHINE } from '../provisioners/provisioner.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './scenario-stage.ts';
import { isTold, toldConditions } from './told.ts';

/** The machine of a model that answers is gone from one moment to the next. */
export const nodeLost: Scenario = {
  name: 'node-lost',
  about: 'the VM of a Ready Workspace vanishes: it says so, one other node is bought, and the model answers again',
  provisioner: MACHINE,
  play: async (stage) => {
    await stage.apply();
    await ready(stage);
    await stage.show('Before');
    const hasAnswered = await stage.answers();
    const [lost] = nodesOf(stage.facts);
    const lostName = lost?.metadata.name ?? '';
    const [claim = ''] = claimUids(stage.facts);
    const seen = new Set<string>();
    stage.onChange(() => {
      claimUids(stage.facts).forEach((uid) => seen.add(uid));
    });
    stage.say(`\nAzure: the VM ${lostName} vanishes`);
    await stage.cloud.vanishVm(lostName);
    await stage.until('the Workspace says that it is not ready', () => isTold(stage.facts, 'WorkspaceReady', 'False'));
    await stage.show('When the node is gone');
    const reason = toldConditions(stage.facts).find(
      ({ status, type }) => type === 'ResourceReady' && status !== 'True',
    );
    await stage.until(
      'the Workspace is ready on another node',
      () => isTold(stage.facts, 'WorkspaceReady', 'True') && !claimUids(stage.facts).includes(claim),
    );
    await stage.show('In the end');
    const now = nodesOf(stage.facts);
    return [
      { what: 'the model answered before', isSo: hasAnswered },
      { what: 'ResourceReady said that the node is missing', isSo: reason !== undefined && reason.message !== '' },
      { what: 'one claim was made in the place of the lost one', isSo: new Set([...seen, claim]).size === 2 },
      { what: 'another node serves', isSo: now.length === 1 && now[0]?.metadata.uid !== lost?.metadata.uid },
      { what: 'the model answers again', isSo: await stage.answers() },
    ];
  },
};

/** A model on two nodes whose members stand and fall together. */
export const twoNodes: Scenario = {
  name: 'two-nodes',
  about:
    'a model on two nodes, one member is killed: the group restarts as one, told member by member, and answers again',
  provisioner: MACHINE,
  manifests: ['examples/scenarios/two-nodes.yaml'],
  play: async (stage) => {
    await stage.apply();
    await ready(stage);
    await stage.show('With both members');
    const before = podsByName(stage.facts);
    const names = [...before.keys()];
    const areTold = (): boolean => names.every((name) => inferenceMessage(stage.facts).includes(name));
    const claims = claimUids(stage.facts).join();
    const [, killed = ''] = names.toSorted();
    stage.say(`\nPod ${killed} is killed`);
    await stage.deletePod(killed);
    await stage.until(
      'the Workspace says how its members are',
      () => isTold(stage.facts, 'InferenceReady', 'False') && areTold(),
    );
    const wereTold = areTold();
    await stage.show('While it restarts');
    const isRestarted = (): boolean =>
      names.every((name) => podsByName(stage.facts).get(name) !== before.get(name)) &&
      isTold(stage.facts, 'WorkspaceReady', 'True');
    await stage.until('both members are new, and the Workspace is ready', isRestarted);
    await stage.show('In the end');
    return [
      { what: 'the group has two members', isSo: names.length === 2 },
      { what: 'InferenceReady told how each of them was', isSo: wereTold },
      { what: 'both were restarted when one was killed', isSo: isRestarted() },
      { what: 'no node was bought for it', isSo: claimUids(stage.facts).join() === claims },
      { what: 'the model answers again', isSo: await stage.answers() },
    ];
  },
};

async function ready(stage: ScenarioStage): Promise<void> {
  await stage.until('the Workspace is ready', () => isTold(stage.facts, 'WorkspaceReady', 'True'));
}

function claimUids({ claims }: Facts): readonly string[] {
  return claims.map(({ metadata }) => metadata.uid);
}

function podsByName({ pods }: Facts): ReadonlyMap<string, string> {
  return new Map(pods.map(({ metadata }) => [metadata.name, metadata.uid]));
}

function inferenceMessage(facts: Facts): string {
  return toldConditions(facts).find(({ type }) => type === 'InferenceReady')?.message ?? '';
}
