import path from 'node:path';

import { isDigest, parseOciReference } from '@kaito/oci';
import type { OciReference } from '@kaito/oci';

/** Where an image or artifact lies: at a registry, or in a folder in the OCI image layout. */
export type ImageName =
  | { readonly kind: 'registry'; readonly reference: OciReference }
  | { readonly kind: 'layout'; readonly folder: string; readonly tag: string | undefined };

export type ParsedImageName =
  { readonly ok: true; readonly name: ImageName } | { readonly ok: false; readonly message: string };

/** Images with this name lie where `npm run images` leaves them; no registry has it. */
const LOCAL = 'kaito.local/';

/** Reads `registry.example.com/team/model:v1`, `./folder:tag` and `kaito.local/name:tag`. */
export function parseImageName(text: string, localImages: string): ParsedImageName {
  if (text.startsWith(LOCAL)) {
    return { ok: true, name: { kind: 'layout', folder: localImages, tag: text } };
  }
  if (/^\.{0,2}\//u.test(text)) {
    const [folder = '', ...tag] = text.split(':');
    const name = { kind: 'layout', folder: path.resolve(folder), tag: tag.length === 0 ? undefined : tag.join(':') };
    return { ok: true, name: { ...name, kind: 'layout' } };
  }
  const parsed = parseOciReference(text);
  return parsed.ok ? { ok: true, name: { kind: 'registry', reference: parsed.reference } } : parsed;
}

/** What is made needs a tag: its digest is known only afterwards. */
export function isTagged(name: ImageName): boolean {
  return name.kind === 'layout' ? name.tag !== undefined : !isDigest(name.reference.version);
}
