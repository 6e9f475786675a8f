import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { PodNames } from './pod-names.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'kaito-pod-names-'));
const first = { namespace: 'default', hostname: 'llm-0', subdomain: 'llm-headless', address: '127.64.0.1' };
const second = { ...first, hostname: 'llm-1', address: '127.64.0.2' };

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function file(name: string): string {
  return path.join(directory, name, 'hosts');
}

function isKnown(to: string, address: string): boolean {
  return readFileSync(file(to), 'utf8').includes(address);
}

describe('PodNames', () => {
  it('tells each pod of those that come and go, and no pod of another Service', () => {
    const names = new PodNames();
    names.join(first, file('first'));
    const leave = names.join(second, file('second'));
    names.join({ ...first, subdomain: 'other', address: '127.64.0.3' }, file('other'));
    expect([isKnown('first', second.address), isKnown('second', first.address)]).toEqual([true, true]);
    expect([isKnown('first', '127.64.0.3'), isKnown('other', first.address)]).toEqual([false, false]);
    leave();
    expect(isKnown('first', second.address)).toBe(false);
  });

  it('does not mind that the files of a pod have gone before it', () => {
    const names = new PodNames();
    const gone = path.join(directory, 'gone');
    names.join(first, path.join(gone, 'hosts'));
    const leave = names.join(second, path.join(directory, 'staying', 'hosts'));
    rmSync(gone, { recursive: true });
    expect(leave).not.toThrow();
  });
});
