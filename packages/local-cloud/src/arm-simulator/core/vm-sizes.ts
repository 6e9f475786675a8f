export interface VmSize {
  readonly name: string;
  /** Quota is counted per family; the usages list calls it the same. */
  readonly family: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
  readonly gpuVendor?: 'nvidia' | 'amd';
  /** Local disk that can hold an ephemeral OS disk; 0: none. */
  readonly localDiskGiB: number;
}

/** family → [size, vCPUs, memory GiB, GPUs, local disk GiB][] as Azure publishes them. */
type Row = readonly [name: string, vcpus: number, memoryGiB: number, gpus: number, localDiskGiB: number];

const NVIDIA: Readonly<Record<string, readonly Row[]>> = {
  standardNCFamily: [
    ['Standard_NC6', 6, 56, 1, 340],
    ['Standard_NC12', 12, 112, 2, 680],
    ['Standard_NC24', 24, 224, 4, 1440],
    ['Standard_NC24r', 24, 224, 4, 1440],
  ],
  standardNCSv2Family: [
    ['Standard_NC6s_v2', 6, 112, 1, 736],
    ['Standard_NC12s_v2', 12, 224, 2, 1474],
    ['Standard_NC24s_v2', 24, 448, 4, 2948],
    ['Standard_NC24rs_v2', 24, 448, 4, 2948],
  ],
  standardNCSv3Family: [
    ['Standard_NC6s_v3', 6, 112, 1, 736],
    ['Standard_NC12s_v3', 12, 224, 2, 1474],
    ['Standard_NC24s_v3', 24, 448, 4, 2948],
    ['Standard_NC24rs_v3', 24, 448, 4, 2948],
  ],
  'Standard NCASv3_T4 Family': [
    ['Standard_NC4as_T4_v3', 4, 28, 1, 180],
    ['Standard_NC8as_T4_v3', 8, 56, 1, 360],
    ['Standard_NC16as_T4_v3', 16, 110, 1, 360],
    ['Standard_NC64as_T4_v3', 64, 440, 4, 2880],
  ],
  StandardNCADSA100v4Family: [
    ['Standard_NC24ads_A100_v4', 24, 220, 1, 256],
    ['Standard_NC48ads_A100_v4', 48, 440, 2, 512],
    ['Standard_NC96ads_A100_v4', 96, 880, 4, 1024],
  ],
  standardNCadsH100v5Family: [
    ['Standard_NC40ads_H100_v5', 40, 320, 1, 256],
    ['Standard_NC80adis_H100_v5', 80, 640, 2, 512],
  ],
  standardNCCadsH100v5Family: [['Standard_NCC40ads_H100_v5', 40, 320, 1, 256]],
  standardNDSFamily: [
    ['Standard_ND6s', 6, 112, 1, 736],
    ['Standard_ND12s', 12, 224, 2, 1474],
    ['Standard_ND24s', 24, 448, 4, 2948],
    ['Standard_ND24rs', 24, 448, 4, 2948],
  ],
  standardNDSv2Family: [['Standard_ND40rs_v2', 40, 672, 8, 2948]],
  standardNDASv4_A100Family: [
    ['Standard_ND96asr_v4', 96, 900, 8, 6000],
    ['Standard_ND96asr_A100_v4', 96, 900, 8, 6000],
  ],
  standardNDAMSv4_A100Family: [['Standard_ND96amsr_A100_v4', 96, 1900, 8, 6400]],
  standardNDSH100v5Family: [['Standard_ND96isr_H100_v5', 96, 1900, 8, 1000]],
  standardNDISRH200V5Family: [['Standard_ND96isr_H200_v5', 96, 1850, 8, 1000]],
  standardNVFamily: [
    ['Standard_NV6', 6, 56, 1, 340],
    ['Standard_NV12', 12, 112, 2, 680],
    ['Standard_NV24', 24, 224, 4, 1440],
  ],
  standardNVSv3Family: [
    ['Standard_NV12s_v3', 12, 112, 1, 320],
    ['Standard_NV24s_v3', 24, 224, 2, 640],
    ['Standard_NV48s_v3', 48, 448, 4, 1280],
  ],
  StandardNVADSA10v5Family: [
    ['Standard_NV6ads_A10_v5', 6, 55, 1, 180],
    ['Standard_NV12ads_A10_v5', 12, 110, 1, 360],
    ['Standard_NV18ads_A10_v5', 18, 220, 1, 720],
    ['Standard_NV36ads_A10_v5', 36, 440, 1, 1440],
    ['Standard_NV36adms_A10_v5', 36, 880, 1, 2880],
    ['Standard_NV72ads_A10_v5', 72, 880, 2, 2880],
  ],
};

const AMD: Readonly<Record<string, readonly Row[]>> = {
  standardNGADSV620v1Family: [
    ['Standard_NG32ads_V620_v1', 32, 64, 1, 1280],
    ['Standard_NG32adms_V620_v1', 32, 176, 1, 1280],
  ],
  standardNVSv4Family: [['Standard_NV32as_v4', 32, 112, 1, 704]],
};

const CPU_ONLY: Readonly<Record<string, readonly Row[]>> = {
  standardDSv2Family: [
    ['Standard_DS1_v2', 1, 3.5, 0, 43],
    ['Standard_DS2_v2', 2, 7, 0, 86],
    ['Standard_DS3_v2', 4, 14, 0, 172],
  ],
  standardDv2Family: [['Standard_D2_v2', 2, 7, 0, 100]],
  standardDv3Family: [['Standard_D2_v3', 2, 8, 0, 50]],
  standardDSv3Family: [
    ['Standard_D2s_v3', 2, 8, 0, 50],
    ['Standard_D4s_v3', 4, 16, 0, 100],
    ['Standard_D8s_v3', 8, 32, 0, 200],
  ],
  standardDSv5Family: [
    ['Standard_D2s_v5', 2, 8, 0, 0],
    ['Standard_D4s_v5', 4, 16, 0, 0],
    ['Standard_D8s_v5', 8, 32, 0, 0],
    ['Standard_D16s_v5', 16, 64, 0, 0],
    ['Standard_D32s_v5', 32, 128, 0, 0],
  ],
  standardDDSv5Family: [
    ['Standard_D4ds_v5', 4, 16, 0, 150],
    ['Standard_D8ds_v5', 8, 32, 0, 300],
    ['Standard_D16ds_v5', 16, 64, 0, 600],
  ],
  standardESv5Family: [
    ['Standard_E4s_v5', 4, 32, 0, 0],
    ['Standard_E8s_v5', 8, 64, 0, 0],
  ],
};

export const VM_SIZES: readonly VmSize[] = [
  ...rows(NVIDIA, { gpuVendor: 'nvidia' }),
  ...rows(AMD, { gpuVendor: 'amd' }),
  ...rows(CPU_ONLY, {}),
];

const BY_NAME: ReadonlyMap<string, VmSize> = new Map(VM_SIZES.map((size) => [size.name.toLowerCase(), size]));

/** Sizes are found whatever their case, as ARM does. */
export function findVmSize(name: string): VmSize | undefined {
  return BY_NAME.get(name.toLowerCase());
}

function rows(table: Readonly<Record<string, readonly Row[]>>, vendor: Pick<VmSize, 'gpuVendor'>): VmSize[] {
  return Object.entries(table).flatMap(([family, sizes]) =>
    sizes.map(([name, vcpus, memoryGiB, gpus, localDiskGiB]) => ({
      name,
      family,
      vcpus,
      memoryGiB,
      gpus,
      localDiskGiB,
      ...vendor,
    })),
  );
}
