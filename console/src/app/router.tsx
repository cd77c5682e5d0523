// The map of the console: every address and the page that it leads to. A page's code is fetched when it is first opened.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import i18next from 'i18next';
import { meQuery } from '../api/session';
import { Failed, Loading } from '../ui/states';
import { NotFound } from './not-found';
import { parseSearch, stringifySearch, texts } from './search';
import { Shell } from './shell';

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

/** Fetches the words of areas before their page is shown. */
const words = (...areas: string[]) => ({ loader: () => i18next.loadNamespaces(areas) });

// Before signing in.
const signIn = createRoute({
  ...{
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: texts('to', 'email', 'sso'),
    ...words('signing'),
  },
  component: lazyRouteComponent(() => import('../pages/signing/sign-in-page')),
});
const setUp = createRoute({
  ...{ getParentRoute: () => root, path: '/set-up', validateSearch: texts('token'), ...words('signing') },
  component: lazyRouteComponent(() => import('../pages/signing/set-up-page')),
});
const invitation = createRoute({
  ...{ getParentRoute: () => root, path: '/invitation', validateSearch: texts('token'), ...words('signing') },
  component: lazyRouteComponent(() => import('../pages/signing/invitation-page')),
});
const resetPassword = createRoute({
  ...{
    getParentRoute: () => root,
    path: '/reset-password',
    validateSearch: texts('token'),
    ...words('signing'),
  },
  component: lazyRouteComponent(() => import('../pages/signing/reset-password-page')),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/sign-in', search: { to: location.href } });
    if (me.secondFactor.required && !me.secondFactor.active && !location.pathname.startsWith('/profile'))
      throw redirect({ to: '/profile' });
  },
});
const below = () => shell;

const home = createRoute({
  ...{ getParentRoute: below, path: '/', ...words('home') },
  component: lazyRouteComponent(() => import('../pages/home/home-page')),
});

