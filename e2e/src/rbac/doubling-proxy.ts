import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { passOn, TlsProxy } from '../tls-proxy.ts';
import type { TlsProxyOptions } from '../tls-proxy.ts';

/**
 * A connection that sends every create of some kinds twice, as one does that lost the first answer: the sender hears
 * that the name is taken, and has to find out by whom.
 */
export function doublingProxy(plurals: readonly string[], options: Omit<TlsProxyOptions, 'handle'>): TlsProxy {
  const path = new RegExp(`/(${plurals.join('|')})([?]|$)`, 'u');
  const proxy: TlsProxy = new TlsProxy({
    ...options,
    handle: (incoming, outgoing) => {
      if (incoming.method === 'POST' && path.test(incoming.url ?? '')) {
        void sendTwice(proxy, incoming, outgoing);
        return;
      }
      const upstream = proxy.open(incoming, outgoing);
      upstream.once('response', (response) => {
        passOn(response, outgoing);
      });
      incoming.pipe(upstream);
    },
  });
  return proxy;
}

async function sendTwice(proxy: TlsProxy, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await buffer(incoming);
  const first = proxy.open(incoming, outgoing);
  first.once('response', (lost) => {
    lost.resume().once('end', () => {
      const second = proxy.open(incoming, outgoing);
      second.once('response', (response) => {
        passOn(response, outgoing);
      });
      second.end(body);
    });
  });
  first.end(body);
}
