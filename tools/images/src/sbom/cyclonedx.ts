import * as z from 'zod';

const License = z.union([
  z.strictObject({ expression: z.string().min(1) }),
  z.strictObject({ license: z.strictObject({ name: z.string().min(1) }) }),
]);

/** Those parts of a CycloneDX 1.6 component that we write. */
const Component = z.strictObject({
  type: z.enum(['application', 'container', 'framework', 'library', 'operating-system', 'platform']),
  'bom-ref': z.string().min(1),
  name: z.string().min(1),
  version: z.string().min(1),
  purl: z
    .string()
    .regex(/^pkg:[a-z]+\/\S+@\S+$/u)
    .optional(),
  description: z.string().optional(),
  licenses: z.array(License).optional(),
  properties: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
});

export type Component = z.infer<typeof Component>;

/** A CycloneDX 1.6 document as we write it; stricter than the standard, so that it also finds our own slips. */
export const Bom = z
  .strictObject({
    $schema: z.literal('http://cyclonedx.org/schema/bom-1.6.schema.json'),
    bomFormat: z.literal('CycloneDX'),
    specVersion: z.literal('1.6'),
    serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u),
    version: z.int().min(1),
    metadata: z.strictObject({ timestamp: z.iso.datetime(), component: Component }),
    components: z.array(Component),
    dependencies: z.array(z.strictObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
  })
  .superRefine(({ components, dependencies, metadata }, context) => {
    const references = [metadata.component, ...components].map((component) => component['bom-ref']);
    const known = new Set(references);
    if (known.size !== references.length) {
      context.addIssue('a bom-ref is used twice');
    }
    const used = dependencies.flatMap(({ dependsOn, ref }) => [ref, ...dependsOn]);
    for (const reference of used.filter((one) => !known.has(one))) {
      context.addIssue(`no component has the bom-ref ${reference}`);
    }
  });

export type Bom = z.infer<typeof Bom>;
