import { describe, expect, it } from '@jest/globals';

import { hostsFile } from './hosts-file.ts';

const first = { namespace: 'default', hostname: 'llm-0', subdomain: 'llm-headless', address: '127.64.0.1' };
const second = { ...first, hostname: 'llm-1', address: '127.64.0.2' };

describe('hostsFile', () => {
  it('names every member of the headless Service, and the pod itself also by its bare name', () => {
    expect(hostsFile(second, [second, first]).split('\n')).toEqual([
      '127.0.0.1\tlocalhost',
      '127.64.0.1\tllm-0.llm-headless.default.svc.cluster.local\tllm-0.llm-headless.default.svc\tllm-0.llm-headless.default\tllm-0.llm-headless',
      '127.64.0.2\tllm-1.llm-headless.default.svc.cluster.local\tllm-1.llm-headless.default.svc\tllm-1.llm-headless.default\tllm-1.llm-headless\tllm-1',
      '',
    ]);
  });
});
