import { describe, expect, it } from '@jest/globals';

import { commandOption, givenOptions, optionLines, optionProblem } from './command-line.ts';

const options = [
  commandOption('log-level', 'how much is said'),
  commandOption('subscription-id', 'the subscription', ['AZURE_SUBSCRIPTION_ID', 'ARM_SUBSCRIPTION_ID']),
  commandOption('leader-elect', 'true or false'),
];
const commandLine = { options, switches: ['leader-elect'], otherFlags: ['webhook'] };

describe('givenOptions', () => {
  it('takes flags before variables, and the first variable that is set', () => {
    const environment = { LOG_LEVEL: 'warn', AZURE_SUBSCRIPTION_ID: '', ARM_SUBSCRIPTION_ID: 's' };
    expect(givenOptions(commandLine, ['--log-level=debug'], environment)).toEqual({
      kind: 'given',
      values: { 'log-level': 'debug', 'subscription-id': 's' },
    });
  });

  it.each([
    [['--leader-elect'], { 'leader-elect': 'true' }],
    [['--leader-elect=false'], { 'leader-elect': 'false' }],
    [['--webhook', 'x'], { webhook: 'x' }],
  ])('reads %j', (args, values) => {
    expect(givenOptions(commandLine, args, {})).toEqual({ kind: 'given', values });
  });

  it.each([
    [['-h'], 'help'],
    [['--help'], 'help'],
    [['--version'], 'version'],
    [['--loglevel=debug'], 'invalid'],
  ])('answers %j with %s', (args, kind) => {
    expect(givenOptions(commandLine, args, {}).kind).toBe(kind);
  });
});

describe('givenOptions, asked for what it does not know,', () => {
  it.each([
    [['hunter2'], 'only flags are taken, and one argument is none'],
    [['--token=hunter2'], "Unknown option '--token'"],
    [['--token', 'hunter2'], "Unknown option '--token'"],
    [['--log-level'], "Option '--log-level <value>' argument missing"],
  ])('answers %j without its value', (args, problem) => {
    expect(givenOptions(commandLine, args, {})).toEqual({ kind: 'invalid', problems: [problem] });
  });
});

describe('optionProblem', () => {
  it('names the flag and every variable', () => {
    expect(optionProblem(options, { path: ['subscription-id'], message: 'is needed' })).toBe(
      'AZURE_SUBSCRIPTION_ID or ARM_SUBSCRIPTION_ID (--subscription-id): is needed',
    );
  });
});

describe('optionLines', () => {
  it('puts the helps below each other', () => {
    expect(optionLines(options.slice(0, 2))).toBe(
      '  --log-level        how much is said [LOG_LEVEL]\n  --subscription-id  the subscription [AZURE_SUBSCRIPTION_ID, ARM_SUBSCRIPTION_ID]',
    );
  });
});
