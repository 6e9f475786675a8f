import { parseArgs } from 'node:util';

export interface Options {
  /** `auto`: the published one when its registry answers; `local`: from Debian packages; else an image's name. */
  readonly base: string;
  /** Where to push to. */
  readonly push?: string;
  readonly isContextsOnly: boolean;
}

export type ReadOptions =
  | { readonly kind: 'options'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

const REGISTRY = /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._/-]+)?$/u;

export function readOptions(args: readonly string[]): ReadOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        base: { type: 'string', default: 'auto' },
        push: { type: 'string' },
        contexts: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { base, contexts, help, push } = values;
    if (help) {
      return { kind: 'help' };
    }
    if (push !== undefined && !REGISTRY.test(push)) {
      return { kind: 'invalid', problem: `--push: ${push} is no registry, for example ghcr.io/owner` };
    }
    return { kind: 'options', options: { base, isContextsOnly: contexts, ...(push !== undefined && { push }) } };
  } catch (error) {
    return { kind: 'invalid', problem: error instanceof Error ? error.message : String(error) };
  }
}

export const HELP = `Builds the images without a daemon, checks them, and starts each in a container.

Usage: npm run images -- [FLAG...]

  --base IMAGE     what they are built on; "local": Debian packages and the Node binary from npm, without a shell;
                   default: docker.io/library/node:24-bookworm-slim when its registry answers, else local
  --push REGISTRY  pushes them, and their SBOMs as referrers, when everything has passed
  --contexts       makes only what the Containerfiles copy from (packages/*/dist/image), for other builders

Needs Linux, root or user namespaces, and the Debian packages buildah and runc.
Leaves dist/images/oci (an OCI layout) and dist/images/NAME.cdx.json (CycloneDX 1.6).

Examples
  npm run images
  npm run images -- --base docker.io/library/node:24-bookworm-slim --push ghcr.io/owner/kaito
`;
