import type { Play } from './life-scenarios.ts';
import { A100, A100_FAMILY } from './specs.ts';

const V100 = 'Standard_NC6s_v3';
const SPOT = { capacityType: 'spot' } as const;

/** What the region offers, its zones, and spot. */
export const regionScenarios: Readonly<Record<string, Play>> = {
  'sizes are offered, in zones, as the subscription may use them': async (script) => {
    await script.skus();
    await script.cloud.change({ unavailableSizes: [V100], unavailableZones: { [A100]: ['1', '3'] } });
    await script.skus();
    await script.create('ws1', { vmSize: V100 });
    await script.create('ws1', { zones: ['1'] });
    await script.create('ws1', { zones: ['2'] });
  },
  'a region without zones offers none': async (script) => {
    await script.cloud.change({ zones: [] });
    await script.skus();
    await script.create('ws1', { zones: ['1'] });
    await script.create('ws1');
  },
  'quotas are used from the create to the end of the VM': async (script) => {
    await script.cloud.change({ quotas: { [A100_FAMILY]: 48, cores: 60 } });
    await script.usages();
    await script.create('ws1');
    await script.usages();
    await script.cloud.until('ws1', 'Ready');
    await script.create('ws2');
    await script.create('ws3');
    await script.create('ws3', { vmSize: V100 });
    await script.usages();
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.usages();
  },
  'a pool that found no place uses no quota': async (script) => {
    await script.cloud.change({ capacity: { [A100]: 0 } });
    await script.create('ws1');
    await script.usages();
    await script.cloud.until('ws1', 'Failed');
    await script.usages();
  },
  'spot counts against its own quota alone': async (script) => {
    await script.cloud.change({ quotas: { [A100_FAMILY]: 0, cores: 4, lowPriorityCores: 24 } });
    await script.create('ws1', SPOT);
    await script.usages();
    await script.create('ws2', SPOT);
    await script.create('ws2');
  },
  'a quota of spot that its operation tells has no figures': async (script) => {
    await script.cloud.change({ quotas: { lowPriorityCores: 10 }, quotaToldBy: 'operation' });
    await script.create('ws1', SPOT);
    await script.cloud.until('ws1', 'Failed');
    await script.get('ws1');
  },
  'a spot pool is seen as one, and its Node is tainted': async (script) => {
    await script.ready('ws1', { ...SPOT, zones: ['2'] });
    await script.get('ws1');
    await script.list();
    await script.vms();
  },
  'spot and on-demand take the same capacity': async (script) => {
    await script.cloud.change({ capacity: { [A100]: 1 }, capacityToldBy: 'create' });
    await script.create('ws1', SPOT);
    await script.create('ws2');
  },
  'one zone may have room where another has none': async (script) => {
    await script.cloud.change({ capacity: { [`${A100}/1`]: 0 } });
    await script.create('ws1', { zones: ['1'] });
    await script.cloud.until('ws1', 'Failed');
    await script.get('ws1');
    await script.ready('ws2', { zones: ['2'] });
    await script.vms();
  },
  'what may not be read is refused': async (script) => {
    await script.cloud.change({ isComputePermitted: false });
    await script.skus();
    await script.usages();
    await script.create('ws1');
  },
};
