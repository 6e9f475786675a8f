import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './scenario-stage.ts';
import { isTold } from './told.ts';

/** Of the cloud. */
const SLOW_DELETION_SECONDS = 300;
/** Longer than a Node may be away before it is given up. */
const STOPPED_SECONDS = 720;

/** Deleting takes as long as it takes. */
export const slowDelete: Scenario = {
  name: 'slow-delete',
  about: 'Azure takes five minutes to delete: one DELETE is sent, and Machine and Workspace stay until nothing costs',
  play: async (stage) => {
    stage.say(`Azure: deleting an agent pool takes ${SLOW_DELETION_SECONDS} s of its time`);
    await stage.cloud.settings({ deleteSeconds: SLOW_DELETION_SECONDS });
    await stage.apply();
    await ready(stage);
    await stage.deleteWorkspace();
    await stage.until(
      'the agent pool is being deleted',
      async () => (await stage.cloud.pools())[0]?.state === 'Deleting',
    );
    await stage.pause(SLOW_DELETION_SECONDS / 2);
    await stage.show('Half-way');
    let poolsAtEnd = (await stage.cloud.pools()).length;
    const wasKept = stage.facts.claims.length === 1;
    await stage.until('the Workspace is gone', async () => {
      const isGone = stage.facts.workspace === undefined && stage.facts.claims.length === 0;
      poolsAtEnd = isGone ? (await stage.cloud.pools()).length : poolsAtEnd;
      return isGone;
    });
    await stage.show('In the end');
    return [
      { what: 'the Machine stayed while its agent pool was being deleted', isSo: wasKept },
      { what: 'one DELETE was sent', isSo: (await stage.writes('DELETE')).length === 1 },
      { what: 'no agent pool was left when the last object went', isSo: poolsAtEnd === 0 },
    ];
  },
};

/** Somebody stops the cluster over night. */
export const stopStart: Scenario = {
  name: 'stop-start',
  about: 'the cluster is stopped and started again: nothing is deleted or bought anew, and the same nodes come back',
  play: async (stage) => {
    await stage.apply();
    await ready(stage);
    const before = claimsOf(stage);
    const writes = await stage.cloud.log();
    stage.say('\nAzure: az aks stop');
    await stage.cloud.switchCluster('Stopped');
    await stage.until('the nodes are not ready', () => !isTold(stage.facts, 'ResourceReady', 'True'));
    await stage.show('While the cluster is stopped');
    await stage.pause(STOPPED_SECONDS);
    const during = claimsOf(stage);
    stage.say('\nAzure: az aks start');
    await stage.cloud.switchCluster('Running');
    await ready(stage);
    await stage.show('In the end');
    const since = (await stage.cloud.log()).slice(writes.length);
    const changing = since.filter(({ method }) => method === 'PUT' || method === 'DELETE');
    return [
      { what: 'the claims stayed while everything stood still', isSo: during === before },
      { what: 'no agent pool was made or deleted', isSo: changing.length === 0 },
      { what: 'the same Machines and Nodes are ready again', isSo: claimsOf(stage) === before },
    ];
  },
};

async function ready(stage: ScenarioStage): Promise<void> {
  await stage.until('the nodes of the Workspace are ready', () => isTold(stage.facts, 'ResourceReady', 'True'));
}

/** Which they are, by their uids. */
function claimsOf({ facts }: ScenarioStage): string {
  return facts.claims
    .map(({ metadata, status }) => `${metadata.uid} ${status?.nodeName ?? ''}`)
    .toSorted()
    .join(', ');
}
