import { describe, expect, test } from '@jest/globals';
import { A100, CLUSTER, ORIGIN, SimulatedArm } from '../../../test/simulated-arm.ts';

describe('creating a pool', () => {
  test('answers 201 Creating and goes through VM, running VM and Succeeded at their times', () => {
    const arm = new SimulatedArm();
    const put = arm.put('ws1');

    expect(put.status).toBe(201);
    expect(put.body['properties']).toMatchObject({ provisioningState: 'Creating', count: 1 });
    expect(put.headers['Azure-AsyncOperation']).toMatch(
      new RegExp(
        `^${ORIGIN}/subscriptions/${CLUSTER.subscriptionId}/providers/Microsoft.ContainerService/locations/eastus/operations/[-0-9a-f]{36}\\?api-version=2017-08-31$`,
      ),
    );
    arm.pass(9);
    expect(arm.vms('ws1')).toEqual([]);
    arm.pass(1);
    expect(arm.vms('ws1')).toMatchObject([{ state: 'Booting', nodeReadyAt: '2030-01-01T00:01:40.000Z' }]);
    arm.pass(70);
    expect(arm.vms('ws1')).toMatchObject([{ state: 'Running', createdAt: '2030-01-01T00:00:10.000Z' }]);
    arm.pass(59);
    expect(arm.follow(put.headers['Azure-AsyncOperation']).body).toMatchObject({
      status: 'InProgress',
      startTime: '2030-01-01T00:00:00.000Z',
    });
    expect(arm.stateOf('ws1')).toBe('Creating');
    arm.pass(1);
    expect(arm.stateOf('ws1')).toBe('Succeeded');
    expect(arm.follow(put.headers['Azure-AsyncOperation']).body).toMatchObject({
      status: 'Succeeded',
      endTime: '2030-01-01T00:02:20.000Z',
    });
  });

  test('takes as much less time as the scale says', () => {
    const arm = new SimulatedArm({ scale: 0.1 });
    arm.put('ws1');

    arm.pass(8);
    expect(arm.vms('ws1')).toMatchObject([{ state: 'Running' }]);
    arm.pass(6);
    expect(arm.stateOf('ws1')).toBe('Succeeded');
  });

  test('makes VMs whose names, provider ids, labels and taints are those of AKS', () => {
    const arm = new SimulatedArm();
    arm.put('ws1', {
      count: 12,
      osDiskSizeGB: 200,
      nodeLabels: { 'kaito.sh/workspace': 'phi' },
      nodeTaints: ['sku=gpu:NoSchedule'],
    });
    arm.pass(100);
    const vm = arm.vms('ws1')[10];

    expect(vm?.name).toMatch(/^aks-ws1-\d{8}-vmss00000a$/u);
    expect(vm?.providerId).toMatch(
      /^azure:\/\/\/subscriptions\/[-0]+\/resourceGroups\/mc_rg1_clustername1_eastus\/providers\/Microsoft.Compute\/virtualMachineScaleSets\/aks-ws1-\d{8}-vmss\/virtualMachines\/10$/u,
    );
    expect(vm).toMatchObject({ gpuCount: 1, cpu: 24, memoryGiB: 220, osDiskSizeGiB: 200, mode: 'User', vmSize: A100 });
    expect(vm?.taints).toEqual(['sku=gpu:NoSchedule']);
    expect(vm?.labels).toMatchObject({
      agentpool: 'ws1',
      'kubernetes.azure.com/agentpool': 'ws1',
      'kubernetes.azure.com/cluster': 'MC_rg1_clustername1_eastus',
      'kubernetes.azure.com/mode': 'user',
      'kubernetes.azure.com/accelerator': 'nvidia',
      'node.kubernetes.io/instance-type': A100,
      'topology.kubernetes.io/region': 'eastus',
      'topology.kubernetes.io/zone': '0',
      'kubernetes.io/hostname': vm?.name,
      'kaito.sh/workspace': 'phi',
    });
    expect(vm?.labels).not.toHaveProperty('accelerator');
  });

  test('puts the legacy GPU label on the node only where that is switched on', () => {
    const arm = new SimulatedArm({ hasGpuLabel: true });
    arm.put('ws1');
    arm.pass(100);

    expect(arm.vms('ws1')[0]?.labels).toMatchObject({ accelerator: 'nvidia' });
  });

  test('fills in what the request leaves open', () => {
    const arm = new SimulatedArm();

    expect(arm.put('ws1', { osDiskSizeGB: 0, orchestratorVersion: '', count: null }).body['properties']).toMatchObject({
      count: 1,
      mode: 'User',
      osType: 'Linux',
      osSKU: 'Ubuntu',
      maxPods: 110,
      type: 'VirtualMachineScaleSets',
      osDiskSizeGB: 128,
      osDiskType: 'Ephemeral',
      orchestratorVersion: '1.36.3',
      currentOrchestratorVersion: '1.36.3',
      powerState: { code: 'Running' },
    });
    expect(arm.put('ws2', { osDiskSizeGB: 1024 }).body['properties']).toMatchObject({ osDiskType: 'Managed' });
    expect(arm.put('ws3', { scaleSetPriority: 'Regular' }).body['properties']).not.toHaveProperty('scaleSetPriority');
  });

  test('marks spot pools and their nodes', () => {
    const arm = new SimulatedArm();
    const put = arm.put('ws1', { scaleSetPriority: 'Spot', nodeTaints: ['sku=gpu:NoSchedule'] });
    arm.pass(100);

    expect(put.body['properties']).toMatchObject({
      scaleSetPriority: 'Spot',
      scaleSetEvictionPolicy: 'Delete',
      spotMaxPrice: -1,
      nodeTaints: ['sku=gpu:NoSchedule', 'kubernetes.azure.com/scalesetpriority=spot:NoSchedule'],
    });
    expect(arm.vms('ws1')[0]?.labels).toMatchObject({ 'kubernetes.azure.com/scalesetpriority': 'spot' });
  });

  test('spreads the VMs of a zonal pool over its zones', () => {
    const arm = new SimulatedArm();
    arm.put('ws1', { count: 3, availabilityZones: ['1', '3'] });
    arm.pass(100);

    expect(arm.vms('ws1').map(({ zone }) => zone)).toEqual(['1', '3', '1']);
    expect(arm.vms('ws1')[1]?.labels).toMatchObject({ 'topology.kubernetes.io/zone': 'eastus-3' });
  });

  test('makes a VM for every one that a virtualMachinesProfile names', () => {
    const arm = new SimulatedArm();
    arm.request('PUT', `${arm.clusterPath}/agentPools/ws1`, {
      body: {
        properties: {
          type: 'VirtualMachines',
          virtualMachinesProfile: {
            scale: {
              manual: [
                { size: 'Standard_D2_v2', count: 1 },
                { size: 'Standard_D2_v3', count: 2 },
              ],
            },
          },
        },
      },
    });
    arm.pass(100);

    expect(arm.vms('ws1').map(({ vmSize }) => vmSize)).toEqual(['Standard_D2_v2', 'Standard_D2_v3', 'Standard_D2_v3']);
  });
});

