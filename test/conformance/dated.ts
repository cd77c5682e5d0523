// The operations of HubSpot's dated files: those of its other files at further addresses, and asked as they are.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { undated } from '../../src/http/front/dated';
import {
  files,
  FOLDER,
  operationsOf,
  readPublished,
  type Operation,
  type PublishedFile,
  type Schema,
} from './published';

export interface DatedOperation extends Operation {
  /** The file, and the operation. */
  readonly name: string;
  /** The key of the operation that it is; undefined where there is none. */
  readonly is: string | undefined;
  /** The status that it answers with where the other one answers with `status`. */
  readonly statusOf: (status: number) => number;
}

/** `keys` of the operations that these can be. */
export const datedOperations = (keys: readonly string[]): readonly DatedOperation[] =>
  readdirSync(join(FOLDER, 'dated')).flatMap((name) => {
    const subject = name.split('.')[0]!;
    const dated = readPublished(`dated/${name.slice(0, -'.json'.length)}`);
    const known = files.find((one) => one === subject);
    if (!known) return operationsOf(dated).map((one) => datedOperation(name, one, keys));
    const others = readPublished(known);
    const operations = operationsOf(others);
    return operationsOf(withFieldsOf(others, dated)).map((read) => {
      const one = datedOperation(name, forContacts(subject, read, keys), keys);
      const other = operations.find(({ key }) => key === one.is);
      return other ? { ...one, query: new Map([...other.query, ...one.query]) } : one;
    });
  });

function datedOperation(file: string, operation: Operation, keys: readonly string[]): DatedOperation {
  const good = [...operation.answers.keys()].filter((status) => status !== 'default');
  return {
    ...operation,
    name: `${file}: ${operation.key}`,
    is: sameAs(operation, keys),
    statusOf: (status) => {
      if (status >= 300 || operation.answers.has(String(status))) return status;
      if (good.length !== 1)
        throw new Error(`${operation.key} answers ${status} with which of ${good.join()}?`);
      return Number(good[0]);
    },
  };
}

/** Names of parameters differ, and one list of users stands apart from the rest. */
const alike = (key: string): string =>
  key.replace('/settings/users/v3', '/settings/v3/users').replace(/\{\w+\}/g, '{}');

const sameAs = ({ method, path }: Operation, keys: readonly string[]): string | undefined =>
  keys.find((key) => alike(key) === alike(`${method} ${undated(path)}`));

/** Of the file on contacts, an operation on all types is that on contacts where there is one. */
function forContacts(subject: string, operation: Operation, keys: readonly string[]): Operation {
  const one = { ...operation, path: operation.path.replace('{objectType}', 'contacts') };
  return subject === 'contacts' && sameAs(one, keys) ? one : operation;
}

/** What a file no longer names is still understood and answered: one handler serves all its addresses. */
function withFieldsOf(others: PublishedFile, dated: PublishedFile): PublishedFile {
  const known = others.components.schemas;
  const merged = Object.entries(dated.components.schemas).map(([name, schema]): [string, Schema] => {
    const other = known[name];
    // An export is one of its kinds, and each of them an export: the file of 2026-09 never ends.
    if (schema.allOf && other) return [name, other];
    const properties = { ...other?.properties, ...schema.properties };
    return [name, { ...schema, ...(Object.keys(properties).length > 0 && { properties }) }];
  });
  const schemas = { ...known, ...Object.fromEntries(merged) };
  return { ...dated, components: { ...dated.components, schemas } };
}
