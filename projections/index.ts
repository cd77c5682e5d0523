// Every projection the projector runs. The only barrel of the repository.
import { apiKeys } from './api-keys';
import { associations } from './associations';
import { audit } from './audit';
import { backups } from './backups';
import { binRestores } from './bin-restores';
import { exportList } from './exports';
import { erasures } from './erasures';
import { imports } from './imports';
import { merges } from './merges';
import type { AnyProjection } from './projection';
import { properties } from './properties';
import { records } from './records';
import { restorePlans } from './restore-plans';
import { restores } from './restores';
import { schemas } from './schemas';
import { sessions } from './sessions';
import { timeIndex } from './time-index';
import { users } from './users';

export const projections: readonly AnyProjection[] = [
  timeIndex,
  records,
  merges,
  erasures,
  associations,
  properties,
  schemas,
  audit,
  backups,
  binRestores,
  imports,
  exportList,
  restorePlans,
  restores,
  users,
  sessions,
  apiKeys,
];
