/** What a VM size brings, as far as it decides where a model fits. */
export interface Size {
  readonly name: string;
  readonly gpus: number;
  /** Of all GPUs together. */
  readonly gpuMemoryGiB: number;
  readonly gpuModel: string;
}

type Row = readonly [name: string, gpus: number, gpuMemoryGiB: number, gpuModel: string];

/** Every Azure size that any release of the Go original knows, without the prefix `Standard_`. */
const AZURE: readonly Row[] = [
  ['NC12', 2, 24, 'NVIDIA K80'],
  ['NC12s_v2', 2, 32, 'NVIDIA P100'],
  ['NC12s_v3', 2, 32, 'NVIDIA V100'],
  ['NC16as_T4_v3', 1, 16, 'NVIDIA T4'],
  ['NC24', 4, 48, 'NVIDIA K80'],
  ['NC24ads_A100_v4', 1, 80, 'NVIDIA A100'],
  ['NC24r', 4, 48, 'NVIDIA K80'],
  ['NC24rs_v2', 4, 64, 'NVIDIA P100'],
  ['NC24rs_v3', 4, 64, 'NVIDIA V100'],
  ['NC24s_v2', 4, 64, 'NVIDIA P100'],
  ['NC24s_v3', 4, 64, 'NVIDIA V100'],
  ['NC40ads_H100_v5', 1, 94, 'NVIDIA H100'],
  ['NC48ads_A100_v4', 2, 160, 'NVIDIA A100'],
  ['NC4as_T4_v3', 1, 16, 'NVIDIA T4'],
  ['NC6', 1, 12, 'NVIDIA K80'],
  ['NC64as_T4_v3', 4, 64, 'NVIDIA T4'],
  ['NC6s_v2', 1, 16, 'NVIDIA P100'],
  ['NC6s_v3', 1, 16, 'NVIDIA V100'],
  ['NC80adis_H100_v5', 2, 188, 'NVIDIA H100'],
  ['NC8as_T4_v3', 1, 16, 'NVIDIA T4'],
  ['NC96ads_A100_v4', 4, 320, 'NVIDIA A100'],
  ['NCC40ads_H100_v5', 1, 94, 'NVIDIA H100'],
  ['ND12s', 2, 48, 'NVIDIA P40'],
  ['ND24rs', 4, 96, 'NVIDIA P40'],
  ['ND24s', 4, 96, 'NVIDIA P40'],
  ['ND40rs_v2', 8, 256, 'NVIDIA V100'],
  ['ND6s', 1, 24, 'NVIDIA P40'],
  ['ND96amsr_A100_v4', 8, 640, 'NVIDIA A100'],
  ['ND96asr_A100_v4', 8, 320, 'NVIDIA A100'],
  ['ND96asr_v4', 8, 320, 'NVIDIA A100'],
  ['ND96isr_H100_v5', 8, 640, 'NVIDIA H100'],
  ['ND96isr_H200_v5', 8, 1128, 'NVIDIA H200'],
  ['NG32adms_V620_v1', 1, 32, 'AMD Radeon PRO V620'],
  ['NG32ads_V620_v1', 1, 32, 'AMD Radeon PRO V620'],
  ['NV12', 2, 16, 'NVIDIA M60'],
  ['NV12ads_A10_v5', 1, 8, 'NVIDIA A10'],
  ['NV12s_v3', 1, 8, 'NVIDIA M60'],
  ['NV18ads_A10_v5', 1, 12, 'NVIDIA A10'],
  ['NV24', 4, 32, 'NVIDIA M60'],
  ['NV24s_v3', 2, 16, 'NVIDIA M60'],
  ['NV32as_v4', 1, 16, 'AMD Radeon Instinct MI25'],
  ['NV36adms_A10_v5', 1, 24, 'NVIDIA A10'],
  ['NV36ads_A10_v5', 1, 24, 'NVIDIA A10'],
  ['NV48s_v3', 4, 32, 'NVIDIA M60'],
  ['NV6', 1, 8, 'NVIDIA M60'],
  ['NV6ads_A10_v5', 1, 4, 'NVIDIA A10'],
  ['NV72ads_A10_v5', 2, 48, 'NVIDIA A10'],
];

const BY_NAME: ReadonlyMap<string, Size> = new Map(
  AZURE.map(([suffix, gpus, gpuMemoryGiB, gpuModel]) => {
    const name = `Standard_${suffix}`;
    return [name.toLowerCase(), { name, gpus, gpuMemoryGiB, gpuModel }];
  }),
);

/** The size of this name in whatever case; undefined when the table does not have it. */
export function findSize(instanceType: string): Size | undefined {
  return BY_NAME.get(instanceType.toLowerCase());
}

/** Whether a node of this size has NVIDIA GPUs; sizes that the table does not have are told by Azure's naming. */
export function hasNvidiaGpus(instanceType: string): boolean {
  const size = findSize(instanceType);
  return size === undefined ? /^standard_n/iu.test(instanceType) : size.gpuModel.startsWith('NVIDIA');
}
