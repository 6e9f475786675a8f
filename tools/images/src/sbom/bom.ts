import { createHash } from 'node:crypto';

import type { DebianPackage } from '../base/debian-package.ts';
import type { NpmPackage } from '../context/npm-package.ts';
import type { Image } from '../image.ts';
import { createdAt } from '../provenance.ts';
import type { Provenance } from '../provenance.ts';
import { debianComponent, llamaComponent, nodeComponents, npmComponent } from './components.ts';
import { Bom } from './cyclonedx.ts';
import type { Component } from './cyclonedx.ts';

export interface BomInput {
  readonly image: Image;
  readonly provenance: Provenance;
  /** Of the image's manifest. */
  readonly digest: string;
  readonly registry: string;
  readonly npmPackages: readonly Omit<NpmPackage, 'directory'>[];
  readonly debianPackages: readonly DebianPackage[];
  /** As in `debian-12`. */
  readonly distribution: string;
  /** `process.versions` of the image's Node. */
  readonly nodeVersions: Readonly<Record<string, string>>;
  readonly llamaRelease?: string | undefined;
}

/** What is in the image. The same image gives the same document. */
export function bomOf(input: BomInput): Bom {
  const { debianPackages, digest, distribution, image, llamaRelease, nodeVersions, npmPackages, provenance } = input;
  const components = [
    ...npmPackages.map(npmComponent),
    ...(llamaRelease === undefined ? [] : [llamaComponent(llamaRelease)]),
    ...nodeComponents(nodeVersions),
    ...debianPackages.map((one) => debianComponent(one, distribution)),
  ];
  const each = [...new Map(components.map((component) => [component['bom-ref'], component])).values()];
  const sorted = each.toSorted((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1));
  const component = imageComponent(image, input);
  return Bom.parse({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(digest),
    version: 1,
    metadata: { timestamp: createdAt(provenance), component },
    components: sorted,
    dependencies: [{ ref: component['bom-ref'], dependsOn: sorted.map((one) => one['bom-ref']) }],
  });
}

function imageComponent(image: Image, { digest, provenance: { version }, registry }: BomInput): Component {
  const repository = encodeURIComponent(`${registry}/${image.name}`);
  const purl = `pkg:oci/${image.name}@${encodeURIComponent(digest)}?repository_url=${repository}&tag=${version}`;
  const { description } = image;
  const licenses = [{ expression: 'Apache-2.0' }];
  return { type: 'container', 'bom-ref': purl, name: image.name, version, purl, description, licenses };
}

/** A UUID that the image's digest determines. */
function serialNumber(digest: string): string {
  const hex = createHash('sha256').update(`kaito:${digest}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
