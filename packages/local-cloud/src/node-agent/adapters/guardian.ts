import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * Reads `+GROUP` and `-GROUP` from standard input; when it ends, because its writer ended however that came
 * about, kills every process group that is left.
 */
const SCRIPT = `
groups=" "
while read -r line; do
  id="\${line#?}"
  case "$line" in
    +*) groups="$groups$id " ;;
    -*) groups="\${groups%% $id *} \${groups#* $id }" ;;
  esac
done
for id in $groups; do kill -s KILL -- "-$id" 2>/dev/null; done
exit 0
`;

/** Sees to it that no program of a pod outlives the agent, even if the agent is killed. */
export class Guardian {
  readonly #shell: ChildProcess;

  constructor() {
    // A session of its own: what the terminal sends to the agent's group must not end it.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} });
    this.#shell.stdin?.on('error', () => undefined);
    this.#shell.on('error', () => undefined);
    this.#shell.unref();
  }

  watch(processGroup: number): void {
    this.#shell.stdin?.write(`+${processGroup}\n`);
  }

  forget(processGroup: number): void {
    this.#shell.stdin?.write(`-${processGroup}\n`);
  }

  stop(): void {
    this.#shell.stdin?.end();
  }
}
