/** What stands behind an image name: a program of this machine. */
export interface ImageProgram {
  /** Glob over the reference as written or with registry and tag filled in; `*` matches anything. */
  readonly image: string;
  /** Replaced by the container's `command`. */
  readonly entrypoint: readonly string[];
  /** Replaced by the container's `args`, and dropped with the entrypoint. */
  readonly cmd?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly workingDir?: string | undefined;
  /** While such a container runs, its node offers this extended resource: a device plugin. */
  readonly provides?: string | undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const REFERENCE = new RegExp(
  `^(?:${DOMAIN}(?:\\.${DOMAIN})*(?::[0-9]+)?/)?${COMPONENT}(?:/${COMPONENT})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
  'u',
);

/** Why the kubelet would refuse the reference; undefined when it is well formed. */
export function imageProblem(image: string): string | undefined {
  const prefix = `couldn't parse image name "${image}": invalid reference format`;
  if (!REFERENCE.test(image)) {
    return REFERENCE.test(image.toLowerCase()) ? `${prefix}: repository name must be lowercase` : prefix;
  }
  return hasUpperCaseRepository(image) ? `${prefix}: repository name must be lowercase` : undefined;
}

/** `Foo/bar`: without a dot or a port the first part is no registry but part of the name. */
function hasUpperCaseRepository(image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && !/[.:]/u.test(first) && first !== first.toLowerCase();
}

/** With registry, `library/` and tag filled in, as a runtime reports it. */
export function canonicalImage(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/u.test(first) || first === 'localhost');
  const path = rest.length === 0 ? `library/${image}` : image;
  const named = hasRegistry ? image : `docker.io/${path}`;
  return /[:@]/u.test(named.slice(named.lastIndexOf('/'))) ? named : `${named}:latest`;
}

/** The first entry that matches; earlier entries win. */
export function programFor(image: string, table: readonly ImageProgram[]): ImageProgram | undefined {
  const names = [image, canonicalImage(image)];
  return table.find((program) => {
    const pattern = glob(program.image);
    return names.some((name) => pattern.test(name));
  });
}

function glob(pattern: string): RegExp {
  const source = pattern
    .split('*')
    .map((literal) => literal.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`, 'u');
}
