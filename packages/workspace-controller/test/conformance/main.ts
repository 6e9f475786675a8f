import process from 'node:process';

import { runChecklist } from '@kaito/testkit';

import { checklist } from './checklist.ts';

await runChecklist(checklist, process.argv.slice(2));
