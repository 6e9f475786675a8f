import { describe, expect, test } from '@jest/globals';
import { A100, CLUSTER, SimulatedArm } from '../../../test/simulated-arm.ts';

describe('who and what is let in', () => {
  test.each([
    ['https://management.azure.com/', 200],
    ['https://management.azure.com', 200],
    ['https://management.core.windows.net/', 200],
    ['https://arm.example', 200],
    ['https://graph.microsoft.com/', 401],
    [undefined, 401],
  ])('a token for %s gets %d', (audience, status) => {
    const arm = new SimulatedArm();

    expect(arm.request('GET', `${arm.clusterPath}/agentPools`, { audience }).status).toBe(status);
  });

  test('a token that has expired is refused with a challenge', () => {
    const arm = new SimulatedArm();
    arm.pass(86_400);

    expect(arm.get('system')).toMatchObject({
      status: 401,
      code: 'InvalidAuthenticationToken',
      headers: { 'WWW-Authenticate': expect.stringMatching(/^Bearer /u) as unknown },
    });
  });

  test('every request names an api-version', () => {
    const arm = new SimulatedArm();

    expect(arm.request('GET', arm.clusterPath, { query: {} })).toMatchObject({
      status: 400,
      code: 'MissingApiVersionParameter',
    });
  });

  test('tells a missing pool from a missing cluster, group and subscription', () => {
    const arm = new SimulatedArm();
    const at = (path: string): readonly unknown[] => {
      const { status, code } = arm.request('GET', path);
      return [status, code];
    };

    expect(at(`${arm.clusterPath}/agentPools/nope`)).toEqual([404, 'NotFound']);
    expect(at(`${arm.clusterPath}x/agentPools/nope`)).toEqual([404, 'ResourceNotFound']);
    expect(at(arm.clusterPath.replace('rg1', 'rg2'))).toEqual([404, 'ResourceGroupNotFound']);
    expect(at(arm.clusterPath.replace('/00000000', '/10000000'))).toEqual([404, 'SubscriptionNotFound']);
    expect(at('/subscriptions/a/b/c')).toEqual([404, 'InvalidResourceType']);
    expect(arm.request('PATCH', `${arm.clusterPath}/agentPools/ws1`)).toMatchObject({ status: 405 });
  });

  test('compares paths whatever their case', () => {
    const arm = new SimulatedArm();

    expect(arm.request('GET', `${arm.clusterPath.toUpperCase()}/AGENTPOOLS/System`).status).toBe(200);
    expect(arm.request('GET', arm.clusterPath.toLowerCase()).body['properties']).toMatchObject({
      nodeResourceGroup: 'MC_rg1_clustername1_eastus',
      kubernetesVersion: '1.36.3',
    });
  });
});

describe('what a PUT may say', () => {
  test.each(['', 'A', '1a', 'a-b', 'aaaaaaaaaaaaa', 'ä'])('not the name "%s"', (name) => {
    const arm = new SimulatedArm();
    const refusal = arm.put(encodeURIComponent(name));

    expect(refusal.status).toBe(name === '' ? 404 : 400);
    expect(arm.list()).toEqual(['system']);
  });

  test.each([
    ['count', { count: -1 }],
    ['count', { count: 1001 }],
    ['count', { count: 0, mode: 'System' }],
    ['osDiskSizeGB', { osDiskSizeGB: -2_147_483_648 }],
    ['osDiskSizeGB', { osDiskSizeGB: 2049 }],
    ['osType', { osType: 'BeOS' }],
    ['vmSize', { vmSize: '' }],
    ['vmSize', { vmSize: 'NC24' }],
    ['maxPods', { maxPods: 5 }],
    ['nodeLabels', { nodeLabels: { 'kubernetes.azure.com/mode': 'x' } }],
    ['nodeLabels.a b', { nodeLabels: { 'a b': 'x' } }],
    ['nodeLabels.a', { nodeLabels: { a: 'x y' } }],
    ['nodeTaints.0', { nodeTaints: ['sku:NoSchedule'] }],
    ['nodeTaints.0', { nodeTaints: ['sku=gpu'] }],
    ['availabilityZones', { availabilityZones: ['9'] }],
    ['osDiskType', { osDiskType: 'Ephemeral', osDiskSizeGB: 1024 }],
    ['gpuProfile.driver', { gpuProfile: { driver: 'Maybe' } }],
    ['minCount', { enableAutoScaling: true, maxCount: 3 }],
  ])('not this %s: %j', (field, properties) => {
    const arm = new SimulatedArm();

    expect(arm.put('ws1', properties)).toMatchObject({
      status: 400,
      code: 'InvalidParameter',
      message: expect.stringContaining(`agentPoolProfile.${field} is invalid.`) as unknown,
    });
    expect(arm.pool('ws1')).toBeUndefined();
  });

  test.each([undefined, 'text', [], { properties: 3 }])('not the body %j', (body) => {
    const arm = new SimulatedArm();

    expect(arm.put('ws1', {}, { body }).status).toBe(400);
  });

  test.each(['kaito.sh/claim', 'a<b', 'a%b', String.raw`a\b`, 'a?b', 'a&b', 'a>b'])('not the tag name %s', (name) => {
    const arm = new SimulatedArm();

    expect(arm.put('ws1', { tags: { [name]: 'x' } })).toMatchObject({ status: 400, code: 'InvalidTagNameCharacters' });
  });

  test('not a size that is unknown, or closed to the subscription', () => {
    const arm = new SimulatedArm({ unavailableSizes: [A100.toLowerCase()] });

    expect(arm.put('ws1', { vmSize: 'Standard_NC9_v9' })).toMatchObject({
      status: 400,
      code: 'VMSizeNotSupported',
      message: expect.stringContaining(
        "Virtual Machine size: 'Standard_NC9_v9' is not supported for subscription",
      ) as unknown,
    });
    expect(arm.put('ws1')).toMatchObject({
      status: 400,
      code: 'BadRequest',
      message: expect.stringContaining("is not allowed in your subscription in location 'eastus'") as unknown,
    });
  });

  test('not the hundred and first pool', () => {
    const arm = new SimulatedArm();
    for (let number = 1; number < 100; number += 1) {
      expect(arm.put(`p${number}`, { vmSize: 'Standard_D2s_v5' }).status).toBe(201);
    }

    expect(arm.put('p100')).toMatchObject({ status: 400, code: 'MaxAgentPoolCountReached' });
  });
});

