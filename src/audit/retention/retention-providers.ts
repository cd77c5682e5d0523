// What the module of the audit log is told of retention, legal holds and purges.
import type { Provider } from '@nestjs/common';
import { EventStore } from '../../eventsourcing/event-store';
import { ReadModels } from '../../read/read-models';
import { EntryFilters } from '../entry-filters';
import { HoldFilters } from './hold-filters';
import { NightlyPurge } from './nightly-purge';
import { PurgeProcess } from './purge.process';
import { PurgedRows } from './purged-rows';
import {
  BeginPurgeHandler,
  ChangeRetentionHandler,
  PlaceHoldHandler,
  ReleaseHoldHandler,
} from './retention.commands';
import {
  GetPurgeHandler,
  GetRetentionHandler,
  ListHoldsHandler,
  ListPurgesHandler,
  RequireNotHeldHandler,
} from './retention.queries';

export const retentionProviders: Provider[] = [
  ChangeRetentionHandler,
  PlaceHoldHandler,
  ReleaseHoldHandler,
  BeginPurgeHandler,
  GetRetentionHandler,
  ListHoldsHandler,
  ListPurgesHandler,
  GetPurgeHandler,
  RequireNotHeldHandler,
  PurgeProcess,
  NightlyPurge,
  {
    provide: HoldFilters,
    useFactory: (filters: EntryFilters) => new HoldFilters(filters),
    inject: [EntryFilters],
  },
  {
    provide: PurgedRows,
    useFactory: (readModels: ReadModels, store: EventStore) => new PurgedRows(readModels, store),
    inject: [ReadModels, EventStore],
  },
];