describe('deleting a pool', () => {
  test('answers 202, takes the VMs first and then the pool, and 204 from then on', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);
    const deleted = arm.delete('ws1');

    expect(deleted.status).toBe(202);
    expect(arm.stateOf('ws1')).toBe('Deleting');
    expect(arm.follow(deleted.headers['Location']).status).toBe(202);
    arm.pass(83);
    expect(arm.vms('ws1')).toHaveLength(1);
    arm.pass(1);
    expect(arm.vms('ws1')).toEqual([]);
    expect(arm.stateOf('ws1')).toBe('Deleting');
    arm.pass(36);
    expect(arm.get('ws1')).toMatchObject({ status: 404, code: 'NotFound', message: 'Agent Pool not found.' });
    expect(arm.follow(deleted.headers['Location']).status).toBe(204);
    expect(arm.follow(deleted.headers['Azure-AsyncOperation']).body).toMatchObject({ status: 'Succeeded' });
    expect(arm.delete('ws1').status).toBe(204);
    expect(arm.list()).toEqual(['system']);
  });

  test('is the same operation when asked for twice', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);
    const first = arm.delete('ws1');

    expect(arm.delete('ws1').headers['Azure-AsyncOperation']).toBe(first.headers['Azure-AsyncOperation']);
    expect(arm.state.counts.get('ws1')).toEqual({ creates: 1, updates: 0, deletes: 1 });
  });

  test('is accepted while the pool is being made: the creation is cancelled and no VM comes', () => {
    const arm = new SimulatedArm();
    const put = arm.put('ws1');
    arm.pass(5);

    expect(arm.delete('ws1').status).toBe(202);
    arm.pass(100);
    expect(arm.vms('ws1')).toEqual([]);
    expect(arm.follow(put.headers['Azure-AsyncOperation']).body).toMatchObject({
      status: 'Canceled',
      error: { code: 'Canceled' },
    });
    arm.pass(20);
    expect(arm.get('ws1').status).toBe(404);
  });

  test('is a conflict while the pool is being made where that is switched on', () => {
    const arm = new SimulatedArm({ deleteDuringOperation: 'conflict' });
    arm.put('ws1');

    expect(arm.delete('ws1')).toMatchObject({ status: 409, code: 'OperationNotAllowed' });
    expect(arm.stateOf('ws1')).toBe('Creating');
  });

  test('lets the same provider id come back for another machine of the same name', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);
    const first = arm.vms('ws1')[0];
    arm.delete('ws1');
    arm.pass(200);
    arm.put('ws1');
    arm.pass(200);
    const second = arm.vms('ws1')[0];

    expect(second?.providerId).toBe(first?.providerId);
    expect(second?.createdAt).not.toBe(first?.createdAt);
  });

  test('of one machine takes that machine alone and lowers the count', () => {
    const arm = new SimulatedArm();
    arm.put('ws1', { count: 3 });
    arm.pass(200);
    const [first, second, third] = arm.vms('ws1').map(({ name }) => name);
    const path = `${arm.clusterPath}/agentPools/ws1/deleteMachines`;

    expect(arm.request('POST', path, { body: { machineNames: ['aks-nobody'] } })).toMatchObject({
      status: 400,
      code: 'InvalidParameter',
    });
    expect(arm.request('POST', path, { body: { machineNames: [second] } }).status).toBe(202);
    arm.pass(60);
    expect(arm.vms('ws1').map(({ name }) => name)).toEqual([first, third]);
    expect(arm.get('ws1').body['properties']).toMatchObject({ count: 2, provisioningState: 'Succeeded' });
  });
});