describe('entity tags', () => {
  test('If-None-Match: * makes a pool but never writes over one', () => {
    const arm = new SimulatedArm();

    expect(arm.put('ws1', {}, { ifNoneMatch: '*' }).status).toBe(201);
    expect(arm.put('ws1', {}, { ifNoneMatch: '*' })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    arm.set({ etagMismatch: 'EtagMismatch' });
    expect(arm.put('ws1', {}, { ifNoneMatch: '*' })).toMatchObject({ status: 409, code: 'EtagMismatch' });
  });

  test('If-Match wants the pool as it was seen', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(200);
    const etag = arm.pool('ws1')?.etag ?? '';

    expect(arm.put('ws2', {}, { ifMatch: '*' }).status).toBe(412);
    expect(arm.delete('ws1', { ifMatch: '"other"' }).status).toBe(412);
    expect(arm.put('ws1', { tags: { a: 'b' } }, { ifMatch: `"${etag}"` }).status).toBe(200);
    expect(arm.pool('ws1')?.etag).not.toBe(etag);
    expect(arm.delete('ws1', { ifMatch: etag }).status).toBe(412);
    expect(arm.delete('ws1', { ifMatch: arm.pool('ws1')?.etag ?? '' }).status).toBe(202);
  });
});

describe('one operation at a time', () => {
  test('a PUT on a pool that is being made says since when', () => {
    const arm = new SimulatedArm();
    arm.put('ws1');
    arm.pass(2);

    expect(arm.put('ws1')).toMatchObject({
      status: 409,
      code: 'OperationNotAllowed',
      message:
        "Operation is not allowed because there's an in progress create node pool operation on node pool started at 2030-01-01T00:00:00.000Z.",
    });
  });

  test('pools are made side by side by default', () => {
    const arm = new SimulatedArm();

    expect([arm.put('ws1').status, arm.put('ws2').status]).toEqual([201, 201]);
  });

  test('a serial cluster refuses PUT and DELETE while another pool changes, and names it', () => {
    const arm = new SimulatedArm({ concurrency: 'serial' });
    arm.put('ws1');

    const refusal = {
      status: 409,
      code: 'OperationNotAllowed',
      message: expect.stringContaining('Another agentpool operation (ws1 - Creating) is in progress') as unknown,
    };
    expect(arm.put('ws2')).toMatchObject(refusal);
    expect(arm.delete('system')).toMatchObject(refusal);
    arm.pass(140);
    expect(arm.put('ws2').status).toBe(201);
  });

  test('an overriding cluster cancels the creation of other pools', () => {
    const arm = new SimulatedArm({ concurrency: 'override' });
    const first = arm.put('ws1');
    arm.pass(5);
    arm.put('ws2');

    expect(arm.stateOf('ws1')).toBe('Canceled');
    expect(arm.follow(first.headers['Azure-AsyncOperation']).body).toMatchObject({
      status: 'Canceled',
      error: { message: expect.stringContaining('overridden') as unknown },
    });
    arm.pass(200);
    expect(arm.stateOf('ws2')).toBe('Succeeded');
    expect(arm.put('ws1').status).toBe(200);
    arm.pass(200);
    expect(arm.vms('ws1')).toHaveLength(1);
  });
});

