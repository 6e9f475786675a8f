import { describe, expect, it } from '@jest/globals';

import { chartValues } from './chart-values.ts';

describe('chartValues', () => {
  it('takes the comment above a key, and not the one above the file', () => {
    const text = '# About the file.\n\n# How many.\nreplicas: 1\n# Which one,\n# of several.\nname: a\n';
    expect(chartValues(text)).toEqual([
      { path: ['replicas'], default: 1, description: 'How many.' },
      { path: ['name'], default: 'a', description: 'Which one, of several.' },
    ]);
  });

  it('descends into maps whose values are explained', () => {
    const text = '# All settings.\nsettings:\n  azure:\n    # Its name.\n    name: b\n';
    expect(chartValues(text)).toEqual([
      { path: ['settings', 'azure', 'name'], default: 'b', description: 'Its name.' },
    ]);
  });

  it('takes other maps and lists as one value', () => {
    const text = '# Labels of nodes.\nnodeSelector:\n  os: linux\n# Ports.\nports: [53]\n';
    expect(chartValues(text)).toEqual([
      { path: ['nodeSelector'], default: { os: 'linux' }, description: 'Labels of nodes.' },
      { path: ['ports'], default: [53], description: 'Ports.' },
    ]);
  });
});
