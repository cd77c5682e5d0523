// What Nest is told of streams of the audit log to receivers elsewhere.
import { LogEntries } from './log-entries';
import { Sinks } from './sinks/sinks';
import { StreamCouriers } from './stream-couriers';
import { StreamFigures } from './stream-figures';
import { StreamTimes, streamTimes } from './stream-times';
import {
  ChangeAuditStreamHandler,
  CreateAuditStreamHandler,
  DeleteAuditStreamHandler,
} from './stream.commands';
import { AuditStreamViews, GetAuditStreamHandler, ListAuditStreamsHandler } from './stream.queries';

export const streamProviders = [
  { provide: StreamTimes, useValue: streamTimes },
  ...[LogEntries, Sinks, StreamFigures, StreamCouriers, AuditStreamViews],
  ...[CreateAuditStreamHandler, ChangeAuditStreamHandler, DeleteAuditStreamHandler],
  ...[ListAuditStreamsHandler, GetAuditStreamHandler],
];
