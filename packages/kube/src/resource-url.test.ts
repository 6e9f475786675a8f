import { describe, expect, it } from '@jest/globals';

import { parseResourceUrl, resourceUrl } from './resource-url.ts';
import type { ResourcePath } from './resource-url.ts';

const nodes = { group: '', version: 'v1', plural: 'nodes' };
const namespaces = { group: '', version: 'v1', plural: 'namespaces' };
const pods = { group: '', version: 'v1', plural: 'pods' };
const deployments = { group: 'apps', version: 'v1', plural: 'deployments' };

const ROWS: readonly (readonly [string, ResourcePath])[] = [
  ['/api/v1/nodes', { type: nodes }],
  ['/api/v1/nodes/a%20b', { type: nodes, name: 'a b' }],
  ['/api/v1/namespaces/ns/pods', { type: pods, namespace: 'ns' }],
  ['/api/v1/namespaces/ns/pods/p/eviction', { type: pods, namespace: 'ns', name: 'p', subresource: 'eviction' }],
  ['/apis/apps/v1/deployments', { type: deployments }],
  ['/apis/apps/v1/namespaces/ns/deployments/d', { type: deployments, namespace: 'ns', name: 'd' }],
  ['/api/v1/namespaces/ns', { type: namespaces, name: 'ns' }],
  ['/api/v1/namespaces/ns/finalize', { type: namespaces, name: 'ns', subresource: 'finalize' }],
];

describe('resourceUrl', () => {
  it.each(ROWS)('is %s', (url, path) => {
    expect(resourceUrl(path)).toBe(url);
  });
});

describe('parseResourceUrl', () => {
  it.each(ROWS)('reads %s', (url, path) => {
    expect(parseResourceUrl(url)).toEqual(path);
  });

  it('ignores the query', () => {
    expect(parseResourceUrl('/api/v1/nodes?watch=true')).toEqual({ type: nodes });
  });

  it.each(['/', '/api', '/api/v1', '/apis/apps/v1', '/healthz', '/version', '/a/b/c/d', '/api/v1/nodes/a/status/x'])(
    'finds no resource in %s',
    (url) => {
      expect(parseResourceUrl(url)).toBeUndefined();
    },
  );
});