const recordsIndex = createRoute({
  getParentRoute: below,
  path: '/records',
  beforeLoad: () => {
    throw redirect({ to: '/records/$objectType', params: { objectType: 'contacts' } });
  },
});
const recordList = createRoute({
  ...{ getParentRoute: below, path: '/records/$objectType', ...words('records') },
  validateSearch: texts('q', 'filters', 'sort', 'after', 'limit', 'asOf'),
  component: lazyRouteComponent(() => import('../pages/records/record-list-page')),
});
const record = createRoute({
  ...{ getParentRoute: below, path: '/records/$objectType/$recordId', ...words('records') },
  validateSearch: texts('asOf', 'tab', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/records/record-page')),
});
const bin = createRoute({
  ...{ getParentRoute: below, path: '/recycle-bin', ...words('bin', 'records') },
  validateSearch: texts('objectType', 'after', 'limit', 'q', 'archivedBy', 'from', 'to', 'tab', 'restore'),
  component: lazyRouteComponent(() => import('../pages/bin/bin-page')),
});
const compareList = createRoute({
  ...{ getParentRoute: below, path: '/compare', ...words('compare') },
  validateSearch: texts('from', 'to', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/compare/compare-list-page')),
});
const compare = createRoute({
  ...{ getParentRoute: below, path: '/compare/$comparisonId', ...words('compare') },
  validateSearch: texts('objectType', 'kind', 'what', 'property', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/compare/compare-page')),
});

const backupList = createRoute({
  ...{ getParentRoute: below, path: '/backups', ...words('backups') },
  validateSearch: texts('after', 'limit', 'status'),
  component: lazyRouteComponent(() => import('../pages/backups/backup-list-page')),
});
const backup = createRoute({
  ...{ getParentRoute: below, path: '/backups/$backupId', ...words('backups') },
  component: lazyRouteComponent(() => import('../pages/backups/backup-page')),
});
const restoreList = createRoute({
  ...{ getParentRoute: below, path: '/restores', ...words('restores') },
  validateSearch: texts('after', 'limit', 'tab'),
  component: lazyRouteComponent(() => import('../pages/restores/restore-list-page')),
});
const newRestore = createRoute({
  ...{ getParentRoute: below, path: '/restores/new', ...words('restores') },
  validateSearch: texts(
    'source',
    'backupId',
    'asOf',
    'objectType',
    'recordIds',
    'properties',
    'cause',
    'causeId',
    'step',
  ),
  component: lazyRouteComponent(() => import('../pages/restores/new-restore-page')),
});
const plan = createRoute({
  ...{ getParentRoute: below, path: '/restores/plans/$planId', ...words('restores') },
  validateSearch: texts('objectType', 'kind', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/restores/plan-page')),
});
const restore = createRoute({
  ...{ getParentRoute: below, path: '/restores/$restoreId', ...words('restores') },
  validateSearch: texts('outcome', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/restores/restore-page')),
});

const importList = createRoute({
  ...{ getParentRoute: below, path: '/imports', ...words('imports') },
  validateSearch: texts('after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/imports/import-list-page')),
});
const newImport = createRoute({
  ...{ getParentRoute: below, path: '/imports/new', ...words('imports') },
  validateSearch: texts('objectType', 'again'),
  component: lazyRouteComponent(() => import('../pages/imports/new-import-page')),
});
const importOne = createRoute({
  ...{ getParentRoute: below, path: '/imports/$importId', ...words('imports') },
  validateSearch: texts('after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/imports/import-page')),
});
const exportList = createRoute({
  ...{ getParentRoute: below, path: '/exports', ...words('exports') },
  validateSearch: texts('tab', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/exports/export-list-page')),
});
const exportOne = createRoute({
  ...{ getParentRoute: below, path: '/exports/$exportId', ...words('exports') },
  component: lazyRouteComponent(() => import('../pages/exports/export-page')),
});
const auditExport = createRoute({
  ...{ getParentRoute: below, path: '/exports/audit/$exportId', ...words('exports') },
  component: lazyRouteComponent(() => import('../pages/exports/audit-export-page')),
});
const loadList = createRoute({
  ...{ getParentRoute: below, path: '/loads', ...words('backups') },
  validateSearch: texts('after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/backups/load-list-page')),
});
const load = createRoute({
  ...{ getParentRoute: below, path: '/loads/$loadId', ...words('backups') },
  validateSearch: texts('after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/backups/load-page')),
});

const audit = createRoute({
  ...{ getParentRoute: below, path: '/audit', ...words('audit') },
  validateSearch: texts(
    ...([
      'view',
      'q',
      'category',
      'subCategory',
      'action',
      'userId',
      'teamId',
      'from',
      'to',
      'targetType',
    ] as const),
    ...([
      'targetId',
      'ip',
      'source',
      'includeNonUser',
      'property',
      'actor',
      'sort',
      'entry',
      'comment',
      'tab',
    ] as const),
    ...(['value', 'correlationId', 'last', 'changed', 'columns', 'pane', 'state', 'mentioned'] as const),
  ),
  component: lazyRouteComponent(() => import('../pages/audit/audit-page')),
});
const analysis = createRoute({
  ...{ getParentRoute: below, path: '/analysis', ...words('analysis', 'audit') },
  validateSearch: texts('from', 'to', 'interval', 'category', 'action', 'userId', 'teamId', 'date', 'last'),
  component: lazyRouteComponent(() => import('../pages/analysis/analysis-page')),
});
const alertList = createRoute({
  ...{ getParentRoute: below, path: '/alerts', ...words('alerts', 'audit') },
  component: lazyRouteComponent(() => import('../pages/alerts/alert-list-page')),
});
const alert = createRoute({
  ...{ getParentRoute: below, path: '/alerts/$alertId', ...words('alerts', 'audit') },
  validateSearch: texts('incident', 'after', 'limit'),
  component: lazyRouteComponent(() => import('../pages/alerts/alert-page')),
});
const notifications = createRoute({
  ...{ getParentRoute: below, path: '/notifications', ...words('notifications') },
  validateSearch: texts('unread', 'after', 'limit', 'tab', 'status'),
  component: lazyRouteComponent(() => import('../pages/notifications/notifications-page')),
});
const integrity = createRoute({
  ...{ getParentRoute: below, path: '/integrity', ...words('integrity') },
  validateSearch: texts('tab', 'after', 'limit', 'from', 'to'),
  component: lazyRouteComponent(() => import('../pages/integrity/integrity-page')),
});
const drill = createRoute({
  ...{ getParentRoute: below, path: '/integrity/drills/$drillId', ...words('integrity') },
  component: lazyRouteComponent(() => import('../pages/integrity/drill-page')),
});

const jobs = createRoute({
  ...{ getParentRoute: below, path: '/jobs', ...words('jobs') },
  validateSearch: texts('kind'),
  component: lazyRouteComponent(() => import('../pages/jobs/jobs-page')),
});
const users = createRoute({
  ...{ getParentRoute: below, path: '/users', ...words('users') },
  validateSearch: texts('tab', 'q', 'status', 'sort'),
  component: lazyRouteComponent(() => import('../pages/users/users-page')),
});
const user = createRoute({
  ...{ getParentRoute: below, path: '/users/$userId', ...words('users') },
  component: lazyRouteComponent(() => import('../pages/users/user-page')),
});
const apiKeys = createRoute({
  ...{ getParentRoute: below, path: '/api-keys', ...words('apiKeys') },
  validateSearch: texts('ended'),
  component: lazyRouteComponent(() => import('../pages/api-keys/api-keys-page')),
});
const account = createRoute({
  ...{ getParentRoute: below, path: '/account', ...words('account') },
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => import('../pages/account/account-page')),
});
const profile = createRoute({
  ...{ getParentRoute: below, path: '/profile', ...words('profile') },
  validateSearch: texts('tab', 'session', 'welcome'),
  component: lazyRouteComponent(() => import('../pages/profile/profile-page')),
});

const safety = [
  backupList,
  backup,
  restoreList,
  newRestore,
  plan,
  restore,
  compareList,
  compare,
  loadList,
  load,
  jobs,
];
const data = [
  recordsIndex,
  recordList,
  record,
  bin,
  importList,
  newImport,
  importOne,
  exportList,
  exportOne,
  auditExport,
];
const auditing = [audit, analysis, alertList, alert, notifications, integrity, drill];
const administration = [users, user, apiKeys, account, profile];

const routes = root.addChildren([
  ...[signIn, setUp, invitation, resetPassword],
  shell.addChildren([home, ...data, ...safety, ...auditing, ...administration]),
]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: routes,
    context: { queries },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} retry={reset} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
  });
