import { describe, expect, test } from '@jest/globals';
import { A100, SimulatedArm } from '../../../test/simulated-arm.ts';
import { parseFaults } from './faults.ts';

describe('injected faults', () => {
  test('answer in place of ARM as often as they say, after those that they skip', () => {
    const arm = new SimulatedArm();
    arm.inject({
      on: { route: 'GetPool', pool: 'system' },
      skip: 1,
      times: 2,
      effect: { kind: 'answer', error: { id: 'server' }, headers: { 'Retry-After': '7' } },
    });

    expect([1, 2, 3, 4].map(() => arm.get('system').status)).toEqual([200, 503, 503, 200]);
    expect(arm.get('other').status).toBe(404);
  });

  test('carry details that wrap other errors', () => {
    const arm = new SimulatedArm();
    arm.inject({
      effect: {
        kind: 'answer',
        error: { id: 'template-wrapper', details: [{ id: 'sku-not-available', blanks: { size: A100 } }] },
      },
    });

    const { body, status } = arm.put('ws1');
    expect(status).toBe(400);
    expect(body['error']).toMatchObject({
      code: 'InvalidTemplateDeployment',
      details: [{ code: 'SkuNotAvailable', message: expect.stringContaining("location 'eastus'") as unknown }],
    });
    expect(arm.pool('ws1')).toBeUndefined();
  });

  test('make an operation fail, with VMs left behind if so said', () => {
    const arm = new SimulatedArm();
    arm.inject({
      on: { route: 'PutPool' },
      effect: { kind: 'failOperation', error: { id: 'quota-exceeded' }, afterSeconds: 90, leavesVms: true },
    });
    const put = arm.put('ws1');
    arm.pass(89);
    expect(arm.stateOf('ws1')).toBe('Creating');
    arm.pass(1);

    expect(arm.follow(put.headers['Azure-AsyncOperation']).body).toMatchObject({
      status: 'Failed',
      error: { code: 'QuotaExceeded' },
    });
    expect(arm.vms('ws1')).toMatchObject([{ state: 'Running' }]);
  });

  test('fail a drain unless disruption budgets are to be ignored', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);
    arm.inject({ on: { method: 'DELETE' }, times: null, effect: { kind: 'failOperation', error: { id: 'drain' } } });
    arm.delete('ws1');
    arm.pass(30);
    expect(arm.get('ws1').body['properties']).toMatchObject({
      provisioningState: 'Failed',
      status: { provisioningError: { code: 'PodDrainFailure' } },
    });

    arm.delete('ws1', { query: { 'api-version': '1', 'ignore-pod-disruption-budget': 'true' } });
    arm.pass(120);
    expect(arm.get('ws1').status).toBe(404);
  });

  test('let an operation say InProgress for ever while its pool settles', () => {
    const arm = new SimulatedArm();
    arm.inject({ effect: { kind: 'stickOperation' } });
    const put = arm.put('ws1');
    arm.pass(10_000);

    expect(arm.follow(put.headers['Azure-AsyncOperation']).body).toMatchObject({ status: 'InProgress' });
    expect(arm.stateOf('ws1')).toBe('Succeeded');
  });

  test('or let the pool stick as well', () => {
    const arm = new SimulatedArm();
    arm.inject({ effect: { kind: 'stickOperation', pool: 'sticks' } });
    arm.put('ws1');
    arm.pass(10_000);

    expect(arm.stateOf('ws1')).toBe('Creating');
    expect(arm.vms('ws1')).toMatchObject([{ state: 'Running' }]);
    arm.delete('ws1');
    arm.pass(120);
    expect(arm.get('ws1').status).toBe(404);
  });

  test('make ARM forget an operation', () => {
    const arm = new SimulatedArm();
    arm.inject({ effect: { kind: 'forgetOperation', afterSeconds: 60 } });
    const put = arm.put('ws1');

    expect(arm.follow(put.headers['Azure-AsyncOperation']).status).toBe(200);
    arm.pass(60);
    expect(arm.follow(put.headers['Azure-AsyncOperation'])).toMatchObject({ status: 404, code: 'NotFound' });
    expect(arm.stateOf('ws1')).toBe('Creating');
  });

  test.each([
    [{}, 'effect'],
    [{ effect: { kind: 'cut' } }, 'when'],
    [{ effect: { kind: 'answer', error: {} } }, 'name an id or a code'],
    [{ on: { route: 'Nowhere' }, effect: { kind: 'cut', when: 'after' } }, 'route'],
    [{ faults: [{ effect: { kind: 'delay', seconds: -1 } }] }, 'seconds'],
  ])('are refused when they are wrong: %j', (fault, text) => {
    expect(() => parseFaults(fault)).toThrow(text);
  });
});

