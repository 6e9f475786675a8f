import { parse } from 'yaml';
import * as z from 'zod';

/** A file that the hub has. */
export interface CatalogFile {
  readonly repo: string;
  readonly file: string;
  readonly revision: string;
}

const Catalog = z.object({
  presets: z.array(
    z.object({
      gguf: z.object({ repo: z.string(), file: z.string(), revision: z.string().default('main') }).optional(),
    }),
  ),
});

/** The GGUF files that the presets of a catalogue name; what else stands in it does not matter here. */
export function readCatalog(yaml: string): readonly CatalogFile[] {
  return Catalog.parse(parse(yaml)).presets.flatMap(({ gguf }) => gguf ?? []);
}
