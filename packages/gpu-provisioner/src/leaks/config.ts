import { commandOption, givenOptions, optionLines, optionProblem } from '@kaito/controller-runtime';
import * as z from 'zod';

import { configOf, ConfigValues } from '../config.ts';
import type { Config } from '../config.ts';
import { OPTIONS, SWITCHES } from '../options.ts';

/** Of the program's own options, those that lead to the pools. */
const SHARED: readonly string[] = [
  'azure-cloud',
  'deployment-mode',
  'subscription-id',
  'resource-group',
  'cluster-name',
  'tenant-id',
  'client-id',
  'federated-token-file',
  'authority-host',
  'arm-endpoint',
  'arm-audience',
  'request-timeout',
  'slow-deletion',
];

const OWN = [
  commandOption('price-list', 'a file of JSON or YAML: VM size to price of an hour', ['LEAKS_PRICE_LIST']),
  commandOption('output', 'table or json (table)', ['LEAKS_OUTPUT']),
];

const Values = ConfigValues.extend({
  location: z.string().default(''),
  'price-list': z.string().optional(),
  output: z.enum(['table', 'json']).default('table'),
});

export interface LeaksConfig {
  readonly config: Config;
  readonly priceList: string | undefined;
  readonly output: 'table' | 'json';
}

export type ReadLeaksConfig =
  | { readonly kind: 'config'; readonly config: LeaksConfig }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Every option of the program may stay set: in a pod they all are. */
export function readLeaksConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadLeaksConfig {
  const options = [...OPTIONS, ...OWN];
  const given = givenOptions({ options, switches: SWITCHES }, args, environment);
  if (given.kind !== 'given') {
    return given;
  }
  const parsed = Values.safeParse(given.values);
  if (!parsed.success) {
    return { kind: 'invalid', problems: parsed.error.issues.map((issue) => optionProblem(options, issue)) };
  }
  const { data } = parsed;
  const config = { config: configOf(data), priceList: data['price-list'], output: data.output };
  return { kind: 'config', config };
}

export function leaksHelpText(): string {
  return `Lists agent pools that bill without an owner. Reads only.

Examples
  # in the pod of the provisioner, which has everything that is needed
  kubectl exec --namespace kaito-system deploy/gpu-provisioner -- node /app/main.js leaks

  # from outside, with what it costs
  cat > prices.yaml <<EOF
  Standard_NC24ads_A100_v4: 3.67
  Standard_NC6s_v3: 3.06
  EOF
  KUBECONFIG=~/.kube/config AZURE_SUBSCRIPTION_ID=… ARM_RESOURCE_GROUP=gpu AZURE_CLUSTER_NAME=prod \\
    gpu-provisioner leaks --price-list=prices.yaml

Exit code
  0  none
  1  agent pools or claims could not be read
  2  the command line is wrong
  3  there are some

Flags [environment variable that is read when the flag is absent]
${optionLines([...OWN, ...OPTIONS.filter(({ name }) => SHARED.includes(name))])}
`;
}
