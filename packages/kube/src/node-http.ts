import type * as HttpModule from 'node:http';
import type * as HttpsModule from 'node:https';
import process from 'node:process';
import type * as TlsModule from 'node:tls';

// Imported as a module, each would load all that it can export, a second HTTP client among it: 10 MB and 20 ms.
export const http: typeof HttpModule = process.getBuiltinModule('node:http');
export const https: typeof HttpsModule = process.getBuiltinModule('node:https');
export const tls: typeof TlsModule = process.getBuiltinModule('node:tls');
