import * as z from 'zod';

const PATTERN =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

/** A Kubernetes resource quantity as it stands in a manifest, for example `50Gi`, `"400"` or `1`. */
export const Quantity = z.union([z.number(), z.string()]).meta({
  k8s: {
    replace: {
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      pattern: PATTERN,
      'x-kubernetes-int-or-string': true,
    },
  },
});
export type Quantity = z.infer<typeof Quantity>;

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The quantity in its base unit (bytes, cores, devices); undefined when it is not a quantity. */
export function quantityValue(quantity: Quantity): number | undefined {
  const text = String(quantity);
  if (!new RegExp(PATTERN, 'u').test(text)) {
    return undefined;
  }
  const [, digits = '', suffix = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9.]+)?)(.*)$/u.exec(text) ?? [];
  return Number(digits) * (suffix === '' ? 1 : (FACTORS[suffix] ?? Number.NaN));
}