describe('aborting', () => {
  test('leaves a Canceled pool after three seconds, which may then be deleted', () => {
    const arm = new SimulatedArm();
    const put = arm.put('ws1');
    arm.pass(20);
    const aborted = arm.abort('ws1');

    expect(aborted.status).toBe(202);
    expect(arm.stateOf('ws1')).toBe('Canceling');
    expect(arm.abort('ws1').status).toBe(202);
    arm.pass(3);
    expect(arm.stateOf('ws1')).toBe('Canceled');
    expect(arm.vms('ws1')).toEqual([]);
    expect(arm.follow(aborted.headers['Azure-AsyncOperation']).body).toMatchObject({ status: 'Succeeded' });
    expect(arm.follow(put.headers['Azure-AsyncOperation']).body).toMatchObject({ status: 'Canceled' });
    arm.delete('ws1');
    arm.pass(120);
    expect(arm.get('ws1').status).toBe(404);
  });

  test('has nothing to stop when it is over', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);

    expect(arm.abort('ws1')).toMatchObject({ status: 409, code: 'OperationNotAllowed' });
    arm.set({ abortWhenOver: 'noContent' });
    expect(arm.abort('ws1').status).toBe(204);
    expect(arm.abort('ws9')).toMatchObject({ status: 404, code: 'NotFound' });
  });
});

describe('changing a pool', () => {
  test('costs nothing when nothing changes', () => {
    const arm = new SimulatedArm();
    arm.put('ws1', { nodeLabels: { a: 'b' }, tags: { c: 'd' }, scaleSetPriority: 'Spot' });
    arm.pass(200);

    const again = arm.put('ws1', { tags: { c: 'd' }, nodeLabels: { a: 'b' }, scaleSetPriority: 'Spot' });
    expect(again.status).toBe(200);
    expect(again.headers).not.toHaveProperty('Azure-AsyncOperation');
    expect(again.body['properties']).toMatchObject({ provisioningState: 'Succeeded' });
    arm.set({ identicalPut: 'operation' });
    expect(arm.put('ws1', { tags: { c: 'd' }, nodeLabels: { a: 'b' } }).body['properties']).toMatchObject({
      provisioningState: 'Updating',
    });
  });

  test('brings new labels and taints to the nodes that there are', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);

    expect(arm.put('ws1', { nodeLabels: { a: 'b' }, nodeTaints: ['x=y:NoExecute'] }).status).toBe(200);
    expect(arm.stateOf('ws1')).toBe('Updating');
    arm.pass(30);
    expect(arm.stateOf('ws1')).toBe('Succeeded');
    expect(arm.vms('ws1')[0]).toMatchObject({ labels: { a: 'b' }, taints: ['x=y:NoExecute'] });
  });

  test('scales up with new instance numbers and down from the end', () => {
    const arm = new SimulatedArm();
    arm.put('ws1', { count: 2 });
    arm.pass(200);
    arm.put('ws1', { count: 3 });
    expect(arm.stateOf('ws1')).toBe('Scaling');
    arm.pass(200);
    expect(arm.vms('ws1').map(({ index, state }) => [index, state])).toEqual([
      [0, 'Running'],
      [1, 'Running'],
      [2, 'Running'],
    ]);
    arm.put('ws1', { count: 1 });
    arm.pass(200);
    expect(arm.vms('ws1').map(({ index }) => index)).toEqual([0]);
  });

  test.each([
    ['vmSize', 'Standard_NC48ads_A100_v4'],
    ['osDiskType', 'Managed'],
    ['osDiskSizeGB', 64],
    ['osType', 'Windows'],
    ['availabilityZones', ['1']],
    ['vnetSubnetID', '/subscriptions/x'],
    ['scaleSetPriority', 'Spot'],
  ])('refuses another %s', (property, value) => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);

    expect(arm.put('ws1', { [property]: value })).toMatchObject({
      status: 400,
      code: 'PropertyChangeNotAllowed',
      message: `Changing property 'properties.${property}' is not allowed.`,
    });
  });
});
