/** One Debian package of an image. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Of the source package, where it differs. */
  readonly source?: string;
  /** Short names as its copyright file gives them; empty: it names none. */
  readonly licenses: readonly string[];
}

/** Reads dpkg's status, whole (`status`) or one package (`status.d/…`); what is not installed is left out. */
export function debianPackages(status: string): readonly DebianPackage[] {
  return status.split(/\n{2,}/u).flatMap((stanza) => {
    const fields = fieldsOf(stanza);
    const { Package: name, Version: version, Architecture: architecture, Source: source, Status: state } = fields;
    if (name === undefined || version === undefined || architecture === undefined) {
      return [];
    }
    const isInstalled = state === undefined || state.endsWith(' installed');
    const [sourceName] = source?.split(' ') ?? [];
    const from = sourceName === undefined ? {} : { source: sourceName };
    return isInstalled ? [{ name, version, architecture, ...from, licenses: [] }] : [];
  });
}

function fieldsOf(stanza: string): Readonly<Record<string, string>> {
  const pairs = stanza.split('\n').flatMap((line) => {
    const { name, value } = /^(?<name>[A-Za-z-]+): ?(?<value>.*)$/u.exec(line)?.groups ?? {};
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

/** The licences that a Debian copyright file names: in its fields, or by pointing at the texts that Debian has once. */
export function licensesOf(copyright: string): readonly string[] {
  const fields = [...copyright.matchAll(/^License: *(\S+)/gmu)].map(([, name = '']) => name);
  const texts = [...copyright.matchAll(/\/usr\/share\/common-licenses\/([\w.-]*\w)/gu)].map(([, name = '']) => name);
  const names = fields.length > 0 ? fields : texts;
  return [...new Set(names.map((name) => name.replace(/[,.]$/u, '')))].toSorted();
}
