import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Workspace } from '@kaito/types';
import { parse } from 'yaml';
import * as z from 'zod';

import { aWorkspace, inferenceOf, kaitoImages, settings } from '../../../test/builders.ts';
import type { Settings } from '../settings.ts';
import { problemsOf, sentence } from './reading.ts';
import { readSpec } from './spec.ts';

describe('readSpec', () => {
  it.each([
    ['a preset by its name', inferenceOf('phi-3-mini-4k-instruct')],
    ['a current preset by its Hugging Face id in any case', inferenceOf('MICROSOFT/phi-4')],
    ['a preset that only its published image can run', inferenceOf('mistral-7b-instruct')],
    [
      'a pod of the user',
      { template: { spec: { containers: [{ name: 'a', image: 'a.example:5000/b/c@sha256:' + '0'.repeat(64) }] } } },
    ],
  ])('takes %s', (_, inference) => {
    expect(problemsOf(readSpec(aWorkspace({ inference }), settings))).toEqual([]);
  });

  it('takes a selector that says equality in either way', () => {
    const labelSelector = { matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'In', values: ['2'] }] };
    expect(readSpec(aWorkspace({ resource: { labelSelector } }), settings)).toMatchObject({
      value: { resource: { nodeLabels: { a: '1', b: '2' } } },
    });
  });

  it('takes sizes of other clouds on trust', () => {
    const workspace = aWorkspace({ resource: { instanceType: 'g5.4xlarge' } });
    expect(problemsOf(readSpec(workspace, { ...settings, cloudProvider: 'aws' }))).toEqual([]);
  });

  it.each<readonly [string, Workspace, Settings?]>([
    ['metadata.name: must be a DNS label, since the Service gets this name', aWorkspace({ metadata: { name: 'a.b' } })],
    ['resource: is required', { ...aWorkspace(), resource: undefined }],
    ['resource.count: must be at least 1, is 0', aWorkspace({ resource: { count: 0 } })],
    ['resource.instanceType: is required', aWorkspace({ resource: { instanceType: undefined } })],
    [
      'resource.instanceType: "Nonsense" is no size that this release knows',
      aWorkspace({ resource: { instanceType: 'Nonsense' } }),
    ],
    [
      'resource.labelSelector.matchExpressions[0]: must be In with one value',
      aWorkspace({ resource: { labelSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } } }),
    ],
    [
      'resource.labelSelector.matchExpressions[0]: asks for a=2, and another term for a=1',
      aWorkspace({
        resource: {
          labelSelector: { matchLabels: { a: '1' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['2'] }] },
        },
      }),
    ],
    [
      'resource.labelSelector.matchLabels[kaito.sh/workspace]: is set by the controller, to llm',
      aWorkspace({ resource: { labelSelector: { matchLabels: { 'kaito.sh/workspace': 'other' } } } }),
    ],
    ['inference: set exactly one of preset and template', aWorkspace({ inference: {} })],
    ['inference: set exactly one of inference and tuning', { ...aWorkspace(), inference: undefined }],
    [
      'inference.preset.name: "no-such" is not a preset that this release knows; it runs falcon-40b',
      aWorkspace({ inference: inferenceOf('no-such') }),
    ],
    ['inference.preset.name: "Falcon-7B" is not a preset', aWorkspace({ inference: inferenceOf('Falcon-7B') })],
    [
      'inference.preset.name: gpt-oss-20b can be named, but nothing here runs it: there is no GGUF source for our own server and no published image',
      aWorkspace({ inference: inferenceOf('gpt-oss-20b') }),
    ],
    [
      'inference.preset.name: phi-4 can be named, but nothing here runs it: there is no published image',
      aWorkspace({ inference: inferenceOf('phi-4') }),
      kaitoImages,
    ],
    ['inference.preset.accessMode: must be private', aWorkspace({ inference: inferenceOf('llama-2-7b') })],
    [
      'inference.preset.presetOptions.image: is required when accessMode is private',
      aWorkspace({ inference: { preset: { name: 'llama-2-7b', accessMode: 'private' } } }),
    ],
    [
      'inference.preset.presetOptions.image: "me/Llama:1" is not an image reference',
      aWorkspace({
        inference: { preset: { name: 'llama-2-7b', accessMode: 'private', presetOptions: { image: 'me/Llama:1' } } },
      }),
    ],
    [
      'metadata.name: has more than 52 characters, too many where count is over 1',
      aWorkspace({ metadata: { name: 'a'.repeat(53) }, resource: { count: 2 } }),
    ],
    [
      'resource.count: is 3, and llama-2-13b runs as 2 processes, the same number on each node',
      aWorkspace({
        resource: { count: 3 },
        inference: { preset: { name: 'llama-2-13b', accessMode: 'private', presetOptions: { image: 'me/l:1' } } },
      }),
    ],
    [
      'resource.instanceType: Standard_NC6s_v3 is too small for falcon-40b: it needs 2 GPUs, and 1 nodes have 1',
      aWorkspace({ inference: inferenceOf('falcon-40b') }),
    ],
    [
      'resource.instanceType: Standard_NV6 is too small for llama-2-7b: it needs 14 GiB per GPU, and a GPU has 8',
      aWorkspace({
        resource: { instanceType: 'Standard_NV6' },
        inference: { preset: { name: 'llama-2-7b', accessMode: 'private', presetOptions: { image: 'me/l:1' } } },
      }),
    ],
    [
      'resource.instanceType: Standard_D8s_v5 has no GPU, and mistral-7b needs one',
      aWorkspace({ resource: { instanceType: 'Standard_D8s_v5' }, inference: inferenceOf('mistral-7b') }),
    ],
    [
      'inference.template.spec.containers: names no container',
      aWorkspace({ inference: { template: { spec: { containers: [] } } } }),
    ],
    [
      'inference.template.spec.containers[0].image: Invalid input',
      aWorkspace({ inference: { template: { spec: { containers: [{ name: 'a' }] } } } }),
    ],
    [
      'inference.template.spec.initContainers[0].image: "REGISTRY_HERE/a" still holds the placeholder',
      aWorkspace({
        inference: {
          template: {
            spec: {
              containers: [{ name: 'a', image: 'a' }],
              initContainers: [{ name: 'b', image: 'REGISTRY_HERE/a' }],
            },
          },
        },
      }),
    ],
  ])('says %s', (message, workspace, by = settings) => {
    expect(sentence(problemsOf(readSpec(workspace, by)))).toContain(message);
  });

  it('knows nothing of unknown GPU sizes, and lets them be tried', () => {
    const workspace = aWorkspace({
      resource: { instanceType: 'Standard_NC999' },
      inference: inferenceOf('mistral-7b'),
    });
    expect(problemsOf(readSpec(workspace, settings))).toEqual([]);
  });

  it('names everything that is wrong at once', () => {
    const workspace = aWorkspace({ resource: { count: -1, instanceType: '' }, inference: inferenceOf('nope') });
    expect(problemsOf(readSpec(workspace, settings)).map((problem) => problem.path)).toEqual([
      'resource.count',
      'resource.instanceType',
      'inference.preset.name',
    ]);
  });
});

