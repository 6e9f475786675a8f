import { mutateSources } from './mutations/mutate-sources.ts';
import { MUTATIONS } from './mutations/catalogue.ts';
import { parseReplayLine } from './planned-run.ts';
import { Story } from './story.ts';

/** Tells the story of one schedule; whether it broke nothing. Throws a {@link RangeError} for what there is not. */
export async function replay(
  line: string,
  mutationName: string | undefined,
  say: (line: string) => void,
): Promise<boolean> {
  const planned = parseReplayLine(line);
  if (typeof planned === 'string') {
    throw new RangeError(planned);
  }
  const mutation = MUTATIONS.find(({ name }) => name === mutationName);
  if (mutationName !== undefined && mutation === undefined) {
    throw new RangeError(`no mutation "${mutationName}"; there are: ${MUTATIONS.map(({ name }) => name).join(', ')}`);
  }
  if (mutation !== undefined) {
    mutateSources(mutation);
  }
  // Only now, since what is loaded from here on is what was mutated.
  const { perform } = await import('./perform.ts');
  const { violation } = await perform(planned, new Story(say));
  say('');
  say(violation === undefined ? 'nothing is broken' : `broken: ${violation.invariant}\n        ${violation.message}`);
  return violation === undefined;
}
