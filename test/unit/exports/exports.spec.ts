// Exports: how one begins and ends, what its cells hold, and the order of its rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { exportList } from '../../../projections/exports';
import { eventsOf } from '../../../src/eventsourcing/event';
import { columnsOf } from '../../../src/exports/files/export-columns';
import { headerLine, recordLine } from '../../../src/exports/files/export-csv';
import { cell, unguarded } from '../../../src/files/csv-cells';
import {
  cancelExport,
  completeExport,
  downloadExport,
  expireFile,
  exportDecider,
  exportFiles,
  failExport,
  requestExport,
  startExport,
} from '../../../src/exports/export.decider';
import type { ExportEvents, ExportRequest } from '../../../src/exports/export.events';
import { OrderedLines, type SortKey } from '../../../src/exports/files/ordered-lines';
import { define } from '../../support/imports/csv-read';
import { at, deciding, later, projecting } from '../../support/spec';
import { samples } from '../audit/audit-samples';

const event = eventsOf<ExportEvents>();
const given = deciding(exportDecider);
const requested = event('export.requested.v1', samples['export.requested.v1']);
const exportId = 'e-1';
const started = (attempt: number) => event('export.started.v1', { exportId, attempt });
const completed = event('export.completed.v1', samples['export.completed.v1']);
const cancelled = event('export.cancelled.v1', { exportId });
const expired = event('export.file-expired.v1', { exportId });
const afterExpiry = new Date('2024-06-01T00:00:00.000Z');

describe('an export', () => {
  test('is asked for once', () => {
    given()
      .when((s) => requestExport(s, requested.data))
      .then(requested);
    given(requested)
      .when((s) => requestExport(s, requested.data))
      .thenNothing();
  });

  test('is started again after a crash, and only the last attempt may end it', () => {
    given(requested).when(startExport).then(started(1));
    given(requested, started(1)).when(startExport).then(started(2));
    given(requested, started(1))
      .when((s) => completeExport(s, completed.data))
      .then(completed);
    given(requested, started(1), started(2))
      .when((s) => completeExport(s, completed.data))
      .thenNothing();
    given(requested, started(1), started(2))
      .when((s) => failExport(s, 'full', 1))
      .thenNothing();
  });

  test('that was cancelled is neither started nor completed', () => {
    given(requested).when(cancelExport).then(cancelled);
    given(requested, cancelled).when(cancelExport).thenNothing();
    given(requested, cancelled).when(startExport).thenNothing();
    given(requested, started(1), cancelled)
      .when((s) => completeExport(s, completed.data))
      .thenNothing();
    given(requested, started(1), completed).when(cancelExport).thenRefused('export-ended');
    given().when(cancelExport).thenRefused('export-unknown');
  });

  test('hands out its file until its time is over', () => {
    const download = (now: Date) => (s: Parameters<typeof downloadExport>[0]) =>
      downloadExport(s, 'u-2', now);
    const done = given(requested, started(1), completed);
    done.when(download(new Date(later))).then(event('export.downloaded.v1', { exportId, userId: 'u-2' }));
    done.when(download(afterExpiry)).thenRefused('export-file-expired');
    given(requested)
      .when(download(new Date(at)))
      .thenRefused('export-file-none');
    done.when((s) => expireFile(s, new Date(later))).thenNothing();
    done.when((s) => expireFile(s, afterExpiry)).then(expired);
    given(requested, started(1), completed, expired)
      .when((s) => expireFile(s, afterExpiry))
      .thenNothing();
  });

  test('keeps the file that it names, or that of the attempt under way', () => {
    const kept = (...scenes: Parameters<typeof given>) =>
      [1, 2].filter((attempt) =>
        exportFiles.keeps(given(...scenes).state, `exports/${exportId}-${attempt}.csv`, afterExpiry),
      );
    const done = event('export.completed.v1', { ...completed.data, file: `exports/${exportId}-1.csv` });
    expect(kept(requested, started(1))).toEqual([1]);
    expect(kept(requested, started(1), done)).toEqual([1]);
    expect(kept(requested, started(1), event('export.withdrawn.v1', { exportId }), started(2))).toEqual([2]);
    expect(kept(requested, started(1), done, event('export.withdrawn.v1', { exportId }))).toEqual([]);
    expect(kept()).toEqual([]);
  });

  test('stands in the list with what came of it', () => {
    const { exportId: id, ...asked } = requested.data;
    const document = {
      ...{ ...asked, requestedAt: at, requestedBy: 'user-1', startedAt: at, updatedAt: at, error: null },
      status: 'COMPLETED' as const,
      touches: { contacts: true } as const,
      result: { rows: 1, bytes: 64, sha256: 'ef', fileExpiresAt: completed.data.fileExpiresAt },
    };
    projecting(exportList)
      .given(requested, started(1), completed)
      .then({ [id]: { ...document, file: completed.data.file } });
    projecting(exportList)
      .given(requested, started(1), completed, expired)
      .then({ [id]: { ...document, file: null } });
  });
});