describe('operations', () => {
  test('are forgotten after their retention', () => {
    const arm = new SimulatedArm({ operationRetentionSeconds: 1000 });
    const put = arm.put('ws1');
    arm.pass(1139);
    expect(arm.follow(put.headers['Azure-AsyncOperation']).status).toBe(200);
    arm.pass(1);

    expect(arm.follow(put.headers['Azure-AsyncOperation']).status).toBe(404);
  });

  test('say when to ask again where that is switched on', () => {
    const arm = new SimulatedArm({ retryAfterSeconds: 15 });
    const put = arm.put('ws1');

    expect(put.headers['Retry-After']).toBe('15');
    expect(arm.follow(put.headers['Azure-AsyncOperation']).headers['Retry-After']).toBe('15');
  });
});

describe('listings', () => {
  test('show pools as they were when they lag; single pools never do', () => {
    const arm = new SimulatedArm({ listLagSeconds: 10 });
    arm.pass(20);
    expect(arm.list()).toEqual(['system']);
    arm.put('ws1');
    arm.pass(9);
    expect(arm.list()).toEqual(['system']);
    expect(arm.get('ws1').status).toBe(200);
    arm.pass(1);

    expect(arm.list()).toEqual(['system', 'ws1']);
  });

  test('come in pages that lead to each other', () => {
    const arm = new SimulatedArm({ pageSize: 2 });
    arm.put('a');
    arm.put('b');
    const first = arm.request('GET', `${arm.clusterPath}/agentPools`);
    const next = first.body['nextLink'];

    expect(first.body['value']).toHaveLength(2);
    expect(arm.follow(typeof next === 'string' ? next : '').body).toMatchObject({ value: [{ name: 'system' }] });
  });
});

describe('machines and compute', () => {
  test('machines point at their scale set instance, which tells its power', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(20);
    const [vm] = arm.vms('ws1');
    const machine = arm.request('GET', `${arm.clusterPath}/agentPools/ws1/machines/${vm?.name ?? ''}`);
    const id = machine.body['properties'];

    expect(id).toMatchObject({ resourceId: vm?.providerId.replace('azure://', '').replace('mc_rg1_c', 'MC_rg1_c') });
    const instances = `/subscriptions/${arm.state.cluster.subscriptionId}/resourceGroups/mc_rg1_clustername1_eastus/providers/Microsoft.Compute/virtualMachineScaleSets/${vm?.name.slice(0, -6) ?? ''}/virtualMachines`;
    expect(arm.request('GET', instances).body).toMatchObject({
      value: [{ instanceId: '0', properties: { provisioningState: 'Creating' } }],
    });
    arm.pass(100);
    expect(arm.request('GET', `${instances}/0`).body).toMatchObject({
      properties: { instanceView: { statuses: [{}, { code: 'PowerState/running' }] } },
    });
    expect(arm.request('GET', `${instances}/7`).status).toBe(404);
    expect(arm.request('GET', `${arm.clusterPath}/agentPools/ws1/machines/none`).status).toBe(404);
    expect(arm.request('GET', `${arm.clusterPath}/agentPools/none/machines`).status).toBe(404);
  });

  test('sizes come by location, with their restrictions', () => {
    const arm = new SimulatedArm({ unavailableSizes: [A100], unavailableZones: { Standard_NC6s_v3: ['2'] } });
    const at = (filter: string) =>
      arm.request('GET', `/subscriptions/${arm.state.cluster.subscriptionId}/providers/Microsoft.Compute/skus`, {
        query: { 'api-version': '2021-07-01', $filter: filter },
      });

    const { value } = at("location eq 'EastUS'").body;
    expect(value).toContainEqual(
      expect.objectContaining({
        name: A100,
        restrictions: [expect.objectContaining({ type: 'Location', reasonCode: 'NotAvailableForSubscription' })],
      }),
    );
    expect(value).toContainEqual(
      expect.objectContaining({
        name: 'Standard_NC6s_v3',
        restrictions: [
          expect.objectContaining({ type: 'Zone', restrictionInfo: { locations: ['eastus'], zones: ['2'] } }),
        ],
      }),
    );
    expect(at("location eq 'westus'").body['value']).toEqual([]);
    expect(at("name eq 'x'").status).toBe(400);
  });

  test('usages count the vCPUs of what there is', () => {
    const arm = new SimulatedArm({ quotas: { StandardNCADSA100v4Family: 48 } });
    arm.put('ws1');
    arm.put('ws2', { scaleSetPriority: 'Spot' });
    const path = `/subscriptions/${arm.state.cluster.subscriptionId}/providers/Microsoft.Compute/locations/eastus/usages`;

    const { value } = arm.request('GET', path).body;
    expect(value).toContainEqual(entry('StandardNCADSA100v4Family', 24, 48));
    expect(value).toContainEqual(entry('cores', 28, expect.any(Number)));
    expect(value).toContainEqual(entry('lowPriorityCores', 24, expect.any(Number)));
  });
});

function entry(name: string, currentValue: number, limit: unknown): unknown {
  return expect.objectContaining({ currentValue, limit, name: expect.objectContaining({ value: name }) as unknown });
}
