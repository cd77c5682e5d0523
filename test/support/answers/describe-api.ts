// Jest calls this before all suites: it writes the OpenAPI document once, by which each of them checks its answers.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { describe } from '../../../src/http/docs/openapi.worker';
import { version } from '../../../src/version';

export = async (): Promise<void> => {
  const signal = new AbortController().signal;
  const { json } = await describe({ version }, { signal, report: () => undefined });
  const file = join(mkdtempSync(join(tmpdir(), 'strata-api-')), 'openapi.json');
  writeFileSync(file, json);
  process.env.API_DOCUMENT = file;
};
