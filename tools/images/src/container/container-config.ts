import { USER } from '../image.ts';

export interface Mount {
  readonly source: string;
  readonly target: string;
}

/** How a container is run: as Kubernetes would under the restricted Pod Security Standard. */
export interface ContainerOptions {
  /** Folder that becomes `/`, read-only. */
  readonly root: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Files and folders of the host, read-only. */
  readonly mounts: readonly Mount[];
  /** Folders in memory that may be written. */
  readonly writable: readonly string[];
  /** Whether runc runs without being root, and may therefore less. */
  readonly isRootless: boolean;
}

const KERNEL = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=64k'] },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'mode=1777'] },
];

const HIDDEN = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug', '/sys/firmware'];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/**
 * The `config.json` that runc reads: uid 1000, no capability, no new privileges, everything but the network a
 * namespace of its own. The host's loopback is where the programs find the control plane that they start against.
 */
export function containerConfig(options: ContainerOptions): object {
  const { args, environment, isRootless, mounts, root, workingDirectory, writable } = options;
  const none: readonly string[] = [];
  const capabilities = { bounding: none, effective: none, inheritable: none, permitted: none, ambient: none };
  const namespaces = ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type }));
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: USER,
      args,
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      cwd: workingDirectory,
      capabilities,
      noNewPrivileges: true,
    },
    root: { path: root, readonly: true },
    hostname: 'kaito',
    mounts: [...KERNEL, ...writable.map(memory), ...mounts.map(readOnly)],
    linux: {
      namespaces,
      maskedPaths: HIDDEN,
      readonlyPaths: READ_ONLY,
      ...(!isRootless && { resources: { devices: [{ allow: false, access: 'rwm' }] } }),
    },
  };
}

function memory(destination: string): object {
  const owner = [`uid=${USER.uid}`, `gid=${USER.gid}`];
  return { destination, type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777', ...owner] };
}

function readOnly({ source, target }: Mount): object {
  return { destination: target, type: 'bind', source, options: ['rbind', 'ro', 'nosuid', 'nodev'] };
}
