/** One of the images that a release consists of. */
export interface Image {
  /** Also the folder below `packages/`. */
  readonly name: 'workspace-controller' | 'gpu-provisioner' | 'inference-server';
  readonly title: string;
  readonly description: string;
  /** Packages that stay outside the bundle, copied with all that they import. */
  readonly besideBundle: readonly string[];
  /** What may be written although the root is read-only. */
  readonly writable: readonly string[];
}

export const IMAGES: readonly Image[] = [
  {
    name: 'workspace-controller',
    title: 'Kaito workspace controller',
    description: 'Turns each Workspace into node claims, a Service and a workload',
    besideBundle: [],
    writable: ['/tmp'],
  },
  {
    name: 'gpu-provisioner',
    title: 'Kaito GPU provisioner',
    description: 'Turns each Karpenter Machine into an AKS agent pool with one node',
    besideBundle: [],
    writable: ['/tmp'],
  },
  {
    name: 'inference-server',
    title: 'Kaito inference server',
    description: 'POST /chat and the OpenAI API over llama.cpp, on CPUs',
    besideBundle: ['node-llama-cpp'],
    writable: ['/tmp', '/workspace/weights'],
  },
];

/** Where the images are said to come from when nobody names another registry. */
export const DEFAULT_REGISTRY = 'kaito.local';

/** Numeric, so that Kubernetes can see that it is not root. */
export const USER = { uid: 1000, gid: 1000 } as const;

export const ENTRYPOINT = ['node', '/app/main.js'] as const;
