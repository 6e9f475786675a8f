import * as z from 'zod';

import { instructions } from './instructions.ts';
import type { Instruction } from './instructions.ts';

const ExecForm = z.array(z.string()).min(1);
const NUMERIC_USER = /^[1-9]\d*:[1-9]\d*$/u;
const LABELS = ['title', 'description', 'licenses', 'source', 'version', 'revision', 'created', 'base.name'];
const KNOWN = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** What is wrong with a Containerfile of an image that we publish; nothing: it may be built. */
export function containerfileProblems(text: string): readonly string[] {
  const all = instructions(text);
  const last = all.slice(all.findLastIndex(({ keyword }) => keyword === 'FROM'));
  return [
    ...all.filter(({ keyword }) => !KNOWN.has(keyword)).map(({ keyword }) => `${keyword} is no instruction`),
    ...baseProblems(all),
    ...all.filter(({ keyword }) => keyword === 'ADD').map(({ value }) => `ADD ${value}: use COPY`),
    ...all.filter(({ keyword }) => keyword === 'ONBUILD').map(() => "ONBUILD works behind the reader's back"),
    ...execFormProblems(all),
    ...userProblems(last),
    ...labelProblems(last),
    ...endProblems(last),
  ];
}

/** Every base is an argument that names a tag or a digest, so that a release can pin it. */
function baseProblems(all: readonly Instruction[]): readonly string[] {
  const first = all.findIndex(({ keyword }) => keyword === 'FROM');
  const given = new Map(
    all.slice(0, first).flatMap(({ keyword, value }) => {
      const { name, image } = /^(?<name>\w+)=(?<image>\S+)$/u.exec(value)?.groups ?? {};
      return keyword === 'ARG' && name !== undefined && image !== undefined ? [[name, image] as const] : [];
    }),
  );
  return all
    .filter(({ keyword }) => keyword === 'FROM')
    .flatMap(({ value }) => {
      const name = /^\$\{(?<name>\w+)\}(?: AS \w+)?$/u.exec(value)?.groups?.['name'];
      const image = name === undefined ? undefined : given.get(name);
      if (image === undefined) {
        return [`FROM ${value}: name the base by an ARG that has a default`];
      }
      const isPinned = /(?::[\w][\w.-]*|@sha256:[0-9a-f]{64})$/u.test(image);
      return !isPinned || image.endsWith(':latest') ? [`${image}: name a tag other than latest, or a digest`] : [];
    });
}

function execFormProblems(all: readonly Instruction[]): readonly string[] {
  return all
    .filter(({ keyword }) => ['ENTRYPOINT', 'RUN'].includes(keyword))
    .filter(({ value }) => !ExecForm.safeParse(parsed(value)).success)
    .map(({ keyword, value }) => `${keyword} ${value}: write it as a JSON list, which needs no shell`);
}

function userProblems(last: readonly Instruction[]): readonly string[] {
  const user = last.findLast(({ keyword }) => keyword === 'USER')?.value ?? '';
  return NUMERIC_USER.test(user) ? [] : [`USER ${user}: name a user and a group by number, and not root`];
}

function labelProblems(last: readonly Instruction[]): readonly string[] {
  const labels = last.filter(({ keyword }) => keyword === 'LABEL').map(({ value }) => ` ${value}`);
  return LABELS.map((name) => `org.opencontainers.image.${name}`)
    .filter((name) => !labels.some((value) => value.includes(` ${name}=`)))
    .map((name) => `the label ${name} is missing`);
}

function endProblems(last: readonly Instruction[]): readonly string[] {
  const has = (wanted: string): boolean => last.some(({ keyword }) => keyword === wanted);
  return ['ENTRYPOINT', 'STOPSIGNAL', 'WORKDIR'].filter((keyword) => !has(keyword)).map((one) => `${one} is missing`);
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
