// The map of the system: one line per capability.
import { type DynamicModule, Module } from '@nestjs/common';
import { CrmModule } from './crm/crm.module';
import type { Engine } from './engine';
import { EngineModule } from './engine.module';

@Module({})
export class AppModule {
  static of(engine: Engine): DynamicModule {
    return { module: AppModule, imports: [EngineModule.of(engine), CrmModule] };
  }
}
