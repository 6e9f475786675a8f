/** What the cloud counts and a Node shows of a VM size. */
export interface VmSize {
  readonly name: string;
  readonly family: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

type Row = readonly [name: string, vcpus: number, memoryGiB: number, gpus: number];

const FAMILIES: Readonly<Record<string, readonly Row[]>> = {
  standardNCSv3Family: [
    ['Standard_NC6s_v3', 6, 112, 1],
    ['Standard_NC12s_v3', 12, 224, 2],
    ['Standard_NC24s_v3', 24, 448, 4],
  ],
  'Standard NCASv3_T4 Family': [
    ['Standard_NC4as_T4_v3', 4, 28, 1],
    ['Standard_NC8as_T4_v3', 8, 56, 1],
    ['Standard_NC16as_T4_v3', 16, 110, 1],
    ['Standard_NC64as_T4_v3', 64, 440, 4],
  ],
  StandardNCADSA100v4Family: [
    ['Standard_NC24ads_A100_v4', 24, 220, 1],
    ['Standard_NC48ads_A100_v4', 48, 440, 2],
    ['Standard_NC96ads_A100_v4', 96, 880, 4],
  ],
  standardNCadsH100v5Family: [
    ['Standard_NC40ads_H100_v5', 40, 320, 1],
    ['Standard_NC80adis_H100_v5', 80, 640, 2],
  ],
  standardNDASv4_A100Family: [['Standard_ND96asr_v4', 96, 900, 8]],
  standardNDSH100v5Family: [['Standard_ND96isr_H100_v5', 96, 1900, 8]],
  StandardNVADSA10v5Family: [
    ['Standard_NV36ads_A10_v5', 36, 440, 1],
    ['Standard_NV72ads_A10_v5', 72, 880, 2],
  ],
  standardDSv5Family: [
    ['Standard_D2s_v5', 2, 8, 0],
    ['Standard_D4s_v5', 4, 16, 0],
    ['Standard_D8s_v5', 8, 32, 0],
  ],
};

export const VM_SIZES: readonly VmSize[] = Object.entries(FAMILIES).flatMap(([family, rows]) =>
  rows.map(([name, vcpus, memoryGiB, gpus]) => ({ name, family, vcpus, memoryGiB, gpus })),
);

const BY_NAME: ReadonlyMap<string, VmSize> = new Map(VM_SIZES.map((size) => [size.name.toLowerCase(), size]));

/** Whatever the case, as ARM does; undefined for a size that the model does not offer. */
export function findVmSize(name: string): VmSize | undefined {
  return BY_NAME.get(name.toLowerCase());
}
