/** Where a manifest lies: `HOST/REPOSITORY:TAG` or `HOST/REPOSITORY@sha256:…`. */
export interface OciReference {
  /** With its port, if it has one: `registry.example.com:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** What names the manifest: its digest where one is given, else the tag. */
  readonly version: string;
  /** Asked for with `oci+http://`; loopback is reached so in any case. */
  readonly isPlainHttp: boolean;
}

export type ParsedOciReference =
  { readonly ok: true; readonly reference: OciReference } | { readonly ok: false; readonly message: string };

const SCHEME = /^oci(?<http>\+http)?:\/\//u;
const SHAPE =
  /^(?<registry>[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?)\/(?<repository>[^:@]+)(?::(?<tag>[^@/]*))?(?:@(?<digest>.*))?$/u;
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/u;
const TAG = /^\w[\w.-]{0,127}$/u;
const DIGEST = /^sha256:[0-9a-f]{64}$/u;

/** Reads `oci://HOST/REPOSITORY:TAG` and the same without a scheme; the version must be named. */
export function parseOciReference(text: string): ParsedOciReference {
  const { rest, isPlainHttp } = withoutScheme(text);
  const { registry, repository, tag, digest } = SHAPE.exec(rest)?.groups ?? {};
  if (registry === undefined || repository === undefined || !isHost(registry)) {
    return refused(`'${text}' does not name a registry and a repository: oci://registry.example.com/team/model:v1`);
  }
  const version = digest ?? tag;
  if (version === undefined) {
    return refused(`'${text}' names neither a tag nor a digest: ${rest}:TAG or ${rest}@sha256:…`);
  }
  const problem = problemOf({ repository, tag, digest });
  return problem === undefined
    ? { ok: true, reference: { registry, repository, version, isPlainHttp } }
    : refused(`'${text}' ${problem}`);
}

function withoutScheme(text: string): { readonly rest: string; readonly isPlainHttp: boolean } {
  const scheme = SCHEME.exec(text);
  return { rest: text.slice(scheme?.[0].length ?? 0), isPlainHttp: scheme?.groups?.['http'] !== undefined };
}

/** Whether a text without a scheme can only be a reference: it begins with a host and ends with a tag or digest. */
export function looksLikeOciReference(text: string): boolean {
  return SCHEME.test(text) || parseOciReference(text).ok;
}

/** As `parseOciReference` reads it, with its scheme. */
export function formatOciReference({ registry, repository, version, isPlainHttp }: OciReference): string {
  const separator = isDigest(version) ? '@' : ':';
  return `${isPlainHttp ? 'oci+http' : 'oci'}://${registry}/${repository}${separator}${version}`;
}

export function isDigest(version: string): boolean {
  return DIGEST.test(version);
}

interface Parts {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function problemOf({ repository, tag, digest }: Parts): string | undefined {
  if (!REPOSITORY.test(repository)) {
    return `names the repository '${repository}': lower-case letters, digits and single . _ - between them`;
  }
  if (tag !== undefined && !TAG.test(tag)) {
    return `names the tag '${tag}': letters, digits, . _ -, at most 128`;
  }
  return digest === undefined || DIGEST.test(digest)
    ? undefined
    : `names the digest '${digest}': sha256: and 64 hexadecimal digits`;
}

/** As elsewhere: a first step without dot or port is a folder, not a host. */
function isHost(registry: string): boolean {
  return registry === 'localhost' || /[.:]/u.test(registry);
}

function refused(message: string): ParsedOciReference {
  return { ok: false, message };
}
