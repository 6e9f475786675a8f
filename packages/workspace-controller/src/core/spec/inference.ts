import type { Inference, Workspace } from '@kaito/types';

import type { Settings } from '../settings.ts';
import { adapterProblems } from './adapters.ts';
import { readPresetRuntime } from './preset-runtime.ts';
import type { PresetRuntime } from './preset-runtime.ts';
import { invalid, isRead, problemsOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { readTemplate } from './template.ts';
import type { PodTemplate } from './template.ts';

/** What the pods run. */
export type Workload = PresetRuntime | { readonly kind: 'template'; readonly template: PodTemplate };

export function readInference(inference: Inference, workspace: Workspace, settings: Settings): Reading<Workload> {
  const workload = readPresetOrTemplate(inference, workspace, settings);
  const problems = [...problemsOf(workload), ...adapterProblems(inference.adapters ?? [])];
  return isRead(workload) && problems.length === 0 ? workload : { problems };
}

function readPresetOrTemplate(inference: Inference, workspace: Workspace, settings: Settings): Reading<Workload> {
  const { preset, template } = inference;
  if (preset !== undefined && template === undefined) {
    return readPresetRuntime(preset, { workspace, config: inference.config }, settings);
  }
  if (template !== undefined && preset === undefined) {
    const read = readTemplate(template);
    return isRead(read) ? { value: { kind: 'template', template: read.value } } : read;
  }
  return { problems: [invalid('inference', 'set exactly one of preset and template')] };
}
