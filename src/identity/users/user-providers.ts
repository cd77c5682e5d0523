// What Nest is told of users: their commands, their queries, and what these share.
import {
  AcceptInvitationHandler,
  InviteAgainHandler,
  InviteUserHandler,
  WithdrawInvitationHandler,
} from './invitation.commands';
import { InvitationMail } from './invitation-mail';
import { Invitations } from './invitations';
import { Joining } from './joining';
import { NewUsers } from '../new-users';
import {
  ChangeUserHandler,
  DeactivateUserHandler,
  EndSessionsOfUserHandler,
  ReactivateUserHandler,
  UnlockUserHandler,
} from './user.commands';
import { userQueryHandlers } from './user.queries';
import { SuperAdmins } from './super-admins';
import { UserRules } from './user-rules';

export const userProviders = [
  Invitations,
  InvitationMail,
  Joining,
  NewUsers,
  SuperAdmins,
  UserRules,
  InviteUserHandler,
  InviteAgainHandler,
  WithdrawInvitationHandler,
  AcceptInvitationHandler,
  ChangeUserHandler,
  DeactivateUserHandler,
  ReactivateUserHandler,
  EndSessionsOfUserHandler,
  UnlockUserHandler,
  ...userQueryHandlers,
];
