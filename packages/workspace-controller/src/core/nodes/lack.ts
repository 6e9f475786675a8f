import type { Situation } from '../situation.ts';
import { obstacleToTaking } from './obstacle.ts';

/** At most so many nodes are gone into. */
const SHOWN = 5;

/** Where nobody buys nodes: what is missing, and why what there is will not do. */
export function lackOf({ fleet, observed, settings, spec }: Situation): string {
  const others = observed.nodes.filter((node) => !fleet.workers.includes(node) && !fleet.absent.includes(node));
  const unfit = others.flatMap((node) => {
    const why = obstacleToTaking(node, observed, spec.resource);
    return why === undefined ? [] : [`node ${node.metadata.name} ${why}`];
  });
  const shown = unfit.slice(0, SHOWN).join(', ');
  const rest = unfit.length > SHOWN ? ` and ${unfit.length - SHOWN} more` : '';
  const fit = `waiting for ${spec.resource.count - fleet.workers.length} more with ${selectorOf(spec.resource.nodeLabels)}`;
  return [fit, ...(unfit.length === 0 ? [] : [`${shown}${rest}`]), ...advice(settings.nodes.kind)].join('; ');
}

function selectorOf(nodeLabels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(nodeLabels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? 'GPUs' : `the labels ${pairs.join(', ')}`;
}

/** Where the cluster alone decides that nodes are brought, that may be a surprise. */
function advice(configured: Situation['settings']['nodes']['kind']): readonly string[] {
  return configured === 'auto'
    ? ['nobody is asked for nodes, since the cluster has no CRD of Machines or NodeClaims']
    : [];
}
