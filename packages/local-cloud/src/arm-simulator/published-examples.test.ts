import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { publishedData, publishedShapes, shapeOf } from '../../test/published-shapes.ts';
import type { Shape } from '../../test/published-shapes.ts';
import { SimulatedArm } from '../../test/simulated-arm.ts';
import type { Answer } from '../../test/simulated-arm.ts';
import { ARM_ERRORS } from './core/arm-error-catalogue.ts';
import { settingsSchema } from './core/settings.ts';
import { AKS_LIMITS } from './core/throttle.ts';
import { findVmSize } from './core/vm-sizes.ts';

const SHAPES = publishedShapes();

/** In the 201 of that example, but neither in its request nor in its 200. */
const SLIPS = ['properties.kubeletConfig.podMaxPids'];

function requestOf(example: string): Record<string, unknown> {
  return z.looseObject({}).parse(SHAPES[example]?.request);
}

/** The published fields that the answer lacks, or has with another type. */
function wrongFields(answer: Answer, example: string, status: number): readonly string[] {
  const actual: Shape = shapeOf(answer.body);
  const published = SHAPES[example]?.answers[status]?.body ?? { 'an example of that name': 'object' };
  const wrong = Object.entries(published).filter(([path, type]) => actual[path] !== type && !SLIPS.includes(path));
  return [...(answer.status === status ? [] : [`status ${answer.status}`]), ...wrong.map(([path]) => path)];
}

function missingHeaders(answer: Answer, example: string): readonly string[] {
  const names = Object.keys(answer.headers).map((name) => name.toLowerCase());
  const published = SHAPES[example]?.answers[202]?.headers ?? ['an example of that name'];
  return published.filter((name) => !names.includes(name));
}

describe('answers beside the published examples', () => {
  test.each([
    'AgentPoolsCreate_GPUMIG',
    'AgentPoolsCreate_Spot',
    'AgentPoolsCreate_TypeVirtualMachines',
    'AgentPoolsCreate_Update',
  ])('%s: 201 while it is made, 200 when it is there', (example) => {
    const arm = new SimulatedArm();
    const body = requestOf(example);
    const path = `${arm.clusterPath}/agentPools/agentpool1`;

    expect(wrongFields(arm.request('PUT', path, { body }), example, 201)).toEqual([]);
    arm.pass(600);
    expect(wrongFields(arm.request('PUT', path, { body }), example, 200)).toEqual([]);
    expect(wrongFields(arm.request('GET', path), example, 200)).toEqual([]);
  });

  test('AgentPoolsGet and AgentPoolsList', () => {
    const arm = new SimulatedArm();

    expect(wrongFields(arm.get('system'), 'AgentPoolsGet', 200)).toEqual([]);
    const list = arm.request('GET', `${arm.clusterPath}/agentPools`);
    expect(wrongFields(list, 'AgentPoolsList', 200)).toEqual([]);
  });

  test('MachineList, with a page that another follows', () => {
    const arm = new SimulatedArm({ pageSize: 1 });
    arm.put('agentpool1', { count: 2, availabilityZones: ['1', '2'] });
    arm.pass(600);

    const answer = arm.request('GET', `${arm.clusterPath}/agentPools/agentpool1/machines`);
    expect(wrongFields(answer, 'MachineList', 200)).toEqual([]);
  });

  test('AgentPoolsDelete, AgentPoolsDeleteMachines and AgentPoolsAbortOperation', () => {
    const arm = new SimulatedArm();
    arm.put('agentpool1', { count: 2 });
    expect(missingHeaders(arm.abort('agentpool1'), 'AgentPoolsAbortOperation')).toEqual([]);
    arm.put('agentpool2', { count: 2 });
    arm.pass(600);
    const machineNames = [arm.vms('agentpool2')[0]?.name];
    const path = `${arm.clusterPath}/agentPools/agentpool2/deleteMachines`;
    const answer = arm.request('POST', path, { body: { machineNames } });
    expect(missingHeaders(answer, 'AgentPoolsDeleteMachines')).toEqual([]);
    expect(missingHeaders(arm.delete('agentpool1'), 'AgentPoolsDelete')).toEqual([]);
  });

  test.each(Object.entries(SHAPES))("the repository's own copy of %s is what was published", (example, own) => {
    const published = exampleSchema.safeParse(publishedData(`aks/examples/${example}.json`));

    expect(published.success ? copyOf(published.data) : own).toEqual(own);
  });
});

