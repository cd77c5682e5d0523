// The module of the whole application: the engine, and every capability.
import { type DynamicModule, Module } from '@nestjs/common';
import { AccountModule } from './account/account.module';
import { BackupsModule } from './backups/backups.module';
import { CrmModule } from './crm/crm.module';
import { DrillsModule } from './drills/drills.module';
import type { Engine } from './engine';
import { AlertsModule } from './audit/alerts/alerts.module';
import { AnalysisModule } from './audit/analysis/analysis.module';
import { AuditModule } from './audit/audit.module';
import { IntegrityModule } from './audit/integrity/integrity.module';
import { AuditExportsModule } from './audit/exports/exports.module';
import { EngineModule } from './engine.module';
import { ErasuresModule } from './erasures/erasures.module';
import { ExportsModule } from './exports/exports.module';
import { IdentityModule } from './identity/identity.module';
import { ImportsModule } from './imports/imports.module';
import { LoadsModule } from './loads/loads.module';
import { MailModule } from './mail/mail.module';
import { NotificationsModule } from './notifications/notifications.module';
import { OwnersModule } from './owners/owners.module';
import { RecycleBinModule } from './recycle-bin/recycle-bin.module';
import { RestoresModule } from './restores/restores.module';
import { WebhooksModule } from './webhooks/webhooks.module';
import { TimeTravelModule } from './time-travel/time-travel.module';

@Module({})
export class AppModule {
  static of(engine: Engine): DynamicModule {
    const crm = [CrmModule, OwnersModule, ImportsModule, ExportsModule, RecycleBinModule, WebhooksModule];
    const safety = [
      BackupsModule,
      DrillsModule,
      LoadsModule,
      RestoresModule,
      AuditModule,
      AnalysisModule,
      IntegrityModule,
      AuditExportsModule,
      AlertsModule,
      ErasuresModule,
      NotificationsModule,
    ];
    const capabilities = [MailModule, IdentityModule, AccountModule, ...crm, ...safety, TimeTravelModule];
    return { module: AppModule, imports: [EngineModule.of(engine), ...capabilities] };
  }
}
