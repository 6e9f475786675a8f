import { readFile } from 'node:fs/promises';

import { parseAllDocuments } from 'yaml';
import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';

/** A Workspace that a manifest applies, by its name. */
export interface WorkspaceName {
  readonly namespace: string;
  readonly name: string;
}

/** With what it says of the nodes that it wants. */
export interface AppliedWorkspace extends WorkspaceName {
  readonly resource: z.infer<typeof Resource>;
}

const Resource = z.looseObject({
  count: z.int().catch(1).default(1),
  instanceType: z.string().optional().catch(undefined),
  preferredNodes: z.array(z.string()).catch([]).default([]),
  labelSelector: z
    .looseObject({ matchLabels: z.record(z.string(), z.string()).catch({}).default({}) })
    .catch({ matchLabels: {} })
    .default({ matchLabels: {} }),
});

const AnyObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  resource: z.unknown().optional(),
});

/** The Workspaces in the files, after checking that each file is there and holds Kubernetes objects. */
export async function workspacesIn(files: readonly string[]): Promise<readonly AppliedWorkspace[]> {
  const found: AppliedWorkspace[] = [];
  for (const file of files) {
    found.push(...workspacesOf(file, await read(file)));
  }
  return found;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LocalCloudError(`the manifest ${file} cannot be read: is it there?`, { cause: error });
  }
}

function workspacesOf(file: string, text: string): readonly AppliedWorkspace[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      throw new LocalCloudError(`the manifest ${file} is not YAML: ${error.message.split('\n')[0]}`);
    }
    const content: unknown = document.toJS();
    if (content === null) {
      return [];
    }
    const object = AnyObject.safeParse(content);
    if (!object.success) {
      const field = object.error.issues[0]?.path.join('.') ?? '';
      throw new LocalCloudError(`the manifest ${file} is not a Kubernetes object: ${field} is missing or wrong`);
    }
    const { kind, metadata, resource } = object.data;
    const { name, namespace = 'default' } = metadata;
    return kind === 'Workspace'
      ? [{ namespace, name, resource: Resource.safeParse(resource).data ?? Resource.parse({}) }]
      : [];
  });
}
