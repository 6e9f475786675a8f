import { fieldsOf } from '../json.ts';
import type { Fields } from '../json.ts';
import { filled } from './filled.ts';

const SPEC: Fields = Object.freeze({ finalizers: Object.freeze(['kubernetes']) });
const STATUS: Fields = Object.freeze({ phase: 'Active' });

/** Every namespace can be selected by a label with its name. */
export function defaultedNamespace(namespace: Fields): Fields {
  const metadata = fieldsOf(namespace['metadata']);
  const labels = filled(fieldsOf(metadata['labels']), { 'kubernetes.io/metadata.name': metadata['name'] });
  const completed = filled(namespace, { spec: SPEC, status: STATUS });
  return labels === metadata['labels']
    ? completed
    : Object.freeze({ ...completed, metadata: Object.freeze({ ...metadata, labels }) });
}
