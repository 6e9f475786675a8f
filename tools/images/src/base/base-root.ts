import { globSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { command } from '../command.ts';
import { settle } from '../context/settle.ts';
import { USER } from '../image.ts';

/** For people and translations; licences stay. */
const UNUSED = [
  'etc/{default,dpkg,issue*,motd,profile*,update-motd.d}',
  'usr/lib/*/gconv',
  'usr/sbin/*',
  'usr/share/{base-files,bug,ca-certificates,doc-base,gcc,gdb,info,lintian,locale,man}',
  'usr/share/doc/*/!(copyright)',
];

const ETC: Readonly<Record<string, string>> = {
  passwd: `root:x:0:0:root:/root:/sbin/nologin\nnode:x:${USER.uid}:${USER.gid}:node:/tmp:/sbin/nologin\n`,
  group: `root:x:0:\nnode:x:${USER.gid}:\n`,
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n',
};

/** Puts a root together in an empty folder: Debian packages, Node, one unprivileged user; no shell. */
export async function makeBaseRoot(
  root: string,
  from: { readonly archives: readonly string[]; readonly node: string; readonly epochSeconds: number },
  signal: AbortSignal,
): Promise<void> {
  await rm(root, { recursive: true, force: true });
  const records = path.join(root, 'var/lib/dpkg/status.d');
  await mkdir(records, { recursive: true });
  for (const archive of from.archives) {
    await command(['dpkg-deb', '--extract', archive, root], { signal });
    const record = await command(['dpkg-deb', '--field', archive], { signal });
    await writeFile(path.join(records, path.basename(archive).split('_', 1).join('')), record);
  }
  await trustedAuthorities(root);
  await remove(root, UNUSED);
  for (const [name, content] of Object.entries(ETC)) {
    await writeFile(path.join(root, 'etc', name), content);
  }
  await mkdir(path.join(root, 'usr/local/bin'), { recursive: true });
  await copyFile(from.node, path.join(root, 'usr/local/bin/node'));
  await settle(root, from.epochSeconds);
  await chmod(path.join(root, 'tmp'), 0o1777);
}

/** What update-ca-certificates does when the package is installed. */
async function trustedAuthorities(root: string): Promise<void> {
  const folder = path.join(root, 'usr/share/ca-certificates/mozilla');
  const names = (await readdir(folder)).toSorted();
  const certificates = await Promise.all(names.map(async (name) => readFile(path.join(folder, name), 'utf8')));
  await mkdir(path.join(root, 'etc/ssl/certs'), { recursive: true });
  await writeFile(path.join(root, 'etc/ssl/certs/ca-certificates.crt'), certificates.join(''));
}

async function remove(root: string, patterns: readonly string[]): Promise<void> {
  for (const file of globSync(patterns, { cwd: root })) {
    await rm(path.join(root, file), { recursive: true, force: true });
  }
}
