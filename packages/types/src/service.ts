import * as z from 'zod';

import { ObjectMeta } from './meta.ts';

/** The part of a core/v1 Service that the programs decide from. */
export const Service = z.object({
  metadata: ObjectMeta,
  spec: z
    .object({
      type: z.string().optional(),
      clusterIP: z.string().optional(),
      selector: z.record(z.string(), z.string()).optional(),
      ports: z
        .array(
          z.object({
            name: z.string().optional(),
            port: z.int(),
            protocol: z.string().optional(),
            targetPort: z.union([z.int(), z.string()]).optional(),
          }),
        )
        .optional(),
    })
    .default({}),
});
export type Service = z.infer<typeof Service>;
