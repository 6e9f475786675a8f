/** A line of the table. */
export interface Figure {
  readonly name: string;
  readonly story: string;
  readonly label: string;
  readonly unit: string;
  /** Of the Go original, quoted; in words where it is no figure. */
  readonly go: string;
  /** What ours may be at most. */
  readonly target: number;
  readonly digits: number;
}

function figure(
  name: string,
  story: string,
  told: Pick<Figure, 'label' | 'unit' | 'go' | 'target'> & { readonly digits?: number },
): Figure {
  return { digits: 1, ...told, name, story };
}

export const FIGURES: readonly Figure[] = [
  figure('ready-lag', 'life', {
    label: 'Node Ready → claim Ready',
    unit: 's',
    go: '20.3',
    target: 0.5,
    digits: 2,
  }),
  figure('gone-lag', 'life', { label: 'pool gone → claim gone', unit: 's', go: '10.3', target: 5 }),
  figure('calls-one', 'life', {
    label: 'ARM calls, create and delete of one',
    unit: '',
    go: '11',
    target: 6,
    digits: 0,
  }),
  figure('calls-fifty', 'fifty', {
    label: 'ARM calls, 50 created at once, then deleted',
    unit: '',
    go: '≈ 900',
    target: 125,
    digits: 0,
  }),
  figure('serial-puts', 'serial', {
    label: '4 claims, one operation at a time: PUTs',
    unit: '',
    go: '28',
    target: 6,
    digits: 0,
  }),
  figure('serial-last', 'serial', {
    label: '4 claims, one operation at a time: last Ready',
    unit: 's',
    go: '245',
    target: 178,
  }),
  figure('restart-ready', 'restart', { label: 'restart in mid-create → Ready', unit: 's', go: '130', target: 41 }),
  figure('delete-pool-gone', 'delete-mid-create', {
    label: 'delete in mid-create → pool gone',
    unit: 's',
    go: '74',
    target: 25,
  }),
  figure('orphan', 'crash-and-delete', {
    label: 'crash and delete in mid-create: pool without claim',
    unit: 's',
    go: '120, or for ever',
    target: 0,
  }),
  figure('idle-calls', 'idle', { label: 'idle ARM calls per hour', unit: '', go: '60', target: 12, digits: 0 }),
  figure('quota-told', 'quota', {
    label: 'impossible quota → the user reads why',
    unit: 's',
    go: 'never',
    target: 1,
    digits: 2,
  }),
  figure('quota-creates', 'quota', {
    label: 'impossible quota: create calls',
    unit: '',
    go: 'without end',
    target: 0,
    digits: 0,
  }),
  figure('rss', 'ninety', {
    label: '90 claims at once: most resident memory',
    unit: 'MiB',
    go: '–',
    target: 110,
    digits: 0,
  }),
  figure('cpu', 'ninety', { label: '90 claims at once: CPU', unit: 'cores', go: '–', target: 0.5, digits: 2 }),
];
