import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';

/** The program behind the test images: tells what it was started with, and is as healthy as it is told to be. */
const started = new Date().toISOString();
const port = Number(process.argv[process.argv.indexOf('--port') + 1] ?? process.env['PORT'] ?? 8080);
let isHealthy = !process.argv.includes('--unhealthy');

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://echo');
  if (url.pathname === '/healthz') {
    response.writeHead(isHealthy ? 200 : 503).end();
    return;
  }
  if (url.pathname === '/fail') {
    isHealthy = false;
  }
  if (url.pathname === '/exit') {
    response.end('bye', () => process.exit(Number(url.searchParams.get('code') ?? 1)));
    return;
  }
  const file = url.searchParams.get('file');
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      program: process.env['PROGRAM'],
      args: process.argv.slice(2),
      environment: process.env,
      workingDirectory: process.cwd(),
      started,
      pid: process.pid,
      file: file === null || !existsSync(file) ? undefined : readFileSync(file, 'utf8'),
    }),
  );
});

server.listen(port, process.env['HOST'] ?? '0.0.0.0', () => {
  process.stdout.write(`listening on ${port}\n`);
});
process.on('SIGTERM', () => {
  process.stdout.write('asked to end\n');
  process.exit(0);
});
