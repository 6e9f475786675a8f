import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { parse } from 'yaml';
import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';
import type { ControllerName } from '../start/controller-name.ts';
import { PolicyRule } from './policy-rule.ts';
import type { Rights } from './policy-rule.ts';

const Rules = z.array(PolicyRule);

const CHARTS: Readonly<Record<ControllerName, string>> = {
  'workspace-controller': 'workspace',
  'gpu-provisioner': 'gpu-provisioner',
};

/** Where the chart of a controller keeps its rules, by where they hold. */
export function rightsFiles(repository: string, controller: ControllerName): Readonly<Record<keyof Rights, string>> {
  const folder = path.join(repository, 'charts', CHARTS[controller], 'rbac');
  return { cluster: path.join(folder, 'cluster.yaml'), namespace: path.join(folder, 'namespace.yaml') };
}

/** The rights that a controller has where its chart is installed. */
export async function chartRights(repository: string, controller: ControllerName): Promise<Rights> {
  const files = rightsFiles(repository, controller);
  return { cluster: await rulesIn(files.cluster), namespace: await rulesIn(files.namespace) };
}

async function rulesIn(file: string): Promise<readonly PolicyRule[]> {
  try {
    return Rules.parse(parse(await readFile(file, 'utf8')));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new LocalCloudError(`${file} holds no list of RBAC rules: ${problem}`, { cause: error });
  }
}
