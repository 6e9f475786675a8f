/** Where one of Microsoft's clouds is. */
export interface AzureCloud {
  readonly endpoint: string;
  readonly audience: string;
  /** Absent: what the SDK takes when it is told nothing. */
  readonly authorityHost?: string;
}

export const AZURE_CLOUDS = ['AzurePublic', 'AzureUSGovernment', 'AzureChina'] as const;

type AzureCloudName = (typeof AZURE_CLOUDS)[number];

const CLOUDS: Readonly<Record<AzureCloudName, AzureCloud>> = {
  AzurePublic: { endpoint: 'https://management.azure.com', audience: 'https://management.azure.com' },
  AzureUSGovernment: {
    endpoint: 'https://management.usgovcloudapi.net',
    audience: 'https://management.usgovcloudapi.net',
    authorityHost: 'https://login.microsoftonline.us',
  },
  AzureChina: {
    endpoint: 'https://management.chinacloudapi.cn',
    audience: 'https://management.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
  },
};

/** By the names that Azure's SDKs and its command line use, whatever their case. */
export function azureCloud(name: string): AzureCloud | undefined {
  const wanted = name
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/cloud$/u, '');
  const known = AZURE_CLOUDS.find((cloud) => cloud.toLowerCase() === wanted || ALIASES[cloud].includes(wanted));
  return known === undefined ? undefined : CLOUDS[known];
}

/** Without a `Cloud` at the end, which every name may have. */
const ALIASES: Readonly<Record<AzureCloudName, readonly string[]>> = {
  AzurePublic: ['azure'],
  AzureUSGovernment: ['azuregovernment'],
  AzureChina: [],
};
