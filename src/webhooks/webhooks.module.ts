// The module of webhooks and of the feed beside them.
import { Module } from '@nestjs/common';
import { CrmModule } from '../crm/crm.module';
import { Couriers } from './delivery/couriers';
import { Deliveries } from './delivery/deliveries';
import { courierTimes, CourierTimes } from './delivery/times';
import { FollowEventsHandler } from './feed.queries';
import { Causes } from './telling/causes';
import { LogItems } from './telling/log-items';
import { Messages } from './telling/messages';
import { CountToldHandler } from './told.queries';
import { ChangeWebhookHandler, CreateWebhookHandler, DeleteWebhookHandler } from './webhook.commands';
import { ResendFailuresHandler, RotateSecretHandler } from './webhook-deliveries.commands';
import { GetWebhookHandler, ListFailuresHandler, ListWebhooksHandler, WebhookViews } from './webhook.queries';
import { TestWebhookHandler } from './webhook-test.commands';
import { WebhookWishes } from './webhook-wishes';
import { WebhooksController } from './webhooks.controller';

@Module({
  imports: [CrmModule],
  controllers: [WebhooksController],
  providers: [
    Causes,
    LogItems,
    Messages,
    WebhookWishes,
    WebhookViews,
    { provide: CourierTimes, useValue: courierTimes },
    Deliveries,
    Couriers,
    CreateWebhookHandler,
    ChangeWebhookHandler,
    DeleteWebhookHandler,
    ResendFailuresHandler,
    RotateSecretHandler,
    TestWebhookHandler,
    ListWebhooksHandler,
    GetWebhookHandler,
    ListFailuresHandler,
    FollowEventsHandler,
    CountToldHandler,
  ],
})
export class WebhooksModule {}
