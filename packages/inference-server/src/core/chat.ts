import { RequestError } from './errors.ts';
import type { GenerationRequest } from './generation-request.ts';
import type { ChatMessage, Prompt, Sampling } from './ports.ts';

/** A request of the text-generation server, after its defaults. */
export interface ChatRequest {
  readonly prompt?: string;
  readonly returnFullText: boolean;
  readonly cleanUpTokenizationSpaces: boolean;
  readonly prefix?: string;
  readonly handleLongGeneration?: string;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly generateKwargs: {
    readonly max_length: number;
    readonly min_length: number;
    readonly do_sample: boolean;
    readonly num_beams: number;
    readonly temperature: number;
    readonly top_k: number;
    readonly top_p: number;
    readonly typical_p: number;
    readonly repetition_penalty: number;
    readonly eos_token_id?: number;
  };
  readonly extraKwargs: Readonly<Record<string, unknown>>;
}

/** What the plan needs to know of the model. */
export interface Encoder {
  readonly contextSize: number;
  encode(prompt: Prompt): readonly number[];
}

export interface ChatPlan {
  readonly request: GenerationRequest;
  readonly sequences: number;
  /** Text that stands before each answer. */
  readonly echo: string;
  readonly cleansUpSpaces: boolean;
}

/** Turns a request into what the engine does; throws a RequestError that names the field it cannot follow. */
export function planChat(chat: ChatRequest, encoder: Encoder): ChatPlan {
  const extra = readExtra(chat.extraKwargs);
  refuseUnsupported(chat);
  const prompt = promptOf(chat);
  const prefix = prompt.kind === 'text' ? (chat.prefix ?? '') : '';
  const tokens = encoder.encode(prompt.kind === 'text' ? { kind: 'text', text: prefix + prompt.text } : prompt);
  const prefixLength = prefix === '' ? 0 : encoder.encode({ kind: 'text', text: prefix }).length;
  const fitted = fit(chat, tokens, wantedTokens(chat, extra, tokens.length - prefixLength), encoder.contextSize);
  return {
    request: {
      ...fitted,
      sampling: samplingOf(chat, extra),
      stops: [],
      stopTokens: chat.generateKwargs.eos_token_id === undefined ? [] : [chat.generateKwargs.eos_token_id],
      ignoreEnd: false,
    },
    sequences: extra.num_return_sequences ?? 1,
    echo: chat.returnFullText && prompt.kind === 'text' ? prompt.text : '',
    cleansUpSpaces: chat.cleanUpTokenizationSpaces,
  };
}

function promptOf(chat: ChatRequest): Prompt {
  if (chat.prompt !== undefined && chat.prompt !== '') {
    return { kind: 'text', text: chat.prompt };
  }
  if (chat.messages === undefined) {
    throw new RequestError('Invalid', 'Text generation parameter prompt required', 'prompt');
  }
  if (chat.messages.length === 0) {
    throw new RequestError('Invalid', 'Conversational parameter messages required', 'messages');
  }
  return { kind: 'chat', messages: chat.messages.map(messageOf) };
}

function messageOf({ role, content }: { readonly role: string; readonly content: string }): ChatMessage {
  if (role !== 'system' && role !== 'user' && role !== 'assistant') {
    throw new RequestError('Invalid', `messages: role '${role}' is not one of system, user, assistant`, 'messages');
  }
  return { role, content };
}

/** How many tokens may follow: `max_length` counts the prompt, `max_new_tokens` does not and wins. */
function wantedTokens(chat: ChatRequest, extra: Extra, promptLength: number): number {
  if (extra.max_new_tokens !== undefined) {
    return extra.max_new_tokens;
  }
  const { max_length: maxLength } = chat.generateKwargs;
  if (promptLength >= maxLength) {
    throw new RequestError(
      'Invalid',
      `Input length of input_ids is ${promptLength}, but \`max_length\` is set to ${maxLength}. Increase \`max_length\` in generate_kwargs or, better, set \`max_new_tokens\`.`,
      'generate_kwargs.max_length',
    );
  }
  return maxLength - promptLength;
}

function fit(
  chat: ChatRequest,
  tokens: readonly number[],
  wanted: number,
  contextSize: number,
): Pick<GenerationRequest, 'tokens' | 'maxTokens'> {
  if (chat.handleLongGeneration === 'hole' && tokens.length + wanted > contextSize && wanted < contextSize) {
    return { tokens: tokens.slice(wanted - contextSize), maxTokens: wanted };
  }
  if (tokens.length >= contextSize) {
    throw new RequestError(
      'Invalid',
      `The prompt has ${tokens.length} tokens, but this model's context holds ${contextSize} for prompt and answer together.`,
      'prompt',
    );
  }
  return { tokens, maxTokens: Math.min(wanted, contextSize - tokens.length) };
}

