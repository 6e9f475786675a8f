import type { DebianPackage } from '../base/debian-package.ts';
import type { NpmPackage } from '../context/npm-package.ts';
import type { Component } from './cyclonedx.ts';

type Licenses = Component['licenses'];

export function npmComponent({ name, version, license }: Omit<NpmPackage, 'directory'>): Component {
  const purl = `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl, ...(license !== undefined && expression(license)) };
}

/** `distribution` as in `debian-12`. */
export function debianComponent(one: DebianPackage, distribution: string): Component {
  const { architecture, licenses, name, source, version } = one;
  const [vendor = 'debian'] = distribution.split('-');
  const qualifiers = `arch=${architecture}&distro=${distribution}`;
  const purl = `pkg:deb/${vendor}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${qualifiers}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(licenses.length > 0 && { licenses: licenses.map((license) => ({ license: { name: license } })) }),
    ...(source !== undefined && { properties: [{ name: 'debian:source', value: source }] }),
  };
}

/** Node, and what is linked into it and has vulnerabilities of its own. */
export function nodeComponents(versions: Readonly<Record<string, string>>): readonly Component[] {
  const { node = 'unknown' } = versions;
  const linked = [
    'ada',
    'ares',
    'brotli',
    'icu',
    'llhttp',
    'nghttp2',
    'openssl',
    'simdjson',
    'sqlite',
    'uv',
    'v8',
    'zlib',
    'zstd',
  ];
  const purl = `pkg:generic/node@${node}`;
  return [
    { type: 'platform', 'bom-ref': purl, name: 'node', version: node, purl, ...expression('MIT') },
    ...linked.flatMap((name) => genericComponent(name, versions[name])),
  ];
}

/** `release` of llama.cpp is what its binding says it was built from. */
export function llamaComponent(release: string): Component {
  const purl = `pkg:github/ggml-org/llama.cpp@${release}`;
  return { type: 'library', 'bom-ref': purl, name: 'llama.cpp', version: release, purl, ...expression('MIT') };
}

function genericComponent(name: string, version: string | undefined): readonly Component[] {
  if (version === undefined) {
    return [];
  }
  const purl = `pkg:generic/${name}@${encodeURIComponent(version)}`;
  const properties = [{ name: 'kaito:linkedInto', value: 'node' }];
  return [{ type: 'library', 'bom-ref': purl, name, version, purl, properties }];
}

function expression(license: string): { readonly licenses: NonNullable<Licenses> } {
  return { licenses: [{ expression: license }] };
}
