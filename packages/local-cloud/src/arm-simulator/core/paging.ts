import type { Call, Json } from './call.ts';
import type { State } from './model.ts';

const SKIP_TOKEN = '$skipToken';

/** One page of a list; `nextLink` leads to the next as long as there is one. */
export function page(state: State, call: Call, values: readonly Json[]): Json {
  const { pageSize } = state.settings;
  const start = Number.parseInt(call.query.get(SKIP_TOKEN) ?? '0', 10) || 0;
  const end = pageSize === 0 ? values.length : start + pageSize;
  if (end >= values.length) {
    return { value: values.slice(start) };
  }
  const query = new URLSearchParams(call.query);
  query.set(SKIP_TOKEN, String(end));
  return { value: values.slice(start, end), nextLink: `${call.origin}${call.path}?${query.toString()}` };
}
