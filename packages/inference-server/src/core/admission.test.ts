import { describe, expect, test } from '@jest/globals';

import { Admission } from './admission.ts';

const NEVER = new AbortController().signal;

describe('Admission', () => {
  test('lets in as many as there are slots, then one for each that leaves, in order', async () => {
    const admission = new Admission(1);
    const order: string[] = [];
    const leaveFirst = await admission.enter(NEVER);
    const second = admission.enter(NEVER).then((leave) => (order.push('second'), leave));
    const third = admission.enter(NEVER).then((leave) => (order.push('third'), leave));
    expect(admission.load).toEqual({ running: 1, waiting: 2 });
    leaveFirst();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    expect(admission.load).toEqual({ running: 0, waiting: 0 });
  });

  test('frees a slot only once', async () => {
    const admission = new Admission(2);
    const leave = await admission.enter(NEVER);
    await admission.enter(NEVER);
    leave();
    leave();
    expect(admission.load.running).toBe(1);
  });

  test('refuses while more wait than there are slots', async () => {
    const admission = new Admission(1);
    const leave = await admission.enter(NEVER);
    const waiting = [admission.enter(NEVER), admission.enter(NEVER)];
    await expect(admission.enter(NEVER)).rejects.toThrow(
      'Too many requests: waiting queue (2) exceeds max-num-seqs (1).',
    );
    leave();
    await expect(waiting[0]).resolves.toBeDefined();
  });

  test('lets a waiter go whose client has left', async () => {
    const admission = new Admission(1);
    await admission.enter(NEVER);
    const client = new AbortController();
    const waiting = admission.enter(client.signal);
    client.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(admission.load).toEqual({ running: 1, waiting: 0 });
  });

  test('does not let in who has already left', async () => {
    await expect(new Admission(1).enter(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  });

  test('is idle when the last one has left', async () => {
    const admission = new Admission(1);
    await admission.whenIdle();
    const leave = await admission.enter(NEVER);
    const waiting = admission.enter(NEVER);
    let isIdle = false;
    const idle = admission.whenIdle().then(() => (isIdle = true));
    leave();
    const leaveSecond = await waiting;
    expect(isIdle).toBe(false);
    leaveSecond();
    await idle;
    expect(isIdle).toBe(true);
  });
});
