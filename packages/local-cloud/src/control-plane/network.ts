/** The address ranges of one cluster, on loopback so that nothing on the machine needs to be configured. */
export interface ClusterNetwork {
  /** Addresses of Services, a /20 of 127.96.0.0/11. */
  readonly serviceCidr: string;
  /** Where the pods' programs listen, the matching /20 of 127.64.0.0/11. */
  readonly podCidr: string;
  /** The address of the Service `kubernetes`, the first of the range. */
  readonly kubernetesServiceAddress: string;
}

const SUBNETS = 512;

/** One of the 512 pairs of ranges; `random` in [0, 1) chooses, so that two clusters hardly ever share one. */
export function clusterNetwork(random: number): ClusterNetwork {
  const subnet = Math.floor(random * SUBNETS);
  const second = Math.floor(subnet / 16);
  const third = (subnet % 16) * 16;
  return {
    serviceCidr: `127.${96 + second}.${third}.0/20`,
    podCidr: `127.${64 + second}.${third}.0/20`,
    kubernetesServiceAddress: `127.${96 + second}.${third}.1`,
  };
}
