// Who may in: users, sessions, second factors, API keys.
import { Module } from '@nestjs/common';
import { CreateApiKeyHandler, RevokeApiKeyHandler } from './api-key.commands';
import { ApiKeysController } from './api-keys.controller';
import { Authentication } from './authentication';
import { FirstAdmin } from './first-admin';
import {
  ActivateTwoFactorHandler,
  DisableTwoFactorHandler,
  EnrolTwoFactorHandler,
  VerifySecondFactorHandler,
} from './identity.commands';
import { IdentityController } from './identity.controller';
import {
  GetApiKeyHandler,
  GetSessionHandler,
  ListApiKeysHandler,
  ListSessionsHandler,
} from './identity.queries';
import { Passwords } from './passwords';
import { SecondFactor } from './second-factor';
import { EndSessionHandler, LogInHandler } from './session.commands';
import { SessionExpiry } from './session.expiry';
import { Throttle } from './throttle';

@Module({
  controllers: [IdentityController, ApiKeysController],
  providers: [
    Authentication,
    FirstAdmin,
    Passwords,
    SecondFactor,
    SessionExpiry,
    Throttle,
    LogInHandler,
    EndSessionHandler,
    EnrolTwoFactorHandler,
    ActivateTwoFactorHandler,
    DisableTwoFactorHandler,
    VerifySecondFactorHandler,
    CreateApiKeyHandler,
    RevokeApiKeyHandler,
    ListSessionsHandler,
    GetSessionHandler,
    ListApiKeysHandler,
    GetApiKeyHandler,
  ],
  exports: [Authentication],
})
export class IdentityModule {}
