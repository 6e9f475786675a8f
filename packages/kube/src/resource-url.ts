import type { ResourceType } from '@kaito/controller-runtime';

export interface ResourcePath {
  readonly type: Pick<ResourceType, 'group' | 'version' | 'plural'>;
  readonly namespace?: string | undefined;
  /** Absent: the collection. */
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** The path at which the API server serves an object, or a collection of them. */
export function resourceUrl({ type, namespace, name, subresource }: ResourcePath): string {
  const base = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  const within = namespace === undefined ? [] : ['namespaces', namespace];
  const object = name === undefined ? [] : subresource === undefined ? [name] : [name, subresource];
  return `/${[...base, ...within, type.plural, ...object].map(encodeURIComponent).join('/')}`;
}

/**
 * `/api/V` or `/apis/G/V`, perhaps a namespace, then what is in it. `namespaces/NAME` alone, or with a subresource
 * of its own, is about the namespace itself.
 */
const RESOURCE_PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/(?!status$|finalize$)))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<subresource>[^/]+))?)?$/;

/** The reverse of {@link resourceUrl}; undefined for a path that names no resource. A query is ignored. */
export function parseResourceUrl(url: string): ResourcePath | undefined {
  const [path = ''] = url.split('?');
  const parts = RESOURCE_PATH.exec(path)?.groups;
  if (parts === undefined) {
    return undefined;
  }
  const part = (name: string): string | undefined => {
    const text = parts[name];
    return text === undefined ? undefined : decodeURIComponent(text);
  };
  return {
    type: { group: part('group') ?? '', version: part('version') ?? '', plural: part('plural') ?? '' },
    namespace: part('namespace'),
    name: part('name'),
    subresource: part('subresource'),
  };
}
