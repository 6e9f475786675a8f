import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './scenario-stage.ts';
import { toldConditions } from './told.ts';

const SIZE = 'Standard_NC6s_v3';
const FAMILY = 'standardNCSv3Family';

/** The cause, or the sentence that Machines of that era end with. */
const UNAVAILABLE = /quota|AllocationFailed|capacity|unavailable during launch/iu;
const QUOTA_TOLD = new RegExp(`quota.*${FAMILY}.*\\d`, 'iu');

/** No vCPUs are left for the size that the example asks for. */
export const quota: Scenario = {
  name: 'quota',
  about: 'the vCPU quota does not allow the node: an event says so with figures and remedy; no node is made',
  play: async (stage) => {
    stage.say(`Azure: the subscription has 0 vCPUs of ${FAMILY}`);
    await stage.cloud.settings({ quotas: { [FAMILY]: 0 } });
    await stage.apply();
    await stage.until('the Workspace says that it failed', () => says(stage, UNAVAILABLE));
    const { isNextTold, isTold } = await whenTold(stage, QUOTA_TOLD);
    const accepted = (await stage.writes('PUT')).filter(({ status }) => status < 300);
    return [
      { what: 'the Workspace says that it failed for want of nodes', isSo: says(stage, UNAVAILABLE) },
      { what: 'a Warning event names the quota and its figures', isSo: isTold },
      { what: 'nothing was made that costs', isSo: accepted.length === 0 && (await stage.cloud.pools()).length === 0 },
      { what: 'the time of the next attempt is told', isSo: isNextTold },
    ];
  },
};

/** Azure takes the order and finds out later that there are no machines. */
export const capacity: Scenario = {
  name: 'capacity',
  about: 'Azure has no machine of that size: what was tried is told, the failed agent pool is removed, nothing is left',
  play: async (stage) => {
    stage.say(`Azure: there is not one ${SIZE} left in the region`);
    await stage.cloud.settings({ capacity: { [SIZE]: 0 }, capacityProblem: 'operation' });
    await stage.apply();
    const code = /AllocationFailed|sufficient capacity|SkuNotAvailable/u;
    await stage.until('the Workspace says that there is no capacity', () => says(stage, UNAVAILABLE));
    const { isNextTold, isTold } = await whenTold(stage, code);
    await stage.until('the failed agent pool is gone', async () => !(await hasFailedPool(stage)));
    await stage.show('A little later');
    return [
      { what: 'the Workspace says that there is no such machine', isSo: says(stage, UNAVAILABLE) },
      { what: "a Warning event names Azure's code", isSo: isTold },
      { what: 'the failed agent pool is gone', isSo: !(await hasFailedPool(stage)) },
      { what: 'the time of the next attempt is told', isSo: isNextTold },
    ];
  },
};

interface Told {
  readonly isTold: boolean;
  readonly isNextTold: boolean;
}

/** Shows how it stands once an event has come, too, and the next attempt is announced. */
async function whenTold(stage: ScenarioStage, what: RegExp): Promise<Told> {
  const isTold = async (): Promise<boolean> => (await stage.events()).some(({ note }) => what.test(note));
  await stage.until('a Warning event says so, too', isTold);
  await stage.until('the next attempt is announced', async () => (await stage.nextStep()) !== undefined);
  await stage.show('What users see');
  return { isTold: await isTold(), isNextTold: (await stage.nextStep()) !== undefined };
}

function says(stage: ScenarioStage, what: RegExp): boolean {
  return toldConditions(stage.facts).some(({ message, of }) => of.startsWith('Workspace') && what.test(message));
}

async function hasFailedPool(stage: ScenarioStage): Promise<boolean> {
  return (await stage.cloud.pools()).some(({ state }) => state === 'Failed');
}
