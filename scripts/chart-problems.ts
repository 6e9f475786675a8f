import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { parse } from 'yaml';
import * as z from 'zod';

import { chartValues } from './chart-values.ts';

interface Schema {
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({ description: z.string().optional(), properties: z.record(z.string(), Schema).optional() }),
);

const Versions = z.looseObject({ version: z.string(), appVersion: z.string().optional() });

/** How the schema marks a value of the Go original that changes nothing. */
const IGNORED = 'Of the Go original: accepted, changes nothing.';

/** Helm itself sets it. */
const HELMS_OWN = 'global';

/** What the files of a chart say differently: values, schema, the notes about ignored values, versions. */
export async function chartProblems(root: string, chart: string): Promise<readonly string[]> {
  const read = async (name: string): Promise<string> => readFile(path.join(root, 'charts', chart, name), 'utf8');
  const text = await read('values.yaml');
  const schema = Schema.parse(JSON.parse(await read('values.schema.json')));
  const defaults: unknown = parse(text);
  const ignored = ignoredPaths(schema);
  const explained = explainedPaths(await read('templates/_helpers.tpl'));
  const release = Versions.parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))).version;
  const { version, appVersion } = Versions.parse(parse(await read('Chart.yaml')));
  const problems = [
    ...chartValues(text)
      .filter(({ description }) => description === '')
      .map((value) => `values.yaml: ${value.path.join('.')} has no comment`),
    ...differences(schema, defaults, []),
    ...ignored.filter((name) => !explained.includes(name)).map((name) => `the notes do not explain ${name}`),
    ...explained.filter((name) => !ignored.includes(name)).map((name) => `the schema does not ignore ${name}`),
    ...(version === release && appVersion === release ? [] : [`Chart.yaml: the version is not ${release}`]),
  ];
  return problems.map((problem) => `charts/${chart}: ${problem}`);
}

/** Where the schema lists properties, it and the values name the same ones. */
function differences(schema: Schema, values: unknown, parents: readonly string[]): readonly string[] {
  const { properties } = schema;
  if (properties === undefined || !isRecord(values) || Object.keys(values).length === 0) {
    return [];
  }
  const place = (name: string): string => [...parents, name].join('.');
  const unknown = Object.keys(values).filter((name) => properties[name] === undefined);
  return [
    ...unknown.map((name) => `the schema lacks ${place(name)}`),
    ...Object.entries(properties).flatMap(([name, property]) => {
      if (name in values) {
        return differences(property, values[name], [...parents, name]);
      }
      return name === HELMS_OWN || property.description !== undefined ? [] : [`values.yaml lacks ${place(name)}`];
    }),
  ];
}

function ignoredPaths(schema: Schema, parents: readonly string[] = []): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const place = [...parents, name];
    return property.description === IGNORED ? [place.join('.')] : ignoredPaths(property, place);
  });
}

function explainedPaths(helpers: string): readonly string[] {
  const [, list = ''] = /define "[a-z-]+\.ignoredValues" -\}\}\n(.*?)\{\{- end/su.exec(helpers) ?? [];
  return Object.keys(z.record(z.string(), z.string()).parse(parse(list)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
