import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './scenario-stage.ts';
import { isTold, toldConditions } from './told.ts';

const RETRY_AFTER_SECONDS = 5;
const ERROR_CODE = 'VMExtensionProvisioningError';

/** Azure refuses for a while, and says for how long. */
export const throttle: Scenario = {
  name: 'throttle',
  about: `Azure answers 429 with Retry-After: ${RETRY_AFTER_SECONDS}, twice: it is left alone for that long, then the node comes`,
  play: async (stage) => {
    stage.say(`Azure: the next two PUTs of agent pools are answered 429, Retry-After: ${RETRY_AFTER_SECONDS}`);
    await stage.cloud.fault({
      on: { method: 'PUT' },
      times: 2,
      effect: {
        kind: 'answer',
        error: { id: 'throttle-aks' },
        headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
      },
    });
    await stage.apply();
    await stage.until('a Machine says why it has to wait', () => isLaunchFailed(stage));
    await stage.show('While Azure wants to be left alone');
    await ready(stage);
    const puts = await stage.writes('PUT');
    const pauses = puts.slice(1).map(({ time }, index) => Date.parse(time) - Date.parse(puts[index]?.time ?? ''));
    return [
      { what: 'two PUTs were refused with 429, the third was taken', isSo: statuses(puts) === '429 429 201' },
      {
        what: `no PUT came before its ${RETRY_AFTER_SECONDS} seconds were over`,
        isSo: pauses.every((ms) => ms >= RETRY_AFTER_SECONDS * 1000),
      },
      { what: 'the nodes of the Workspace are ready', isSo: isTold(stage.facts, 'ResourceReady', 'True') },
    ];
  },
};

/** An operation that was accepted fails minutes later. */
export const failedOperation: Scenario = {
  name: 'failed-operation',
  about: 'Azure accepts the agent pool and fails to make it: it is removed, made anew, and the node comes',
  play: async (stage) => {
    stage.say(`Azure: the operation that makes the first agent pool ends with ${ERROR_CODE}`);
    await stage.cloud.fault({
      on: { method: 'PUT' },
      times: 1,
      effect: {
        kind: 'failOperation',
        afterSeconds: 30,
        error: { code: ERROR_CODE, message: 'VM has reported a failure when processing extension vmssCSE' },
      },
    });
    await stage.apply();
    await stage.until('a Machine says why its node did not come', () => isLaunchFailed(stage));
    await stage.show('When the operation has failed');
    const isCodeTold = toldConditions(stage.facts).some(({ message }) => message.includes(ERROR_CODE));
    await ready(stage);
    const [puts, deletions] = [await stage.writes('PUT'), await stage.writes('DELETE')];
    return [
      { what: `a condition named ${ERROR_CODE}`, isSo: isCodeTold },
      { what: 'the failed agent pool was deleted once', isSo: deletions.length === 1 },
      { what: 'then a second one was made', isSo: statuses(puts) === '201 201' },
      { what: 'the nodes of the Workspace are ready', isSo: isTold(stage.facts, 'ResourceReady', 'True') },
    ];
  },
};

async function ready(stage: ScenarioStage): Promise<void> {
  await stage.until('the nodes of the Workspace are ready', () => isTold(stage.facts, 'ResourceReady', 'True'));
  await stage.show('In the end');
}

function isLaunchFailed(stage: ScenarioStage): boolean {
  return toldConditions(stage.facts).some(({ of, reason }) => of.startsWith('Machine') && reason === 'LaunchFailed');
}

function statuses(requests: readonly { readonly status: number }[]): string {
  return requests.map(({ status }) => status).join(' ');
}