describe('quota and capacity', () => {
  test('a quota that does not suffice is told at once, with its numbers', () => {
    const arm = new SimulatedArm({ quotas: { standardncadsA100v4family: 40 } });
    arm.put('ws1');

    expect(arm.put('ws2')).toMatchObject({
      status: 400,
      code: 'ErrCode_InsufficientVCPUQuota',
      message:
        'Insufficient vcpu quota requested 24, remaining 16 for family StandardNCADSA100v4Family for region eastus.',
    });
  });

  test.each([
    [{ StandardNCADSA100v4Family: 1 }, {}, 'StandardNCADSA100v4Family Family Cores quota'],
    [{ cores: 5 }, {}, 'Total Regional Cores quota'],
    [{ lowPriorityCores: 5 }, { scaleSetPriority: 'Spot' }, 'LowPriorityCores quota'],
  ])('or by the operation: %j', (quotas, properties, text) => {
    const arm = new SimulatedArm({ quotaProblem: 'operation', quotas });
    const put = arm.put('ws1', properties);
    arm.pass(30);

    expect(put.status).toBe(201);
    expect(arm.get('ws1').body['properties']).toMatchObject({
      provisioningState: 'Failed',
      status: { provisioningError: { code: 'OperationNotAllowed', message: expect.stringContaining(text) as unknown } },
    });
  });

  test('capacity that is out fails the operation and leaves a Failed pool without VMs', () => {
    const arm = new SimulatedArm({ capacity: { [A100]: 1 } });
    arm.put('ws1');
    const second = arm.put('ws2');
    arm.pass(30);

    expect(arm.follow(second.headers['Azure-AsyncOperation'])).toMatchObject({
      status: 200,
      body: { status: 'Failed', error: { code: 'AllocationFailed' } },
    });
    expect(arm.stateOf('ws2')).toBe('Failed');
    expect(arm.vms('ws2')).toEqual([]);
    arm.delete('ws1');
    arm.pass(200);
    expect(arm.put('ws2').status).toBe(200);
    arm.pass(200);
    expect(arm.stateOf('ws2')).toBe('Succeeded');
    expect(arm.vms('ws2')).toHaveLength(1);
  });

  test('or is told at once', () => {
    const arm = new SimulatedArm({ capacity: { [A100]: 0 }, capacityProblem: 'put' });

    expect(arm.put('ws1')).toMatchObject({ status: 409, code: 'SkuNotAvailable' });
  });

  test('of one zone leads to the next one of the pool', () => {
    const arm = new SimulatedArm({ capacity: { [`${A100}/1`]: 0 } });
    arm.put('ws1', { availabilityZones: ['1', '2'] });
    const failing = arm.put('ws2', { availabilityZones: ['1'] });
    arm.pass(100);

    expect(arm.vms('ws1')[0]?.zone).toBe('2');
    expect(arm.follow(failing.headers['Azure-AsyncOperation']).body).toMatchObject({
      error: { code: 'ZonalAllocationFailed' },
    });
    arm.set({ unavailableZones: { [A100]: ['3'] } });
    expect(arm.put('ws3', { availabilityZones: ['3'] })).toMatchObject({ status: 409, code: 'SkuNotAvailable' });
  });
});

describe('throttling', () => {
  test('gives a pool 20 PUTs at once and then one a minute', () => {
    const arm = new SimulatedArm({ isThrottled: true });
    for (let count = 0; count < 20; count += 1) {
      expect(arm.put('ws1').status).not.toBe(429);
    }

    const refusal = arm.put('ws1');
    expect(refusal).toMatchObject({ status: 429, code: 'Throttled' });
    expect(refusal.headers['Retry-After']).toBe('60');
    expect(refusal.message).toBe(
      `AgentPoolsHandler.PUT request limit has been exceeded for SubID=${CLUSTER.subscriptionId}, please retry again in 60 seconds`,
    );
    expect(arm.put('ws2').status).toBe(201);
    arm.pass(60);
    expect(arm.put('ws1').status).toBe(409);
  });

  test('gives the subscription 60 other requests and then one a second, in scaled time', () => {
    const arm = new SimulatedArm({ isThrottled: true, scale: 0.1 });
    for (let count = 0; count < 60; count += 1) {
      expect(arm.get('system').status).toBe(200);
    }

    expect(arm.get('system')).toMatchObject({ status: 429, headers: { 'Retry-After': '1' } });
    arm.pass(0.1);
    expect(arm.get('system').status).toBe(200);
  });

  test('counts ARM’s own remaining requests down, by kind', () => {
    const arm = new SimulatedArm({ isThrottled: true });

    expect(arm.get('system').headers).toMatchObject({ 'x-ms-ratelimit-remaining-subscription-reads': '249' });
    expect(arm.put('ws1').headers).toMatchObject({ 'x-ms-ratelimit-remaining-subscription-writes': '199' });
    expect(arm.delete('ws1').headers).toMatchObject({ 'x-ms-ratelimit-remaining-subscription-deletes': '199' });
  });
});
