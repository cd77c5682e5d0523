// The bodies that ask for exports of the audit log, one schema for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { keptFilter } from '../entry-filter';
import { NOT_EXPORTED } from './asked-entries';

const filter = keptFilter([...NOT_EXPORTED]);
const view = z.string().min(1).max(100).describe('id of a view');

/** What is exported: a view, a filter, a view with parameters of a filter in place of its own, or everything. */
export const exported = { view: view.optional(), filter: filter.optional() };
export const format = z.enum(['csv', 'jsonl']).describe('csv: for people; jsonl: JSON Lines, for machines');

export class AuditExportBody extends createZodDto(z.strictObject({ ...exported, format })) {}
