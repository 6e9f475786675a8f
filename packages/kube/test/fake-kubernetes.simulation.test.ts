import { describe, expect, it } from '@jest/globals';
import { FakeKubernetes } from '@kaito/testkit';

import { portScenarios } from './port-conformance.ts';

describe('FakeKubernetes', () => {
  it.each(portScenarios)('$name, as the real API server', async ({ run }) => {
    await expect(run(new FakeKubernetes())).resolves.toBeUndefined();
  });
});
