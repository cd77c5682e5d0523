// Users: their e-mail address, whether they are super admins, and whether they have a second factor.
import type { UserEvents } from '../src/identity/identity.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface UserDocument extends Doc {
  readonly email: string;
  readonly superAdmin: boolean;
  readonly twoFactor: boolean;
  readonly createdAt: string;
}

export const users: Projection<UserDocument, UserEvents> = {
  name: 'users',
  version: 1,
  neededBy: 'writes',
  indexes: [['email']],
  on: {
    'user.created.v1': ({ userId, email, superAdmin }, { meta }) => ({
      id: userId,
      put: { email, superAdmin, twoFactor: false, createdAt: meta.at },
    }),
    'user.two-factor-enabled.v1': ({ userId }) => ({ id: userId, patch: { twoFactor: true } }),
    'user.two-factor-disabled.v1': ({ userId }) => ({ id: userId, patch: { twoFactor: false } }),
  },
};
