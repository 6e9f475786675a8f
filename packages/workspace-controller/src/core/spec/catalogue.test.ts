import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';

import { settings } from '../../../test/builders.ts';
import { isTunable, readCatalog } from './presets.ts';
import { findSize, hasNvidiaGpus } from './sizes.ts';

const { catalog } = settings;

const Sku = z.object({ name: z.string(), gpuCount: z.int() });

const SizeFacts = z.object({
  'head_v0.12': z.object({ skus: z.array(Sku) }),
  'machineEra_v0.3.2': z.object({ validation: z.array(Sku), workload: z.array(Sku) }),
});

const Released = z.array(
  z.object({
    name: z.string(),
    supportsTuning: z.boolean(),
    inference: z.object({
      imageTag: z.string().nullable(),
      diskStorageRequirement: z.string(),
      gpuCountRequirement: z.string(),
      totalGPUMemoryRequirement: z.string(),
      perGPUMemoryRequirement: z.string(),
      readinessTimeoutMinutes: z.int(),
    }),
  }),
);

const PresetFacts = z.object({ 'machineEra_v0.3.2': Released, 'machineEra_v0.4.1': Released });

describe('the preset catalogue', () => {
  it('finds Machine-era names to the letter and current ones in any case', () => {
    expect(catalog.find('falcon-7b')?.name).toBe('falcon-7b');
    expect(catalog.find('Falcon-7b')).toBeUndefined();
    expect(catalog.find('PHI-4')?.name).toBe('phi-4');
    expect(catalog.find('qwen/qwen2.5-coder-7b-instruct')?.name).toBe('qwen2.5-coder-7b-instruct');
    expect(catalog.find('tiiuae/falcon-7b')).toBeUndefined();
  });

  it('names a GGUF file where the publisher has one', () => {
    expect(catalog.presets.flatMap(({ name, gguf }) => (gguf === undefined ? [] : [[name, gguf.repo]]))).toEqual([
      ['phi-3-mini-4k-instruct', 'microsoft/Phi-3-mini-4k-instruct-gguf'],
      ['qwen2.5-coder-7b-instruct', 'Qwen/Qwen2.5-Coder-7B-Instruct-GGUF'],
      ['phi-4', 'microsoft/phi-4-gguf'],
      ['qwen2.5-coder-32b-instruct', 'Qwen/Qwen2.5-Coder-32B-Instruct-GGUF'],
    ]);
  });

  it('says where a broken file is broken', () => {
    expect(() => readCatalog({ presets: [{ name: 'a', acess: 'public' }] })).toThrow(/acess/u);
  });

  it('agrees with the published facts, release by release', () => {
    const file = fixture('presets.json');
    if (file === undefined) {
      return;
    }
    const facts = PresetFacts.parse(JSON.parse(file));
    for (const version of ['v0.3.2', 'v0.4.1'] as const) {
      const published = facts[`machineEra_${version}`];
      expect(catalog.presets.filter(({ released }) => released?.[version] !== undefined)).toHaveLength(
        published.length,
      );
      for (const { name, supportsTuning, inference } of published) {
        const preset = catalog.find(name);
        expect({ name, ...preset?.released?.[version] }).toMatchObject({
          disk: inference.diskStorageRequirement,
          gpus: Number(inference.gpuCountRequirement),
          memory: inference.totalGPUMemoryRequirement,
          memoryPerGpu: inference.perGPUMemoryRequirement,
          readinessMinutes: inference.readinessTimeoutMinutes,
          isTunable: supportsTuning,
          ...(inference.imageTag === null ? {} : { tag: inference.imageTag }),
        });
        expect(preset !== undefined && (!supportsTuning || isTunable(preset))).toBe(true);
      }
    }
  });
});

describe('the size table', () => {
  it('finds a size in any case, and none that it does not have', () => {
    expect(findSize('standard_nc6s_V3')).toEqual({
      name: 'Standard_NC6s_v3',
      gpus: 1,
      gpuMemoryGiB: 16,
      gpuModel: 'NVIDIA V100',
    });
    expect(findSize('Standard_D4s_v5')).toBeUndefined();
  });

  it.each([
    ['Standard_NC6s_v3', true],
    ['Standard_NC999', true],
    ['Standard_NV32as_v4', false],
    ['Standard_D4s_v5', false],
  ])('tells by %s whether device plugins are waited for: %s', (name, is) => {
    expect(hasNvidiaGpus(name)).toBe(is);
  });

  it('has every size that a release knew, with the GPUs it knew', () => {
    const file = fixture('sku-azure.json');
    if (file === undefined) {
      return;
    }
    const facts = SizeFacts.parse(JSON.parse(file));
    const { validation, workload } = facts['machineEra_v0.3.2'];
    for (const { name, gpuCount } of [...facts['head_v0.12'].skus, ...validation, ...workload]) {
      expect([name, findSize(name)?.gpus]).toEqual([name, gpuCount]);
    }
  });
});

/** Published facts that lie beside the repository, for those who have them. */
function fixture(name: string): string | undefined {
  const file = path.join(import.meta.dirname, '../../../../../../shared/fixtures', name);
  if (existsSync(file)) {
    return readFileSync(file, 'utf8');
  }
  process.stdout.write(`${name} is not here: the comparison with published facts is left out\n`);
  return undefined;
}