const option = (value: string) => ({ value, label: value.toUpperCase(), displayOrder: 0, hidden: false });
const definitions = new Map(
  [
    define('hs_object_id', { label: 'Record ID' }),
    define('city', { label: 'Town' }),
    define('town', { label: 'Town' }),
    define('colours', { type: 'enumeration', fieldType: 'checkbox', options: ['red', 'blue'].map(option) }),
    define('health', { dataSensitivity: 'sensitive' }),
  ].map((one) => [one.name, one]),
);
const request: ExportRequest = {
  ...{ properties: ['city', 'town', 'colours', 'health'], masked: ['health'], filterGroups: [], sorts: [] },
  ...{ query: null, labelledColumns: true, labelledValues: true },
  associated: { types: [], labels: false, all: false },
};
const record = (values: Record<string, string>) => ({
  ...{ objectType: 'contacts', recordId: '17', values, createdAt: at, updatedAt: at },
  ...{ archived: false, archivedAt: null, revision: 0 },
});

describe('the rows of an export', () => {
  test('have labels; two of one label are told apart; what the requester may not see has no column', () => {
    const columns = columnsOf(request, definitions);
    expect(headerLine(columns)).toBe('Record ID,Town (city),Town (town),colours,strata:export\r\n');
    expect(recordLine(columns, record({ colours: 'blue;red;green', health: 'good' }))).toBe(
      `17,,,BLUE;RED;green,\r\n`,
    );
  });

  test('have names and values where those are asked for', () => {
    const columns = columnsOf({ ...request, labelledColumns: false, labelledValues: false }, definitions);
    expect(headerLine(columns)).toBe('hs_object_id,city,town,colours,strata:export\r\n');
    expect(recordLine(columns, record({ city: 'a,b', colours: 'red' }))).toBe(`17,"a,b",,red,\r\n`);
  });

  test('are the text that csv-stringify writes with its formulas escaped, but for plain numbers', () => {
    const character = fc.constantFrom(...'=+-@\t\r\n"\', ;a1.é\uff1d\uff0b\uff0d\uff20');
    const text = fc.string({ unit: character, minLength: 1, maxLength: 6 });
    const options = { escape_formulas: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/, eof: false };
    fc.assert(
      fc.property(text, (value) => {
        fc.pre(
          !/^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value) &&
            !/^['\s]+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value),
        );
        expect(cell(value)).toBe(stringify([[value]], options));
      }),
    );
    expect(['-5', '+4930', '1.5', '-1.5'].map(cell)).toEqual(['-5', '+4930', '1.5', '-1.5']);
    expect([' -5', '-5\n'].map(cell)).toEqual([' -5', '"-5\n"']);
    expect(['-5+1', '=1', '+49 30'].map(cell)).toEqual(["'-5+1", "'=1", "'+49 30"]);
  });

  test('come back as they were, whatever guards they seemed to have', () => {
    const character = fc.constantFrom(...'=+-@\t\r\n"\', ;a1.\uff1d');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 6 }), (value) => {
        const [[text]] = parse(cell(value) || '""', { record_delimiter: '\0' }) as [[string]];
        expect(unguarded(text)).toBe(value);
      }),
    );
    expect(["'=1", "''=1", "'-5", "'Twas"].map(cell)).toEqual(["''=1", "'''=1", "'-5", "'Twas"]);
  });

  test('are no formula behind anything that a spreadsheet passes over', () => {
    const passedOver = fc.constantFrom(...'\n\r\t\v \u00a0\u200b\u2028\ufeff\u0000');
    const before = fc.string({ unit: passedOver, minLength: 1, maxLength: 4 });
    const sign = fc.constantFrom(...'=+-@\uff1d\uff0b\uff0d\uff20');
    fc.assert(
      fc.property(before, sign, (blank, first) => {
        expect(cell(`${blank}${first}HYPERLINK(1)`)).toMatch(/^"?'/);
      }),
    );
  });
});

test('rows are put in order as a search sorts them, and equal ones stay as they were', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-lines-'));
  const key = fc.oneof(
    fc.constant(null),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom('', 'A', 'a', 'é', 'ab', '😀', '\uffee'),
  );
  const rank = (value: SortKey) => (value === null ? 0 : typeof value === 'number' ? 1 : 2);
  const compared = (a: SortKey, b: SortKey): number => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (typeof a === 'number') return a - (b as number);
    return a === null ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  };
  const rows = fc.array(fc.tuple(key, key), { maxLength: 30 });
  const line = fc.string({ unit: 'binary', maxLength: 5 });
  try {
    fc.assert(
      fc.property(rows, fc.tuple(fc.boolean(), fc.boolean()), line, (keys, down, text) => {
        const lines = new OrderedLines(folder, down);
        try {
          const added = keys.map((of, n) => ({ line: `${n}${text}\0`, keys: of, n }));
          lines.add(added);
          const expected = [...added].sort((a, b) => {
            for (const i of [0, 1] as const) {
              const order = compared(a.keys[i], b.keys[i]);
              if (order !== 0) return down[i] ? -order : order;
            }
            return a.n - b.n;
          });
          expect([...lines.inOrder()].flat()).toEqual(expected.map((one) => one.line));
        } finally {
          lines.close();
        }
      }),
      { numRuns: 50 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