describe('readSpec of adapters', () => {
  it.each([
    [{}, 'inference.adapters[0].source: is required'],
    [{ strength: '2' }, 'inference.adapters[0].strength: must be a number from 0 to 1, is "2"'],
    [{ source: { name: 'a', image: 'a:1' }, strength: ' ' }, 'inference.adapters[0].strength: must be a number'],
    [{ source: { image: 'a:1' } }, 'inference.adapters[0].source.name: is required'],
    [{ source: { name: 'a' } }, 'inference.adapters[0].source: set exactly one of image, urls and volumeSource'],
    [{ source: { name: 'a', image: 'A:1' } }, 'inference.adapters[0].source.image: "A:1" is not an image reference'],
    [{ source: { name: 'a', image: 'a:1' } }, 'inference.adapters: this release does not load adapters yet'],
  ])('of %j says %s', (adapter, message) => {
    const inference = { ...inferenceOf('phi-3-mini-4k-instruct'), adapters: [adapter] };
    expect(sentence(problemsOf(readSpec(aWorkspace({ inference }), settings)))).toContain(message);
  });

  it('tells two adapters of one name apart', () => {
    const source = { name: 'a', image: 'a:1' };
    const inference = { ...inferenceOf('phi-3-mini-4k-instruct'), adapters: [{ source }, { source }] };
    expect(sentence(problemsOf(readSpec(aWorkspace({ inference }), settings)))).toContain(
      'inference.adapters[1].source.name: "a" is the name of another adapter',
    );
  });
});

