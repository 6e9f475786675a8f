import { looksLikeOciReference, parseOciReference } from '@kaito/oci';
import type { OciReference } from '@kaito/oci';

/** Where `--model` says that the weights are. */
export type ModelReference =
  | { readonly kind: 'hub'; readonly repo: string; readonly file: string; readonly revision: string }
  | { readonly kind: 'registry'; readonly reference: OciReference }
  | { readonly kind: 'file'; readonly path: string };

export type ParsedReference =
  { readonly ok: true; readonly reference: ModelReference } | { readonly ok: false; readonly message: string };

const HUB = /^hf:(?<repo>[\w.-]+\/[\w.-]+)\/(?<file>[^@]+?)(?:@(?<revision>[^@]+))?$/u;

export function parseModelReference(text: string): ParsedReference {
  if (text.startsWith('/')) {
    return { ok: true, reference: { kind: 'file', path: text } };
  }
  if (text.startsWith('hf:')) {
    return parseHubReference(text);
  }
  if (!looksLikeOciReference(text)) {
    return refused(`'${text}' is none of hf:REPO/FILE@REVISION, oci://HOST/REPOSITORY:TAG and an absolute path`);
  }
  const parsed = parseOciReference(text);
  return parsed.ok ? { ok: true, reference: { kind: 'registry', reference: parsed.reference } } : parsed;
}

function parseHubReference(text: string): ParsedReference {
  const { repo, file, revision = 'main' } = HUB.exec(text)?.groups ?? {};
  if (repo === undefined || file === undefined) {
    return refused(`'${text}' does not name a repository and a file: hf:OWNER/NAME/FILE.gguf@REVISION`);
  }
  if (
    [repo, file, revision].some((part) => part.split('/').some((step) => step === '..' || step === '.' || step === ''))
  ) {
    return refused(`'${text}' contains an empty or relative path step`);
  }
  if (/-\d{5}-of-\d{5}\.gguf$/u.test(file)) {
    return refused(`'${text}' is one part of a split GGUF file; name a file that holds the whole model`);
  }
  return { ok: true, reference: { kind: 'hub', repo, file, revision } };
}

function refused(message: string): ParsedReference {
  return { ok: false, message };
}
