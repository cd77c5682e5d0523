// Bodies of requests: JSON as the document describes it or not, forms with files, bytes.
import fc from 'fast-check';
import type { Operation } from '../support/api-document';
import type { FromSchema } from './from-schema';
import { prototypeNames, weighted, wildHeader, wildJson, wildText } from './wild';

type Manner = 'valid' | 'nearly' | 'wild';
const manner: fc.Arbitrary<Manner> = fc.constantFrom('valid', 'valid', 'nearly', 'nearly', 'wild');

export interface Body {
  readonly type: string;
  /** As latin1. */
  readonly text: string;
}

const bytes = (text: string): string => Buffer.from(text).toString('latin1');
const json = (value: unknown): string => bytes(JSON.stringify(value) ?? '');

/** What the route is made for. */
export function plainBody({ requestBody }: Operation, schemas: FromSchema): fc.Arbitrary<Body | undefined> {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema) return schemas.valid(schema).map((value) => ({ type: 'application/json', text: json(value) }));
  return requestBody ? form : fc.constant(undefined);
}

export function bodyOf({ requestBody }: Operation, schemas: FromSchema): fc.Arbitrary<Body | undefined> {
  const content = requestBody?.content;
  const garbage = weighted<Body | undefined>(
    [
      1,
      fc
        .uint8Array({ maxLength: 200 })
        .map((of) => ({ type: 'application/json', text: Buffer.from(of).toString('latin1') })),
    ],
    [1, fc.tuple(wildHeader, wildText).map(([type, text]) => ({ type, text: bytes(text) }))],
    [1, fc.constant(undefined)],
  );
  if (!content) return weighted<Body | undefined>([15, fc.constant(undefined)], [1, garbage]);
  const schema = content['application/json']?.schema;
  if (!schema) return weighted<Body | undefined>([8, form], [1, garbage]);
  const type = weighted(
    [20, fc.constant('application/json')],
    [1, fc.constantFrom('application/json; charset=utf-16', 'text/json', 'APPLICATION/JSON')],
  );
  const text = manner.chain((how) =>
    how === 'wild'
      ? wildJson.map(bytes)
      : (how === 'valid' ? schemas.valid(schema) : schemas.nearly(schema)).map(json),
  );
  return weighted<Body | undefined>([12, fc.record({ type, text })], [1, garbage]);
}

const CSV = [
  'email,firstname\r\nfuzz@example.com,Ada\r\n',
  '',
  '\ufeffemail;x\r\n"',
  'email\r\n' + ','.repeat(5_000),
  '\u0000\u0001',
  '"a"b,"\r\n',
];
const mapping = {
  ...{ columnObjectTypeId: '0-1', columnName: 'email', propertyName: 'email' },
};
const importing = (columnMappings: unknown, more: object = {}) => ({
  name: 'fuzz',
  files: [{ fileName: 'a.csv', fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings } }],
  ...more,
});

/** An import as it should be, or with parts that are too many, unnamed, of another kind or broken off. */
const form: fc.Arbitrary<Body> = fc
  .record({
    request: weighted<string>(
      [3, fc.constant(JSON.stringify(importing([mapping])))],
      [
        2,
        wildText.map((columnName) =>
          JSON.stringify(importing([{ ...mapping, columnName }], { dateFormat: columnName })),
        ),
      ],
      [1, wildJson.map((text) => text.slice(0, 300_000))],
    ),
    name: weighted([6, fc.constant('importRequest')], [1, fc.constantFrom(...prototypeNames, '')]),
    file: weighted(
      [6, fc.constant('a.csv')],
      [1, fc.constantFrom('../../a.csv', '', 'a\u0000.csv', '%2e%2e', 'x'.repeat(2_000), 'a.exe')],
    ),
    csv: weighted([4, fc.constantFrom(...CSV)], [1, wildText]),
    many: weighted([8, fc.constant(1)], [1, fc.constantFrom(0, 2, 12)]),
    end: weighted([8, fc.constant('--x--\r\n')], [1, fc.constantFrom('', '--x', '--y--\r\n')]),
    type: weighted(
      [12, fc.constant('multipart/form-data; boundary=x')],
      [
        1,
        fc.constantFrom(
          'multipart/form-data',
          'multipart/form-data; boundary=',
          'multipart/mixed; boundary=x',
        ),
      ],
    ),
  })
  .map(({ request, name, file, csv, many, end, type }) => {
    const field = `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${request}\r\n`;
    const part = `--x\r\nContent-Disposition: form-data; name="files"; filename="${file}"\r\nContent-Type: text/csv\r\n\r\n${csv}\r\n`;
    return { type, text: bytes(field + part.repeat(many) + end) };
  });
