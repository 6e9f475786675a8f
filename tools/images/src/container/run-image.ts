import type { Image } from '../image.ts';
import type { LayoutImage } from '../oci-layout.ts';
import { Container } from './container.ts';
import type { Mount } from './container-config.ts';

/** An image whose layers have been unpacked, ready to be run. */
export interface RunnableImage {
  readonly image: Image;
  readonly config: LayoutImage['config'];
  /** Folder with its root. */
  readonly root: string;
  /** Folder for what running it leaves. */
  readonly scratch: string;
  readonly isRootless: boolean;
}

export interface RunOptions {
  /** After the entrypoint, as a pod's `args`. */
  readonly args?: readonly string[];
  /** Instead of entrypoint and arguments. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
}

/** Starts a container of the image as a pod would. */
export async function runImage(
  { config, image, isRootless, root, scratch }: RunnableImage,
  options: RunOptions,
): Promise<Container> {
  const { args = [], command, environment = {}, mounts = [] } = options;
  const own = Object.fromEntries(config.Env.map(variable));
  return Container.start(scratch, {
    root,
    args: command ?? [...config.Entrypoint, ...args],
    environment: { ...own, ...environment },
    workingDirectory: config.WorkingDir,
    mounts,
    writable: image.writable,
    isRootless,
  });
}

function variable(entry: string): readonly [string, string] {
  const end = entry.indexOf('=');
  return [entry.slice(0, end), entry.slice(end + 1)];
}
