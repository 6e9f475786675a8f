import { describe, expect, it } from '@jest/globals';
import { ApiServer, apiServerClient } from '@kaito/testkit';

import { portScenarios } from './port-conformance.ts';

describe('the model of the API server', () => {
  it.each(portScenarios)('$name', async ({ run }) => {
    const server = new ApiServer({ now: () => new Date('2026-01-01T00:00:00Z') });
    await expect(run(apiServerClient(server))).resolves.toBeUndefined();
  });
});
