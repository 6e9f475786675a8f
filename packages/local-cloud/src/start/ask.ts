import { request } from 'node:http';

import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';

/** What the Workspace's Service answered, and which model file gave it. */
export interface Answer {
  readonly text: string;
  readonly modelFile: string;
  readonly modelDigest: string;
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

const ChatAnswer = z.object({ Result: z.string() });

const MAX_NEW_TOKENS = 120;

/** Asks by `POST /chat`, as a message: the model's chat template makes a question of it. */
export async function ask(url: string, prompt: string, signal: AbortSignal): Promise<Answer> {
  const body = JSON.stringify({
    messages: [{ role: 'user', content: prompt }],
    generate_kwargs: { max_new_tokens: MAX_NEW_TOKENS, do_sample: false, repetition_penalty: 1.1 },
  });
  const { status, headers, text } = await post(url, body, signal);
  if (status !== 200) {
    throw new LocalCloudError(`${url} answered ${status}: ${text}`);
  }
  const header = (name: string): string => String(headers[name] ?? '');
  return {
    text: ChatAnswer.parse(JSON.parse(text)).Result.trim(),
    modelFile: header('x-kaito-model-file'),
    modelDigest: header('x-kaito-model-digest').replace(/^sha256:/u, ''),
    tokens: Number(header('x-kaito-completion-tokens')),
    tokensPerSecond: Number(header('x-kaito-tokens-per-second')),
  };
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

async function post(url: string, body: string, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        agent: false,
        signal,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    call.once('error', (error) => {
      reject(
        signal.aborted ? error : new LocalCloudError(`${url} cannot be reached: ${error.message}`, { cause: error }),
      );
    });
    call.end(body);
  });
}
