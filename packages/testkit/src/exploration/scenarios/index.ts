import type { Scenario } from '../scenario.ts';
import { claims } from './claims.ts';
import { groups } from './groups.ts';
import { lives } from './life.ts';
import { losses } from './loss.ts';
import { refusals } from './refusal.ts';
import { sets } from './sets.ts';
import { strangers } from './stranger.ts';
import { ways } from './ways.ts';

/** The lives that are explored: each with every single fault at each of its effects. */
export const SCENARIOS: readonly Scenario[] = [
  ...lives,
  ...losses,
  ...refusals,
  ...strangers,
  ...claims,
  ...ways,
  ...sets,
  ...groups,
];