function samplingOf(chat: ChatRequest, extra: Extra): Sampling {
  const kwargs = chat.generateKwargs;
  return {
    temperature: kwargs.do_sample ? kwargs.temperature : 0,
    topK: kwargs.top_k,
    topP: kwargs.top_p,
    minP: extra.min_p ?? 0,
    repetitionPenalty: kwargs.repetition_penalty,
    presencePenalty: 0,
    frequencyPenalty: 0,
    ...(extra.seed === undefined ? {} : { seed: extra.seed }),
  };
}

interface Range {
  readonly min: number;
  readonly max?: number;
  readonly integer?: boolean;
}

const RANGES: Readonly<Record<'max_length' | 'temperature' | 'top_k' | 'top_p' | 'repetition_penalty', Range>> = {
  max_length: { min: 1 },
  temperature: { min: 0 },
  top_k: { min: 0 },
  top_p: { min: 0, max: 1 },
  repetition_penalty: { min: Number.MIN_VALUE },
};

/** Numbers that `generate` of transformers takes besides those with a default. */
const EXTRA_RANGES = {
  max_new_tokens: { min: 1, integer: true },
  num_return_sequences: { min: 1, max: 16, integer: true },
  min_p: { min: 0, max: 1 },
  seed: { min: 0, integer: true },
} as const satisfies Record<string, Range>;

type Extra = { readonly [K in keyof typeof EXTRA_RANGES]?: number };

/** Values that change nothing, so that clients which spell out every default keep working. */
const NEUTRAL: Readonly<Record<string, readonly unknown[]>> = {
  bad_words_ids: [null],
  bos_token_id: [],
  diversity_penalty: [0],
  early_stopping: [false],
  encoder_no_repeat_ngram_size: [0],
  forced_bos_token_id: [null],
  forced_eos_token_id: [null],
  length_penalty: [1],
  max_new_tokens: [null],
  max_time: [null],
  min_new_tokens: [0, null],
  no_repeat_ngram_size: [0],
  num_beam_groups: [1],
  num_return_sequences: [null],
  output_attentions: [false],
  output_hidden_states: [false],
  output_scores: [false],
  penalty_alpha: [null, 0],
  remove_invalid_values: [null, false],
  return_dict_in_generate: [false],
  use_cache: [true],
};

function readExtra(extra: Readonly<Record<string, unknown>>): Extra {
  const result: Record<string, number> = {};
  for (const [key, value] of Object.entries(extra)) {
    if (NEUTRAL[key]?.includes(value) === true) {
      continue;
    }
    if (!isExtra(key)) {
      throw new RequestError(
        'Invalid',
        `generate_kwargs.${key}: not supported by this server`,
        `generate_kwargs.${key}`,
      );
    }
    result[key] = numberIn(key, value, EXTRA_RANGES[key]);
  }
  return result;
}

function isExtra(key: string): key is keyof typeof EXTRA_RANGES {
  return Object.hasOwn(EXTRA_RANGES, key);
}

function numberIn(key: string, value: unknown, range: Range): number {
  const { min, max = Number.POSITIVE_INFINITY, integer = false } = range;
  if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))) {
    return value;
  }
  throw new RequestError(
    'Invalid',
    `generate_kwargs.${key}: ${JSON.stringify(value)} is not ${describe(range)}`,
    `generate_kwargs.${key}`,
  );
}

function describe({ min, max, integer = false }: Range): string {
  const what = integer ? 'an integer' : 'a number';
  const low = min === Number.MIN_VALUE ? 'above 0' : `of at least ${min}`;
  return max === undefined ? `${what} ${low}` : `${what} from ${min} to ${max}`;
}

const IGNORED_UNLESS: Readonly<Record<'num_beams' | 'typical_p' | 'min_length', number>> = {
  num_beams: 1,
  typical_p: 1,
  min_length: 0,
};

/** What would change the answer and cannot be done is refused rather than left out in silence. */
function refuseUnsupported(chat: ChatRequest): void {
  const kwargs = chat.generateKwargs;
  for (const key of ['max_length', 'temperature', 'top_k', 'top_p', 'repetition_penalty'] as const) {
    numberIn(key, kwargs[key], RANGES[key]);
  }
  for (const key of ['num_beams', 'typical_p', 'min_length'] as const) {
    if (kwargs[key] !== IGNORED_UNLESS[key]) {
      throw new RequestError(
        'Invalid',
        `generate_kwargs.${key}: only ${IGNORED_UNLESS[key]} is supported by this server`,
        `generate_kwargs.${key}`,
      );
    }
  }
  if (chat.handleLongGeneration !== undefined && chat.handleLongGeneration !== 'hole') {
    throw new RequestError('Invalid', "handle_long_generation: only 'hole' is known", 'handle_long_generation');
  }
}

const CLEAN_UP: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/** The text of one returned sequence. */
export function presented(plan: ChatPlan, text: string): string {
  const cleaned = plan.cleansUpSpaces ? CLEAN_UP.reduce((all, [from, to]) => all.replaceAll(from, to), text) : text;
  return plan.echo + cleaned;
}
