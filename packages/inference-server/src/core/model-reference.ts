/** Where `--model` says that the weights are. */
export type ModelReference =
  | { readonly kind: 'hub'; readonly repo: string; readonly file: string; readonly revision: string }
  | { readonly kind: 'file'; readonly path: string };

export type ParsedReference =
  { readonly ok: true; readonly reference: ModelReference } | { readonly ok: false; readonly message: string };

const HUB = /^hf:(?<repo>[\w.-]+\/[\w.-]+)\/(?<file>[^@]+?)(?:@(?<revision>[^@]+))?$/u;

export function parseModelReference(text: string): ParsedReference {
  if (text.startsWith('/')) {
    return { ok: true, reference: { kind: 'file', path: text } };
  }
  if (!text.startsWith('hf:')) {
    return refused(
      `'${text}' is neither hf:REPO/FILE@REVISION nor an absolute path; models from an OCI registry are not supported yet`,
    );
  }
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
