import { expectThat } from './expectation.ts';
import type { Installation } from './installation.ts';
import { PROVISIONER, RELEASES, WORKSPACE } from './releases.ts';
import type { Release } from './releases.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

const NETWORK_POLICIES = ['networkpolicy', '-A', '-o', 'name'] as const;

/** Install, upgrade and roll back. */
export async function installSteps(steps: Steps, installation: Installation): Promise<true> {
  await steps.step('namespaces that enforce the restricted Pod Security Standard', async (signal) =>
    installation.makeNamespaces(signal),
  );
  await steps.check('install gpu-provisioner with nothing set: it names what is missing', async (signal) =>
    installation.installUnset(signal),
  );
  await installBoth(steps, installation, 'install');
  await steps.check('NetworkPolicies are taken', async (signal) => {
    const found = (await installation.world.kubectl(['get', ...NETWORK_POLICIES], signal)).trim().split('\n');
    expectThat(found.length >= RELEASES.length, `there are only ${found.join(', ')}`);
    return `${found.length} of them`;
  });
  return true;
}

export async function installBoth(steps: Steps, installation: Installation, verb: string): Promise<void> {
  for (const release of RELEASES) {
    const act = async (signal: AbortSignal): Promise<string> => installation.install(release, [], signal);
    await steps.step(`${verb} ${release.name} from oci://`, act, release);
  }
}

/** A changed value, and how it shows. */
interface Change {
  readonly release: Release;
  readonly values: string;
  readonly argument: string;
  /** In the log of a controller. */
  readonly trace: string;
}

const CHANGES: readonly Change[] = [
  {
    release: PROVISIONER,
    values: 'logLevel=debug,replicas=2',
    argument: '--log-level=debug',
    trace: '"level":"debug"',
  },
  {
    release: WORKSPACE,
    values: 'controller.workers=5,replicaCount=2',
    argument: '--workers=5',
    trace: '"workers":5',
  },
];

export async function upgradeSteps(steps: Steps, installation: Installation): Promise<void> {
  for (const change of CHANGES) {
    const { release, values } = change;
    const upgrade = async (signal: AbortSignal): Promise<string> => upgraded(installation, change, signal);
    await steps.step(`upgrade ${release.name} --set ${values}`, upgrade, release);
    const lead = async (signal: AbortSignal): Promise<string> => oneLeads(installation, release, signal);
    await steps.step(`of two controllers of ${release.name} one works`, lead, release);
  }
  for (const { release, argument } of CHANGES) {
    const rollback = async (signal: AbortSignal): Promise<string> => {
      const told = await installation.rollback(release, 1, signal);
      const { args = [], replicas } = (await installation.view(release).deployment(signal)) ?? {};
      expectThat(replicas === 1 && !args.includes(argument), `still ${replicas ?? 0} with ${args.join(' ')}`);
      return told;
    };
    await steps.step(`rollback ${release.name} 1`, rollback, release);
  }
}

async function upgraded(installation: Installation, change: Change, signal: AbortSignal): Promise<string> {
  const { release, values, argument, trace } = change;
  await installation.upgrade(release, ['--set', `${values},networkPolicy.egress.enabled=true`], signal);
  const { args = [], readyReplicas } = (await installation.view(release).deployment(signal)) ?? {};
  expectThat(args.includes(argument), `the arguments are ${args.join(' ')}`);
  expectThat(readyReplicas === 2, `${readyReplicas ?? 0} controllers are ready`);
  const look = async (): Promise<string | undefined> => {
    const logs = await logsOf(installation, release, signal);
    return logs.map(([, log]) => log).find((log) => log.includes(trace));
  };
  await until(`${trace} in a log`, look, signal);
  return `2 ready, with ${argument}`;
}

/** The lease names one of the pods, and the others wait for it. */
async function oneLeads(installation: Installation, release: Release, signal: AbortSignal): Promise<string> {
  const leading = async (): Promise<string | undefined> => {
    const leader = await installation.view(release).leader(signal);
    return (await installation.view(release).pods(signal)).includes(leader) ? leader : undefined;
  };
  const leader = await until('one of the pods to hold the lease', leading, signal);
  const logs = await logsOf(installation, release, signal);
  const leaders = logs.filter(([, log]) => log.includes('"msg":"Leading"')).map(([pod]) => pod);
  expectThat(logs.length === 2, `there are ${logs.length} pods`);
  expectThat(leaders.length === 1 && leaders[0] === leader, `these have led: ${leaders.join(', ')}`);
  return `${leader} leads, the other waits`;
}

type PodLog = readonly [pod: string, log: string];

async function logsOf(installation: Installation, release: Release, signal: AbortSignal): Promise<readonly PodLog[]> {
  const pods = await installation.view(release).pods(signal);
  return Promise.all(
    pods.map(async (pod): Promise<PodLog> => [
      pod,
      await installation.world.kubectl(['logs', pod, '-n', release.namespace], signal),
    ]),
  );
}
