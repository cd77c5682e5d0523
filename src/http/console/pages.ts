// The addresses of pages of the console. They stand below names that no route of the API begins with: those go on with a
// version.

/** Each is a page, and so may be everything below it: the console itself knows which. */
export const pageRoots = [
  ...['set-up', 'sign-in', 'invitation', 'reset-password', 'profile', 'notifications'],
  ...['records', 'recycle-bin', 'imports', 'exports', 'loads', 'jobs'],
  ...['backups', 'restores', 'compare', 'integrity'],
  ...['audit', 'analysis', 'alerts'],
  ...['users', 'api-keys', 'account'],
] as const;

const OF_API = /^\/[^/?]+\/v\d/;

/** Whether an address is for the API to answer, also where it knows none such: `/backups/v1/…` is no page. */
export const isOfApi = (url: string): boolean => OF_API.test(url);
