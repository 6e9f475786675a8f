import { describe, expect, it } from '@jest/globals';

import { aPool, NOW, secondsAgo } from '../../../test/builders.ts';
import type { CloudFailure } from './cloud.ts';
import { PoolTable } from './pool-table.ts';

const system = aPool({ name: 'system', phase: 'Ready', tags: {} });
const name = 'ws012345678';
const failure: CloudFailure = { kind: 'Transient', code: 'x', message: '' };

describe('the pool table', () => {
  it('knows nothing before the first list, and what a list does not name afterwards', () => {
    const table = new PoolTable();
    expect(table.view(name)).toEqual({ state: 'Unknown' });
    table.takeList([system], NOW);
    expect(table.view(name)).toEqual({ state: 'Absent', observedAt: NOW, evidence: 'List', wasDeleting: false });
    expect(table.listedAt).toBe(NOW);
  });

  it('does not believe a list without any pool', () => {
    const table = new PoolTable();
    table.takeList([], NOW);
    expect(table.view(name)).toEqual({ state: 'Unknown' });
    table.takeList([system, aPool()], secondsAgo(5));
    table.takeList([], NOW);
    expect(table.view(name)).toMatchObject({ state: 'Present' });
  });

  it('keeps what it has learned since a list was asked for', () => {
    const table = new PoolTable();
    table.takePresent(aPool(), secondsAgo(1));
    table.takeList([system], secondsAgo(2));
    expect(table.view(name)).toMatchObject({ state: 'Present' });
    table.takePhase(name, 'Deleting', secondsAgo(1));
    table.takeList([system, aPool()], secondsAgo(2));
    expect(table.view(name)).toMatchObject({ pool: { phase: 'Deleting' } });
  });

  it('tells since when a pool is in its phase', () => {
    const table = new PoolTable();
    table.takeList([aPool()], secondsAgo(60));
    table.takeList([aPool()], secondsAgo(30));
    expect(table.view(name)).toMatchObject({ phaseSince: secondsAgo(60), observedAt: secondsAgo(30) });
    table.takeList([aPool({ phase: 'Ready' })], secondsAgo(10));
    expect(table.view(name)).toMatchObject({ phaseSince: secondsAgo(10) });
  });

  it('tells why a pool is thought absent', () => {
    const table = new PoolTable();
    table.takeList([system, aPool()], secondsAgo(60));
    table.takeList([system], secondsAgo(50));
    expect(table.view(name)).toMatchObject({ state: 'Absent', evidence: 'List' });
    table.takeAbsent(name, secondsAgo(40));
    table.takeList([system], secondsAgo(30));
    expect(table.view(name)).toEqual({
      state: 'Absent',
      evidence: 'Lookup',
      observedAt: secondsAgo(40),
      wasDeleting: false,
    });
    table.takeCreateSent(name);
    expect(table.view(name)).toMatchObject({ state: 'Absent', evidence: 'List' });
  });

  it('knows a pool as deleted that it saw being deleted, and how long that took', () => {
    const table = new PoolTable();
    table.takeList([system, aPool()], secondsAgo(60));
    table.takePhase(name, 'Deleting', secondsAgo(50));
    table.takeList([system], secondsAgo(20));
    expect(table.view(name)).toMatchObject({ state: 'Absent', evidence: 'List', wasDeleting: true });
    expect(table.lastDeletionMs).toBe(30_000);
    table.takeList([system], secondsAgo(15));
    expect(table.view(name)).toMatchObject({ state: 'Absent', evidence: 'Lists', wasDeleting: true });
    table.takeAbsent(name, secondsAgo(10));
    expect(table.view(name)).toMatchObject({ state: 'Absent', evidence: 'Lookup', wasDeleting: true });
  });

  it('takes the failure of a pool for a refused create, once', () => {
    const table = new PoolTable();
    const failed = aPool({ phase: 'Failed', failure });
    table.takeList([failed], secondsAgo(60));
    table.takeList([failed], secondsAgo(30));
    expect(table.refusals(name).create).toEqual({ at: secondsAgo(60), failure, count: 1 });
  });

  it('counts refusals in a row', () => {
    const table = new PoolTable();
    table.takeRefusal(name, 'delete', { at: secondsAgo(2), failure });
    table.takeRefusal(name, 'delete', { at: secondsAgo(1), failure });
    expect(table.refusals(name).delete).toEqual({ at: secondsAgo(1), failure, count: 2 });
    table.forgetRefusal(name, 'delete');
    expect(table.refusals(name)).toEqual({});
  });

  it('lets the next list decide where it was made to doubt', () => {
    const table = new PoolTable();
    table.takePresent(aPool(), NOW);
    table.takeDoubt(name);
    table.takeList([system, aPool({ phase: 'Deleting' })], secondsAgo(1));
    expect(table.view(name)).toMatchObject({ pool: { phase: 'Deleting' } });
    table.takeDoubt('unknown');
    table.takePhase('unknown', 'Deleting', NOW);
    expect(table.view('unknown').state).toBe('Absent');
  });

  it('names what is in transition', () => {
    const table = new PoolTable();
    table.takeList([system, aPool(), aPool({ name: 'wsb', phase: 'Canceled' })], NOW);
    expect(table.transitions()).toEqual({ names: [name], listedAt: NOW });
  });

  it('forgets names that nobody asks for, but no pool', () => {
    const table = new PoolTable();
    table.takePresent(aPool(), NOW);
    table.takeAbsent('wsb', NOW);
    table.takeRefusal(name, 'delete', { at: NOW, failure });
    table.forget(name);
    table.forget('wsb');
    expect(table.view(name).state).toBe('Present');
    expect(table.refusals(name)).toEqual({});
    expect(table.view('wsb')).toEqual({ state: 'Unknown' });
  });
});
