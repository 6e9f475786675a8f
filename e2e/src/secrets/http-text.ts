import { request } from 'node:http';

export interface HttpTextOptions {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is answered, whatever its status. */
export async function httpText(url: string, options: HttpTextOptions, signal: AbortSignal): Promise<string> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        resolve(text);
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}
