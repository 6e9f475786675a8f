import { armError, invalidParameter } from './arm-error.ts';
import { answer, refuse } from './call.ts';
import type { Call, Json, Turn } from './call.ts';
import { instanceId, scaleSetName } from './node-facts.ts';
import { vmsOf } from './model.ts';
import type { State, Vm } from './model.ts';
import { page } from './paging.ts';
import { isUnavailable, unavailableZones } from './placement.ts';
import { usages } from './quota.ts';
import { VM_SIZES } from './vm-sizes.ts';
import type { VmSize } from './vm-sizes.ts';

const LOCATION_FILTER = /^\s*location\s+eq\s+'(?<location>[^']*)'\s*$/iu;

export function listSkus(state: State, call: Call): Turn {
  const filter = call.query.get('$filter');
  const location = filter === null ? state.cluster.location : LOCATION_FILTER.exec(filter)?.groups?.['location'];
  if (location === undefined) {
    return refuse(state, invalidParameter('$filter', `only "location eq '…'" is understood, not "${filter ?? ''}"`));
  }
  const isHere = location.toLowerCase() === state.cluster.location.toLowerCase();
  return answer(state, 200, page(state, call, isHere ? VM_SIZES.map((size) => skuResource(state, size)) : []));
}

export function listUsages(state: State, call: Call): Turn {
  const value = usages(state).map(({ name, localizedName, limit, currentValue }) => ({
    unit: 'Count',
    currentValue,
    limit,
    name: { value: name, localizedValue: localizedName },
  }));
  return answer(state, 200, page(state, call, value));
}

export function listInstances(state: State, call: Call): Turn {
  const vms = instancesOf(state, call);
  return vms === undefined
    ? refuse(state, scaleSetMissing(call))
    : answer(
        state,
        200,
        page(
          state,
          call,
          vms.map((vm) => instanceResource(state, vm)),
        ),
      );
}

export function getInstance(state: State, call: Call): Turn {
  const vm = instancesOf(state, call)?.find(({ index }) => String(index) === call.parameters['instance']);
  return vm === undefined ? refuse(state, scaleSetMissing(call)) : answer(state, 200, instanceResource(state, vm));
}

function instancesOf(state: State, call: Call): readonly Vm[] | undefined {
  const wanted = call.parameters['scaleset']?.toLowerCase();
  const pool = [...state.pools.keys()].find((name) => scaleSetName(state.cluster, name) === wanted);
  return pool === undefined ? undefined : vmsOf(state, pool);
}

function scaleSetMissing(call: Call) {
  const { scaleset = '', group = '' } = call.parameters;
  return {
    ...armError('arm-404'),
    message: `The Resource 'Microsoft.Compute/virtualMachineScaleSets/${scaleset}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  };
}

function instanceResource(state: State, vm: Vm): Json {
  const provisioningState = vm.state === 'Booting' ? 'Creating' : 'Succeeded';
  const power = { Booting: 'starting', Running: 'running', Stopped: 'stopped' }[vm.state];
  return {
    id: instanceId(state.cluster, vm.pool, vm.index),
    name: `${scaleSetName(state.cluster, vm.pool)}_${vm.index}`,
    instanceId: String(vm.index),
    type: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
    location: state.cluster.location,
    ...(vm.zone === undefined ? {} : { zones: [vm.zone] }),
    sku: { name: vm.vmSize, tier: 'Standard' },
    properties: {
      provisioningState,
      osProfile: { computerName: vm.name },
      instanceView: {
        statuses: [
          { code: `ProvisioningState/${provisioningState.toLowerCase()}`, level: 'Info' },
          { code: `PowerState/${power}`, level: 'Info' },
        ],
      },
    },
  };
}

function skuResource(state: State, size: VmSize): Json {
  const { location } = state.cluster;
  return {
    resourceType: 'virtualMachines',
    name: size.name,
    tier: 'Standard',
    size: size.name.replace(/^Standard_/u, ''),
    family: size.family,
    locations: [location],
    locationInfo: [{ location, zones: state.settings.zones, zoneDetails: [] }],
    capabilities: Object.entries(capabilities(size)).map(([name, value]) => ({ name, value })),
    restrictions: restrictions(state, size),
  };
}

function capabilities(size: VmSize): Record<string, string> {
  const localDisk = String(size.localDiskGiB * 1024);
  return {
    vCPUs: String(size.vcpus),
    MemoryGB: String(size.memoryGiB),
    MaxResourceVolumeMB: localDisk,
    OSVhdSizeMB: '1047552',
    CachedDiskBytes: String(size.localDiskGiB * 1024 ** 3),
    EphemeralOSDiskSupported: size.localDiskGiB > 0 ? 'True' : 'False',
    LowPriorityCapable: 'True',
    PremiumIO: 'True',
    CpuArchitectureType: 'x64',
    HyperVGenerations: 'V1,V2',
    ...(size.gpus > 0 ? { GPUs: String(size.gpus) } : {}),
  };
}

function restrictions(state: State, size: VmSize): Json {
  const { location } = state.cluster;
  const reasonCode = 'NotAvailableForSubscription';
  const zones = unavailableZones(state, size.name);
  return [
    ...(isUnavailable(state, size.name)
      ? [{ type: 'Location', values: [location], restrictionInfo: { locations: [location] }, reasonCode }]
      : []),
    ...(zones.length > 0
      ? [{ type: 'Zone', values: [location], restrictionInfo: { locations: [location], zones }, reasonCode }]
      : []),
  ];
}
