import { boolean, defaulted, integer, isRecord, list, model, number, optional, required, string } from './pydantic.ts';
import type { Issue, Read } from './pydantic.ts';

/** What the generation is asked to do, with the defaults of the text-generation server of Kaito v0.3. */
export interface GenerateKwargs {
  readonly max_length: number;
  readonly min_length: number;
  readonly do_sample: boolean;
  readonly early_stopping: boolean;
  readonly num_beams: number;
  readonly temperature: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly typical_p: number;
  readonly repetition_penalty: number;
  readonly pad_token_id?: number;
  readonly eos_token_id?: number;
}

const GENERATE_KWARGS = {
  max_length: 200,
  min_length: 0,
  do_sample: true,
  early_stopping: false,
  num_beams: 1,
  temperature: 1,
  top_k: 10,
  top_p: 1,
  typical_p: 1,
  repetition_penalty: 1,
} as const satisfies GenerateKwargs;

interface Message {
  readonly role: string;
  readonly content: string;
}

export interface ChatBody {
  readonly prompt?: string;
  readonly returnFullText: boolean;
  readonly cleanUpTokenizationSpaces: boolean;
  readonly prefix?: string;
  readonly handleLongGeneration?: string;
  readonly generateKwargs: GenerateKwargs;
  /** Keys of `generate_kwargs` that have no default here, as they came. */
  readonly extraKwargs: Readonly<Record<string, unknown>>;
  readonly messages?: readonly Message[];
}

const readKwargs = model<GenerateKwargs>({
  max_length: defaulted(integer, GENERATE_KWARGS.max_length),
  min_length: defaulted(integer, GENERATE_KWARGS.min_length),
  do_sample: defaulted(boolean, GENERATE_KWARGS.do_sample),
  early_stopping: defaulted(boolean, GENERATE_KWARGS.early_stopping),
  num_beams: defaulted(integer, GENERATE_KWARGS.num_beams),
  temperature: defaulted(number, GENERATE_KWARGS.temperature),
  top_k: defaulted(integer, GENERATE_KWARGS.top_k),
  top_p: defaulted(number, GENERATE_KWARGS.top_p),
  typical_p: defaulted(number, GENERATE_KWARGS.typical_p),
  repetition_penalty: defaulted(number, GENERATE_KWARGS.repetition_penalty),
  pad_token_id: optional(integer),
  eos_token_id: optional(integer),
});

interface BodyFields {
  readonly prompt: string;
  readonly return_full_text: boolean;
  readonly clean_up_tokenization_spaces: boolean;
  readonly prefix: string;
  readonly handle_long_generation: string;
  readonly generate_kwargs: Partial<GenerateKwargs>;
  readonly messages: readonly Partial<Message>[];
}

const readBody = model<BodyFields>({
  prompt: optional(string),
  return_full_text: optional(boolean),
  clean_up_tokenization_spaces: optional(boolean),
  prefix: optional(string),
  handle_long_generation: optional(string),
  generate_kwargs: optional(readKwargs),
  messages: optional(list(model<Message>({ role: required(string), content: required(string) }))),
});

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

export function parseChatBody(raw: unknown): Parsed<ChatBody> {
  const issues: Issue[] = [];
  const loc = ['body'];
  if (raw === undefined || raw === null) {
    return { ok: false, issues: [{ type: 'missing', loc, msg: 'Field required', input: null }] };
  }
  const body = readBody(raw, loc, issues);
  if (body === undefined || issues.length > 0) {
    return { ok: false, issues };
  }
  return { ok: true, value: chatBody(body, isRecord(raw) ? raw['generate_kwargs'] : undefined) };
}

function chatBody(body: Read<BodyFields>, kwargs: unknown): ChatBody {
  const { prompt, prefix, handle_long_generation: handleLongGeneration, messages } = body;
  return {
    ...(prompt === undefined ? {} : { prompt }),
    returnFullText: body.return_full_text ?? true,
    cleanUpTokenizationSpaces: body.clean_up_tokenization_spaces ?? false,
    ...(prefix === undefined ? {} : { prefix }),
    ...(handleLongGeneration === undefined ? {} : { handleLongGeneration }),
    generateKwargs: { ...GENERATE_KWARGS, ...body.generate_kwargs },
    extraKwargs: isRecord(kwargs) ? Object.fromEntries(Object.entries(kwargs).filter(([key]) => !KNOWN.has(key))) : {},
    ...(messages === undefined ? {} : { messages: messages.map(messageOf) }),
  };
}

function messageOf({ role = '', content = '' }: Partial<Message>): Message {
  return { role, content };
}

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(GENERATE_KWARGS), 'pad_token_id', 'eos_token_id']);
