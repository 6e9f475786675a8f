import type { Bind, RootPlan } from './mounts.ts';

/** Written to file descriptor 3 once nothing is left but to execute the program. */
export const READY_MARK = 'ready';
/** Exit code of the scripts when they fail before that; the reason is on standard error. */
const SETUP_FAILED = 125;

/**
 * Executes its arguments in the working directory `$0`, after it has made sure that there is such a program.
 * Names that a shell does not take as variables are set by `env`.
 */
const EXECUTE = [
  `cd "$0" || exit ${SETUP_FAILED}`,
  'command -v "$1" >/dev/null || {',
  '  echo "exec: \\"$1\\": executable file not found in \\$PATH" >&2',
  `  exit ${SETUP_FAILED}`,
  '}',
  `echo ${READY_MARK} >&3`,
  'exec 3>&-',
  'exec "$@"',
].join('\n');

/** The working directory of an image need not exist on the host. */
const ENTER = `mkdir -p "$0" || exit ${SETUP_FAILED}\n${EXECUTE}`;

/** `sh -c` of this with the program and its arguments runs it without a view of its own. */
export function plainCommand(workingDirectory: string, argv: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', EXECUTE, workingDirectory, ...argv];
}

/**
 * Builds the container's root below `scratch`, a directory of the host that is covered by a tmpfs only inside
 * the new mount namespace, and executes the program in it.
 */
export function rootCommand(
  plan: RootPlan & { readonly isReadOnly: boolean },
  scratch: string,
  workingDirectory: string,
  argv: readonly string[],
): readonly string[] {
  const root = `${scratch}/root`;
  const script = [
    'set -e',
    `trap '[ $? = 0 ] || exit ${SETUP_FAILED}' EXIT`,
    `mount -t tmpfs -o mode=0755 tmpfs ${quoted(scratch)}`,
    ...fileSystems(plan, scratch),
    ...plan.binds.flatMap((bind) => bindLines(bind, root)),
    ...(plan.isReadOnly ? sealLines(plan, root, workingDirectory) : []),
    'trap - EXIT',
    `exec chroot ${quoted(root)} /bin/sh -c "$0" ${quoted(workingDirectory)} "$@"`,
  ].join('\n');
  return ['unshare', '--mount', '--propagation', 'private', '--', '/bin/sh', '-c', script, ENTER, ...argv];
}

/** Outer ones first, whether covered or passed on. */
function fileSystems({ layers, passed }: RootPlan, scratch: string): readonly string[] {
  const root = `${scratch}/root`;
  const covered = layers.map((path, index) => ({ path, lines: layerLines(path, `${scratch}/layer${index}`, root) }));
  const seen = passed.map((path) => ({
    path,
    // What is hidden below another mount cannot be reached, and need not be.
    lines: [`mount --rbind ${quoted(path)} ${quoted(`${root}${path}`)} 2>/dev/null || :`],
  }));
  return [...covered, ...seen].toSorted((a, b) => (a.path < b.path ? -1 : 1)).flatMap(({ lines }) => lines);
}

function layerLines(path: string, layer: string, root: string): readonly string[] {
  const target = path === '/' ? root : `${root}${path}`;
  const options = `lowerdir=${escaped(path)},upperdir=${escaped(`${layer}/upper`)},workdir=${escaped(`${layer}/work`)}`;
  return [
    `mkdir -p ${quoted(`${layer}/upper`)} ${quoted(`${layer}/work`)}${path === '/' ? ` ${quoted(root)}` : ''}`,
    `mount -t overlay -o ${quoted(options)} overlay ${quoted(target)}`,
  ];
}

function bindLines({ source, target, isFile, isReadOnly }: Bind, root: string): readonly string[] {
  const path = quoted(`${root}${target}`);
  const made = isFile ? `mkdir -p "$(dirname ${path})"; [ -e ${path} ] || : > ${path}` : `mkdir -p ${path}`;
  return [made, `mount --bind ${quoted(source)} ${path}`, ...(isReadOnly ? [`mount -o remount,bind,ro ${path}`] : [])];
}

/** What the container's layers cover cannot be written any more; its volumes are mounts of their own. */
function sealLines({ layers }: RootPlan, root: string, workingDirectory: string): readonly string[] {
  return [
    `chroot ${quoted(root)} mkdir -p ${quoted(workingDirectory)}`,
    ...layers.map((path) => `mount -o remount,bind,ro ${quoted(path === '/' ? root : `${root}${path}`)}`),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** In overlay options commas and colons separate. */
function escaped(path: string): string {
  return path.replaceAll(/[\\,:]/gu, String.raw`\$&`);
}