describe('readSpec of tuning', () => {
  const valid = {
    preset: { name: 'phi-3-mini-4k-instruct' },
    method: 'QLoRA',
    input: { urls: ['https://data.example/a.parquet'] },
    output: { image: 'me.azurecr.io/adapter:1', imagePushSecret: 'push' },
  };

  it('says that this release runs none, and nothing else, of one that is right', () => {
    expect(problemsOf(readSpec(aWorkspace({ tuning: valid }), settings))).toEqual([
      {
        path: 'tuning',
        message: 'this release does not run tuning jobs yet: no node is bought for it',
        kind: 'unavailable',
      },
    ]);
  });

  it.each([
    [{ preset: undefined }, 'tuning.preset: is required'],
    [{ preset: { name: 'nope' } }, 'tuning.preset.name: "nope" is not a preset'],
    [
      { preset: { name: 'falcon-7b-instruct' } },
      'tuning.preset.name: falcon-7b-instruct cannot be tuned; these can: falcon-40b',
    ],
    [{ method: undefined }, 'tuning.method: must be lora or qlora, is ""'],
    [{ input: {} }, 'tuning.input: set exactly one of urls, volumeSource and image'],
    [{ input: { image: 'X' } }, 'tuning.input.image: "X" is not an image reference'],
    [{ output: {} }, 'tuning.output: set one of image and volumeSource'],
    [{ output: { image: 'a:1' } }, 'tuning.output.imagePushSecret: is required'],
    [
      { output: { image: 'a:1', imagePushSecret: 'A_B' } },
      'tuning.output.imagePushSecret: "A_B" cannot be the name of a Secret',
    ],
  ])('with %j says %s', (change, message) => {
    expect(sentence(problemsOf(readSpec(aWorkspace({ tuning: { ...valid, ...change } }), settings)))).toContain(
      message,
    );
  });

  it('is for one node', () => {
    const workspace = aWorkspace({ resource: { count: 2 }, tuning: { ...valid, output: { volumeSource: {} } } });
    expect(problemsOf(readSpec(workspace, settings)).map((problem) => problem.path)).toEqual([
      'resource.count',
      'tuning',
    ]);
  });
});

const part = z.looseObject({});

const Manifest = z.object({ metadata: part, resource: part, inference: part.optional(), tuning: part.optional() });

describe('the examples', () => {
  const examples = path.join(import.meta.dirname, '../../../../../examples');

  it.each([
    ['inference/kaito_workspace_phi_3.yaml', []],
    [
      'inference/kaito_workspace_phi_3_with_adapters.yaml',
      ['inference.adapters[0].source.image', 'inference.adapters'],
    ],
    [
      'fine-tuning/kaito_workspace_tuning_phi_3.yaml',
      ['tuning.output.image', 'tuning.output.imagePushSecret', 'tuning'],
    ],
  ])('%s has the problems it is meant to have', (file, paths) => {
    const manifest = Manifest.parse(parse(readFileSync(path.join(examples, file), 'utf8')));
    const workspace = aWorkspace(manifest);
    expect(problemsOf(readSpec(workspace, settings)).map((problem) => problem.path)).toEqual(paths);
  });
});
