// What Nest is told of views on the audit log.
import { QueryBus } from '@nestjs/cqrs';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { EntryFilters } from '../entry-filters';
import { KnownViews } from './known-views';
import {
  ChangeAuditViewHandler,
  ChooseDefaultViewHandler,
  CloneAuditViewHandler,
  DeleteAuditViewHandler,
  SaveAuditViewHandler,
} from './view.commands';
import {
  GetAuditViewHandler,
  GetViewParametersHandler,
  ListAuditViewsHandler,
  ViewShower,
} from './view.queries';

export const viewProviders = [
  ...[SaveAuditViewHandler, CloneAuditViewHandler, ChangeAuditViewHandler, DeleteAuditViewHandler],
  ...[ChooseDefaultViewHandler, ListAuditViewsHandler, GetAuditViewHandler, GetViewParametersHandler],
  {
    provide: KnownViews,
    useFactory: (readModels: ReadModels, queries: QueryBus, filters: EntryFilters) =>
      new KnownViews(readModels, queries, filters),
    inject: [ReadModels, QueryBus, EntryFilters],
  },
  {
    provide: ViewShower,
    useFactory: (readModels: ReadModels, streams: Streams, known: KnownViews) =>
      new ViewShower(readModels, streams, known),
    inject: [ReadModels, Streams, KnownViews],
  },
];
