// The module of who may in: users, sessions, second factors, API keys.
import { Global, Module } from '@nestjs/common';
import { Config } from '../config';
import { Guard, RefusedRequests } from '../http/doors';
import { Places } from '../origin/places';
import { RotateApiKeyHandler } from './api-keys/api-key-rotation.commands';
import { ChangeApiKeyHandler, CreateApiKeyHandler, RevokeApiKeyHandler } from './api-keys/api-key.commands';
import { AccessTokensController } from './api-keys/access-tokens.controller';
import { ApiKeysController } from './api-keys/api-keys.controller';
import { Authentication } from './sessions/authentication';
import { FileLinks } from './file-links';
import { FirstAdmin } from './first-admin';
import { KeyUses } from './api-keys/key-uses';
import { KnownCallers } from './sessions/known-callers';
import { employeeControllers, employeeProviders } from './employees/employee-providers';
import { LogInHandler } from './sessions/login.commands';
import { AccessGuard } from './guard';
import { IdentityController } from './identity.controller';
import { GetApiKeyHandler, ListApiKeysHandler } from './api-keys/api-key.queries';
import { GetMeHandler } from './sessions/me.queries';
import { GetSessionHandler, ListSessionsHandler } from './sessions/session.queries';
import { NewPasswords } from './passwords/new-passwords';
import { PasswordController } from './passwords/password.controller';
import {
  ChangePasswordHandler,
  ConfirmPasswordResetHandler,
  RequestPasswordResetHandler,
} from './passwords/password.commands';
import { PasswordResets } from './passwords/password-resets';
import { Passwords } from './passwords/passwords';
import { RefusedAttempts } from './attempts/refused-attempts';
import { SecondFactor } from './second-factors/second-factor';
import {
  ActivateTwoFactorHandler,
  DisableTwoFactorHandler,
  EnrolTwoFactorHandler,
  RenewRecoveryCodesHandler,
  VerifySecondFactorHandler,
} from './second-factors/second-factor.commands';
import { SecondFactorController } from './second-factors/second-factor.controller';
import { EndSessionHandler, EndSessionsHandler, StepUpHandler } from './sessions/session.commands';
import { Holders } from './sessions/holders';
import { SessionCookies } from './sessions/session-cookies';
import { SessionUses } from './sessions/session-uses';
import { SessionProofs } from './sessions/session-proofs';
import { SessionExpiry } from './sessions/session.expiry';
import { SessionStart } from './sessions/session-start';
import { RequireStepUpHandler } from './sessions/step-up.queries';
import { SsoController } from './sso/sso.controller';
import { ssoProviders } from './sso/sso-providers';
import { SsoSettingsController } from './sso/sso-settings.controller';
import { Throttle } from './attempts/throttle';
import { roleCommandHandlers } from './roles/role.commands';
import { GivenRights } from './roles/given-rights';
import { RightsOfUsers } from './roles/rights';
import { RightsNowHandler } from './sessions/rights.queries';
import { RolesController } from './roles/roles.controller';
import { WriteTeamHandler } from './teams/team.commands';
import { GetTeamNamesHandler } from './teams/team.queries';
import { TeamsController } from './teams/teams.controller';
import { TokensEnd } from './sessions/tokens-end';
import { InvitationsController } from './users/invitations.controller';
import { userProviders } from './users/user-providers';
import { UsersController } from './users/users.controller';

@Global()
@Module({
  controllers: [
    IdentityController,
    SecondFactorController,
    PasswordController,
    ApiKeysController,
    AccessTokensController,
    InvitationsController,
    RolesController,
    TeamsController,
    UsersController,
    SsoController,
    SsoSettingsController,
    ...employeeControllers,
  ],
  providers: [
    { provide: Guard, useClass: AccessGuard },
    { provide: RefusedRequests, useExisting: RefusedAttempts },
    { provide: Places, useFactory: (config: Config) => Places.open(config.GEOIP_FILE), inject: [Config] },
    Authentication,
    FileLinks,
    FirstAdmin,
    KeyUses,
    KnownCallers,
    Holders,
    SessionUses,
    Passwords,
    NewPasswords,
    PasswordResets,
    RefusedAttempts,
    SecondFactor,
    SessionExpiry,
    SessionCookies,
    SessionStart,
    SessionProofs,
    Throttle,
    RightsOfUsers,
    GivenRights,
    TokensEnd,
    ...userProviders,
    ...ssoProviders,
    ...employeeProviders,
    ...roleCommandHandlers,
    WriteTeamHandler,
    GetTeamNamesHandler,
    LogInHandler,
    EndSessionHandler,
    EndSessionsHandler,
    StepUpHandler,
    RequireStepUpHandler,
    ChangePasswordHandler,
    RequestPasswordResetHandler,
    ConfirmPasswordResetHandler,
    EnrolTwoFactorHandler,
    ActivateTwoFactorHandler,
    DisableTwoFactorHandler,
    RenewRecoveryCodesHandler,
    VerifySecondFactorHandler,
    CreateApiKeyHandler,
    RotateApiKeyHandler,
    ChangeApiKeyHandler,
    RevokeApiKeyHandler,
    ListSessionsHandler,
    RightsNowHandler,
    GetSessionHandler,
    GetMeHandler,
    ListApiKeysHandler,
    GetApiKeyHandler,
  ],
  exports: [FileLinks, RefusedRequests],
})
export class IdentityModule {}
