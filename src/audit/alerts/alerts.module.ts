// The module of alerts on the audit log.
import { Module } from '@nestjs/common';
import { DocumentStore } from '../../read/document-store';
import { ReadModels } from '../../read/read-models';
import { AuditModule } from '../audit.module';
import {
  ChangeAlertHandler,
  CreateAlertHandler,
  DeleteAlertHandler,
  TestAlertHandler,
} from './alert.commands';
import {
  GetAlertHandler,
  GetIncidentHandler,
  IncidentViews,
  ListAlertsHandler,
  ListIncidentsHandler,
} from './alert.queries';
import { AlertWebhookProcess } from './alert-webhooks.process';
import { AlertWebhooks } from './alert-webhooks';
import { AlertsController } from './alerts.controller';
import { AlertWatch } from './watching/watch.process';

@Module({
  imports: [AuditModule],
  controllers: [AlertsController],
  providers: [
    AlertWebhooks,
    AlertWebhookProcess,
    AlertWatch,
    CreateAlertHandler,
    ChangeAlertHandler,
    DeleteAlertHandler,
    TestAlertHandler,
    ListAlertsHandler,
    GetAlertHandler,
    ListIncidentsHandler,
    GetIncidentHandler,
    {
      provide: IncidentViews,
      useFactory: (readModels: ReadModels, documents: DocumentStore) =>
        new IncidentViews(readModels, documents),
      inject: [ReadModels, DocumentStore],
    },
  ],
})
export class AlertsModule {}
