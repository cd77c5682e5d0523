// The module of owners of records, which are the users.
import { Module } from '@nestjs/common';
import { ReadModels } from '../read/read-models';
import { ownerQueryHandlers } from './owner.queries';
import { Owners } from './owners';
import { OwnersController } from './owners.controller';

@Module({
  controllers: [OwnersController],
  providers: [
    {
      provide: Owners,
      inject: [ReadModels],
      useFactory: (readModels: ReadModels) => new Owners(readModels),
    },
    ...ownerQueryHandlers,
  ],
  exports: [Owners],
})
export class OwnersModule {}
