// Makes the parts of the engine injectable everywhere, and starts and closes the engine with the application.
import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Config } from './config';
import { Engine } from './engine';
import { EventStore } from './eventsourcing/event-store';
import { Codec } from './eventsourcing/codec';
import { RecordIds } from './eventsourcing/ids';
import { Reservations } from './eventsourcing/reservations';
import { Streams } from './eventsourcing/streams';
import { FaultReports, Faults } from './supervision/faults';
import { Figures } from './supervision/figures';
import { HealthNotes } from './supervision/health-notes';
import { Files } from './files/files';
import { FileJobs } from './jobs/file-jobs';
import { Jobs } from './jobs/jobs';
import { Digests } from './read/filters/digests';
import { DocumentStore } from './read/document-store';
import { Feed } from './read/feed';
import { Projector } from './read/projector';
import { Readiness } from './read/readiness';
import { ReadModels } from './read/read-models';
import { TimeIndex } from './read/time-index';
import { Vault } from './vault/vault';

type Token = Type | (abstract new (...args: never[]) => object);

const part = (token: Token, get: (engine: Engine) => unknown) => ({
  provide: token,
  inject: [Engine],
  useFactory: get,
});

const parts = [
  part(Config, (engine) => engine.config),
  part(EventStore, (engine) => engine.eventStore),
  part(DocumentStore, (engine) => engine.documents),
  part(Vault, (engine) => engine.vault),
  part(Codec, (engine) => engine.codec),
  part(Streams, (engine) => engine.streams),
  part(Reservations, (engine) => engine.reservations),
  part(RecordIds, (engine) => engine.ids),
  part(Files, (engine) => engine.files),
  part(Feed, (engine) => engine.feed),
  part(Projector, (engine) => engine.projector),
  part(Digests, (engine) => engine.digests),
  part(ReadModels, (engine) => engine.readModels),
  part(Readiness, (engine) => engine.readiness),
  part(TimeIndex, (engine) => engine.timeIndex),
  part(Jobs, (engine) => engine.jobs),
  part(Faults, (engine) => engine.faults),
  part(FaultReports, (engine) => engine.faults),
];

/** Capabilities register their jobs when their module is initialised; the loops start after that. */
@Injectable()
class EngineLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  onApplicationBootstrap(): Promise<void> {
    return this.engine.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.engine.close();
  }
}

@Global()
@Module({})
export class EngineModule {
  static of(engine: Engine): DynamicModule {
    return {
      module: EngineModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: Engine, useValue: engine },
        ...parts,
        Figures,
        HealthNotes,
        FileJobs,
        EngineLife,
      ],
      exports: [...parts.map((provider) => provider.provide), Figures, HealthNotes, FileJobs, CqrsModule],
    };
  }
}
