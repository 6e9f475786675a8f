import path from 'node:path';

import { check } from '../checks.ts';
import type { Check } from '../checks.ts';
import type { RootFile } from '../container/unpack.ts';
import { ENTRYPOINT, USER } from '../image.ts';
import type { Image } from '../image.ts';
import type { LayoutImage } from '../oci-layout.ts';
import { createdAt } from '../provenance.ts';
import type { Provenance } from '../provenance.ts';
import type { Inspection } from './inspection.ts';

const SHELLS = new Set(['ash', 'bash', 'busybox', 'csh', 'dash', 'fish', 'ksh', 'sh', 'zsh']);
const BINARIES = /^\/(?:usr\/)?(?:local\/)?s?bin\//u;
const NO_CAPABILITY = /^0+$/u;

export interface Facts {
  readonly image: Image;
  readonly layout: LayoutImage;
  readonly provenance: Provenance;
  readonly root: string;
  readonly files: readonly RootFile[];
  readonly inspection: Inspection;
  /** A published base may have a shell; ours has not. */
  readonly isOwnBase: boolean;
}

/** What holds of an image before its program is started. */
export function imageChecks(facts: Facts): readonly Check[] {
  return [labels(facts), entrypoint(facts), ...rights(facts), ...writing(facts), ...contents(facts)];
}

function labels({ image, layout, provenance }: Facts): Check {
  const expected: Readonly<Record<string, string>> = {
    title: image.title,
    description: image.description,
    licenses: 'Apache-2.0',
    version: provenance.version,
    revision: provenance.revision,
    source: provenance.source,
    created: createdAt(provenance),
  };
  const { Labels: found } = layout.config;
  const wrong = Object.entries(expected).flatMap(([name, value]) => {
    const label = `org.opencontainers.image.${name}`;
    return found[label] === value ? [] : [`${label} is ${JSON.stringify(found[label])}`];
  });
  const hasBase = (found['org.opencontainers.image.base.name'] ?? '') !== '';
  return check('OCI labels', wrong.length === 0 && hasBase, wrong.join(', '));
}

function entrypoint({ layout: { config } }: Facts): Check {
  const { Entrypoint: found, StopSignal: signal, WorkingDir: directory } = config;
  const holds = found.join(' ') === ENTRYPOINT.join(' ') && signal === 'SIGTERM' && directory === '/app';
  return check('entrypoint without a shell', holds, `${JSON.stringify(found)}, ${signal}, ${directory}`);
}

function rights({ inspection, layout }: Facts): readonly Check[] {
  const { bounding, effective, gid, noNewPrivileges, uid } = inspection;
  const user = `${USER.uid}:${USER.gid}`;
  const isUser = layout.config.User === user && `${uid}:${gid}` === user;
  const isPlain = NO_CAPABILITY.test(effective) && NO_CAPABILITY.test(bounding) && noNewPrivileges === '1';
  return [
    check('runs as 1000:1000', isUser, `user ${layout.config.User}, runs as ${uid}:${gid}`),
    check('needs no capability', isPlain, `${effective}, ${bounding}, no new privileges: ${noNewPrivileges}`),
  ];
}

function writing({ image, inspection: { writes } }: Facts): readonly Check[] {
  const expected = (folder: string): boolean => image.writable.includes(folder);
  const others = Object.entries(writes).filter(([folder]) => !expected(folder));
  const refused = others.filter(([, outcome]) => outcome === 'ok').map(([folder]) => folder);
  const missing = image.writable.filter((folder) => writes[folder] !== 'ok');
  return [
    check('root is read-only', refused.length === 0, `written to: ${refused.join(', ')}`),
    check(`writes to ${image.writable.join(' and ')}`, missing.length === 0, `cannot write to ${missing.join(', ')}`),
  ];
}

function contents({ files, image, isOwnBase, root }: Facts): readonly Check[] {
  const inside = files.map((one) => ({ ...one, file: `/${path.relative(root, one.file)}` }));
  const shells = inside.filter(({ file, name }) => BINARIES.test(file) && SHELLS.has(name));
  const setId = inside.filter(({ isSetId }) => isSetId);
  const scripts = inside.filter(({ file }) => file.startsWith('/app/') && /\.[cm]?js$/u.test(file));
  const isOneFile = image.besideBundle.length > 0 || scripts.length === 1;
  return [
    ...(isOwnBase ? [check('no shell inside', shells.length === 0, list(shells))] : []),
    ...(isOwnBase ? [check('no set-user-id program inside', setId.length === 0, list(setId))] : []),
    ...(image.besideBundle.length > 0 ? [] : [check('one bundled file', isOneFile, list(scripts))]),
  ];
}

function list(files: readonly { readonly file: string }[]): string {
  return files.map(({ file }) => file).join(', ');
}