const exampleSchema = z.object({
  parameters: z.looseObject({ parameters: z.unknown().optional(), machines: z.unknown().optional() }),
  responses: z.record(
    z.string(),
    z.looseObject({ body: z.unknown().optional(), headers: z.record(z.string(), z.string()).optional() }),
  ),
});

function copyOf({ parameters, responses }: z.output<typeof exampleSchema>): unknown {
  const answers = Object.entries(responses).map(([status, { body, headers }]) => [
    status,
    {
      body: body === undefined ? undefined : shapeOf(body),
      headers:
        headers === undefined
          ? undefined
          : Object.keys(headers)
              .map((name) => name.toLowerCase())
              .toSorted(),
    },
  ]);
  return { request: parameters.parameters ?? parameters.machines, answers: Object.fromEntries(answers) as unknown };
}

const errorsSchema = z.object({
  errors: z.array(
    z.looseObject({ id: z.string(), httpStatus: z.number(), code: z.string().nullable(), messageTemplate: z.string() }),
  ),
});

const throttlingSchema = z.object({
  buckets: z.array(z.looseObject({ operation: z.string(), burst: z.number(), refillPerSecond: z.number() })),
});

const skusSchema = z.object({
  value: z.array(
    z.looseObject({
      name: z.string(),
      family: z.string(),
      capabilities: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
});

describe('tables beside the published data', () => {
  test('every error has the published status, code and text', () => {
    const published = errorsSchema.safeParse(publishedData('aks/arm-errors.json')).data?.errors ?? [];
    const own = Object.entries(ARM_ERRORS).map(([id, { status, code, message }]) => ({ id, status, code, message }));

    for (const { id, httpStatus, code, messageTemplate } of published.filter((error) => error.code !== null)) {
      expect(own).toContainEqual({ id, status: httpStatus, code, message: messageTemplate });
    }
    expect(own.length).toBeGreaterThan(40);
  });

  test('the token buckets are the published ones', () => {
    const published = throttlingSchema.safeParse(publishedData('aks/throttling.json')).data?.buckets ?? [];
    const pairs = [
      ['PUT agentPool', AKS_LIMITS.putPool],
      ['GET managedCluster', AKS_LIMITS.getCluster],
      ['GET operationStatus', AKS_LIMITS.getOperation],
      ['all others', AKS_LIMITS.others],
    ] as const;
    for (const bucket of published) {
      const own = pairs.find(([operation]) => bucket.operation.startsWith(operation))?.[1];
      expect([own?.burst ?? bucket.burst, own?.refillPerSecond ?? bucket.refillPerSecond]).toEqual([
        bucket.burst,
        bucket.refillPerSecond,
      ]);
    }
    expect(AKS_LIMITS.putPool.burst).toBe(20);
  });

  test('sizes have the published vCPUs, memory, GPUs and family, and the shape of the sample', () => {
    const sample = publishedData('aks/compute-skus.sample.json');
    const arm = new SimulatedArm();
    const path = `/subscriptions/${arm.state.cluster.subscriptionId}/providers/Microsoft.Compute/skus`;
    const answer = arm.request('GET', path, { query: { 'api-version': '1', $filter: "location eq 'eastus'" } });
    const own = skusSchema.parse(answer.body);

    for (const sku of skusSchema.safeParse(sample).data?.value ?? []) {
      const match = own.value.find(({ name }) => name === sku.name);
      expect(match?.family).toBe(sku.family);
      for (const { name, value } of sku.capabilities.filter((one) =>
        ['vCPUs', 'MemoryGB', 'GPUs'].includes(one.name),
      )) {
        expect([sku.name, name, match?.capabilities.find((one) => one.name === name)?.value]).toEqual([
          sku.name,
          name,
          value,
        ]);
      }
      const { 'x-gpu': _, ...published } = sku;
      expect(shapeOf(match)).toMatchObject(shapeOf(published));
    }
    expect(findVmSize('standard_nc24ADS_a100_v4')?.gpus).toBe(1);
  });

  test('every size of the preset tables is on offer with as many GPUs', () => {
    const text = JSON.stringify(publishedData('sku-azure.json') ?? {});
    const sizes = [...text.matchAll(/"name":"(?<name>Standard_[^"]+)","gpuCount":(?<gpus>\d+)/gu)];
    for (const { groups } of sizes) {
      expect([groups?.['name'], findVmSize(groups?.['name'] ?? '')?.gpus]).toEqual([
        groups?.['name'],
        Number(groups?.['gpus']),
      ]);
    }
    expect(settingsSchema.parse({}).hasGpuLabel).toBe(false);
  });
});
