import { customKinds, customResourceDefinition } from '@kaito/types';
import { stringify } from 'yaml';

/** A file that is made from others; its name is relative to the repository. */
export interface GeneratedFile {
  readonly name: string;
  readonly content: string;
}

/** The chart that installs the CRDs of a group; a chart's templates cannot reach files outside of it. */
const CHARTS: Readonly<Record<string, string>> = { 'kaito.sh': 'workspace', 'karpenter.sh': 'gpu-provisioner' };

/** The CRD of every kind we own, for `kubectl apply -f crds/` and for its chart. */
export function crdFiles(): readonly GeneratedFile[] {
  return customKinds.flatMap((kind) => {
    const content = stringify(customResourceDefinition(kind), { lineWidth: 0 });
    const chart = CHARTS[kind.group];
    const folders = ['crds', ...(chart === undefined ? [] : [`charts/${chart}/crd-files`])];
    return folders.map((folder) => ({ name: `${folder}/${kind.group}_${kind.plural}.yaml`, content }));
  });
}
