import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { systemClock } from '@kaito/controller-runtime';
import type { Clock } from '@kaito/controller-runtime';
import { createCertificateAuthority } from '../tls/certificate-authority.ts';
import { serveArm } from './adapters/arm-endpoint.ts';
import type { ArmEndpoint } from './adapters/arm-endpoint.ts';
import { CONTROL_PREFIX, serveControl } from './adapters/control-endpoint.ts';
import { FaultGate } from './adapters/fault-gate.ts';
import { sendJson } from './adapters/http.ts';
import { RequestLog } from './adapters/request-log.ts';
import { Simulation } from './adapters/simulation.ts';
import { isTokenPath, serveTokens } from './adapters/token-endpoint.ts';
import { Tokens } from './adapters/tokens.ts';
import { armError, errorDetail } from './core/arm-error.ts';
import { initialState, SYSTEM_POOL } from './core/initial-state.ts';
import type { ExistingPool } from './core/initial-state.ts';
import type { ClusterIdentity, State } from './core/model.ts';
import { settingsSchema } from './core/settings.ts';
import type { SettingsPatch } from './core/settings.ts';

export interface ServingCertificate {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

export interface ArmSimulatorOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly clock?: Clock;
  /** One second of the cloud takes so many; wins over `settings.scale`. */
  readonly scale?: number;
  readonly settings?: SettingsPatch;
  /** The same seed gives the same names of operations. */
  readonly seed?: string;
  readonly cluster?: Partial<ClusterIdentity>;
  /** Pools beside the system pool. */
  readonly pools?: readonly ExistingPool[];
  /** Its own, from an authority of its own, when absent. */
  readonly certificate?: ServingCertificate;
  readonly logCapacity?: number;
}

export interface ArmSimulator {
  /** `https://host:port`: ARM, token authority and the control routes. */
  readonly endpoint: string;
  readonly port: number;
  readonly caPem: string;
  readonly cluster: ClusterIdentity;
  close(): Promise<void>;
}

const DEFAULT_CLUSTER: ClusterIdentity = {
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  resourceGroup: 'kaito-local',
  clusterName: 'local',
  location: 'eastus',
  nodeResourceGroup: 'MC_kaito-local_local_eastus',
  kubernetesVersion: '1.36.3',
};

/** Long enough that a caller's idle connection is not cut under his next request. */
const KEEP_ALIVE_MS = 120_000;
const DEFAULT_LOG_CAPACITY = 20_000;

/** Serves an Azure Resource Manager with one AKS cluster in it. */
export async function startArmSimulator(options: ArmSimulatorOptions = {}): Promise<ArmSimulator> {
  const { port = 0, host = '127.0.0.1', clock = systemClock } = options;
  const state = stateAtStart(options, clock.now().getTime());
  const certificate = options.certificate ?? ownCertificate(host);
  const simulation = new Simulation(state, clock);
  const endpoint: ArmEndpoint = {
    simulation,
    gate: new FaultGate(clock),
    tokens: new Tokens(),
    log: new RequestLog(options.logCapacity ?? DEFAULT_LOG_CAPACITY),
    nowMs: () => clock.now().getTime(),
  };
  const server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (request, response) => {
    void serve(endpoint, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const listening = await listen(server, port, host);
  return {
    endpoint: `https://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    caPem: certificate.caPem,
    cluster: state.cluster,
    close: async () => {
      endpoint.gate.close();
      simulation.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function stateAtStart(options: ArmSimulatorOptions, nowMs: number): State {
  const scale = options.scale === undefined ? {} : { scale: options.scale };
  return initialState({
    cluster: { ...DEFAULT_CLUSTER, ...options.cluster },
    settings: settingsSchema.parse({ ...options.settings, ...scale }),
    seed: options.seed ?? randomUUID(),
    pools: [SYSTEM_POOL, ...(options.pools ?? [])],
    nowMs,
  });
}

async function serve(endpoint: ArmEndpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?');
  try {
    if (path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`)) {
      await serveControl(endpoint, request, response);
    } else if (isTokenPath(path)) {
      await serveTokens(endpoint, request, response);
    } else {
      await serveArm(endpoint, request, response);
    }
  } catch (error) {
    answerBroken(response, error);
  }
}

/** A caller who went away is no news; anything else is a mistake of ours, told to him. */
function answerBroken(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const message = Error.isError(error) ? error.message : String(error);
  sendJson(response, 500, {
    error: { ...errorDetail(armError('internal')), details: [{ code: 'Simulator', message }] },
  });
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function ownCertificate(host: string): ServingCertificate {
  const authority = createCertificateAuthority({ commonName: 'kaito local ARM' });
  const isAddress = /^[\d.]+$|:/u.test(host);
  const issued = authority.issue({
    commonName: 'arm-simulator',
    dnsNames: ['localhost', ...(isAddress ? [] : [host])],
    ipAddresses: ['127.0.0.1', '::1', ...(isAddress && host !== '127.0.0.1' ? [host] : [])],
    usages: ['server'],
  });
  return { caPem: authority.caPem, ...issued };
}
